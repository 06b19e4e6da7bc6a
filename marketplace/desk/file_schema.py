"""The enterprise file's validation, generated from its declarations; to and from what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from marketplace.accounts.models import Organisation
from marketplace.accounts.schemas import load
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute
from marketplace.desk.file_declarations import LEVEL, SYSTEM, declarations, industry_of
from marketplace.taxonomy.models import District

LARGEST = {"staff": 1_000_000, "it_staff": 100_000, "revenue_wan": 10**8, "founded": 9999}
PLAIN = ("production_mode", "export_markets", "chain_leader", "it_staff", "cloud")
"""Kept in the organisation's details under their own key."""


def _district(value: str) -> None:
    if db.session.get(District, value) is None:
        raise ValidationError("choose a district")


def _year(value: int) -> None:
    if not 1800 <= value <= today().year:
        raise ValidationError("write a year that is not in the future")


def _field(attribute: Attribute) -> fields.Field[Any]:
    if attribute.type == "integer":
        check: Any = _year if attribute.key == "founded" else validate.Range(
            0, LARGEST[attribute.key], error="write 0 or more")
        return fields.Integer(validate=check, error_messages={"invalid": "write a whole number"})
    if attribute.type == "choice":
        choose = validate.OneOf(list(attribute.labels), error="choose a value from the list")
        return fields.String(validate=_district if attribute.key == "district" else choose)
    longest = 1000 if attribute.key == "systems" else 120
    return fields.String(validate=validate.Length(
        max=longest, error="write at most {max} characters"))


@cache
def file_schema() -> type[Schema]:
    """The schema of a file; what is left empty is not stored."""
    return Schema.from_dict({a.key: _field(a) for a in declarations()}, name="EnterpriseFile")


def load_file(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form sent, checked. Raises `InvalidInput` at the fields."""
    sent = {a.key: _tidy(str(given.get(a.key, ""))) for a in declarations()}
    return load(file_schema()(unknown=EXCLUDE), {k: v for k, v in sent.items() if v})


def _tidy(typed: str) -> str:
    """Lines as they are kept: browsers end them with two characters."""
    return "\n".join(filter(None, map(str.strip, typed.splitlines())))


def content_of(organisation: Organisation) -> dict[str, Any]:
    """The file as it is in force, from where the platform keeps each fact."""
    details = organisation.details or {}
    revenue = organisation.revenue
    content: dict[str, Any] = {
        "district": organisation.district_code, "gbt4754": organisation.gbt4754,
        "founded": organisation.founded, "staff": organisation.staff,
        "revenue_wan": None if revenue is None else revenue // 10_000,
        "systems": "\n".join(LocalizedText.of(s).in_language("zh")
                             for s in details.get("systems", ()))}
    content |= {key: details.get(key) for key in PLAIN}
    for code, stated in details.get("scenarios", {}).items():
        content[f"{SYSTEM}{code}"] = stated.get("system")
        level = stated.get("level")
        content[f"{LEVEL}{code}"] = None if level is None else str(level)
    return {k: v for k, v in content.items() if v is not None and v != ""}


def apply(organisation: Organisation, content: Mapping[str, Any]) -> None:
    """Put a file in force: columns, and details of what only an enterprise has."""
    organisation.district_code = content.get("district")
    organisation.gbt4754 = content.get("gbt4754")
    organisation.industry = industry_of(organisation.gbt4754) or organisation.industry
    organisation.founded, organisation.staff = content.get("founded"), content.get("staff")
    wan = content.get("revenue_wan")
    organisation.revenue = None if wan is None else wan * 10_000
    details = {k: v for k, v in (organisation.details or {}).items()
               if k not in (*PLAIN, "systems", "scenarios")}
    known = {LocalizedText.of(s).zh: s for s in (organisation.details or {}).get("systems", ())}
    lines = [line.strip() for line in content.get("systems", "").splitlines() if line.strip()]
    details["systems"] = [known.get(line, {"zh": line, "en": ""}) for line in lines]
    details |= {key: content[key] for key in PLAIN if key in content}
    details["scenarios"] = _scenarios(content)
    organisation.details = details


def _scenarios(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, value in content.items():
        if key.startswith(SYSTEM):
            found.setdefault(key.removeprefix(SYSTEM), {})["system"] = value
        elif key.startswith(LEVEL):
            found.setdefault(key.removeprefix(LEVEL), {})["level"] = int(value)
    return found


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The keys in which two files differ, in the order of the declarations."""
    return [a.key for a in declarations() if before.get(a.key) != after.get(a.key)]
