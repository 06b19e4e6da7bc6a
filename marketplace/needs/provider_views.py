"""The provider's pages of the enquiries it was asked. Nothing of other providers is in them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.catalog.labels import PRICE_PARTS, UNITS
from marketplace.catalog.pricing import PARTS
from marketplace.core.errors import InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.needs import queries
from marketplace.needs.answer_form import at_fields, read_answer, shown_answer, typed_answer
from marketplace.needs.answering import ask_back, decline, save_answer
from marketplace.needs.models import EnquiryInvitation
from marketplace.needs.schemas import load_answer
from marketplace.needs.standing import invitation_standing
from marketplace.needs.web import attempt, number, see_other

asked_pages = Blueprint("asked", __name__, template_folder="templates")


@asked_pages.get("/enquiries")
def asked_list() -> str:
    return render("needs/asked_list.html", invitations=queries.my_invitations(),
                  standing=invitation_standing)


@asked_pages.get("/enquiries/<int:enquiry_id>")
def asked(enquiry_id: int) -> str:
    return _page(queries.invitation_by(enquiry_id, "enquiry.asked"))


def _page(invitation: EnquiryInvitation, typed: dict[str, Any] | None = None, errors: Any = (),
          question: str = "") -> str:
    enquiry = invitation.enquiry
    over = queries.is_over(enquiry) or invitation.state in ("declined", "expired")
    return render("needs/asked.html", invitation=invitation, enquiry=enquiry, errors=errors,
                  answer=typed or shown_answer(invitation.answer), question=question, over=over,
                  standing=invitation_standing(invitation), parts=PARTS, part_labels=PRICE_PARTS,
                  units=UNITS, own=queries.offered_by(invitation.provider_id))


@asked_pages.post("/enquiries/<int:enquiry_id>/answer")
def answer(enquiry_id: int) -> ResponseReturnValue:
    """Keep a draft or send the answer."""
    invitation = queries.invitation_by(enquiry_id, "enquiry.answer")
    content = read_answer(request.form, invitation.enquiry.content["wishes"])
    revision, send = number("revision"), "send" in request.form
    try:
        save_answer(invitation=invitation, content=load_answer(content), send=send,
                    revision=revision)
    except InvalidInput as problem:
        again = queries.invitation_by(enquiry_id, "enquiry.asked")
        return _page(again, typed_answer(content, revision or 0),
                     at_fields(problem.errors, content)), 422
    flash(_("Your answer is sent. Until the deadline you can change it.") if send else
          _("Your draft is saved. Only your organisation sees it."), "success")
    return see_other(f"/enquiries/{enquiry_id}")


@asked_pages.post("/enquiries/<int:enquiry_id>/question")
def question(enquiry_id: int) -> ResponseReturnValue:
    invitation = queries.invitation_by(enquiry_id, "enquiry.answer")
    text = request.form.get("question", "")
    try:
        ask_back(invitation=invitation, text=text)
    except InvalidInput as problem:
        again = queries.invitation_by(enquiry_id, "enquiry.asked")
        return _page(again, None, problem.errors, text), 422
    flash(_("Your question is sent, without your name."), "success")
    return see_other(f"/enquiries/{enquiry_id}#questions")


@asked_pages.post("/enquiries/<int:enquiry_id>/decline")
def refuse(enquiry_id: int) -> Response:
    invitation = queries.invitation_by(enquiry_id, "enquiry.answer")
    return attempt(lambda: decline(invitation=invitation, reason=request.form.get("reason", "")),
                   f"/enquiries/{enquiry_id}", _("You have declined; the enterprise is told why."))
