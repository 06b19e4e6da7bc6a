"""The sheets and their columns, generated from the schemas and the declared attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Final

from marshmallow import Schema, fields

from marketplace.catalog import spreadsheet_cells as cells
from marketplace.catalog.content_schema import Localized, SolutionContentSchema
from marketplace.catalog.labels import (
    COST_CLASSES,
    DEPLOYMENTS,
    DOCUMENT_KINDS,
    PRICE_PARTS,
    PROVIDER_CLASSES,
    UNITS,
)
from marketplace.catalog.pricing import PARTS
from marketplace.catalog.spreadsheet_labels import words
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.core.i18n import LANGUAGES, LocalizedText
from marketplace.declarations import Attribute
from marketplace.taxonomy.registry import GENERAL, taxonomy

PROVIDERS: Final = "providers"
SOLUTIONS: Final = "solutions"
CODES_SHEET = "codes"
PRICES, ATTRIBUTES = "price_parts", "attributes"
TONGUES = {"zh": LocalizedText("中文", "Chinese"), "en": LocalizedText("英文", "English")}
YES_NO = {"yes": LocalizedText("是", "Yes"), "no": LocalizedText("否", "No")}
CHOICES: Mapping[str, Mapping[str, LocalizedText]] = {
    "deployments": DEPLOYMENTS, "classes": PROVIDER_CLASSES, "unit": UNITS,
    "cost_class": COST_CLASSES, "kind": DOCUMENT_KINDS,
}
"""Names of the codes that schema fields choose from."""


@dataclass(frozen=True)
class Column:
    """A column. `path` is where its value sits in what the schema loads; `choices` is a closed
    list; `listed` says that several may be given; `rare` columns are folded away."""

    key: str
    path: tuple[str, ...]
    label: LocalizedText
    help: LocalizedText
    codec: cells.Codec
    required: bool = False
    choices: Mapping[str, LocalizedText] | None = None
    listed: bool = False
    rare: bool = False
    width: int = 18

    @property
    def numeric(self) -> bool:
        return isinstance(self.codec, cells.Number)


@dataclass(frozen=True)
class Sheet:
    """A kind of rows. `key` names the column that identifies the record."""

    name: str
    key: str
    columns: tuple[Column, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.columns if c.required or c.key == self.key)


Districts = Mapping[str, LocalizedText]


def sheets(districts: Districts | None = None) -> Mapping[str, Sheet]:
    """Every sheet by name. `districts` are the codes of the city's districts with their names."""
    built = dict(_solution_sheets())
    return {PROVIDERS: _provider_sheet(districts or {}), **built}


def _provider_sheet(districts: Districts) -> Sheet:
    known = {"district": districts, "service_districts": {
        "all": LocalizedText("全市", "Whole city"), **districts}}
    columns = (_plain("slug", cells.Text()), *_columns(ProviderContentSchema(), known=known))
    return Sheet(PROVIDERS, "slug", columns)


@cache
def _solution_sheets() -> Mapping[str, Sheet]:
    tree, schema = taxonomy(), SolutionContentSchema()
    known = {
        "industries": {c: tree.industry_name(c) for c in (*tree.industries, GENERAL)},
        "categories": {c: tree.category_name(c) for c in tree.categories}, **CHOICES}
    parts = {name: nested for name, field in schema.fields.items()
             if name not in (PRICES, "scenarios") and (nested := nested_schema(field))}
    columns = (_plain("slug", cells.Text()), _plain("provider", cells.Text(), required=True),
               *_columns(schema, known=known, skip=(*parts, ATTRIBUTES)),
               *map(_attribute, tree.attributes.values()))
    made = {SOLUTIONS: Sheet(SOLUTIONS, "slug", columns)}
    for name, nested in parts.items():
        made[name] = Sheet(name, "solution", (
            _plain("solution", cells.Text(), required=True), *_columns(nested, known=known)))
    return made


def part_sheets() -> tuple[str, ...]:
    """Names of the sheets whose rows hang on a solution."""
    return tuple(name for name in _solution_sheets() if name != SOLUTIONS)


def nested_schema(field: fields.Field[Any]) -> Schema | None:
    """The row schema of a list of rows."""
    inner = field.inner if isinstance(field, fields.List) else None
    return inner.schema if isinstance(inner, fields.Nested) else None


Known = Mapping[str, Mapping[str, LocalizedText]]


def _plain(name: str, codec: cells.Codec, *, required: bool = False) -> Column:
    label, help_ = words(name)
    return Column(name, (name,), label, help_, codec, required=required, width=24)


