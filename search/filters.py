"""Checks of a query against the declared fields, the same for every engine."""

from __future__ import annotations

from search.query import (
    MAX_TEXT,
    AllOf,
    AnyOf,
    Between,
    Exists,
    Filter,
    In,
    IndexSettings,
    Not,
    QueryTooLong,
    SearchError,
    SearchQuery,
)


def check_query(query: SearchQuery, settings: IndexSettings) -> None:
    """Raise `QueryTooLong`, or `SearchError` for a page below 1 or an undeclared field."""
    if len(query.text) > MAX_TEXT:
        raise QueryTooLong(
            f"query text has {len(query.text)} characters, at most {MAX_TEXT} allowed"
        )
    if query.page < 1 or query.per_page < 0 or query.facet_limit < 0:
        raise SearchError("page counts from 1; per_page and facet_limit are not negative")
    for name in query.facets:
        _known(name, settings.facets, "facet")
    for name in query.highlight:
        _known(name, [field.name for field in settings.text], "text")
    if query.sort is not None:
        _known(query.sort.field, settings.numbers, "number")
    for clause in query.filters:
        _check_filter(clause, settings)


def _check_filter(clause: Filter, settings: IndexSettings) -> None:
    match clause:
        case In(name):
            _known(name, settings.facets, "facet")
        case Between(name):
            _known(name, settings.numbers, "number")
        case Exists(name):
            _known(name, (*settings.facets, *settings.numbers), "facet or number")
        case Not(inner):
            _check_filter(inner, settings)
        case AllOf(clauses) | AnyOf(clauses):
            for inner in clauses:
                _check_filter(inner, settings)


def _known(name: str, declared: tuple[str, ...] | list[str], kind: str) -> None:
    if name not in declared:
        raise SearchError(f"this index has no {kind} field {name!r}")


def without_own(filters: tuple[Filter, ...], facet: str) -> tuple[Filter, ...]:
    """The filters a disjunctive count of `facet` obeys: all but its own selection."""
    return tuple(c for c in filters if not (isinstance(c, In) and c.field == facet))
