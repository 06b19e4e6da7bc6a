"""The administrator's page for sub-platforms: health, pause, resume."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request
from flask import render_template as render

from marketplace.core.access import current_person
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.core.messages import gettext as _
from marketplace.plugins import Plugin
from marketplace.taxonomy import operations, queries
from marketplace.taxonomy.registry import taxonomy

administration_pages = Blueprint("administration", __name__, template_folder="templates")


@administration_pages.get("/admin/plugins")
def plugins() -> str:
    return _page()


def _page(errors: tuple[object, ...] = (), failed: str = "", reason: str = "") -> str:
    return render("administration/plugins.html", plugins=_within_reach(),
                  paused=queries.paused(), failures=queries.recent_failures(), errors=errors,
                  failed=failed, reason=reason)


def _within_reach() -> list[Plugin]:
    """All plugins, or for an industry operator those it runs."""
    own, found = current_person().industries, taxonomy().plugins.plugins.values()
    return [p for p in found if not own or (p.industry and p.industry.code in own)]


def _require_reach(industry: str) -> None:
    if industry not in [p.industry.code for p in _within_reach() if p.industry]:
        raise NotFound("There is no such sub-platform among those you run.")


@administration_pages.post("/admin/plugins/<industry>/pause")
def pause(industry: str) -> str | Response | tuple[str, int]:
    _require_reach(industry)
    reason = request.form.get("reason", "")
    try:
        operations.pause_industry(industry=industry, reason=reason, actor=current_person().actor)
    except InvalidInput as problem:
        return _page(problem.errors, industry, reason), 422
    flash(_("Paused. Visitors no longer see this sub-platform."), "success")
    return redirect("/admin/plugins", 303)  # type: ignore[return-value]


@administration_pages.post("/admin/plugins/<industry>/resume")
def resume(industry: str) -> Response:
    _require_reach(industry)
    operations.resume_industry(industry=industry, actor=current_person().actor)
    flash(_("Resumed. Everything is back as it was."), "success")
    return redirect("/admin/plugins", 303)  # type: ignore[return-value]