def _columns(schema: Schema, *, known: Known | None = None, skip: tuple[str, ...] = (),
             prefix: tuple[str, ...] = ()) -> tuple[Column, ...]:
    found: list[Column] = []
    for name, field in schema.fields.items():
        if name not in skip:
            path = (*prefix, field.data_key or name)
            if name == PRICES:
                found += _price_columns(field, known or {})
            elif isinstance(field, fields.Nested):
                found += _columns(field.schema, known=known, prefix=path)
            else:
                found += _field_columns(field, path, known or {})
    return tuple(found)


def _field_columns(field: fields.Field[Any], path: tuple[str, ...], known: Known) -> list[Column]:
    key = ".".join(path)
    label, help_ = words(key)
    if isinstance(field, Localized):
        return [Column(f"{key}_{tongue}", (*path, tongue), _joined(label, TONGUES[tongue]),
                       help_, cells.Text(), required=field.required and not field.blank
                       and tongue == "zh", width=44 if field.longest > 160 else 28)
                for tongue in LANGUAGES]
    choices = known.get(path[-1])
    listed = isinstance(field, fields.List)
    codec = codec_of(field, choices)
    if isinstance(codec, cells.Lines):
        help_ = LocalizedText(f"{help_.zh}每行一条，各项以 | 分隔：{codec.pattern}",
                              f"{help_.en} One a line, parts separated by |: {codec.pattern}")
    return [Column(key, path, label, help_, codec, required=field.required, choices=choices,
                   listed=listed, width=36 if listed else 18)]


def codec_of(field: fields.Field[Any],
             choices: Mapping[str, LocalizedText] | None = None) -> cells.Codec:
    """How a schema field's value is written in one cell."""
    if isinstance(field, fields.List):
        nested = nested_schema(field)
        if nested is not None and set(nested.fields) == {"code", "from_level", "to_level"}:
            return cells.Scenarios()
        if nested is not None:
            return cells.Lines(tuple(_line_fields(nested)))
        if isinstance(field.inner, Localized):
            return cells.Lines([cells.Field((tongue,), cells.Text()) for tongue in LANGUAGES])
        inner = codec_of(field.inner, choices)
        return cells.ListOf(inner, cells.CODES if choices is not None else cells.LIST)
    if choices is not None:
        return cells.Code(choices)
    if isinstance(field, fields.Boolean):
        return cells.YesNo()
    if isinstance(field, fields.Integer | fields.Float):
        return cells.Number(whole=isinstance(field, fields.Integer))
    return cells.Text()


def _line_fields(schema: Schema) -> Iterator[cells.Field]:
    for name, field in schema.fields.items():
        path = (field.data_key or name,)
        if isinstance(field, Localized):
            yield from (cells.Field((*path, tongue), cells.Text()) for tongue in LANGUAGES)
        else:
            yield cells.Field(path, codec_of(field))


def _price_columns(field: fields.Field[Any], known: Known) -> list[Column]:
    """For every part of the price its amount and, beside it, how the amount counts."""
    schema = nested_schema(field)
    label, help_ = words("price")
    columns = []
    for part in PARTS:
        for name, inner in (schema.fields if schema else {}).items():
            if name == "part":
                continue
            amount = name == "amount"
            column = _field_columns(inner, (PRICES, part, name), known)[0]
            said = (label, help_) if amount else words(name)
            columns.append(replace(
                column, key=f"price.{part}" + ("" if amount else f".{name}"), required=False,
                label=_joined(PRICE_PARTS[part], said[0]), help=said[1],
                codec=cells.Number(places=2) if amount else column.codec,
                rare=name not in ("amount", "unit")))
    order = {"amount": 0, "unit": 1}
    return sorted(columns, key=lambda c: (PARTS.index(c.path[1]), order.get(c.path[2], 2)))


def _attribute(attribute: Attribute) -> Column:
    owner = taxonomy().industry_name(attribute.industry) if attribute.industry else None
    label = _joined(attribute.label, attribute.unit) if attribute.unit else attribute.label
    help_ = attribute.help
    if owner:
        help_ = LocalizedText(f"仅限{owner.zh}。{help_.zh}", f"{owner.en} only. {help_.en}".strip())
    choices = attribute.labels if attribute.type in ("choice", "choices") else None
    listed = attribute.type == "choices"
    codec: cells.Codec = cells.Text()
    if choices is not None:
        codec = cells.ListOf(cells.Code(choices), cells.CODES) if listed else cells.Code(choices)
    elif attribute.type == "boolean":
        codec, choices = cells.YesNo(), YES_NO
    elif attribute.is_number:
        codec = cells.Number(whole=attribute.type == "integer")
    return Column(f"attr.{attribute.key}", (ATTRIBUTES, attribute.key), label, help_, codec,
                  required=False, choices=choices, listed=listed, width=24)


def _joined(first: LocalizedText, second: LocalizedText) -> LocalizedText:
    return LocalizedText(f"{first.zh}（{second.zh}）", f"{first.en} ({second.en})")

