"""Facet counts of the embedded engine: exact, disjunctive, by count then value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tantivy import Query, Searcher

from search.embedded_filter import filtered
from search.embedded_schema import Shape
from search.filters import without_own
from search.query import FacetValue, SearchQuery

_SPARE = 200
"""Values asked for beyond the limit, so that equal counts at the cut are ordered by value."""
_EVERY = 65_000


def count_facets(
    shape: Shape, searcher: Searcher, query: SearchQuery, text: Query
) -> Mapping[str, tuple[FacetValue, ...]]:
    """One pass counts all facets without a selection; each selected one takes its own pass."""
    counts: dict[str, tuple[FacetValue, ...]] = dict.fromkeys(query.facets, ())
    if query.facet_limit == 0:
        return counts
    free = []
    for name in query.facets:
        filters = without_own(query.filters, name)
        if filters == query.filters:
            free.append(name)
        else:
            own = filtered(shape, text, filters)
            counts.update(_count(shape, searcher, own, [name], query.facet_limit))
    if free:
        everything = filtered(shape, text, query.filters)
        counts.update(_count(shape, searcher, everything, free, query.facet_limit))
    return counts


def _count(
    shape: Shape, searcher: Searcher, query: Query, names: Sequence[str], limit: int
) -> dict[str, tuple[FacetValue, ...]]:
    fields = {name: shape.facets[name] for name in names if name in shape.facets}
    if not fields:
        return {}
    size = limit + _SPARE
    found = searcher.aggregate(query, _terms(fields, size))
    counts = {}
    for name, field in fields.items():
        buckets = found[name]["buckets"]
        if len(buckets) == size and buckets[-1]["doc_count"] == buckets[limit - 1]["doc_count"]:
            buckets = searcher.aggregate(query, _terms({name: field}, _EVERY))[name]["buckets"]
        values = [FacetValue(bucket["key"], bucket["doc_count"]) for bucket in buckets]
        values.sort(key=lambda value: (-value.count, value.value))
        counts[name] = tuple(values[:limit])
    return counts


def _terms(fields: Mapping[str, str], size: int) -> dict[str, Any]:
    return {
        # Segments hand over all their values: cut earlier, their sums would be wrong.
        name: {"terms": {"field": field, "size": size, "segment_size": _EVERY}}
        for name, field in fields.items()
    }
