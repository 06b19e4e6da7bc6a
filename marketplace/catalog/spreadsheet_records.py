"""Stored records as rows of cells, and rows of cells as what the schemas load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from marketplace.catalog.content_schema import Localized, SolutionContentSchema
from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.catalog.pricing import DEFAULT_COST_CLASS
from marketplace.catalog.spreadsheet_cells import CellError, put, take
from marketplace.catalog.spreadsheet_columns import (
    PRICES,
    SOLUTIONS,
    Sheet,
    nested_schema,
    part_sheets,
)
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.core.i18n import LocalizedText

Cells = dict[str, str]
"""A row: text by column key; empty cells are left out."""
CONTENT = SolutionContentSchema()
PROVIDER = ProviderContentSchema()


def _plain(field: fields.Field[Any], value: Any) -> Any:
    """A stored value as the schema would load it."""
    if isinstance(field, Localized):
        return LocalizedText.of(value).as_dict()
    if isinstance(field, fields.Nested):
        return raw_of(field.schema, value or {})
    if isinstance(field, fields.List):
        nested = nested_schema(field)
        if nested is not None:
            return [raw_of(nested, row) for row in value or ()]
        return [_plain(field.inner, getattr(item, "code", item)) for item in value or ()]
    return value


def raw_of(schema: Schema, record: Any, names: Sequence[str] | None = None) -> dict[str, Any]:
    """A model or loaded content as `schema` would load it; `names` restricts the fields."""
    given = isinstance(record, Mapping)
    return {field.data_key or name: _plain(
        field, record.get(name) if given else getattr(record, name, None))
        for name, field in schema.fields.items() if names is None or name in names}


def cells_of(sheet: Sheet, raw: Mapping[str, Any]) -> Cells:
    """The row of a record; empty cells are left out."""
    row: Cells = {}
    for column in sheet.columns:
        value = take(raw, column.path)
        if value is None or value == "" or value == []:
            continue
        text = column.codec.write(value)
        if text:
            row[column.key] = text
    return row


def _prices_by_part(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    usual = {"from_year": 1}
    return {row["part"]: {
        k: v for k, v in {"unit": "flat", **row}.items() if v != usual.get(k) and not (
            k == "cost_class" and v == DEFAULT_COST_CLASS[row["part"]])} for row in rows}


def solution_row(sheet: Sheet, content: Any, *, slug: str, provider: str) -> Cells:
    """The row of a version or of loaded content in the sheet `solutions`."""
    raw = raw_of(CONTENT, content, [n for n in CONTENT.fields if n not in part_sheets()])
    raw["industries"] = sorted(raw["industries"])
    raw[PRICES] = _prices_by_part(raw[PRICES])
    return cells_of(sheet, {**raw, "slug": slug, "provider": provider})


def part_rows(sheet: Sheet, content: Any, *, solution: str) -> list[Cells]:
    """The rows of a version or of loaded content in a sheet that hangs on solutions."""
    raw = raw_of(CONTENT, content, (sheet.name,))[sheet.name]
    return [cells_of(sheet, {**row, "solution": solution}) for row in raw]


def solution_rows(known: Mapping[str, Sheet], solution: Solution,
                  version: SolutionVersion) -> Iterator[tuple[str, Cells]]:
    """Every row of a solution with the name of its sheet."""
    slug = solution.slug
    if SOLUTIONS in known:
        yield SOLUTIONS, solution_row(known[SOLUTIONS], version, slug=slug,
                                      provider=solution.provider.slug)
    for name in part_sheets():
        if name in known:
            yield from ((name, row) for row in part_rows(known[name], version, solution=slug))


def provider_row(sheet: Sheet, provider: Provider) -> Cells:
    """The row of a stored provider."""
    organisation = provider.organisation
    record = {name: getattr(organisation if hasattr(organisation, name) else provider, name)
              for name in PROVIDER.fields}
    return cells_of(sheet, {**raw_of(PROVIDER, record), "slug": provider.slug})


def provider_content_row(sheet: Sheet, content: Mapping[str, Any], *, slug: str) -> Cells:
    """The row of loaded content of a provider."""
    return cells_of(sheet, {**raw_of(PROVIDER, content), "slug": slug})


def raw_from(sheet: Sheet, row: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the schema loads, and a remedy for every cell that cannot be read."""
    raw: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for column in sheet.columns:
        text = row.get(column.key, "")
        if text:
            try:
                put(raw, column.path, column.codec.read(text))
            except CellError as problem:
                wrong[column.key] = str(problem)
    if sheet.name == SOLUTIONS:
        for part, stated in raw.get(PRICES, {}).items():
            amount = f"price.{part}"
            if "amount" not in stated and amount not in wrong:
                wrong[amount] = "write the amount, or clear the cells of this part beside it"
        raw[PRICES] = [{"part": part, **stated} for part, stated in raw.get(PRICES, {}).items()]
    raw.pop("slug", None)
    for name in ("provider", "solution"):
        if name == sheet.key or sheet.name == SOLUTIONS:
            raw.pop(name, None)
    return raw, wrong
