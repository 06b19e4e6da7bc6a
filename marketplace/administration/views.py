"""The administrator's page for sub-platforms: health and state; pausing is the console's."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template as render

from marketplace.core.access import current_person, may
from marketplace.plugins import Plugin
from marketplace.taxonomy import queries
from marketplace.taxonomy.registry import taxonomy

administration_pages = Blueprint("administration", __name__, template_folder="templates")


@administration_pages.get("/admin/plugins")
def plugins() -> str:
    return render("administration/plugins.html", plugins=_within_reach(),
                  paused=queries.paused(), failures=queries.recent_failures(),
                  asked=queries.pauses_asked(), may_pause=may("industry.pause"))


def _within_reach() -> list[Plugin]:
    """All plugins, or for an industry operator those it runs."""
    own, found = current_person().industries, taxonomy().plugins.plugins.values()
    return [p for p in found if not own or (p.industry and p.industry.code in own)]
