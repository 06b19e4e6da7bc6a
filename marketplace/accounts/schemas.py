"""What people write about themselves and about those they invite, checked once for every door."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates

from marketplace.accounts.numbers import mobile
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LANGUAGES
from marketplace.core.validation import field_errors

_USERNAME = re.compile(r"[a-zA-Z][a-zA-Z0-9._-]{2,39}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
TOKEN_DAYS = (30, 90, 365)
"""How long an API token may live."""


class PersonSchema(Schema):
    """A person as an account knows it. An empty mobile number or e-mail becomes none at all."""

    name = fields.String(required=True, validate=validate.Length(
        1, 80, error="write 1 to 80 characters"))
    username = fields.String(required=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    language = fields.String(allow_none=True)

    @pre_load
    def tidy(self, sent: dict[str, Any], **_more: Any) -> dict[str, Any]:
        tidied = {k: v.strip() if isinstance(v, str) else v for k, v in sent.items()}
        for name in ("phone", "email", "language"):
            if name in tidied:
                tidied[name] = tidied[name] or None
        if tidied.get("phone"):
            tidied["phone"] = mobile(tidied["phone"]) or tidied["phone"]
        return tidied

    @validates("username")
    def _username(self, value: str, **_more: Any) -> None:
        if not _USERNAME.fullmatch(value):
            raise ValidationError("write 3 to 40 letters and figures, a letter first")

    @validates("phone")
    def _phone(self, value: str | None, **_more: Any) -> None:
        if value and mobile(value) != value:
            raise ValidationError("write a mobile number of 11 figures")

    @validates("email")
    def _email(self, value: str | None, **_more: Any) -> None:
        if value and (len(value) > 254 or not _EMAIL.fullmatch(value)):
            raise ValidationError("write an e-mail address such as name@example.com")

    @validates("language")
    def _language(self, value: str | None, **_more: Any) -> None:
        if value and value not in LANGUAGES:
            raise ValidationError("choose from zh, en")


class TokenSchema(Schema):
    """An API token somebody asks for."""

    token_name = fields.String(required=True, validate=validate.Length(
        1, 80, error="write 1 to 80 characters"))
    membership_id = fields.Integer(required=True)
    write = fields.Boolean(load_default=False)
    days = fields.Integer(required=True, validate=validate.OneOf(
        TOKEN_DAYS, error="choose one of the offered terms"))


def repeated(password: str, again: str) -> str:
    """A new password typed twice. Raises `InvalidInput` at `again` when the two differ."""
    if password != again:
        raise InvalidInput("The two passwords differ.", errors=(
            FieldError("again", "", "type the same password twice"),))
    return password


def load(schema: Schema, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, checked. Raises `InvalidInput` with an error at each wrong field."""
    try:
        loaded: dict[str, Any] = schema.load(sent)
    except ValidationError as problem:
        raise InvalidInput("Some fields have to be corrected.",
                           errors=field_errors(problem.messages, sent)) from None
    return loaded
