"""Whether a draft may be submitted: what is missing, what is wrong, and which changes need a check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from marketplace.catalog.content_schema import load_attributes
from marketplace.catalog.spreadsheet_checking import Wrong, plugin_problems
from marketplace.catalog.spreadsheet_columns import SOLUTIONS, sheets
from marketplace.catalog.spreadsheet_records import CONTENT, solution_row
from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.core.validation import field_errors
from marketplace.listing.content import FIELDS, FILES, LOCALIZED, Content, flat, key_of, pruned
from marketplace.taxonomy.registry import taxonomy

RECHECK = frozenset(("name", "promise", "description", "industries", "categories", "scenarios",
                     "cases", "documents", FILES))
"""Core fields whose change on a listed solution an operator checks again: what is promised, where
it belongs and what proves it. Prices, days, deployment and interfaces are the provider's own word
and change at once. Attributes declare it themselves (`Attribute.recheck`)."""
NEEDED = "fill this in"
_LIST_INDEX = re.compile(r"^(scenarios|price_parts)\.(\d+)(?:\.\w+)?$")
_COLUMN = re.compile(r"^(\w+)_(zh|en)$")


def needs_check(field: str) -> bool:
    """Whether a changed field needs a new check before visitors see it."""
    key = key_of(field)
    if key != "attributes":
        return key in RECHECK
    attribute = taxonomy().attributes.get(field.removeprefix("attr."))
    return attribute is None or attribute.recheck


@dataclass(frozen=True)
class Checked:
    """`loaded` is ready for a version, None while something is missing or wrong."""

    loaded: dict[str, Any] | None
    missing: tuple[FieldError, ...] = ()
    wrong: tuple[FieldError, ...] = ()

    @property
    def errors(self) -> tuple[FieldError, ...]:
        return (*self.missing, *self.wrong)


def submitted(content: Content) -> dict[str, Any]:
    """The draft as it would be submitted: attributes of industries no longer chosen stay behind."""
    filled = {k: v for k, v in content.items() if k in FIELDS and pruned(v) is not None}
    if "attributes" in filled:
        known = {a.key for a in taxonomy().attributes_for(filled.get("industries", ()))}
        filled["attributes"] = {k: v for k, v in filled["attributes"].items() if k in known}
    return filled


def check(content: Content) -> Checked:
    """Check a draft as submitting does; errors carry the names of form fields."""
    sent = submitted(content)
    files = sent.pop(FILES, [])
    try:
        loaded = CONTENT.load(sent)
    except ValidationError as problem:
        found = list(field_errors(problem.messages, sent))
        if not any(e.field.startswith("attr.") for e in found):
            found += _attribute_errors(sent)
        return _sorted(found, content)
    found = [FieldError(_field_of_column(k), None, r) for k, r in _plugin_errors(loaded).items()]
    if found:
        return _sorted(found, content)
    return Checked({**loaded, FILES: files})


def _attribute_errors(sent: Content) -> list[FieldError]:
    """The schema checks attributes last, so not at all when something else is wrong."""
    try:
        load_attributes(sent.get("attributes", {}), sent.get("industries", []))
    except ValidationError as problem:
        return list(field_errors(problem.messages, sent))
    return []


def _plugin_errors(loaded: Content) -> Wrong:
    sheet = sheets({})[SOLUTIONS]
    cells = solution_row(sheet, loaded, slug="-", provider="-")
    return plugin_problems(sheet, cells, loaded["industries"])


def _field_of_column(key: str) -> str:
    """The form field of a spreadsheet's column: `name.zh` of `name_zh`."""
    if key.startswith("price."):
        return f"price_parts.{key.split('.')[1]}"
    found = _COLUMN.match(key)
    return f"{found[1]}.{found[2]}" if found else key


def _sorted(errors: list[FieldError], content: Content) -> Checked:
    filled = flat(content)
    missing, wrong = [], []
    for error in errors:
        field = _form_field(error, content)
        blank = pruned(error.value) is None and field not in filled
        if blank:
            missing.append(FieldError(field, None, NEEDED if str(error.remedy).startswith(
                ("is required", "choose", "the Chinese")) else error.remedy))
        else:
            value = error.value if isinstance(error.value, str | int | float) else None
            wrong.append(FieldError(field, value, error.remedy))
    order = {name: n for n, name in enumerate(FIELDS)}
    def place(error: FieldError) -> int:
        return order.get(key_of(error.field), len(order))
    return Checked(None, tuple(sorted(missing, key=place)), tuple(sorted(wrong, key=place)))


def _form_field(error: FieldError, content: Content) -> str:
    field = error.field
    found = _LIST_INDEX.match(field)
    if found:
        rows = content.get(found[1]) or []
        row = rows[int(found[2])] if int(found[2]) < len(rows) else {}
        return f"{found[1]}.{row.get('code') or row.get('part') or ''}".rstrip(".")
    if field in LOCALIZED:
        text = LocalizedText.of(content.get(field) or {})
        return f"{field}.{'en' if len(text.en) > len(text.zh) and text.zh else 'zh'}"
    return field


def shown_content(content: Content) -> dict[str, Any]:
    """The draft as far as it is sound, for a preview: what is missing is empty, what is wrong is
    left out."""
    sent = submitted(content)
    files = sent.pop(FILES, [])
    for name, value in list(sent.items()):
        if name == "attributes":
            sent[name] = {k: v for k, v in value.items()
                          if not _wrong_attribute(k, v, sent.get("industries", []))}
        elif name in CONTENT.fields:
            try:
                CONTENT.fields[name].deserialize(value)
            except ValidationError:
                sent[name] = _sound_rows(name, value) if isinstance(value, list) else None
    blank: dict[str, Any] = {n: LocalizedText() for n in LOCALIZED} | {
        "go_live_days": None, "attributes": {}}
    loaded = {}
    for name, field in CONTENT.fields.items():
        value = sent.get(name)
        loaded[name] = blank.get(name, []) if pruned(value) is None else field.deserialize(value)
    return {**loaded, "attributes": sent.get("attributes", {}), FILES: files}


def _sound_rows(name: str, rows: list[Any]) -> list[Any]:
    sound = []
    for row in rows:
        try:
            CONTENT.fields[name].deserialize([row])
        except ValidationError:
            continue
        sound.append(row)
    return sound


def _wrong_attribute(key: str, value: Any, industries: list[str]) -> bool:
    try:
        load_attributes({key: value}, industries)
    except ValidationError as problem:
        return f"attr.{key}" in problem.messages_dict
    return False
