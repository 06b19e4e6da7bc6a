"""Candidates: a few searches with structured filters, merged; no database query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.core.clock import iso_week
from marketplace.core.errors import Unavailable
from marketplace.core.i18n import LocalizedText
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.taxonomy.queries import active_industries, paused
from marketplace.taxonomy.registry import GENERAL, taxonomy
from search import (
    MAX_TEXT,
    AnyOf,
    Between,
    Filter,
    Hit,
    In,
    IndexUnavailable,
    Not,
    SearchQuery,
    Sort,
)

PER_SEARCH = 60
"""Hits taken of each search; four searches at most."""
ENOUGH = 20
"""Fewer text hits than this within what fits: the text is also searched alone."""
TOP_TERMS = 300
"""Characters of the need handed to the text search."""


def candidates(indexes: Indexes, need: Need) -> list[Candidate]:
    """Solutions worth scoring, of active industries only; each once.

    By text within what fits, by text alone, by facets alone, and the cheapest and fastest that
    keep to budget and deadline, so that the labelled picks are not missed.
    """
    fits = [AnyOf(tuple(_fitting(need)))] if any(_fitting(need)) else []
    base = served(need.industry)
    text = search_text(need)
    merged: dict[int, Candidate] = {}
    if text:
        by_text = SearchQuery(
            text=text, match="any", filters=(*base, *fits), per_page=PER_SEARCH,
            tie_salt=iso_week(), highlight=("name_zh", "promise_zh", "promise_en"))
        _merge(merged, _ask(indexes, by_text), ranked=True)
        if fits and len(merged) < ENOUGH:
            _merge(merged, _ask(indexes, replace(by_text, filters=tuple(base))), ranked=True)
    if fits:
        _merge(merged, _ask(indexes, SearchQuery(
            filters=(*base, *_narrow(need)), per_page=PER_SEARCH, tie_salt=iso_week())))
        for number in ("three_years", "go_live_days"):
            _merge(merged, _ask(indexes, SearchQuery(
                filters=(*base, *_narrow(need), *_within(need)), sort=Sort(number),
                per_page=PER_SEARCH // 3, tie_salt=iso_week())))
    elif not text and base:
        _merge(merged, _ask(indexes, SearchQuery(filters=tuple(base), per_page=PER_SEARCH,
                                                 tie_salt=iso_week())))
    return list(merged.values())


def search_text(need: Need) -> str:
    """The words to search for: the need's own, else the names of what it wishes."""
    if need.text:
        return need.text[:min(TOP_TERMS, MAX_TEXT)]
    tree = taxonomy()
    names = [str(tree.scenario_name(str(w.value)).zh) for w in need.scenarios]
    names += [str(tree.category_name(str(w.value)).zh) for w in need.of("category")]
    return " ".join(names[:4])


def _fitting(need: Need) -> Iterator[Filter]:
    """What makes a solution fit at all: a wished scenario, its parent, or a wished category."""
    codes = [str(w.value) for w in need.scenarios]
    if codes:
        yield In("scenario", tuple(codes))
    categories = [str(w.value) for w in need.of("category")]
    if categories:
        yield In("category", tuple(categories))


def _narrow(need: Need) -> list[Filter]:
    """The sharpest of the fitting filters: the industry scenarios if any, else all."""
    own = tuple(str(w.value) for w in need.of("scenario"))
    core = tuple(str(w.value) for w in need.of("core_scenario"))
    categories = tuple(str(w.value) for w in need.of("category"))
    if own:
        return [AnyOf((In("scenario", own), *((In("category", categories),) if not core else ())))]
    clauses: list[Filter] = []
    if core:
        clauses.append(AnyOf((In("scenario", core),)))
    if categories:
        clauses.append(AnyOf((In("category", categories),)))
    return clauses


def served(industry: str | None) -> list[Filter]:
    """What serves the industry or all of them (None: whatever is offered); never what is paused."""
    if industry and industry not in paused():
        return [AnyOf((In("industry", (industry, GENERAL)),))]
    if paused():
        return [AnyOf((In("industry", (*active_industries(), GENERAL)),))]
    return []


def _within(need: Need) -> list[Filter]:
    """Budget and deadline as ranges, for the searches that look for cheap and fast ones."""
    clauses: list[Filter] = []
    budget, deadline = need.one("budget"), need.one("deadline")
    if budget and not need.subsidy_share:
        clauses.append(Between("first_year", None, float(budget.value) * 1.5))
    if deadline:
        clauses.append(Between("go_live_days", None, float(deadline.value)))
    excluded = tuple(str(w.value) for w in need.of("excluded_category") if w.hard)
    if excluded:
        clauses.append(Not(In("category", excluded)))
    return clauses


def _ask(indexes: Indexes, query: SearchQuery) -> tuple[tuple[Hit, ...], int]:
    try:
        page = indexes[SOLUTIONS].search(query)
    except IndexUnavailable as problem:
        raise Unavailable("Matching is being prepared; please try again in a minute.") from problem
    return page.hits, page.total


def _merge(merged: dict[int, Candidate], answer: tuple[tuple[Hit, ...], int], *,
           ranked: bool = False) -> None:
    hits, total = answer
    for rank, hit in enumerate(hits):
        identity = int(hit.id)
        if identity not in merged:
            merged[identity] = (Candidate(hit.stored, rank, total, _words(hit)) if ranked
                                else Candidate(hit.stored))


def _words(hit: Hit) -> tuple[str, ...]:
    """The need's words that stand in the solution's name and promise, longest first."""
    name, promise = LocalizedText.of(hit.stored["name"]), LocalizedText.of(hit.stored["promise"])
    texts = {"name_zh": name.zh, "promise_zh": promise.zh, "promise_en": promise.en}
    words = (texts[f][start:start + length] for f, spans in hit.highlights.items()
             for start, length in spans)
    return tuple(_distinct(sorted((w for w in words if len(w) > 1), key=len, reverse=True)))


def _distinct(words: Iterable[str]) -> Iterator[str]:
    kept: list[str] = []
    for word in words:
        if not any(word in longer for longer in kept):
            kept.append(word)
            yield word

