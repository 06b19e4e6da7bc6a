"""Checks one row with the schemas and the plugins; every remedy lands at its column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from marketplace.catalog.content_schema import load_attributes
from marketplace.catalog.spreadsheet_columns import ATTRIBUTES, PRICES, Column, Sheet
from marketplace.catalog.spreadsheet_records import raw_from
from marketplace.core.errors import FieldError
from marketplace.core.i18n import LANGUAGES, LocalizedText
from marketplace.taxonomy.registry import taxonomy

NEEDED = "write a value; it is required"
_REPHRASED = {"Missing data for required field.": NEEDED, "Field may not be null.": NEEDED}
Wrong = dict[str, str | LocalizedText]
"""A remedy by column key."""


def check_row(sheet: Sheet, cells: Mapping[str, str], wrong: Mapping[str, str],
              schema: Schema) -> tuple[dict[str, Any] | None, Wrong]:
    """What `schema` loads from a row, or None and the remedies. `wrong` are cells known as bad."""
    readable = {k: v for k, v in cells.items() if k not in wrong}
    raw, unreadable = raw_from(sheet, readable)
    found: Wrong = {**wrong, **unreadable}
    content: dict[str, Any] | None = None
    problems: list[tuple[tuple[Any, ...], str]] = []
    try:
        content = schema.load(raw)
    except ValidationError as problem:
        problems += _flat(problem.messages)
        if ATTRIBUTES in schema.fields:
            problems += _attribute_problems(raw)
    for path, text in problems:
        key = _column_of(sheet, raw, path, text)
        found.setdefault(key, _REPHRASED.get(text, text.rstrip(".")))
    return (None, found) if found else (content, {})


def _attribute_problems(raw: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Attributes are checked last by the schema, so not at all when something else is wrong."""
    if raw.get("industries"):
        try:
            load_attributes(raw.get(ATTRIBUTES, {}), raw["industries"])
        except ValidationError as problem:
            yield from _flat(problem.messages)


def _flat(messages: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _flat(inner, (*path, name))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, str(messages)


def _column_of(sheet: Sheet, raw: Mapping[str, Any], path: tuple[Any, ...], text: str) -> str:
    """The column a message belongs to; the key column when none fits."""
    if not path or path[0] in sheet.by_key:
        return path[0] if path else sheet.key
    if path[0] == PRICES and len(path) > 1 and isinstance(path[1], int):
        path = (PRICES, raw[PRICES][path[1]]["part"], *path[2:])
    ranked = [(_shared(column.path, path), column) for column in sheet.columns]
    most = max(count for count, _column in ranked)
    if not most:
        return sheet.key
    return _in_its_language([c for count, c in ranked if count == most], raw, text).key


def _shared(first: tuple[Any, ...], second: tuple[Any, ...]) -> int:
    same = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        same += 1
    return same


def _in_its_language(columns: list[Column], raw: Mapping[str, Any], text: str) -> Column:
    """Of a pair of languages the one that is too long, else the first."""
    pair = columns[:2]
    if text.startswith("shorten") and [c.path[-1] for c in pair] == list(LANGUAGES):
        value: Any = raw
        for name in pair[0].path[:-1]:
            value = value[name]
        return max(pair, key=lambda column: len(value.get(column.path[-1]) or ""))
    return columns[0]


def plugin_problems(sheet: Sheet, cells: Mapping[str, str],
                    industries: Collection[str]) -> Wrong:
    """What the plugins of the row's industries object to (`check_solution`)."""
    values = {c.key: c.codec.read(cells[c.key]) for c in sheet.columns if cells.get(c.key)}
    try:
        answers = taxonomy().plugins.call("check_solution", only=industries, solution=values)
    except Exception as problem:
        return {sheet.key: f"a plugin failed to check this row ({type(problem).__name__}: "
                           f"{problem}); tell the operator"}
    found: Wrong = {}
    for _industry, errors in answers:
        for error in errors or ():
            key = next((k for k in (error.field, f"{error.field}_zh") if k in sheet.by_key), None)
            remedy = error.remedy if key else _named(error)
            found.setdefault(key or sheet.key, remedy)
    return found


def _named(error: FieldError) -> str | LocalizedText:
    """The remedy of a field that has no column, behind the field's name."""
    if isinstance(error.remedy, str):
        return f"{error.field}: {error.remedy}"
    return LocalizedText(f"{error.field}：{error.remedy.zh}", f"{error.field}: {error.remedy.en}")
