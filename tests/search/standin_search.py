"""How the stand-in searches: parameters, totals, facets and sorting as a Meilisearch server does,
ranking only by the first of its rules (words found, typos, attribute)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from search.parse import typo_distance
from search.text import fold, is_cjk, runs, segmenter
from tests.search.standin_filter import (
    BadFilter,
    Document,
    parse_filter,
    values_of,
)
from tests.search.standin_index import LOCALES, Refused, StandInIndex, need, only

PARAMETERS = {
    "indexUid", "q", "offset", "limit", "page", "hitsPerPage", "attributesToRetrieve",
    "attributesToCrop", "cropLength", "attributesToHighlight", "showRankingScore",
    "showMatchesPosition", "filter", "sort", "distinct", "facets", "highlightPreTag",
    "highlightPostTag", "cropMarker", "matchingStrategy", "attributesToSearchOn",
    "rankingScoreThreshold", "locales", "federationOptions",
}
Indexes = Mapping[str, StandInIndex]
Found = list[tuple[float, Document]]


def multi_search(indexes: Indexes, body: Any) -> dict[str, Any]:
    only(body, {"queries", "federation"}, "the multi-search")
    queries = body["queries"]
    for query in queries:
        only(query, PARAMETERS, "`.queries`")
        need(query["indexUid"] in indexes, "index_not_found",
             f"Index `{query['indexUid']}` not found.", 404)
    if body.get("federation") is None:
        for query in queries:
            need("federationOptions" not in query, "invalid_multi_search_federation_options",
                 "Using `federationOptions` is not allowed in a non-federated search")
        return {"results": [_search(indexes[query["indexUid"]], query) for query in queries]}
    return _federated(indexes, queries, body["federation"])


def _federated(indexes: Indexes, queries: Sequence[Any], federation: Any) -> dict[str, Any]:
    only(federation, {"offset", "limit", "facetsByIndex", "mergeFacets"}, "`.federation`")
    best: dict[tuple[str, str], tuple[float, int, Document]] = {}
    for position, query in enumerate(queries):
        for name in ("offset", "limit", "page", "hitsPerPage"):
            need(name not in query, "invalid_multi_search_query_pagination",
                 f"Using pagination options is not allowed in federated queries: {name}")
        need(not query.get("facets"), "invalid_multi_search_query_facets",
             "Using facet options is not allowed in federated queries")
        options = query.get("federationOptions", {})
        only(options, {"weight", "remote", "queryPosition"}, "`.federationOptions`")
        need(options.get("weight", 1.0) >= 0, "invalid_multi_search_weight", "negative weight")
        index = indexes[query["indexUid"]]
        for score, document in _found(index, query):
            score *= options.get("weight", 1.0)
            key = (query["indexUid"], str(document[index.primary_key or ""]))
            if key not in best or best[key][0] < score:
                best[key] = (score, position, document)
    ordered = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    first, limit = federation.get("offset", 0), federation.get("limit", 20)
    hits = []
    for (uid, _), (score, position, document) in ordered[first : first + limit]:
        about = {"indexUid": uid, "queriesPosition": position, "weightedRankingScore": score}
        wanted = queries[position].get("attributesToRetrieve")
        hits.append({**indexes[uid].shown(document, wanted), "_federation": about})
    return {"hits": hits, "limit": limit, "offset": first, "estimatedTotalHits": len(ordered),
            "processingTimeMs": 0}


def _search(index: StandInIndex, query: Any) -> dict[str, Any]:
    found = _found(index, query)
    most = index.settings["pagination"]["maxTotalHits"]
    answer: dict[str, Any] = {"indexUid": query["indexUid"], "query": query.get("q", ""),
                              "processingTimeMs": 0}
    if "page" in query or "hitsPerPage" in query:
        page, size = query.get("page", 1), query.get("hitsPerPage", 20)
        first = (page - 1) * size
        total = min(len(found), most)
        answer |= {"page": page, "hitsPerPage": size, "totalHits": total,
                   "totalPages": -(-total // size)}
    else:
        first, size = query.get("offset", 0), query.get("limit", 20)
        answer |= {"offset": first, "limit": size, "estimatedTotalHits": min(len(found), most)}
    answer["hits"] = [index.shown(document, query.get("attributesToRetrieve"))
                      for _, document in found[:most][first : first + size]]
    if "facets" in query:
        answer["facetDistribution"] = {
            name: _distribution(index, name, found) for name in query["facets"]}
        answer["facetStats"] = {}
    return answer


def _distribution(index: StandInIndex, name: str, found: Found) -> dict[str, int]:
    need(index.features.filterable(name), "invalid_search_facets", f"Invalid facet `{name}`")
    counts = Counter(str(value) for _, document in found for value in values_of(document, name))
    most = index.settings["faceting"]["maxValuesPerFacet"]
    return dict(counts.most_common(most))


def facet_search(index: StandInIndex, body: Any) -> dict[str, Any]:
    only(body, {"facetName", "facetQuery", "q", "filter", "matchingStrategy", "locales",
                "attributesToSearchOn", "exhaustiveFacetCount"}, "the facet search")
    name = body["facetName"]
    need(index.features.of(name)[2], "invalid_facet_search_facet_name",
         f"Attribute `{name}` is not facet-searchable.")
    word = fold(body["facetQuery"])
    sizes = index.settings.get("typoTolerance", {}).get("minWordSizeForTypos", {})
    size = len(word.encode())
    typos = 0 if size < sizes.get("oneTypo", 5) else 1 if size < sizes.get("twoTypos", 9) else 2
    counts = Counter(value for document in index.documents.values()
                     for value in values_of(document, name) if _begins(value, word, typos))
    found = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    most = index.settings["faceting"]["maxValuesPerFacet"]
    return {"facetHits": [{"value": value, "count": n} for value, n in found[:most]],
            "facetQuery": body["facetQuery"], "processingTimeMs": 0}


def _begins(value: str, word: str, typos: int) -> bool:
    """Whether a beginning of the value is the word, but for typos."""
    lengths = range(max(1, len(word) - typos), len(word) + typos + 1)
    return any(typo_distance(word, value[:length], typos) is not None for length in lengths)


def _found(index: StandInIndex, query: Any) -> Found:
    """Every document of a query's set with its score, in order."""
    need(query.get("matchingStrategy", "last") in ("last", "all", "frequency"),
         "invalid_search_matching_strategy", "unknown strategy")
    need(set(query.get("locales") or ()) <= LOCALES, "invalid_search_locales", "unknown locale")
    found = list(index.documents.values())
    if query.get("filter"):
        try:
            test = parse_filter(query["filter"], index.features)
        except BadFilter as problem:
            raise Refused("invalid_search_filter", str(problem)) from problem
        found = [document for document in found if test(document)]
    for rule in reversed(query.get("sort", [])):
        name, _, way = rule.rpartition(":")
        need(name in index.settings.get("sortableAttributes", []), "invalid_search_sort",
             f"Attribute `{name}` is not sortable.")
        need("sort" in index.settings.get("rankingRules", ["sort"]), "invalid_search_sort",
             "The sort ranking rule must be specified in the ranking rules settings")
        need(way in ("asc", "desc"), "invalid_search_sort", f"bad order {way!r}")
        with_value = [document for document in found if document.get(name) is not None]
        rest = [document for document in found if document.get(name) is None]
        with_value.sort(key=lambda document: document[name], reverse=way == "desc")
        found = with_value + rest
    if not query.get("q", "").strip():
        return [(1.0, document) for document in found]
    words = _words(index, query["q"])
    scored = [(_score(index, words, document), document) for document in found]
    return sorted(((score, document) for score, document in scored if score),
                  key=lambda item: -item[0])


