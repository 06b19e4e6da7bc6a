"""What a provider's record holds: the schema behind the sheet `providers`."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as Bad

from marketplace.catalog.content_schema import AT_LEAST_ONE, Localized, one_of
from marketplace.catalog.labels import PROVIDER_CLASSES
from marketplace.core.i18n import LocalizedText


def check_credit_code(code: str) -> str:
    """A unified social credit code (GB 32100) in compact form; raises `ValidationError`."""
    try:
        compact: str = uscc.validate(code)
    except InvalidLength:
        raise ValidationError(f"write 18 characters (now {len(uscc.compact(code))})") from None
    except InvalidChecksum:
        raise ValidationError("the last character does not fit the 17 before it; "
                              "compare with the business licence") from None
    except InvalidFormat:
        raise ValidationError("write 8 digits, then digits and capital letters "
                              "(never I, O, S, V or Z)") from None
    except Bad:
        raise ValidationError("this is no unified social credit code; compare with the business "
                              "licence") from None
    return compact


class CreditCode(fields.String):
    """A checked unified social credit code."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        return check_credit_code(super()._deserialize(value, attr, data, **kwargs))


class ContactSchema(Schema):
    person = Localized(blank=True, longest=80, load_default=LocalizedText())
    phone = fields.String(load_default="", validate=validate.Length(
        max=40, error="write at most 40 characters"))
    email = fields.Email(allow_none=True, load_default="",
                         error_messages={"invalid": "write an e-mail address"})


class ProviderContentSchema(Schema):
    """A provider and its organisation. Codes of districts are checked where they are read."""

    name = Localized(required=True, longest=120)
    credit_code = CreditCode(allow_none=True, load_default=None)
    district_code = fields.String(data_key="district", allow_none=True, load_default=None)
    city = Localized(required=True, longest=40)
    founded = fields.Integer(allow_none=True, load_default=None,
                             validate=validate.Range(1900, 2100, error="write a year"))
    staff = fields.Integer(allow_none=True, load_default=None,
                           validate=validate.Range(0, 10_000_000, error="write 0 or more people"))
    summary = Localized(required=True, longest=200)
    description = Localized(required=True, longest=8000)
    classes = fields.List(fields.String(validate=one_of(PROVIDER_CLASSES)), required=True,
                          validate=validate.Length(min=1, error=AT_LEAST_ONE))
    service_districts = fields.List(fields.String(), load_default=list)
    response_hours = fields.Integer(
        allow_none=True, load_default=None,
        validate=validate.Range(0, 1000, error="write 0 to 1000 hours"))
    qualifications = fields.List(Localized(longest=400), load_default=list)
    team = Localized(blank=True, longest=1000, load_default=LocalizedText())
    contact = fields.Nested(ContactSchema, load_default=lambda: ContactSchema().load({}))
