"""One search for page, API, export and suggestions: filters in, cards and facets out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from blinker import Signal
from markupsafe import Markup, escape

from marketplace.catalog.facets import Facet, facets
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.queries import solutions_per_provider
from marketplace.core.clock import iso_week
from marketplace.core.errors import Unavailable
from marketplace.core.i18n import LocalizedText, current_language
from marketplace.taxonomy.queries import (
    active_industries,
    known_scenarios,
    not_paused,
    paused,
)
from marketplace.taxonomy.registry import GENERAL, taxonomy
from search import (
    AnyOf,
    Between,
    Exists,
    Filter,
    Hit,
    In,
    IndexUnavailable,
    Not,
    SearchPage,
    SearchQuery,
    Sort,
    Span,
)

SORTS: Mapping[str, Sort | None] = {
    "relevance": None, "newest": Sort("published_at", descending=True),
    "price": Sort("three_years"), "go_live": Sort("go_live_days"),
}
PER_PAGE = (20, 50, 100)
MAX_WINDOW = 10_000
"""Results beyond this rank are not paged to; narrow the search instead."""
Range = tuple[float | None, float | None]
nothing_found = Signal()
"""Sent with `filters` when a visitor's list of solutions is empty."""


def _end(value: float | None) -> str:
    """A number as short as it can be said without losing a digit."""
    return "" if value is None else repr(value).removesuffix(".0")


@dataclass(frozen=True)
class Filters:
    """What a visitor asked for. `chosen` maps a facet's parameter to its values."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    price_max: float | None = None
    sort: str = "relevance"
    page: int = 1
    per_page: int = PER_PAGE[0]
    view: str = "cards"

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The URL parameters that say the same, defaults left out."""
        if self.q:
            yield "q", self.q
        for param, values in self.chosen.items():
            yield from ((param, value) for value in values)
        for param, (low, high) in self.ranges.items():
            yield param, f"{_end(low)}..{_end(high)}"
        if self.price_max is not None:
            yield "price_max", _end(self.price_max)
        for name in ("sort", "page", "per_page", "view"):
            value = getattr(self, name)
            if value != getattr(Filters, name):
                yield name, str(value)

    def query_string(self, **changes: Any) -> str:
        """`?…` for these filters with `changes`; any change but `page` goes back to page 1."""
        changed = replace(self, **({"page": 1} | changes))
        pairs = list(changed.pairs())
        return f"?{urlencode(pairs)}" if pairs else "?"

    def without(self, param: str, value: str | None = None) -> Filters:
        """These filters with one value (or a whole parameter) removed."""
        if param in ("q", "price_max"):
            return replace(self, **{param: getattr(Filters, param)}, page=1)
        if param in self.ranges:
            kept_ranges = {k: v for k, v in self.ranges.items() if k != param}
            return replace(self, ranges=kept_ranges, page=1)
        kept = {k: tuple(v for v in vs if k != param or (value is not None and v != value))
                for k, vs in self.chosen.items()}
        return replace(self, chosen={k: v for k, v in kept.items() if v}, page=1)

    @property
    def industries(self) -> tuple[str, ...]:
        return self.chosen.get("industry", ())

    @property
    def asks_price(self) -> bool:
        return self.price_max is not None or self.sort == "price" or "price" in self.chosen

    def __bool__(self) -> bool:
        return bool(self.q or self.chosen or self.ranges or self.price_max is not None)


@dataclass(frozen=True)
class FacetOption:
    value: str
    label: LocalizedText
    count: int
    chosen: bool


@dataclass(frozen=True)
class FacetGroup:
    """A facet with its non-empty values; `hidden` values fold away under "more"."""

    facet: Facet
    options: tuple[FacetOption, ...]

    @property
    def chosen(self) -> int:
        return sum(o.chosen for o in self.options)

    def option(self, value: str) -> FacetOption | None:
        return next((o for o in self.options if o.value == value), None)