def _words(index: StandInIndex, text: str) -> list[str]:
    cut = segmenter(tuple(index.settings.get("dictionary", ())))
    words: list[str] = []
    for run in runs(fold(text)):
        words += cut.query_words(run.text) if run.cjk else [run.text]
    return words[:10]


def _score(index: StandInIndex, words: list[str], document: Document) -> float:
    """0 when not even the first word is there; else words, then typos, then attributes count."""
    attributes = index.settings["searchableAttributes"]
    dictionary = tuple(index.settings.get("dictionary", ()))
    texts = [_words_of(dictionary, str(document.get(name, ""))) for name in attributes]
    matched, typos, places = 0, 0, 0
    for word in words:
        hits = [(distance, place) for place, found in enumerate(texts)
                if (distance := _nearest(word, found)) is not None]
        if not hits:
            break
        distance, place = min(hits)
        matched, typos, places = matched + 1, typos + distance, places + place
    if not matched:
        return 0.0
    most_typos, most_places = 2 * len(words) + 1, len(words) * len(attributes) + 1
    score = matched - 1 + (1 - typos / most_typos) - (1 / most_typos) * (places / most_places)
    return score / len(words)


@lru_cache(maxsize=20_000)
def _words_of(dictionary: tuple[str, ...], text: str) -> frozenset[str]:
    return frozenset(segmenter(dictionary).tokens(text).words.split())


@lru_cache(maxsize=50_000)
def _nearest(word: str, found: frozenset[str]) -> int | None:
    if word in found:
        return 0
    if is_cjk(word) or len(word) < 4:
        return None
    limit = 2 if len(word) >= 9 else 1
    near = [d for other in found if (d := typo_distance(word, other, limit)) is not None]
    return min(near, default=None)
