"""All pages of the administration; importing this registers them."""

from __future__ import annotations

from marketplace.administration import (
    audit_views,
    calendar_views,
    home_views,
    job_views,
    notice_views,
    people_views,
    setting_views,
    system_views,
    user_views,
)
from marketplace.administration.views import administration_pages

__all__ = ["administration_pages", "audit_views", "calendar_views", "home_views", "job_views",
           "notice_views", "people_views", "setting_views", "system_views", "user_views"]
