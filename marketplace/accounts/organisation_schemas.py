"""What people write about an organisation, checked once for forms, imports and the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate
from stdnum.cn import uscc

from marketplace.accounts.models import ORGANISATION_KINDS
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.models import District
from marketplace.taxonomy.registry import taxonomy

FOUNDED_BY_PEOPLE = ("enterprise", "provider", "chain_leader")
"""Kinds that anybody signed in may found. The others carry roles over third parties, so the city
sets them up (`marketplace org import`)."""
OUTSIDE = "outside"
"""Stands for a place outside the city in forms; stored as no district."""
_LARGEST = 10**12


class CreditCode(fields.String):
    """统一社会信用代码 (GB 32100-2015): 18 characters with a check character; spaces go."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = "".join(str(super()._deserialize(value, attr, data, **kwargs)).split()).upper()
        if not text:
            raise ValidationError("write the 18 characters of the unified social credit code")
        if len(text) != 18:
            raise ValidationError(f"has 18 characters, these are {len(text)}")
        if not uscc.is_valid(text):
            raise ValidationError("compare it with the licence: a character is wrong, the check "
                                  "character does not fit")
        return text


def _name(shortest: int) -> fields.String:
    message = "write {min} to {max} characters" if shortest else "write at most {max} characters"
    more: dict[str, Any] = {"required": True} if shortest else {"load_default": ""}
    return fields.String(validate=validate.Length(shortest, 80, error=message), **more)


def _count(largest: int) -> fields.Integer:
    return fields.Integer(allow_none=True, load_default=None, validate=validate.Range(
        0, largest, error="write 0 or more"), error_messages={"invalid": "write a whole number"})


class OrganisationSchema(Schema):
    """An organisation as its people state it. `revenue_wan` is in 10,000 yuan, as on the licence
    and in reports; it is stored in yuan. What else a form sends is left out."""

    class Meta:
        unknown = EXCLUDE

    kind = fields.String(required=True, validate=validate.OneOf(
        FOUNDED_BY_PEOPLE, error="choose one of the kinds offered"))
    name_zh = _name(2)
    name_en = _name(0)
    credit_code = CreditCode(required=True)
    district = fields.String(required=True)
    founded = _count(9999)
    staff = _count(1_000_000)
    revenue_wan = _count(_LARGEST // 10_000)
    industry = fields.String(allow_none=True, load_default=None)
    contact_name = fields.String(load_default="", validate=validate.Length(
        max=80, error="write at most {max} characters"))
    contact_phone = fields.String(load_default="", validate=validate.Regexp(
        r"^$|^[\d+\-() ]{5,30}$", error="write a telephone number"))

    @pre_load
    def tidy(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        tidied = {k: v.strip() if isinstance(v, str) else v for k, v in sent.items()}
        for name in ("founded", "staff", "revenue_wan", "industry"):
            tidied[name] = tidied.get(name) or None
        return tidied

    @post_load
    def columns(self, given: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """As the table's columns."""
        self._check_codes(given)
        contact = {"name": given["contact_name"], "phone": given["contact_phone"]}
        place = given["district"]
        revenue = given["revenue_wan"]
        columns = {
            "name": LocalizedText(given["name_zh"], given["name_en"]),
            "credit_code": given["credit_code"],
            "district_code": None if place == OUTSIDE else place,
            "industry": given["industry"], "founded": given["founded"], "staff": given["staff"],
            "revenue": None if revenue is None else revenue * 10_000,
            "contacts": [contact] if any(contact.values()) else []}
        return columns | ({"kind": given["kind"]} if "kind" in given else {})

    def _check_codes(self, given: Mapping[str, Any]) -> None:
        place, industry, founded = given["district"], given["industry"], given["founded"]
        if place != OUTSIDE and db.session.get(District, place) is None:
            raise ValidationError("choose a district", "district")
        if industry is not None and industry not in taxonomy().industries:
            raise ValidationError("choose an industry from the list", "industry")
        if founded is not None and not 1800 <= founded <= today().year:
            raise ValidationError("write a year that is not in the future", "founded")


class ImportedOrganisationSchema(OrganisationSchema):
    """A row of an import by the city: every kind, and no credit code where none is known yet."""

    kind = fields.String(required=True, validate=validate.OneOf(
        ORGANISATION_KINDS, error=f"choose from {', '.join(ORGANISATION_KINDS)}"))
    credit_code = CreditCode(load_default=None, allow_none=True)

    @pre_load
    def without_code(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        return {**sent, "credit_code": sent.get("credit_code") or None}


class VisitedEnterpriseSchema(OrganisationSchema):
    """An enterprise as whoever visits it writes it down: with somebody to talk to, and a place
    that an officer looks after."""

    contact_name = fields.String(required=True, validate=validate.Length(
        2, 80, error="write {min} to {max} characters"))

    @pre_load
    def of_the_city(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        place = sent.get("district")
        return {**sent, "kind": "enterprise", "district": "" if place == OUTSIDE else place}


class ReasonSchema(Schema):
    """Words that somebody else will read: why asked, returned, refused, closed."""

    reason = fields.String(required=True, validate=validate.Length(
        4, 400, error="write {min} to {max} characters"))

    @pre_load
    def tidy(self, sent: Mapping[str, Any], **_more: Any) -> dict[str, Any]:
        return {"reason": str(sent.get("reason") or "").strip()}


def form_of(organisation: Any) -> dict[str, Any]:
    """The stored organisation as its form shows it."""
    contact = (organisation.contacts or [{}])[0]
    revenue = organisation.revenue
    return {
        "kind": organisation.kind, "name_zh": organisation.name.zh,
        "name_en": organisation.name.en, "credit_code": organisation.credit_code or "",
        "district": organisation.district_code or OUTSIDE,
        "founded": organisation.founded or "", "industry": organisation.industry or "",
        "staff": "" if organisation.staff is None else organisation.staff,
        "revenue_wan": "" if revenue is None else revenue // 10_000,
        "contact_name": contact.get("name", ""), "contact_phone": contact.get("phone", "")}
