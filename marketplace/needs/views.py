"""The enterprise's pages of its needs: list, need, publishing, closing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.limits import limiter, match_rate
from marketplace.core.messages import gettext as _
from marketplace.matching.events import record_shown_daily
from marketplace.matching.sheets import wish_row
from marketplace.needs import queries
from marketplace.needs.anonymity import LOOK_ALIKES, look_alikes, need_of
from marketplace.needs.models import AUDIENCES, SavedNeed
from marketplace.needs.operations import (
    OUTCOMES,
    close_need,
    delete_draft,
    pause_need,
    publish_need,
    rename_need,
    resume_need,
    suggested_wording,
)
from marketplace.needs.shortlist import recommended
from marketplace.needs.standing import need_standing
from marketplace.needs.web import NEED_STATES, attempt, errors_of, labels, number, see_other
from marketplace.needs.web import indexes as search_indexes
from marketplace.taxonomy.queries import active_industries
from marketplace.taxonomy.registry import taxonomy

need_pages = Blueprint("needs", __name__, template_folder="templates")


@need_pages.app_context_processor
def shared() -> dict[str, Any]:
    return labels() | {"need_standing": need_standing, "my_open_needs": queries.my_open_needs,
                       "answer_time": queries.answer_time}


@need_pages.get("/needs")
def needs_list() -> str:
    state = request.args.get("state", "")
    state = state if state in NEED_STATES else ""
    return render("needs/list.html", needs=queries.needs(state or None), state=state,
                  counts=queries.needs_by_state())


@need_pages.get("/needs/<int:need_id>")
def need(need_id: int) -> str:
    saved = queries.need_by(need_id)
    stated = need_of(saved)
    return render("needs/need.html", saved=saved, need=stated,
                  wishes=[wish_row(w) for w in stated.wishes])


@need_pages.get("/needs/<int:need_id>/recommendations")
@limiter.limit(match_rate)
def recommendations(need_id: int) -> str:
    """The recommendations as the catalogue stands today."""
    saved = queries.need_by(need_id)
    result = recommended(search_indexes(), saved, limit=20)
    return render("needs/recommendations.html", saved=saved, need=need_of(saved), result=result,
                  shown=record_shown_daily(result),
                  listed={c.solution_id for c in saved.candidates})


@need_pages.post("/needs/<int:need_id>/title")
def rename(need_id: int) -> Response:
    saved = queries.need_by(need_id, "need.write")
    return attempt(lambda: rename_need(saved=saved, title=request.form.get("title", "")),
                   f"/needs/{need_id}", _("Your changes are saved."))


@need_pages.post("/needs/<int:need_id>/delete")
def delete(need_id: int) -> Response:
    saved = queries.need_by(need_id, "need.write")
    return attempt(lambda: delete_draft(saved=saved), "/needs", _("The draft is deleted."))


@need_pages.get("/needs/<int:need_id>/publish")
def publishing(need_id: int) -> str:
    return _publishing(queries.need_by(need_id, "need.publish"), {})


def _publishing(saved: SavedNeed, typed: dict[str, Any], errors: Any = ()) -> str:
    anonymous = typed.get("anonymous", saved.anonymous)
    title, text = suggested_wording(saved)
    return render("needs/publish.html", saved=saved, errors=errors, anonymous=anonymous,
                  typed=typed, title=saved.public_title or title, text=saved.public_text or text,
                  alike=look_alikes(saved), least=LOOK_ALIKES,
                  industries=[(c, taxonomy().industries[c].name) for c in active_industries()])


@need_pages.post("/needs/<int:need_id>/publish")
def publish(need_id: int) -> ResponseReturnValue:
    saved, form = queries.need_by(need_id, "need.publish"), request.form
    audience = form.get("audience", "all")
    typed: dict[str, Any] = {
        "public_title": form.get("public_title", ""), "public_text": form.get("public_text", ""),
        "audience": audience if audience in AUDIENCES else "all",
        "industries": form.getlist("industries"), "anonymous": form.get("anonymous") != "no",
        "show_district": "show_district" in form}
    try:
        publish_need(saved=saved, **typed)
    except (InvalidInput, Conflict) as problem:
        return _publishing(queries.need_by(need_id, "need.publish"), typed,
                           errors_of(problem)), problem.status
    flash(_("The need is published."), "success")
    return see_other(f"/needs/{need_id}")


@need_pages.post("/needs/<int:need_id>/pause")
def pause(need_id: int) -> Response:
    saved = queries.need_by(need_id, "need.publish")
    return attempt(lambda: pause_need(saved=saved), f"/needs/{need_id}",
                   _("The need is paused; enquiries that run go on."))


@need_pages.post("/needs/<int:need_id>/resume")
def resume(need_id: int) -> Response:
    saved = queries.need_by(need_id, "need.publish")
    return attempt(lambda: resume_need(saved=saved), f"/needs/{need_id}",
                   _("The need is shown again."))


@need_pages.get("/needs/<int:need_id>/close")
def closing(need_id: int) -> ResponseReturnValue:
    saved = queries.need_by(need_id, "need.write")
    if saved.state not in ("published", "paused"):
        return see_other(f"/needs/{need_id}")
    return render("needs/close.html", saved=saved, typed={}, errors=(), kinds=OUTCOMES,
                  choices=queries.choices(saved))


@need_pages.post("/needs/<int:need_id>/close")
def close(need_id: int) -> ResponseReturnValue:
    saved, form = queries.need_by(need_id, "need.write"), request.form
    try:
        close_need(saved=saved, kind=form.get("kind", ""), solution_id=number("solution_id"),
                   value=number("value"), reason=form.get("reason", "")[:1000])
    except InvalidInput as problem:
        saved = queries.need_by(need_id, "need.write")
        return render("needs/close.html", saved=saved, typed=form, errors=problem.errors,
                      kinds=OUTCOMES, choices=queries.choices(saved)), 422
    flash(_("The need is closed."), "success")
    return see_other(f"/needs/{need_id}")
