"""How a document, and the settings of an index, look on a Meilisearch server.

What a query finds is decided by filters over our own tokens (`w`), so both engines match the
same documents; the server's own search over the texts ranks them. A token is stored as a short
hash: nothing to quote in a filter, and no normalisation by the server (which would, for one,
count `C` and `c` as one facet value).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

from search.parse import Phrase, Synonyms
from search.query import MAX_TOTAL, IndexDocument, IndexSettings, SearchError
from search.recipe import TIE_FIELDS, settings_hash, ties, trade_words
from search.text import Segmenter, fold, is_cjk, latin_tokens, plain_key, runs, segmenter, stream

SHAPE = "meilisearch-2"
"""Version of the fields below; part of the hash kept beside every index."""
MAX_FACET_VALUES = 2_000
MOST_DOCUMENTS, MOST_BYTES = 2_000, 16 << 20
"""Of one payload. The server refuses more than 100 MB unless it was told otherwise."""
EVERY = "zzeverydocument"
"""A word in the last searched attribute of every document, to rank what nothing else found."""
CHINESE = "cmn"
CUTOFF_MS = 5_000
"""Time for ordering the hits of one search. What is not ordered by then comes in any order, so
this is longer than the server's own 1.5 seconds."""
_FACET_KEY = 12
_HASH_END = "."


