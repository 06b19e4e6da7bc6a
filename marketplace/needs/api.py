"""Needs and enquiries in the API: an enterprise's programs keep needs and read answers."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from marketplace.catalog.content_schema import Localized
from marketplace.core.api import PREFIX, PROBLEM, TOKEN_NEEDED, ApiBlueprint, Problem
from marketplace.core.clock import today
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.matching.api import COMPANY, stated
from marketplace.matching.reading import need_of as read_need
from marketplace.matching.schemas import TEXT_LENGTH, MatchFilters
from marketplace.matching.sheets import wish_row
from marketplace.matching.understand import understand
from marketplace.needs import queries
from marketplace.needs.anonymity import need_of
from marketplace.needs.models import (
    ANSWER_STATES,
    AUDIENCES,
    ENQUIRY_STATES,
    INVITATION_STATES,
    NEED_STATES,
    SAYS,
    Enquiry,
    EnquiryInvitation,
    SavedNeed,
)
from marketplace.needs.operations import TITLE_LENGTH, save_need
from marketplace.taxonomy.queries import active_industries


class WishAnswer(Schema):
    key = fields.String()
    label = Localized()
    hard = fields.Boolean()


class NeedAnswer(Schema):
    """A need as its organisation keeps it; `public_text` is what providers see."""

    id = fields.Integer()
    title = fields.String()
    text = fields.String()
    state = fields.String(validate=validate.OneOf(NEED_STATES))
    industry = fields.String(allow_none=True)
    audience = fields.String(validate=validate.OneOf(AUDIENCES))
    anonymous = fields.Boolean()
    public_title = fields.String()
    public_text = fields.String()
    published_at = fields.DateTime(allow_none=True)
    updated_at = fields.DateTime()
    wishes = fields.List(fields.Nested(WishAnswer))
    enquiries = fields.List(fields.Integer())


class NeedBody(Schema):
    """A need in words; `filters` state wishes beside the text, as in a match."""

    text = fields.String(required=True, validate=validate.Length(
        *TEXT_LENGTH, error="write 4 to 2,000 characters"))
    title = fields.String(load_default="", validate=validate.Length(max=TITLE_LENGTH))
    industry = fields.String()
    filters = fields.Nested(MatchFilters, load_default=dict)


class PointAnswer(Schema):
    key = fields.String()
    says = fields.String(validate=validate.OneOf((*SAYS, "")))
    evidence = fields.String()


class PartAnswer(Schema):
    part = fields.String()
    unit = fields.String()
    amount = fields.Float()
    from_year = fields.Integer()


class SentAnswer(Schema):
    """A provider's answer; while prices are sealed `price_parts` and `notes` are null, and
    `points` lack the budget."""

    state = fields.String(validate=validate.OneOf(ANSWER_STATES))
    points = fields.List(fields.Nested(PointAnswer))
    days = fields.Integer(allow_none=True)
    price_parts = fields.List(fields.Nested(PartAnswer), allow_none=True)
    notes = fields.String(allow_none=True)


class AskedAnswer(Schema):
    provider = fields.String()
    state = fields.String(validate=validate.OneOf(INVITATION_STATES))
    due_on = fields.Date(allow_none=True)
    answer = fields.Nested(SentAnswer, allow_none=True)


class EnquiryAnswerSchema(Schema):
    """An enquiry with what came back."""

    id = fields.Integer()
    need_id = fields.Integer()
    state = fields.String(validate=validate.OneOf(ENQUIRY_STATES))
    deadline_on = fields.Date()
    sealed = fields.Boolean()
    prices_open = fields.Boolean()
    invitations = fields.List(fields.Nested(AskedAnswer))


def _need(saved: SavedNeed) -> dict[str, Any]:
    plain = ("id", "title", "text", "state", "industry", "audience", "anonymous", "public_title",
             "public_text", "published_at", "updated_at")
    return {name: getattr(saved, name) for name in plain} | {
        "wishes": [wish_row(w) for w in need_of(saved).wishes],
        "enquiries": [e.id for e in saved.enquiries]}


def _asked(invitation: EnquiryInvitation, shown: bool) -> dict[str, Any]:
    answer = invitation.answer
    sent = answer is not None and answer.state == "sent"
    return {"provider": invitation.provider.slug, "state": invitation.state,
            "due_on": invitation.due_on, "answer": {
                "state": answer.state, "days": answer.days,
                "points": queries.points_shown(invitation.enquiry, answer),
                "price_parts": answer.price_parts if shown else None,
                "notes": answer.notes if shown else None} if answer and sent else None}


def _enquiry(found: Enquiry) -> dict[str, Any]:
    shown = queries.prices_open(found)
    return {"id": found.id, "need_id": found.need_id, "state": found.state,
            "deadline_on": found.deadline_on, "sealed": found.sealed, "prices_open": shown,
            "invitations": [_asked(i, shown) for i in found.invitations]}


def needs_api() -> ApiBlueprint:
    """The operations of an enterprise's needs."""
    api = ApiBlueprint("needs_api", __name__, url_prefix=PREFIX, description="Needs")
    refused = {"schema": Problem, "content_type": PROBLEM}

    @api.get("/needs")
    @api.doc(security=TOKEN_NEEDED)
    @api.response(200, NeedAnswer(many=True))
    def list_needs() -> Any:
        """The organisation's needs, the last touched first."""
        return [_need(saved) for saved in queries.needs()]

    @api.post("/needs")
    @api.doc(security=TOKEN_NEEDED)
    @api.arguments(NeedBody)
    @api.response(201, NeedAnswer)
    def save(body: dict[str, Any]) -> dict[str, Any]:
        """Save a need as a draft. Publishing stays with people, who confirm the wording."""
        text, industry, filters = body["text"].strip(), body.get("industry"), body["filters"]
        if industry is not None and industry not in active_industries():
            raise InvalidInput("There is no such industry.", errors=(FieldError(
                "industry", industry, f"choose from {', '.join(active_industries())}"),))
        read = read_need(understand(text, industry=industry, today=today()),
                         **{k: filters[k] for k in COMPANY if k in filters})
        return _need(save_need(need=stated(read, filters), title=body["title"]))

    @api.get("/needs/<int:need_id>")
    @api.doc(security=TOKEN_NEEDED)
    @api.response(200, NeedAnswer)
    @api.alt_response(404, description="None of the organisation's", **refused)
    def get_need(need_id: int) -> dict[str, Any]:
        """One of the organisation's needs."""
        return _need(queries.need_by(need_id))

    @api.get("/enquiries/<int:enquiry_id>")
    @api.doc(security=TOKEN_NEEDED)
    @api.response(200, EnquiryAnswerSchema)
    @api.alt_response(404, description="None of the organisation's", **refused)
    def get_enquiry(enquiry_id: int) -> dict[str, Any]:
        """An enquiry of the organisation with its answers; sealed prices open after the
        deadline."""
        return _enquiry(queries.enquiry_by(enquiry_id, "enquiry.read"))

    return api
