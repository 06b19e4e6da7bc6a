"""A sub-platform's state: health, what runs, pause with a preview, resume."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask import render_template as render

from marketplace.console import operations
from marketplace.console.health import sub_platforms
from marketplace.console.pages import console_pages
from marketplace.core.access import current_person, may
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.listing.processes import concerned_by_pause, running_processes
from marketplace.taxonomy.reach import require_industry

READ = "industry.tune.read"


@console_pages.get("/industries/<industry>")
def industry(industry: str) -> str:
    found = require_industry(READ, industry)
    platform = next(p for p in sub_platforms() if p.industry.code == industry)
    return render("console/industry.html", industry=found, platform=platform,
                  running=running_processes(industry), may_pause=may("industry.pause"))


def _pause_page(industry: str, errors: tuple[FieldError, ...] = (), reason: str = "") -> str:
    found = require_industry(READ, industry)
    return render("console/pause.html", industry=found, concerned=concerned_by_pause(industry),
                  errors=errors, reason=reason, may_pause=may("industry.pause"))


@console_pages.get("/industries/<industry>/pause")
def pause_preview(industry: str) -> str:
    return _pause_page(industry)


@console_pages.post("/industries/<industry>/pause")
def pause(industry: str) -> Any:
    reason = request.form.get("reason", "")
    try:
        operations.pause(industry=industry, reason=reason)
    except InvalidInput as problem:
        return _pause_page(industry, problem.errors, reason), 422
    flash(_("Paused. Visitors no longer see this sub-platform."), "success")
    return redirect(f"/console/industries/{industry}", 303)


@console_pages.post("/industries/<industry>/resume")
def resume(industry: str) -> Any:
    operations.resume(industry=industry)
    flash(_("Resumed. Everything is back as it was."), "success")
    home = "/console" if current_person().role == "operator" else "/admin/plugins"
    return redirect(home, 303)
