"""A sub-platform's state: health and what runs."""

from __future__ import annotations

from flask import render_template as render

from marketplace.console.health import sub_platforms
from marketplace.console.pages import console_pages
from marketplace.core.access import may
from marketplace.taxonomy.queries import pauses_asked
from marketplace.taxonomy.reach import require_industry
from marketplace.taxonomy.running import running_in


@console_pages.get("/industries/<industry>")
def industry(industry: str) -> str:
    found = require_industry("industry.tune.read", industry)
    platform = next(p for p in sub_platforms() if p.industry.code == industry)
    return render("console/industry.html", industry=found, platform=platform,
                  running=running_in(industry), asked=pauses_asked().get(industry),
                  may_pause=may("industry.pause"))
