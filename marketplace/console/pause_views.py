"""Pausing a sub-platform with a preview, the city's word on it, and resuming."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask import render_template as render

from marketplace.console import pausing
from marketplace.console.pages import console_pages
from marketplace.core.access import current_person, may
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.messages import gettext as _
from marketplace.listing.processes import concerned_by_pause
from marketplace.taxonomy.queries import paused
from marketplace.taxonomy.reach import require_industry
from marketplace.taxonomy.running import running_in

READ = "industry.pause.read"
STATES = {"waiting": T("待市级确认", "Waits for the city"), "confirmed": T("已确认", "Confirmed"),
          "declined": T("未同意", "Declined"), "withdrawn": T("已撤回", "Withdrawn")}
TONES = {"waiting": "warn", "confirmed": "good", "declined": "bad", "withdrawn": ""}


def _page(industry: str, errors: tuple[FieldError, ...] = (), reason: str = "",
          failed: str = "") -> str:
    found, running = require_industry(READ, industry), running_in(industry)
    return render("console/pause.html", industry=found, concerned=concerned_by_pause(industry),
                  running=running, asks_city=current_person().role == "operator" and any(
                      r.city_confirms and r.total for r in running),
                  pause=paused().get(industry), asked=pausing.last_request(industry),
                  states=STATES, tones=TONES, errors=errors, reason=reason, failed=failed,
                  may_pause=may(pausing.PAUSE), may_confirm=may(pausing.CONFIRM))


def _back() -> Any:
    """To whence the person oversees sub-platforms."""
    home = "/admin/plugins" if current_person().role == "system_admin" else "/console"
    return redirect(home, 303)


@console_pages.get("/industries/<industry>/pause")
def pause_preview(industry: str) -> str:
    return _page(industry)


@console_pages.post("/industries/<industry>/pause")
def pause(industry: str) -> Any:
    reason = request.form.get("reason", "")
    try:
        asked = pausing.pause(industry=industry, reason=reason)
    except InvalidInput as problem:
        return _page(industry, problem.errors, reason, "pause"), 422
    if asked:
        flash(_("The city has been asked to confirm. Until then everything goes on."), "success")
        return redirect(f"/console/industries/{industry}/pause", 303)
    flash(_("Paused. Visitors no longer see this sub-platform."), "success")
    return _back()


@console_pages.post("/industries/<industry>/pause/withdraw")
def withdraw_pause(industry: str) -> Any:
    pausing.withdraw_pause(industry=industry)
    flash(_("The request has been withdrawn."), "success")
    return redirect(f"/console/industries/{industry}/pause", 303)


@console_pages.post("/industries/<industry>/pause/confirm")
def confirm_pause(industry: str) -> Any:
    pausing.confirm_pause(industry=industry)
    flash(_("Paused. Visitors no longer see this sub-platform."), "success")
    return _back()


@console_pages.post("/industries/<industry>/pause/decline")
def decline_pause(industry: str) -> Any:
    reason = request.form.get("reason", "")
    try:
        pausing.decline_pause(industry=industry, reason=reason)
    except InvalidInput as problem:
        return _page(industry, problem.errors, reason, "decline"), 422
    flash(_("Declined. Whoever asked has been told why."), "success")
    return _back()


@console_pages.post("/industries/<industry>/resume")
def resume(industry: str) -> Any:
    pausing.resume(industry=industry)
    flash(_("Resumed. Everything is back as it was."), "success")
    return _back()
