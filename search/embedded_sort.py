"""Order by a number with ties by id. The engine sorts by one field only, so the groups of equal
numbers at both ends of a page are asked for again, by id."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, cast

from tantivy import DocAddress, FieldType, Occur, Order, Query, Schema, Searcher, SearchResult

from search.query import Sort


def sorted_window(
    schema: Schema,
    searcher: Searcher,
    query: Query,
    number: str | None,
    sort: Sort,
    offset: int,
    limit: int,
) -> tuple[Sequence[DocAddress], int]:
    """The addresses in [offset, offset + limit), and how many documents match in all.

    `number` is the indexed field; None when no document has it. Missing numbers come last.
    """
    if number is None:
        result = searcher.search(query, limit, offset=offset, order_by_field="id", order=Order.Asc)
        return [address for _, address in result.hits], matched(result)
    order = Order.Desc if sort.descending else Order.Asc
    result = searcher.search(query, limit, offset=offset, order_by_field=number, order=order)
    window: list[DocAddress] = []
    groups = [(value, len(list(group))) for value, group in groupby(k for k, _ in result.hits)]
    for place, (value, size) in enumerate(groups):
        same = Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, _equal(schema, number, value))]
        )
        before = 0
        if place == 0 and offset:
            before = offset - _count_before(schema, searcher, query, number, value, sort)
        if size == 1 and 0 < place < len(groups) - 1:
            window.append(result.hits[len(window)][1])
            continue
        by_id = searcher.search(
            same, size, offset=before, order_by_field="id", order=Order.Asc, count=False
        )
        window.extend(address for _, address in by_id.hits)
    return window, matched(result)


def _equal(schema: Schema, number: str, value: float | None) -> Query:
    if value is None:
        return Query.boolean_query(
            [(Occur.Must, Query.all_query()), (Occur.MustNot, Query.exists_query(number))]
        )
    return Query.range_query(schema, number, FieldType.Float, value, value)


def _count_before(
    schema: Schema,
    searcher: Searcher,
    query: Query,
    number: str,
    value: float | None,
    sort: Sort,
) -> int:
    """Documents that stand before all documents with `value`."""
    if value is None:
        earlier = Query.exists_query(number)
    elif sort.descending:
        earlier = Query.range_query(
            schema, number, FieldType.Float, value, None, include_lower=False
        )
    else:
        earlier = Query.range_query(
            schema, number, FieldType.Float, None, value, include_upper=False
        )
    both = Query.boolean_query([(Occur.Must, query), (Occur.Must, earlier)])
    return matched(searcher.search(both, 1))


def matched(result: SearchResult) -> int:
    """How many documents a search matched in all; its type stub leaves the attribute out."""
    return cast(int, cast(Any, result).count)
