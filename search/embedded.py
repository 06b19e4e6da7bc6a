"""The embedded engine: tantivy in this process, an index in a folder. See `SearchIndex`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tantivy import DocAddress, FieldType, Order, Query, Searcher

from search.embedded_facets import count_facets
from search.embedded_filter import filtered
from search.embedded_query import QueryBuilder, Question
from search.embedded_schema import stored_parts
from search.embedded_sort import matched, sorted_window
from search.embedded_store import Generation, Store
from search.embedded_typo import did_you_mean
from search.embedded_writer import EmbeddedWriter, folder_bytes
from search.filters import check_query
from search.highlight import Highlighter
from search.parse import ParsedText, parse
from search.query import (
    MAX_TOTAL,
    FacetValue,
    Hit,
    IndexDocument,
    IndexSettings,
    IndexStats,
    Receipt,
    SearchError,
    SearchPage,
    SearchQuery,
)
from search.recipe import FIRST_TIE, TIE_BITS, TIE_FIELDS, tie_order

_HASH_BATCH = 5_000


class EmbeddedIndex:
    """An index in `folder`. Reading needs no lock; a write holds the folder's lock while it runs.

    Open it anywhere: what must be opened after a fork is opened at the first search.
    """

    def __init__(self, folder: Path, settings: IndexSettings) -> None:
        self.settings = settings
        self._store = Store(folder)
        self._writer = EmbeddedWriter(self._store, settings)

    def configure(self) -> bool:
        return self._writer.configure()

    def upsert(self, documents: Iterable[IndexDocument]) -> Receipt:
        return self._writer.change(documents, ())

    def delete(self, ids: Iterable[str]) -> Receipt:
        return self._writer.change((), ids)

    def wait(self, receipt: Receipt, timeout: float = 30.0) -> None:
        """Writes here are finished, and visible everywhere, when they return their receipt."""
        if not receipt:
            raise SearchError("an empty receipt names no write")

    def rebuild(self, documents: Iterable[IndexDocument]) -> IndexStats:
        return self._writer.rebuild(documents)

    def search(self, query: SearchQuery) -> SearchPage:
        check_query(query, self.settings)
        generation, searcher = self._store.searcher()
        return _Search(generation, searcher, query).page()

    def hashes(self) -> Iterator[tuple[str, str]]:
        generation, searcher = self._store.searcher()
        # Ties are spread evenly over their range, so slices of it are batches of equal size.
        slices = max(1, searcher.num_docs // _HASH_BATCH)
        step = (1 << TIE_BITS) // slices + 1
        for start in range(FIRST_TIE, FIRST_TIE + (1 << TIE_BITS), step):
            part = Query.range_query(
                generation.shape.schema,
                TIE_FIELDS[0],
                FieldType.Unsigned,
                start,
                start + step - 1,
            )
            found = searcher.search(part, searcher.num_docs or 1, order_by_field="id").hits
            where = [address for _, address in found]
            halves = zip(
                found,
                searcher.fast_field_values("h0", where),
                searcher.fast_field_values("h1", where),
                strict=True,
            )
            for (document_id, _), high, low in halves:
                yield document_id, f"{high:016x}{low:08x}"

    def stats(self) -> IndexStats:
        generation, searcher = self._store.searcher()
        return IndexStats(searcher.num_docs, folder_bytes(generation.path), generation.name)

    def close(self) -> None:
        self._store.close()


class _Search:
    """One question on one view of the index."""

    def __init__(self, generation: Generation, searcher: Searcher, query: SearchQuery) -> None:
        self._generation = generation
        self._searcher = searcher
        self._query = query
        self._build = QueryBuilder(generation.shape, searcher)
        self._parsed = parse(
            query.text, generation.shape.segmenter, generation.synonyms, self._build.frequency
        )

    def page(self) -> SearchPage:
        query, parsed, build = self._query, self._parsed, self._build
        if parsed.nothing:
            return SearchPage(hits=(), total=0, facets=dict.fromkeys(query.facets, ()))
        loose = query.match == "any"
        question = build.relaxed(parsed) if loose else build.strict(parsed)
        found, total = self._window(question)
        relaxed = False
        if not loose and total < query.per_page and _can_relax(parsed):
            wider = build.relaxed(parsed)
            more, more_total = self._window(wider)
            if more_total > total:
                question, found, total, relaxed = wider, more, more_total, True
        return SearchPage(
            hits=self._hits(found),
            total=min(total, MAX_TOTAL),
            total_capped=total > MAX_TOTAL,
            facets=self._facets(question),
            relaxed=relaxed,
            did_you_mean=None if loose else did_you_mean(query.text, parsed, self._searcher),
        )

    def _facets(self, question: Question) -> Mapping[str, tuple[FacetValue, ...]]:
        if not self._query.facets:
            return {}
        shape = self._generation.shape
        return count_facets(shape, self._searcher, self._query, question.counted())

    def _window(self, question: Question) -> tuple[Sequence[DocAddress], int]:
        """The addresses of the page asked for, and how many there are in all."""
        query, searcher = self._query, self._searcher
        whole = filtered(self._generation.shape, question.scored, query.filters)
        limit, offset = max(1, query.per_page), (query.page - 1) * query.per_page
        if query.sort is not None:
            number = self._generation.shape.numbers.get(query.sort.field)
            found, total = sorted_window(
                self._generation.shape.schema, searcher, whole, number, query.sort, offset, limit
            )
        else:
            tie, downwards = tie_order(query.tie_salt)
            if self._parsed.units or self._parsed.phrases:
                # The weight differs by less than 0.1 %: it decides among equal scores only.
                result = searcher.search(whole, limit, offset=offset, weight_by_field=tie)
            else:
                order = Order.Desc if downwards else Order.Asc
                result = searcher.search(
                    whole, limit, offset=offset, order_by_field=tie, order=order
                )
            found, total = [address for _, address in result.hits], matched(result)
        return (found if query.per_page else []), total

    def _hits(self, found: Sequence[DocAddress]) -> tuple[Hit, ...]:
        query = self._query
        mark = None
        if query.highlight and not query.ids_only and not self._parsed.empty:
            mark = Highlighter(self._parsed)
        return tuple(self._hit(address, mark) for address in found)

    def _hit(self, address: DocAddress, mark: Highlighter | None) -> Hit:
        document_id, text, stored = stored_parts(_raw(self._searcher, address))
        if self._query.ids_only:
            return Hit(document_id)
        if mark is None:
            return Hit(document_id, stored)
        return Hit(document_id, stored, _marked(mark, self._query.highlight, text))


def _marked(
    mark: Highlighter, fields: Iterable[str], text: Mapping[str, str]
) -> dict[str, tuple[tuple[int, int], ...]]:
    spans = {name: mark.spans(text[name]) for name in fields if name in text}
    return {name: found for name, found in spans.items() if found}


def _can_relax(parsed: ParsedText) -> bool:
    """Whether any word alone can match more than all of them."""
    return sum(len(unit.words) for unit in parsed.units) > 1


def _raw(searcher: Searcher, address: DocAddress) -> bytes:
    raw = searcher.doc(address).get_first("doc")
    assert isinstance(raw, bytes)
    return raw
