"""Filters as tantivy queries."""

from __future__ import annotations

from collections.abc import Iterable

from tantivy import FieldType, Occur, Query

from search.embedded_schema import Shape
from search.query import AllOf, AnyOf, Between, Exists, Filter, In, Not


def filtered(shape: Shape, text: Query, filters: Iterable[Filter]) -> Query:
    """`text` among the documents that pass all filters; filters do not score."""
    clauses = [(Occur.Must, text)]
    for clause in filters:
        clauses.append((Occur.Must, Query.const_score_query(filter_query(shape, clause), 0.0)))
    return text if len(clauses) == 1 else Query.boolean_query(clauses)


def filter_query(shape: Shape, clause: Filter) -> Query:
    """A field that this generation does not hold yet is missing from every document."""
    match clause:
        case In(name, values):
            field = shape.facets.get(name)
            if field is None or not values:
                return Query.empty_query()
            terms = [Query.term_query(shape.schema, field, value, "basic") for value in values]
            return Query.boolean_query([(Occur.Should, term) for term in terms])
        case Between(name, low, high):
            return _between(shape, name, low, high)
        case Exists(name):
            field = shape.facets.get(name) or shape.numbers.get(name)
            return Query.exists_query(field) if field else Query.empty_query()
        case Not(inner):
            return Query.boolean_query(
                [(Occur.Must, Query.all_query()), (Occur.MustNot, filter_query(shape, inner))]
            )
        case AllOf(clauses):
            every = [(Occur.Must, filter_query(shape, inner)) for inner in clauses]
            return Query.boolean_query(every) if every else Query.all_query()
        case AnyOf(clauses):
            some = [(Occur.Should, filter_query(shape, inner)) for inner in clauses]
            return Query.boolean_query(some) if some else Query.empty_query()


def _between(shape: Shape, name: str, low: float | None, high: float | None) -> Query:
    field = shape.numbers.get(name)
    if field is None:
        return Query.empty_query()
    if low is None and high is None:
        return Query.exists_query(field)
    return Query.range_query(
        shape.schema,
        field,
        FieldType.Float,
        None if low is None else float(low),
        None if high is None else float(high),
    )
