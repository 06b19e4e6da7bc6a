"""The administrator's page for sub-platforms: health, pause, resume."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request
from flask import render_template as render
from flask_login import current_user

from marketplace.accounts.security import administrators_only
from marketplace.core.errors import InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.taxonomy import operations, queries
from marketplace.taxonomy.registry import taxonomy

administration_pages = Blueprint("administration", __name__, template_folder="templates")


@administration_pages.get("/admin/plugins")
@administrators_only
def plugins() -> str:
    return _page()


def _page(errors: tuple[object, ...] = (), failed: str = "", reason: str = "") -> str:
    manager = taxonomy().plugins
    return render("administration/plugins.html", plugins=manager.plugins.values(),
                  paused=queries.paused(), failures=queries.recent_failures(), errors=errors,
                  failed=failed, reason=reason)


@administration_pages.post("/admin/plugins/<industry>/pause")
@administrators_only
def pause(industry: str) -> str | Response | tuple[str, int]:
    reason = request.form.get("reason", "")
    try:
        operations.pause_industry(industry=industry, reason=reason, actor=current_user.username)
    except InvalidInput as problem:
        return _page(problem.errors, industry, reason), 422
    flash(_("Paused. Visitors no longer see this sub-platform."), "success")
    return redirect("/admin/plugins", 303)  # type: ignore[return-value]


@administration_pages.post("/admin/plugins/<industry>/resume")
@administrators_only
def resume(industry: str) -> Response:
    operations.resume_industry(industry=industry, actor=current_user.username)
    flash(_("Resumed. Everything is back as it was."), "success")
    return redirect("/admin/plugins", 303)  # type: ignore[return-value]
