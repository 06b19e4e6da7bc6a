"""The company profile's form: what was typed, checked by the schema of providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.catalog.spreadsheet_records import raw_of
from marketplace.catalog.spreadsheet_stored import credit_code_owners
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.validation import field_errors
from marketplace.listing.content import pruned
from marketplace.listing.forms import Form, both, number, text
from marketplace.taxonomy.queries import districts

IDENTITY = ("name", "credit_code")
"""What was compared with the licence: after the check only an operator changes it."""
_BILINGUAL = ("name", "city", "summary", "description", "team")
SCHEMA = ProviderContentSchema()


def stored_profile(organisation: Organisation, provider: Provider | None) -> dict[str, Any]:
    """The profile as the form shows it."""
    record = {n: getattr(organisation if hasattr(organisation, n) else provider, n, None)
              for n in SCHEMA.fields}
    raw = raw_of(SCHEMA, record)
    raw["qualifications"] = "\n".join(
        " | ".join(filter(None, (LocalizedText.of(q).zh, LocalizedText.of(q).en)))
        for q in record["qualifications"] or ())
    return raw


def typed_profile(form: Form) -> dict[str, Any]:
    """What was typed, in the form's own shape: it is shown again as it is."""
    return {
        **{n: both(form, n) for n in _BILINGUAL}, "credit_code": text(form, "credit_code"),
        "district": text(form, "district"), "founded": number(form, "founded"),
        "staff": number(form, "staff"), "response_hours": number(form, "response_hours"),
        "classes": form.getlist("classes"), "service_districts": form.getlist("service_districts"),
        "qualifications": text(form, "qualifications"),
        "contact": {"person": both(form, "contact.person"), "phone": text(form, "contact.phone"),
                    "email": text(form, "contact.email")}}


def checked_profile(typed: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """Loaded content; raises `InvalidInput` with errors at the fields."""
    raw = {k: v for k, v in typed.items() if pruned(v) is not None}
    if organisation.verified:
        raw |= {"name": organisation.name.as_dict(), "credit_code": organisation.credit_code}
    raw["qualifications"] = [_qualification(line) for line in
                             typed["qualifications"].split("\n") if line.strip()]
    try:
        loaded: dict[str, Any] = SCHEMA.load(raw)
    except ValidationError as problem:
        found = field_errors(problem.messages, raw)
        raise _refused([FieldError(_at(e), e.value if isinstance(e.value, str | int) else None,
                                   e.remedy) for e in found]) from None
    known = {d.code for d in districts()}
    wrong = []
    if loaded["district_code"] not in {None, *known}:
        wrong.append(FieldError("district", typed["district"], "choose from the list"))
    wrong += [FieldError("service_districts", code, "choose from the list")
              for code in loaded["service_districts"] if code not in known]
    owner = credit_code_owners([loaded["credit_code"] or ""]).get(loaded["credit_code"] or "")
    if owner not in (None, organisation.slug):
        wrong.append(FieldError("credit_code", loaded["credit_code"],
                                "belongs to another organisation; ask an operator"))
    if wrong:
        raise _refused(wrong)
    return {k: v for k, v in loaded.items() if not (organisation.verified and k in IDENTITY)}


def _refused(errors: list[FieldError]) -> InvalidInput:
    return InvalidInput("The profile was not saved.", errors=tuple(errors))


def _at(error: FieldError) -> str:
    """The form's field: bilingual ones are marked at their Chinese half."""
    bilingual = error.field in (*_BILINGUAL, "contact.person")
    return f"{error.field}.zh" if bilingual else error.field


def _qualification(line: str) -> dict[str, str]:
    zh, _, en = line.replace("｜", "|").partition("|")
    return {"zh": zh.strip(), "en": en.strip()}
