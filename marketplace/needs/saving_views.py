"""From the wizard to a saved need, signing in on the way without losing a word."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask import render_template as render
from werkzeug.datastructures import MultiDict

from marketplace.accounts.codes import hashed
from marketplace.core.access import current_person, may
from marketplace.core.limits import limiter, match_rate
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.matching.form import WizardState, read_form
from marketplace.matching.presenting import chips
from marketplace.needs import queries
from marketplace.needs.models import SavedNeed
from marketplace.needs.operations import (
    PARKED_FOR,
    default_title,
    park_need,
    save_need,
    unpark_need,
)
from marketplace.needs.web import see_other

saving_pages = Blueprint("saving", __name__, template_folder="templates")
COOKIE, GO_ON = "parked_need", "/needs/continue"
KEPT = ("text", "wish", "hard", "people", "district", "subsidy", "gbt4754", "checked",
        "budget_wan", "deadline_days", "need_id")


@saving_pages.post("/needs/save")
@limiter.limit(match_rate)
def save() -> Response:
    """Keep what the wizard holds: at once for members of an enterprise, else after signing in."""
    state = read_form(request.form)
    if state.empty:
        return see_other("/match")
    if may("need.write"):
        return _kept(state, _changed(request.form.get("need_id", "")))
    secret = park_need(form={k: request.form.getlist(k) for k in KEPT if k in request.form})
    answer = see_other(GO_ON if current_person().signed_in else f"/sign-in?next={GO_ON}")
    answer.set_cookie(COOKIE, secret, max_age=int(PARKED_FOR.total_seconds()), httponly=True,
                      samesite="Lax", secure=request.is_secure, path="/needs")
    return answer


def _changed(need_id: str) -> SavedNeed | None:
    """The saved need that the wizard was opened for, if any."""
    number = as_number(need_id)
    return None if number is None else queries.need_by(number, "need.write")


def _kept(state: WizardState, saved: SavedNeed | None, title: str = "") -> Response:
    found = save_need(need=state.need, saved=saved, title=title)
    flash(_("Your changes are saved.") if saved else
          _("Saved as a draft. Nobody outside your organisation sees it."), "success")
    return see_other(f"/needs/{found.id}")


def _parked() -> tuple[str, WizardState | None, str]:
    """The token's hash, what was parked under it, and the need it changes."""
    token = hashed(request.cookies.get(COOKIE, ""))
    found = queries.parked(token)
    if found is None:
        return token, None, ""
    form = MultiDict([(k, v) for k, values in found.form.items() for v in values])
    return token, read_form(form), form.get("need_id", "")


@saving_pages.get("/needs/continue")
def go_on() -> str:
    """After signing in: the words are still there."""
    state = _parked()[1]
    return render("needs/continue.html", state=state, chips=chips(state) if state else [],
                  title=default_title(state.need.text) if state else "")


@saving_pages.post("/needs/continue")
def keep() -> Response:
    token, state, need_id = _parked()
    if state is None:
        flash(_("What you wrote is no longer kept here. Please say it again."), "error")
        return see_other("/match")
    if not may("need.write"):
        return see_other(GO_ON)
    answer = _kept(state, _changed(need_id), request.form.get("title", ""))
    unpark_need(token=token)
    answer.delete_cookie(COOKIE, path="/needs")
    return answer
