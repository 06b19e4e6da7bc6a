"""What a provider's answer must be like."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from marketplace.catalog.pricing import PARTS, UNITS
from marketplace.core.errors import InvalidInput
from marketplace.core.validation import field_errors
from marketplace.needs.models import SAYS

MOST_YUAN = 1_000_000_000


class PointSchema(Schema):
    """What is said of one wish; `key` is the wish's, such as `scenario:ST-3.5` or `budget`."""

    key = fields.String(required=True, validate=validate.Length(1, 60))
    says = fields.String(required=True, validate=validate.OneOf((*SAYS, "")))
    evidence = fields.String(load_default="", validate=validate.Length(
        max=500, error="write at most 500 characters"))


class AnswerPartSchema(Schema):
    """A part of the price, as in the catalogue."""

    part = fields.String(required=True, validate=validate.OneOf(PARTS))
    unit = fields.String(load_default="flat", validate=validate.OneOf(UNITS))
    amount = fields.Float(required=True, validate=validate.Range(
        0, MOST_YUAN, error="write an amount of yuan, 0 or more"))
    from_year = fields.Integer(load_default=1, validate=validate.Range(1, 3))


class AnswerSchema(Schema):
    """A provider's answer to an enquiry."""

    points = fields.List(fields.Nested(PointSchema), load_default=list)
    price_parts = fields.List(fields.Nested(AnswerPartSchema), load_default=list)
    days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(
        1, 3650, error="write a number of days from 1 to 3650"))
    notes = fields.String(load_default="", validate=validate.Length(
        max=2000, error="write at most 2000 characters"))
    solution_id = fields.Integer(load_default=None, allow_none=True)


def load_answer(content: dict[str, Any]) -> dict[str, Any]:
    """The checked answer. Raises `InvalidInput` with an error a field."""
    try:
        loaded: dict[str, Any] = AnswerSchema().load(content)
    except ValidationError as problem:
        raise InvalidInput("Please correct this.",
                           errors=field_errors(problem.messages, content)) from None
    return loaded
