"""The search contract: what a query asks, what a document holds, what every engine answers.

Nothing here knows an engine or the marketplace. Two engines keep this contract
(`search.embedded`, `search.meilisearch`); `search.contract` is the test suite both pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

MAX_TEXT = 1_000
"""Longest query text in characters; longer text raises `QueryTooLong`."""
MAX_WORDS = 10
"""Query words kept after segmentation, most specific first."""
MAX_TOTAL = 1_000_000
"""Totals are exact up to here; above, `SearchPage.total_capped` is set."""


class SearchError(Exception):
    """Base of everything an engine raises on purpose."""


class QueryTooLong(SearchError):
    """The query text is longer than `MAX_TEXT` characters."""


class IndexBusy(SearchError):
    """Another process holds the writer of this index."""


class IndexUnavailable(SearchError):
    """The engine does not answer, or the index was never built."""


@dataclass(frozen=True, slots=True)
class TextField:
    """A searched text field. `exact`: a value equal to the query ranks first (names)."""

    name: str
    weight: float = 1.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What an index holds. `text` is ordered, most important first.

    `facets` are multi-valued keyword fields, `numbers` hold one number or are missing.
    `dictionary` are trade words kept whole by segmentation; each entry of `synonyms`
    is a group of words that mean the same.
    """

    name: str
    text: tuple[TextField, ...]
    facets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dictionary: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One document. `stored` is opaque JSON handed back with a hit, never searched."""

    id: str
    text: Mapping[str, str]
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content_hash(self) -> str:
        """Hash over everything in the document: equal hash, equal content."""
        body = [self.id, self.text, self.facets, self.numbers, self.stored]
        raw = json.dumps(body, ensure_ascii=False, sort_keys=True, default=list)
        return hashlib.blake2b(raw.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class In:
    """The keyword field has at least one of `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The number lies in [at_least, at_most]; either end may be open. Missing never matches."""

    field: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Exists:
    """The keyword or number field has any value."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    """The clause does not hold; a missing field counts as not holding it."""

    clause: Filter


@dataclass(frozen=True, slots=True)
class AllOf:
    clauses: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    clauses: tuple[Filter, ...]


Filter = In | Between | Exists | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by a number field; documents without it come last either way, id breaks ties."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to an index.

    `text`: words, `"phrases"` and `-exclusions`; empty means browse, and text without a single
    searchable token (only emoji or punctuation) means zero hits.
    `filters` are ANDed. A facet's counts ignore the top-level filters in `filters` that are an
    `In` on that very field (disjunctive counts).
    `match="all"`: all words; when that gives less than a page, relaxed to any word and the page
    says so. `match="any"`: any word from the start (candidates for matching), never "relaxed".
    `sort=None`: by relevance, equal relevance (and browsing) by a hash of id and `tie_salt`.
    `ids_only` skips highlights and stored payloads.
    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    facets: tuple[str, ...] = ()
    facet_limit: int = 50
    sort: Sort | None = None
    tie_salt: str = ""
    page: int = 1
    per_page: int = 20
    highlight: tuple[str, ...] = ()
    match: Literal["all", "any"] = "all"
    ids_only: bool = False


Span = tuple[int, int]
"""(start, length) in characters of the original text."""


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    stored: Mapping[str, Any] = field(default_factory=dict)
    highlights: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """An answer. `total` and `facets` always describe the same set as `hits`.

    `relaxed`: not all words were found together, any of them counted. `did_you_mean`: the query
    with Latin typos replaced by words the index holds, when that differs from the query.
    """

    hits: tuple[Hit, ...]
    total: int
    total_capped: bool = False
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    relaxed: bool = False
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class IndexStats:
    """`bytes` on disk or as the server reports it; `version` names settings and generation."""

    documents: int
    bytes: int
    version: str


Receipt = str
"""Names a write; hand it to `wait`. A write counts only once `wait` returned."""


class SearchIndex(Protocol):
    """One index of one engine. Reads may come from any process and thread.

    Writes raise `IndexBusy` when another process writes. Everything raises
    `IndexUnavailable` when the engine does not answer.
    """

    settings: IndexSettings

    def configure(self) -> bool:
        """Make the index ready for its settings; True when a rebuild is needed to use them."""
        ...

    def upsert(self, documents: Iterable[IndexDocument]) -> Receipt: ...

    def delete(self, ids: Iterable[str]) -> Receipt: ...

    def wait(self, receipt: Receipt, timeout: float = 30.0) -> None:
        """Return when the write is visible to new searches; raise `SearchError` if it failed."""
        ...

    def search(self, query: SearchQuery) -> SearchPage: ...

    def rebuild(self, documents: Iterable[IndexDocument]) -> IndexStats:
        """Build beside the live index, check the count, switch. Failure leaves the old one."""
        ...

    def hashes(self) -> Iterator[tuple[str, str]]:
        """(id, content_hash) of every document, for verification against the database."""
        ...

    def stats(self) -> IndexStats: ...

    def close(self) -> None: ...