@lru_cache(maxsize=65_536)
def token(kind: str, text: str) -> str:
    """The hash a token is stored as. Kinds: w word, b stream, p pair, c character, x exact name,
    or the attribute of a facet."""
    return hashlib.blake2b(f"{kind}:{text}".encode(), digest_size=_FACET_KEY // 2).hexdigest()


def meta_uid(uid: str) -> str:
    """The companion of an index, with one document: what the index was built with."""
    return f"{uid}-meta"


def primary_key(document_id: str) -> str:
    """Server ids allow few characters and are compared without case; ours are any text."""
    return hashlib.blake2b(document_id.encode(), digest_size=16).hexdigest()


def payloads(bodies: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """JSON arrays of documents, none too large to be taken in one piece."""
    waiting: list[bytes] = []
    size = 0
    for body in bodies:
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if waiting and (len(waiting) == MOST_DOCUMENTS or size + len(raw) > MOST_BYTES):
            yield b"[%s]" % b",".join(waiting)
            waiting, size = [], 0
        waiting.append(raw)
        size += len(raw) + 1
    if waiting:
        yield b"[%s]" % b",".join(waiting)


def facet_key(attribute: str, value: str) -> str:
    return token(attribute, value) + value


def facet_value(key: str) -> str:
    return key[_FACET_KEY:]


def content_hash(held: str, layout_hash: str) -> str:
    """The content hash of a document on the server; empty when it was written for another layout,
    as happens to one on its way while a rebuild switches."""
    content, _, layout = held.partition(_HASH_END)
    return content if layout == layout_hash else ""


def phrase_tokens(phrase: Phrase) -> list[str]:
    """Tokens a document must hold to hold a phrase: its stream, and neighbours of Latin pieces.

    Three or more Latin words are found as overlapping pairs, which is literal in all but
    contrived texts.
    """
    tokens = list(phrase.tokens)
    found = [token("b", text) for text in tokens]
    if phrase.open_end:
        found[-1] = token("c", tokens[-1])
    return found + [token("p", pair) for pair in _pairs(tokens[: -1 if phrase.open_end else None])]


def _pairs(tokens: list[str]) -> Iterable[str]:
    for left, right in pairwise(tokens):
        if not (is_cjk(left) and is_cjk(right)):
            yield f"{left} {right}"


class Layout:
    """Names of attributes for some settings, and documents in them.

    Attributes are named by position, so that any name (dots included) may be used in settings.
    """

    def __init__(self, settings: IndexSettings) -> None:
        self.settings = settings
        self.hash = settings_hash(settings, SHAPE)
        self.synonyms = Synonyms(settings.synonyms)
        self.segmenter: Segmenter = segmenter(trade_words(settings))
        self.text = {field.name: f"t{i}" for i, field in enumerate(settings.text)}
        self.facets = {name: f"f{i}" for i, name in enumerate(settings.facets)}
        self.numbers = {name: f"n{i}" for i, name in enumerate(settings.numbers)}

    def server_settings(self) -> dict[str, Any]:
        """Body of the settings call (Meilisearch 1.15 or newer)."""
        texts = list(self.text.values())
        words = {_key: [p.text for p in others] for _key, others in self._synonyms()}
        return {
            "searchableAttributes": [*texts, "every"],
            "displayedAttributes": ["id", "h", "stored", *texts],
            "filterableAttributes": [
                _filterable(["w", "pk", *self.facets.values()]),
                _filterable(["lat"], facet_search=True),
                *([_filterable([*self.numbers.values()], comparison=True)] if self.numbers else []),
            ],
            "sortableAttributes": ["id", *self.numbers.values(), *TIE_FIELDS],
            "rankingRules": ["words", "typo", "exactness", "attribute", "proximity", "sort"],
            "typoTolerance": {
                "enabled": True,
                "minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 9},
                "disableOnNumbers": True,
            },
            "localizedAttributes": [{"attributePatterns": ["t*"], "locales": [CHINESE]}],
            "dictionary": list(trade_words(self.settings)),
            "synonyms": words,
            "searchCutoffMs": CUTOFF_MS,
            "pagination": {"maxTotalHits": MAX_TOTAL + 1},
            "faceting": {
                "maxValuesPerFacet": MAX_FACET_VALUES,
                "sortFacetValuesBy": {"*": "count"},
            },
        }

    def _synonyms(self) -> Iterable[tuple[str, tuple[Phrase, ...]]]:
        for word in dict.fromkeys(fold(w) for group in self.settings.synonyms for w in group):
            yield word, self.synonyms[word]

    def document(self, source: IndexDocument) -> dict[str, Any]:
        """Raises `SearchError` for an empty id or a number that is not finite."""
        if not source.id:
            raise SearchError("a document needs an id")
        found: set[str] = set()
        latin: set[str] = set()
        body: dict[str, Any] = {
            "pk": primary_key(source.id),
            "id": source.id,
            "h": f"{source.content_hash}{_HASH_END}{self.hash}",
            "every": EVERY,
            "stored": json.dumps(source.stored, ensure_ascii=False, default=list),
        }
        for field in self.settings.text:
            text = source.text.get(field.name)
            if text:
                body[self.text[field.name]] = text
                self._add_tokens(text, found, latin)
                if field.exact and (key := plain_key(text)):
                    found.add(token("x", key))
        for name, attribute in self.facets.items():
            values = list(dict.fromkeys(source.facets.get(name, ())))
            body[attribute] = [facet_key(attribute, value) for value in values]
            found.update(token(attribute, value) for value in values)
            if values:
                found.add(token("exists", attribute))
        for name, attribute in self.numbers.items():
            number = source.numbers.get(name)
            if number is None:
                continue
            if not math.isfinite(number):
                raise SearchError(f"{source.id}: {name} is {number}, not a finite number")
            body[attribute] = float(number)
            found.add(token("exists", attribute))
        body.update(zip(TIE_FIELDS, ties(source.id), strict=True))
        body["w"] = sorted(found)
        body["lat"] = sorted(latin)
        return body

    def _add_tokens(self, text: str, found: set[str], latin: set[str]) -> None:
        folded = fold(text)
        tokens = self.segmenter.tokens(text)
        flow = stream(folded)
        found.update(token("w", word) for word in tokens.words.split())
        found.update(token("b", gram) for gram in flow)
        found.update(token("p", pair) for pair in _pairs(flow))
        for run in runs(folded):
            if run.cjk:
                found.update(token("c", char) for char in run.text)
            else:
                latin.update(latin_tokens(run.text))


def _filterable(
    names: list[str], *, comparison: bool = False, facet_search: bool = False
) -> dict[str, Any]:
    filters = {"equality": True, "comparison": comparison}
    return {
        "attributePatterns": names,
        "features": {"facetSearch": facet_search, "filter": filters},
    }