@dataclass(frozen=True)
class Card:
    """A result as the list shows it. `name` and `promise` carry highlights; `data` the rest."""

    data: Mapping[str, Any]
    name: Markup
    promise: Markup


@dataclass(frozen=True)
class Results:
    """An answer: `lacking_price` counts results the price filter or sort cannot place."""

    filters: Filters
    cards: tuple[Card, ...]
    total: int
    capped: bool
    groups: tuple[FacetGroup, ...]
    relaxed: bool
    did_you_mean: str | None
    lacking_price: int | None = None

    @property
    def pages(self) -> int:
        reachable = min(self.total, MAX_WINDOW)
        return max(1, -(-reachable // self.filters.per_page))


def mark(text: str, spans: Sequence[Span]) -> Markup:
    """The text escaped, with the words hit in <mark>."""
    parts: list[Markup | str] = []
    at = 0
    for start, length in spans:
        parts += [escape(text[at:start]), Markup("<mark>"), escape(text[start:start + length]),
                  Markup("</mark>")]
        at = start + length
    return Markup("").join([*parts, escape(text[at:])])


def _conditions(collection: str, filters: Filters) -> list[Filter]:
    clauses: list[Filter] = [In(param, values) for param, values in filters.chosen.items()]
    clauses += [Between(param, low, high) for param, (low, high) in filters.ranges.items()]
    if filters.price_max is not None:
        clauses.append(Between("three_years", None, filters.price_max))
    return clauses


def _only_active(collection: str) -> list[Filter]:
    """Hide what belongs to paused industries alone; a provider stays, it may serve others."""
    if not paused() or collection == PROVIDERS:
        return []
    return [AnyOf((In("industry", (*active_industries(), GENERAL)),))]


def _facet_is_shown(facet: Facet, filters: Filters) -> bool:
    return (facet.industry is None or facet.industry in filters.industries
            or facet.param in filters.chosen)


def search(indexes: Indexes, collection: str, filters: Filters, *, with_facets: bool = True,
           highlight: bool = True) -> Results:
    """Answer `filters` over `solutions` or `providers`, of active industries only.

    Raises `Unavailable` when the index does not answer and `search.QueryTooLong` for a text of
    over 1,000 characters.
    """
    shown = [f for f in facets(collection) if _facet_is_shown(f, filters)] if with_facets else []
    language = current_language()
    query = SearchQuery(
        text=filters.q, filters=(*_conditions(collection, filters), *_only_active(collection)),
        facets=tuple(f.field for f in shown), facet_limit=200, sort=SORTS[filters.sort],
        tie_salt=iso_week(), page=filters.page, per_page=filters.per_page,
        highlight=(f"name_{language}", f"promise_{language}") if highlight and filters.q else ())
    page = _ask(indexes, collection, query)
    lacking = None
    if filters.asks_price and collection == SOLUTIONS:
        lacking = _lacking_price(indexes, filters)
    return Results(
        filters=filters, cards=tuple(_card(hit.highlights, data, language) for hit, data in zip(
            page.hits, _shown(collection, page.hits), strict=True)),
        total=page.total, capped=page.total_capped, relaxed=page.relaxed,
        did_you_mean=page.did_you_mean, lacking_price=lacking,
        groups=tuple(g for g in (_group(f, page, filters) for f in shown) if g.options))


def _ask(indexes: Indexes, collection: str, query: SearchQuery) -> SearchPage:
    try:
        return indexes[collection].search(query)
    except IndexUnavailable as problem:
        raise Unavailable("Search is being prepared or does not answer; please try again "
                          "in a minute.") from problem


def _lacking_price(indexes: Indexes, filters: Filters) -> int:
    free = replace(filters.without("price"), price_max=None, sort="relevance")
    query = SearchQuery(
        text=free.q, filters=(*_conditions(SOLUTIONS, free), *_only_active(SOLUTIONS),
                              Not(Exists("three_years"))), per_page=1, ids_only=True)
    return _ask(indexes, SOLUTIONS, query).total


def _shown(collection: str, hits: Sequence[Hit]) -> list[Mapping[str, Any]]:
    """What the index keeps of each hit, less what belongs to paused industries."""
    kept: list[Mapping[str, Any]] = [hit.stored for hit in hits]
    if not paused():
        return kept
    kept = [{**data, "industries": not_paused(data["industries"])} for data in kept]
    if collection == SOLUTIONS:
        return [{**data, "scenarios": [s for s in data["scenarios"] if known_scenarios([s[0]])]}
                for data in kept]
    offered = solutions_per_provider([data["id"] for data in kept])
    return [{**data, "solutions": offered.get(data["id"], 0)} for data in kept]


def _card(highlights: Mapping[str, Sequence[Span]], data: Mapping[str, Any],
          language: str) -> Card:
    promise = data.get("promise") or data.get("summary") or {}
    return Card(data, *(
        mark(str(LocalizedText.of(text)) if not text.get(language) else text[language],
             highlights.get(f"{name}_{language}", ()) if text.get(language) else ())
        for name, text in (("name", data["name"]), ("promise", promise))))


def _group(facet: Facet, page: SearchPage, filters: Filters) -> FacetGroup:
    chosen = filters.chosen.get(facet.param, ())
    counts = {v.value: v.count for v in page.facets.get(facet.field, ())}
    counts |= {value: counts.get(value, 0) for value in chosen}
    if facet.flag:
        counts = {k: v for k, v in counts.items() if k == "yes"}
    known = [v for v in facet.order if v in counts] if facet.order else list(counts)
    return FacetGroup(facet, tuple(
        FacetOption(v, facet.value_label(v), counts[v], v in chosen) for v in known))


@dataclass(frozen=True)
class Suggestion:
    """Something to jump to while typing. `kind` is solution, provider, scenario or category."""

    kind: str
    code: str
    label: str
    path: str


def suggest(indexes: Indexes, text: str, *, industry: str | None = None,
            limit: int = 5) -> list[Suggestion]:
    """Up to `limit` solutions, 3 scenarios, 3 categories and 3 providers for a beginning."""
    text = text.strip()[:60]
    if not text:
        return []
    scope = {"industry": (industry,)} if industry else {}
    found = [*_suggest_terms(text, industry)]
    kinds = ((SOLUTIONS, "/solutions/", limit), (PROVIDERS, "/providers/", 3))
    for collection, path, size in kinds:
        page = search(indexes, collection, Filters(q=text, chosen=scope, per_page=size),
                      with_facets=False, highlight=False)
        if not page.relaxed:
            found += [Suggestion(collection[:-1], c.data["slug"], str(c.name.unescape()),
                                 path + c.data["slug"]) for c in page.cards]
    return found


def _suggest_terms(text: str, industry: str | None) -> Iterator[Suggestion]:
    tree, wanted, off = taxonomy(), text.casefold(), paused()
    scenarios = [(s.code, s.name) for s in tree.core_scenarios.values()]
    scenarios += [(s.code, s.name) for code, i in tree.industries.items() if code not in off
                  and industry in (None, code) for s in i.scenarios.values()]
    matching = [(c, n) for c, n in scenarios
                if wanted in n.zh.casefold() or wanted in n.en.casefold() or wanted == c.casefold()]
    for code, name in matching[:3]:
        yield Suggestion("scenario", code, str(name), f"/scenarios/{code}")
    categories = [c for c in tree.categories.values() if wanted in c.name.zh.casefold()
                  or wanted in c.name.en.casefold() or c.code.casefold().startswith(wanted)
                  or any(wanted in s.casefold() for s in c.synonyms)]
    for category in categories[:3]:
        scope = f"&industry={industry}" if industry else ""
        yield Suggestion("category", category.code, str(category.name),
                         f"/solutions?category={category.code}{scope}")


