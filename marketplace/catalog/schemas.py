"""What lists and comparisons accept, generated from the facets: one schema for page and API."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate
from werkzeug.datastructures import MultiDict

from marketplace.catalog.facets import Facet, facets, facets_for, number_attributes
from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.search import MAX_WINDOW, PER_PAGE, SORTS, Filters, Range
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.validation import field_errors
from marketplace.taxonomy.queries import active_industries
from marketplace.taxonomy.registry import taxonomy
from search import MAX_TEXT

VIEWS = ("cards", "table")
MAX_COMPARED = 6


class RangeField(fields.Field[Range]):
    """A range of numbers as `5..20`, `..20`, `5..` or just `20`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Range:
        low, dots, high = str(value).partition("..")
        try:
            ends = [float(end) if end.strip() else None for end in (low, high if dots else low)]
        except ValueError:
            raise ValidationError("write a range as 5..20, ..20 or 5..") from None
        if any(end is not None and not math.isfinite(end) for end in ends):
            raise ValidationError("write finite numbers")
        return ends[0], ends[1]


class Amount(fields.Float):
    """A finite number of yuan, 0 or more."""

    def _validated(self, value: Any) -> float:
        try:
            number = super()._validated(value)
        except ValidationError:
            raise ValidationError("write a number of yuan, for example 50000") from None
        if number < 0:
            raise ValidationError("write 0 or more")
        return number


class ListQuery(Schema):
    """Base of the generated schemas. marshmallow nests names with a dot; here they stay flat."""

    @post_load
    def _flatten(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        nested = data.pop("attr", {})
        return data | {f"attr.{key}": value for key, value in nested.items()}


def _choice_field(facet: Facet, known: list[str]) -> fields.Field[Any]:
    if facet.flag:
        known = ["yes", "true", "1"]
    one_of = validate.OneOf(known, error=_one_of(known)) if known else validate.Length(max=80)
    return fields.List(fields.String(validate=one_of), metadata={"description": facet.label.en})


def _one_of(known: list[str]) -> str:
    shown = ", ".join(known[:40])
    return f"choose from {shown}" + (", …" if len(known) > 40 else "")


@cache
def list_schema(collection: str, industries: tuple[str, ...], *,
                per_page: tuple[int, ...] | None = None) -> Schema:
    """The query parameters of a collection's list when `industries` are on.

    `per_page` restricts the page size to these values (the page); None allows 1 to 100 (the API).
    """
    categories = list(taxonomy().categories)
    size = (validate.OneOf(per_page, error=_one_of([str(p) for p in per_page])) if per_page
            else validate.Range(1, 100, error="choose 1 to 100"))
    declared: dict[str, fields.Field[Any]] = {
        "q": fields.String(validate=validate.Length(
            max=MAX_TEXT, error=f"write at most {MAX_TEXT} characters")),
        "page": fields.Integer(validate=validate.Range(1, MAX_WINDOW, error="choose 1 or more"),
                               error_messages={"invalid": "write a whole number"}),
        "per_page": fields.Integer(validate=size,
                                   error_messages={"invalid": "write a whole number"}),
    }
    for facet in facets_for(collection, industries):
        known = list(facet.order) or (categories if facet.param == "category" else [])
        declared[facet.param] = _choice_field(facet, known)
    if collection == SOLUTIONS:
        declared["price_max"] = Amount(
            metadata={"description": "Three-year total in yuan, at most"})
        for attribute in number_attributes(industries):
            declared[f"attr.{attribute.key}"] = RangeField(
                metadata={"description": f"{attribute.label.en}, as 5..20"})
    sorts = list(SORTS) if collection == SOLUTIONS else ["relevance"]
    declared["sort"] = fields.String(validate=validate.OneOf(sorts, error=_one_of(sorts)))
    declared["view"] = fields.String(validate=validate.OneOf(VIEWS, error=_one_of(list(VIEWS))))
    # Attribute names carry a dot, which Python arguments cannot: from_dict takes them as they are.
    return ListQuery.from_dict(declared, name=f"{collection.title()}Query")()


def to_filters(collection: str, loaded: Mapping[str, Any]) -> Filters:
    """`Filters` from what the schema of the collection has loaded."""
    plain = {k: v for k, v in loaded.items()
             if k in ("q", "price_max", "sort", "page", "per_page", "view")}
    chosen = {f.param: ("yes",) if f.flag else tuple(dict.fromkeys(loaded[f.param]))
              for f in facets(collection) if loaded.get(f.param)}
    ranges = {k: v for k, v in loaded.items() if isinstance(v, tuple) and k.startswith("attr.")}
    filters = Filters(chosen=chosen, ranges=ranges, **plain)
    if filters.page * filters.per_page > MAX_WINDOW:
        last = MAX_WINDOW // filters.per_page
        raise InvalidInput("That page is out of reach.", errors=(FieldError(
            "page", filters.page, f"choose 1 to {last}, or narrow the search"),))
    return filters


def page_filters(collection: str, args: MultiDict[str, str]) -> tuple[Filters,
                                                                       tuple[FieldError, ...]]:
    """Filters for a page: empty and foreign parameters are ignored, wrong values reported."""
    schema = list_schema(collection, active_industries(), per_page=PER_PAGE)
    sent: dict[str, Any] = {}
    for name, field_ in schema.fields.items():
        values = [v.strip() for v in args.getlist(name) if v.strip()]
        if values:
            sent[name] = values if isinstance(field_, fields.List) else values[-1]
    errors: tuple[FieldError, ...] = ()
    try:
        loaded = schema.load(sent, unknown=EXCLUDE)
    except ValidationError as problem:
        errors = field_errors(problem.messages, sent)
        loaded = _valid_part(schema, sent, problem)
    try:
        return to_filters(collection, loaded), errors
    except InvalidInput as problem:
        return to_filters(collection, {**loaded, "page": 1}), (*errors, *problem.errors)


def _valid_part(schema: Schema, sent: Mapping[str, Any], problem: ValidationError) -> Any:
    """Load again without the wrong values: of a list, only the wrong entries are dropped."""
    kept: dict[str, Any] = {}
    wrong = problem.messages_dict
    for name, value in sent.items():
        if name not in wrong:
            kept[name] = value
        elif isinstance(value, list) and isinstance(wrong[name], dict):
            kept[name] = [v for n, v in enumerate(value) if n not in wrong[name]]
    return schema.load(kept, unknown=EXCLUDE)


def compared_ids(values: list[str]) -> tuple[list[int], tuple[FieldError, ...]]:
    """Solution ids from `ids=1,2&ids=3`: at most `MAX_COMPARED`, repeated ones once."""
    words = [w.strip() for v in values for w in v.split(",") if w.strip()]
    good = list(dict.fromkeys(int(w) for w in words if w.isascii() and w.isdecimal()
                              and len(w) < 10))
    errors = [FieldError("ids", w, "write ids of solutions, separated by commas")
              for w in words if not (w.isascii() and w.isdecimal() and len(w) < 10)]
    if len(good) > MAX_COMPARED:
        errors.append(FieldError("ids", ",".join(map(str, good)),
                                 f"compare at most {MAX_COMPARED} solutions"))
    return good[:MAX_COMPARED], tuple(errors)
