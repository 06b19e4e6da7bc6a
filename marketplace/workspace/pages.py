"""The workspace's blueprint with all of its pages."""

from marketplace.workspace import import_views, section_views, solution_views, statistics_views
from marketplace.workspace.views import workspace_pages

__all__ = ["import_views", "section_views", "solution_views", "statistics_views",
           "workspace_pages"]
