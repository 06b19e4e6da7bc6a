"""The enterprise's pages of its enquiries: ask, follow, reply, compare the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.catalog.list_export import download
from marketplace.core.clock import today
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.core.exports import Table, to_xlsx
from marketplace.core.messages import gettext as _
from marketplace.core.messages import ngettext
from marketplace.needs import queries
from marketplace.needs.answering import answers_sent
from marketplace.needs.compared import AnswersCompared, compare_answers
from marketplace.needs.enquiring import (
    ask_providers,
    close_enquiry,
    confirm_proposal,
    contact_to_release,
    dismiss_proposal,
    invite_more,
    release_contact,
    reply,
    withdraw_enquiry,
)
from marketplace.needs.extending import extend_deadline
from marketplace.needs.models import MOST_ANSWERS, Enquiry, EnquiryInvitation, SavedNeed
from marketplace.needs.standing import enquiry_standing
from marketplace.needs.web import attempt, day, errors_of, number, numbers, see_other

enquiry_pages = Blueprint("enquiries", __name__, template_folder="templates")
FIRST_DEADLINE = 10
"""Days until the deadline that is suggested."""


@enquiry_pages.get("/needs/<int:need_id>/ask")
def asking(need_id: int) -> ResponseReturnValue:
    saved = queries.need_by(need_id, "enquiry.ask")
    if saved.state != "published":
        return see_other(f"/needs/{need_id}/publish")
    deadline = today() + timedelta(days=FIRST_DEADLINE)
    return _asking(saved, {"deadline_on": deadline.isoformat(), "max_answers": MOST_ANSWERS,
                           "solutions": [c.solution_id for c in saved.candidates
                                         if not c.why_not]})


def _asking(saved: SavedNeed, typed: dict[str, Any], errors: Any = ()) -> str:
    return render("needs/ask.html", saved=saved, typed=typed, errors=errors)


@enquiry_pages.post("/needs/<int:need_id>/ask")
def ask(need_id: int) -> ResponseReturnValue:
    saved, form = queries.need_by(need_id, "enquiry.ask"), request.form
    try:
        enquiry = ask_providers(
            saved=saved, solution_ids=numbers("solution"), deadline_on=day("deadline_on"),
            text=form.get("text", ""), max_answers=number("max_answers") or 0,
            sealed="sealed" in form)
    except InvalidInput as problem:
        typed = {"deadline_on": form.get("deadline_on", ""), "text": form.get("text", ""),
                 "max_answers": form.get("max_answers", ""), "sealed": "sealed" in form,
                 "solutions": numbers("solution")}
        return _asking(queries.need_by(need_id, "enquiry.ask"), typed, problem.errors), 422
    flash(_("The enquiry is sent. Your contact data was not."), "success")
    return see_other(f"/needs/enquiries/{enquiry.id}")


@enquiry_pages.get("/needs/enquiries/<int:enquiry_id>")
def enquiry(enquiry_id: int) -> str:
    return _page(queries.enquiry_by(enquiry_id, "enquiry.read"))


def _page(found: Enquiry, errors: Any = (), typed: str = "", question: int | None = None,
          extending: Any = None) -> str:
    asked = {i.provider_id for i in found.invitations if i.state != "dismissed"}
    full = answers_sent(found) >= found.max_answers
    return render("needs/enquiry.html", enquiry=found, need=found.need, errors=errors, typed=typed,
                  question=question, extending=extending, compared=compare_answers(found),
                  over=queries.is_over(found), standing=enquiry_standing(found),
                  contact=contact_to_release(found.need),
                  others=[] if full else [c for c in queries.shortlisted(found.need_id)
                                          if c.solution.provider_id not in asked])


def _invitation(enquiry_id: int) -> EnquiryInvitation:
    found = queries.enquiry_by(enquiry_id, "enquiry.ask")
    wanted = number("invitation")
    invitation = next((i for i in found.invitations if i.id == wanted), None)
    if invitation is None:
        raise NotFound("There is no such record.")
    return invitation


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/invite")
def invite(enquiry_id: int) -> Response:
    found, wanted = queries.enquiry_by(enquiry_id, "enquiry.ask"), numbers("solution")
    return attempt(lambda: invite_more(enquiry=found, solution_ids=wanted),
                   f"/needs/enquiries/{enquiry_id}",
                   ngettext("%(num)s provider is asked.", "%(num)s providers are asked.",
                            len(wanted)))


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/contact")
def contact(enquiry_id: int) -> Response:
    """One click gives one provider the contact data."""
    invitation = _invitation(enquiry_id)
    return attempt(lambda: release_contact(invitation=invitation),
                   f"/needs/enquiries/{enquiry_id}", _("This provider now has your contact data."))


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/proposals")
def proposals(enquiry_id: int) -> Response:
    invitation = _invitation(enquiry_id)
    if request.form.get("say") == "ask":
        return attempt(lambda: confirm_proposal(invitation=invitation),
                       f"/needs/enquiries/{enquiry_id}", _("The provider is asked."))
    return attempt(lambda: dismiss_proposal(invitation=invitation),
                   f"/needs/enquiries/{enquiry_id}", _("The provider is not asked."))


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/reply")
def reply_to(enquiry_id: int) -> ResponseReturnValue:
    found, text = queries.enquiry_by(enquiry_id, "enquiry.ask"), request.form.get("reply", "")
    question = next((q for q in found.questions if q.id == number("question")), None)
    if question is None:
        raise NotFound("There is no such record.")
    try:
        reply(question=question, text=text)
    except InvalidInput as problem:
        again = queries.enquiry_by(enquiry_id, "enquiry.read")
        return _page(again, problem.errors, text, question.id), 422
    flash(_("All invited providers can read your reply."), "success")
    return see_other(f"/needs/enquiries/{enquiry_id}#questions")


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/extend")
def extend(enquiry_id: int) -> ResponseReturnValue:
    found, why = queries.enquiry_by(enquiry_id, "enquiry.ask"), request.form.get("why", "")
    try:
        extend_deadline(enquiry=found, deadline_on=day("deadline_on"), reason=why)
    except (Conflict, InvalidInput) as problem:
        again = queries.enquiry_by(enquiry_id, "enquiry.read")
        typed = {"deadline_on": request.form.get("deadline_on", ""), "why": why}
        return _page(again, errors_of(problem), extending=typed), problem.status
    flash(_("The deadline is put off; the providers have been told."), "success")
    return see_other(f"/needs/enquiries/{enquiry_id}")


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/close")
def close(enquiry_id: int) -> Response:
    found = queries.enquiry_by(enquiry_id, "enquiry.read")
    return attempt(lambda: close_enquiry(enquiry=found), f"/needs/enquiries/{enquiry_id}",
                   _("The enquiry takes no further answers."))


@enquiry_pages.post("/needs/enquiries/<int:enquiry_id>/withdraw")
def withdraw(enquiry_id: int) -> Response:
    found = queries.enquiry_by(enquiry_id, "enquiry.ask")
    return attempt(lambda: withdraw_enquiry(enquiry=found, reason=request.form.get("reason", "")),
                   f"/needs/enquiries/{enquiry_id}", _("The enquiry is withdrawn."))


@enquiry_pages.get("/needs/enquiries/<int:enquiry_id>/answers")
def answers(enquiry_id: int) -> str:
    found = queries.enquiry_by(enquiry_id, "enquiry.read")
    return render("needs/answers.html", enquiry=found, need=found.need,
                  compared=compare_answers(found))


@enquiry_pages.get("/needs/enquiries/<int:enquiry_id>/answers.xlsx")
def answers_xlsx(enquiry_id: int) -> Response:
    found = queries.enquiry_by(enquiry_id, "enquiry.read")
    body = to_xlsx([_table(found, compare_answers(found))])
    return download(body, f"answers-{enquiry_id}-{today():%Y%m%d}.xlsx")


def _table(enquiry: Enquiry, compared: AnswersCompared) -> Table:
    lines = [_("Answers to: %(need)s", need=enquiry.need.title),
             _("As of %(day)s, deadline %(deadline)s", day=today().isoformat(),
               deadline=enquiry.deadline_on.isoformat())]
    if not compared.prices_open:
        lines.append(_("Prices are sealed until the deadline is over."))
    rows = [[row.label, *((c.text or "–") + (" ★" if c.best else "") for c in row.cells),
             row.basis] for row in compared.rows]
    head = [_("Property"), *compared.names, _("★ best, on this basis")]
    return Table(_("Answers side by side"), head, rows, lines,
                 widths=(28, *[36] * len(compared.names), 36))
