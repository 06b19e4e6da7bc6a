"""How fields and their values are called and shown: in lists of what is missing, comments, diffs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marketplace.catalog.comparison import show_attribute
from marketplace.catalog.labels import (
    COST_CLASSES,
    DEPLOYMENTS,
    FILE_KINDS,
    PRICE_PARTS,
    UNITS,
)
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.listing.content import FIELDS, LOCALIZED, ROWS, key_of
from marketplace.listing.row_lines import case_lines, document_lines
from marketplace.taxonomy.registry import taxonomy


def section_label(code: str) -> str:
    """The name of a section of the form."""
    return {
        "basics": _("Basics"), "industries": _("Industries and categories"),
        "scenarios": _("Scenarios and levels"), "deployment": _("Deployment and interfaces"),
        "price": _("Price"), "attributes": _("Properties"), "cases": _("Cases"),
        "documents": _("Documents and pictures"),
    }[code]


def _core_label(name: str) -> str:
    return {
        "name": _("Name"), "promise": _("In one line"), "description": _("What it does"),
        "industries": _("Industries"), "categories": _("Product categories"),
        "deployments": _("Deployment"), "scenarios": _("Scenarios and levels"),
        "price_parts": _("Price parts"), "go_live_days": _("Days from contract to go-live"),
        "smallest_package": _("Smallest package"), "interfaces": _("Interfaces"),
        "data_export": _("Data export"), "attributes": _("Properties"), "cases": _("Cases"),
        "documents": _("Documents"), "files": _("Uploaded files and pictures"),
        "file": _("File"),
    }.get(name, name)


def field_label(field: str) -> str:
    """A field as people call it; unknown ones keep their name."""
    key, rest = key_of(field), field.partition(".")[2]
    if key == "attributes" and rest:
        attribute = taxonomy().attributes.get(rest)
        return str(attribute.label) if attribute else rest
    label = _core_label(key)
    if key in LOCALIZED and rest in ("zh", "en"):
        language = _("Chinese") if rest == "zh" else _("English")
        return _("%(field)s (%(language)s)", field=label, language=language)
    if key == "scenarios" and rest:
        return f"{rest} {taxonomy().scenario_name(rest)}"
    if key == "price_parts" and rest in PRICE_PARTS:
        return f"{label} · {PRICE_PARTS[rest]}"
    number = rest.partition(".")[0]
    if key in ROWS and number.isdecimal():
        return f"{label} {int(number) + 1}"
    return label


def section_order(field: str) -> tuple[int, bool, str]:
    """Sorts fields as the form does, Chinese before English."""
    key = key_of(field)
    return (FIELDS.index(key) if key in FIELDS else len(FIELDS), field.endswith(".en"), field)


def _join(values: Any, names: Callable[[str], Any]) -> str:
    values = values if isinstance(values, list) else [values]
    return _(", ").join(str(names(str(v))) for v in values)


def shown_value(field: str, value: Any) -> str:
    """A flat field's value as people read it."""
    key, tree = key_of(field), taxonomy()
    if key == "attributes":
        attribute = tree.attributes.get(field.removeprefix("attr."))
        return str(value) if attribute is None or _wrong_type(attribute.is_number, value) else \
            show_attribute(attribute, value) or ""
    if key == "scenarios":
        return _("level %(low)s to %(high)s", low=value[0], high=value[-1])
    if key == "price_parts":
        return _price(value)
    if key in ("cases", "documents") and isinstance(value, Mapping):
        return "\n".join((case_lines if key == "cases" else document_lines)(value))
    if key == "files":
        return f"{FILE_KINDS.get(value.get('kind'), '')}{_(': ')}" \
               f"{LocalizedText.of(value.get('title'))}"
    names: dict[str, Callable[[str], Any]] = {
        "industries": tree.industry_name, "categories": tree.category_name,
        "deployments": lambda code: DEPLOYMENTS.get(code, code)}
    if isinstance(value, list):
        return _join(value, names.get(key, str))
    return str(value)


def _wrong_type(numeric: bool, value: Any) -> bool:
    return numeric and not isinstance(value, int | float)


def _price(row: Mapping[str, Any]) -> str:
    amount = row.get("amount")
    shown = f"{amount:,.2f}".removesuffix(".00") if isinstance(amount, int | float) else amount
    unit = UNITS.get(str(row.get("unit")), row.get("unit"))
    cost = COST_CLASSES.get(str(row.get("cost_class")), row.get("cost_class"))
    later = row.get("from_year")
    from_year = f" · {_('from year %(year)s', year=later)}" if later not in (None, 1) else ""
    return f"{_('%(amount)s yuan', amount=shown)} · {unit} · {cost}{from_year}"
