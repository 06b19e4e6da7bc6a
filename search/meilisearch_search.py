"""One search on a Meilisearch server.

1. Words near a Latin word (typing, typos) are looked up with a facet search.
2. One multi-search counts: exact total, facets, and one query more per selected facet group; it
   also tells whether the index still has the layout the question was made for. Browsing and
   sorting take their hits from the same request.
3. A text query ranks its hits with one federated search over that set.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from search.filters import without_own
from search.highlight import Highlighter
from search.meilisearch_documents import (
    CHINESE,
    EVERY,
    MAX_FACET_VALUES,
    Layout,
    facet_value,
    meta_uid,
)
from search.meilisearch_filter import Expression, Expressions, all_of
from search.meilisearch_server import Server, told
from search.parse import ParsedText, parse, typo_budget, typo_distance
from search.query import MAX_TOTAL, FacetValue, Hit, SearchPage, SearchQuery
from search.recipe import tie_order
from search.text import pieces, runs

_WINDOW = 60
"""Hits among which equal scores are ordered by the salt; pages are cut from such windows."""


class LayoutChanged(Exception):
    """A rebuild has switched the index: the question has to be put in terms of its new layout."""


class _Counted(NamedTuple):
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    hits: Sequence[dict[str, Any]]


class MeilisearchSearch:
    """One question to one index."""

    def __init__(self, server: Server, uid: str, layout: Layout, query: SearchQuery) -> None:
        self._server = server
        self._uid = uid
        self._meta = meta_uid(uid)
        self._layout = layout
        self._query = query
        self._parsed = parse(query.text, layout.segmenter, layout.synonyms)
        # Score groups of at most this many hits are ordered by the salt, the same on all pages.
        pages = max(1, -(-_WINDOW // max(1, query.per_page)))
        self._window = pages * max(1, query.per_page)

    def page(self) -> SearchPage:
        query, parsed = self._query, self._parsed
        if parsed.nothing:
            return SearchPage(hits=(), total=0, facets=dict.fromkeys(query.facets, ()))
        near, better = self._near_words(parsed)
        build = Expressions(self._layout, near)
        strict = build.strict(parsed)
        loose = build.relaxed(parsed)
        relaxed = False
        chosen = loose if query.match == "any" else strict
        counted = self._count(build, chosen)
        if chosen == strict and strict != loose and counted.total < query.per_page:
            wider = self._count(build, loose)
            if wider.total > counted.total:
                counted, chosen, relaxed = wider, loose, True
        hits = counted.hits
        if self._ranked:
            beyond = counted.total <= (query.page - 1) * query.per_page
            hits = () if beyond else self._rank(build, chosen, strict)
        return SearchPage(
            hits=self._hits(hits) if query.per_page else (),
            total=min(counted.total, MAX_TOTAL),
            total_capped=counted.total > MAX_TOTAL,
            facets=counted.facets,
            relaxed=relaxed,
            did_you_mean=None if query.match == "any" else better,
        )

    @property
    def _ranked(self) -> bool:
        return self._query.sort is None and bool(self._parsed.units or self._parsed.phrases)

    def _near_words(self, parsed: ParsedText) -> tuple[dict[str, list[str]], str | None]:
        """Words of the index each Latin word stands for, and the text with typos corrected."""
        near: dict[str, list[str]] = {}
        better = self._query.text
        last = parsed.units[-1] if parsed.units else None
        typed = last.words[-1] if last is not None and last.prefix else None
        latin = {word for unit in parsed.units if not unit.cjk for word in unit.words}
        for word, (start, length) in reversed(parsed.latin):
            if word not in latin:
                continue
            budget = typo_budget(word)
            parts = pieces(word)
            if not parts or not (budget or word == typed):
                continue
            counts = self._facet_search(parts[-1])
            longer = [w for w in counts if word == typed and w.startswith(parts[-1])]
            distances = {w: typo_distance(word, w, budget) for w in counts} if budget else {}
            typos = {w: d for w, d in distances.items() if d and w.isalpha()}
            near[word] = [w for w in (*longer, *typos) if w != word]
            if typos and word not in counts and not longer:
                best = min(typos, key=lambda w: (typos[w], -counts[w], w))
                better = better[:start] + best + better[start + length :]
        return near, better if better != self._query.text else None

    def _facet_search(self, word: str) -> dict[str, int]:
        with told():
            found = self._server.index(self._uid).facet_search("lat", word)
        return {hit["value"]: hit["count"] for hit in found["facetHits"]}

    # --- counting -------------------------------------------------------------------------

    def _count(self, build: Expressions, chosen: Expression) -> _Counted:
        query, facets = self._query, self._layout.facets
        known = [name for name in query.facets if name in facets]
        own = [name for name in known if without_own(query.filters, name) != query.filters]
        main = self._body(all_of([chosen, build.filters(query.filters)]))
        main["facets"] = [facets[name] for name in known if name not in own]
        main["sort"] = self._sort()
        main["page"], main["hitsPerPage"] = query.page, max(1, query.per_page)
        if self._ranked:
            main["page"], main["hitsPerPage"] = 1, 1
        bodies = [main]
        for name in own:
            filters = build.filters(without_own(query.filters, name))
            body = self._body(all_of([chosen, filters]))
            body.update(facets=[facets[name]], page=1, hitsPerPage=1)
            bodies.append(body)
        meta = {"indexUid": self._meta, "q": "", "attributesToRetrieve": ["hash"], "limit": 1}
        *answers, about = self._server.multi_search([*bodies, meta])
        if [hit["hash"] for hit in about["hits"]] != [self._layout.hash]:
            raise LayoutChanged
        counts: dict[str, tuple[FacetValue, ...]] = dict.fromkeys(query.facets, ())
        groups = [[name for name in known if name not in own], *([name] for name in own)]
        for names, answer in zip(groups, answers, strict=True):
            for name in names:
                counts[name] = self._values(answer.get("facetDistribution", {}), facets[name])
        return _Counted(answers[0]["totalHits"], counts, answers[0]["hits"])

    def _values(self, found: Mapping[str, Mapping[str, int]], attribute: str) -> Any:
        values = [FacetValue(facet_value(k), n) for k, n in found.get(attribute, {}).items() if n]
        values.sort(key=lambda value: (-value.count, value.value))
        return tuple(values[: min(self._query.facet_limit, MAX_FACET_VALUES)])

    def _sort(self) -> list[str]:
        if self._query.sort is not None:
            attribute = self._layout.numbers.get(self._query.sort.field)
            way = "desc" if self._query.sort.descending else "asc"
            return [*([f"{attribute}:{way}"] if attribute else []), "id:asc"]
        tie, downwards = tie_order(self._query.tie_salt)
        return [f"{tie}:{'desc' if downwards else 'asc'}"]

    def _body(self, expression: Expression, text: str = "") -> dict[str, Any]:
        shown = ["id"] if self._query.ids_only else ["id", "stored", *self._layout.text.values()]
        body: dict[str, Any] = {
            "indexUid": self._uid,
            "q": text,
            "attributesToRetrieve": shown,
        }
        if expression:
            body["filter"] = expression
        return body

    # --- ranking --------------------------------------------------------------------------

    def _rank(
        self, build: Expressions, chosen: Expression, strict: Expression
    ) -> Sequence[dict[str, Any]]:
        """The hits of the page, best first: exact name, all words, any word, whatever is left.

        The last query of each step finds every document of its set, so that none is lost whose
        words the server cuts differently.
        """
        query, parsed = self._query, self._parsed
        filters = build.filters(query.filters)
        # Runs only: a dash or a quote inside a phrase would be syntax to the server.
        typed = [unit.text for unit in parsed.units] + [phrase.text for phrase in parsed.phrases]
        text = " ".join(run.text for part in typed for run in runs(part))
        here = all_of([chosen, filters])
        steps = [(EVERY, all_of([here, build.exact(parsed)]), 1000.0)]
        if chosen != strict:
            both = all_of([here, strict])
            steps += [(text, both, 10.0), (EVERY, both, 2.0)]
        steps += [(text, here, 1.0), (EVERY, here, 0.001)]
        bodies = []
        for asked, expression, weight in steps:
            body = self._body(expression, asked)
            body["matchingStrategy"] = "last"
            body["locales"] = [CHINESE]
            body["federationOptions"] = {"weight": weight}
            bodies.append(body)
        first = (query.page - 1) * query.per_page
        window = first - first % self._window
        found = self._server.federated(bodies, window, self._window)
        mixed: list[dict[str, Any]] = []
        for _, group in groupby(found, key=_score):
            mixed += sorted(group, key=lambda hit: self._salted(hit["id"]))
        return mixed[first - window : first - window + query.per_page]

    def _salted(self, document_id: str) -> bytes:
        raw = f"{self._query.tie_salt}\0{document_id}".encode()
        return hashlib.blake2b(raw, digest_size=8).digest()

    def _hits(self, found: Sequence[dict[str, Any]]) -> tuple[Hit, ...]:
        query = self._query
        if query.ids_only:
            return tuple(Hit(hit["id"]) for hit in found)
        mark = Highlighter(self._parsed) if query.highlight and not self._parsed.empty else None
        hits = []
        for hit in found:
            marks = {}
            for name in query.highlight if mark is not None else ():
                text = hit.get(self._layout.text.get(name, ""), "")
                if mark is not None and (spans := mark.spans(text)):
                    marks[name] = spans
            hits.append(Hit(hit["id"], json.loads(hit["stored"]), marks))
        return tuple(hits)


def _score(hit: Mapping[str, Any]) -> str:
    """The score to three significant digits: what differs less counts as equal."""
    return f"{hit['_federation']['weightedRankingScore']:.3g}"
