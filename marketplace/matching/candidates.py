"""Candidates: a few searches with structured filters, merged; no database query.

However large the catalogue, at most `MOST` solutions are scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.core.clock import iso_week
from marketplace.core.errors import Unavailable
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.reading import standing_in, words_of
from marketplace.taxonomy.queries import active_industries, known_scenarios, not_paused, paused
from marketplace.taxonomy.registry import GENERAL, taxonomy
from search import (
    MAX_TEXT,
    AnyOf,
    Between,
    Exists,
    Filter,
    In,
    IndexUnavailable,
    Not,
    SearchPage,
    SearchQuery,
    Sort,
)

PER_SEARCH = 40
"""Hits taken of each search; also the places by closeness of words that are known."""
CHEAP_OR_FAST = 12
"""Hits taken of the searches for the cheapest and the fastest."""
MOST = 3 * PER_SEARCH + 2 * CHEAP_OR_FAST
BY_WORDS_ALONE = 5
"""So many of the closest texts are candidates although nothing structured speaks for them."""
TOP_TERMS = 300
"""Characters of the need handed to the text search."""
SLACK = 2.0
"""Prices in the index are for the reference company; with another headcount the filter on the
budget is this much wider, and the rule decides."""


def candidates(indexes: Indexes, need: Need) -> list[Candidate]:
    """Solutions worth scoring, of active industries only; each once.

    Those with the closest texts, and of those that fit (a wished scenario or category): the
    closest that also keep the hard wishes; where that finds `few`, whatever fits; where there
    are many, the cheapest and the fastest. The place by closeness of words does not depend on
    the wishes.
    """
    fits = list(_fitting(need))
    base = served(need.industry)
    text = search_text(need)
    found: dict[int, Candidate] = {}
    words = words_of(need.text)

    def merge(page: SearchPage, keep: Callable[[int, Mapping[str, Any]], bool] | None = None,
              *, ranked: bool = False) -> None:
        for place, hit in enumerate(page.hits):
            card = _shown(hit.stored)
            if int(hit.id) not in found and (keep is None or keep(place, card)):
                found[int(hit.id)] = Candidate(card, place if ranked else None, page.total,
                                               standing_in(words, card))

    def ask(*filters: Filter, sort: str | None = None, text: str = "",
            most: int = PER_SEARCH) -> SearchPage:
        return _ask(indexes, SearchQuery(
            text=text, match="any", filters=(*base, *filters), per_page=most,
            sort=Sort(sort) if sort else None, tie_salt=iso_week()))

    few = not text
    if text:
        closest = ask(text=text)
        merge(closest, lambda place, card: not fits or place < BY_WORDS_ALONE
              or _fits(need, card), ranked=True)
        few = closest.total <= PER_SEARCH
        if fits and not few:
            fitting = ask(AnyOf(tuple(fits)), *_hard(need), text=text)
            merge(fitting)
            few = fitting.total <= PER_SEARCH
    if fits:
        narrow = _narrow(need)
        if few:
            page = ask(*narrow)
            merge(page)
            few = page.total <= PER_SEARCH
        if not few:
            for number in ("first_year", "go_live_days"):
                merge(ask(*narrow, *_hard(need), sort=number, most=CHEAP_OR_FAST))
    elif not text and need.wishes:
        merge(ask(*_hard(need)))
    return list(found.values())


def search_text(need: Need) -> str:
    """The words to search for: the need's own, else the names of what it wishes."""
    if need.text:
        return need.text[:min(TOP_TERMS, MAX_TEXT)]
    tree = taxonomy()
    names = [tree.scenario_name(str(w.value)).zh for w in need.scenarios]
    names += [tree.category_name(str(w.value)).zh for w in need.of("category")]
    return " ".join(names[:4])


def standing_of(need: Need, card: Mapping[str, Any], known: Iterable[Candidate]) -> Candidate:
    """A solution as a candidate for the need: as it was found, else as one found by name."""
    shown = _shown(card)
    return next((c for c in known if c.id == card["id"]),
                Candidate(shown, words=standing_in(words_of(need.text), shown)))


def served(industry: str | None) -> list[Filter]:
    """What serves the industry or all of them (None: whatever is offered); never what is paused."""
    if industry and industry not in paused():
        return [AnyOf((In("industry", (industry, GENERAL)),))]
    if paused():
        return [AnyOf((In("industry", (*active_industries(), GENERAL)),))]
    return []


def _codes(need: Need) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (tuple(str(w.value) for w in need.scenarios),
            tuple(str(w.value) for w in need.of("category")))


def _fitting(need: Need) -> Iterator[Filter]:
    """What makes a solution fit at all: a wished scenario or a wished category."""
    for field, codes in zip(("scenario", "category"), _codes(need), strict=True):
        if codes:
            yield In(field, codes)


def _fits(need: Need, card: Mapping[str, Any]) -> bool:
    scenarios, categories = _codes(need)
    return any(code in scenarios for code, _low, _high in card["scenarios"]) or any(
        code in categories for code in card["categories"])


def _narrow(need: Need) -> list[Filter]:
    """The sharpest of the fitting filters: the industry scenarios if any, else all."""
    own = tuple(str(w.value) for w in need.of("scenario"))
    return [AnyOf((In("scenario", own),))] if own else [
        AnyOf((clause,)) for clause in _fitting(need)]


def _hard(need: Need) -> list[Filter]:
    """The hard wishes as filters; what a solution does not state passes, as in the rules."""
    clauses: list[Filter] = []
    budget, deadline, deployment = (need.one(k) for k in ("budget", "deadline", "deployment"))
    if budget and budget.hard and need.subsidy_share < 1:
        limit = float(budget.value) / (1 - need.subsidy_share)
        limit *= 1 if need.people is None else SLACK
        clauses.append(AnyOf((Between("first_year", None, limit), Not(Exists("first_year")))))
    if deadline and deadline.hard:
        clauses.append(AnyOf((Between("go_live_days", None, float(deadline.value)),
                              Not(Exists("go_live_days")))))
    if deployment and deployment.hard:
        near = ("private", "edge") if deployment.value == "private" else (str(deployment.value),)
        clauses.append(In("deployment", near))
    return clauses


def _ask(indexes: Indexes, query: SearchQuery) -> SearchPage:
    try:
        return indexes[SOLUTIONS].search(query)
    except IndexUnavailable as problem:
        raise Unavailable("Matching is being prepared; please try again in a minute.") from problem


def _shown(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """The card less what belongs to paused industries."""
    if not paused():
        return card
    active = set(known_scenarios([code for code, _low, _high in card["scenarios"]]))
    return {**card, "industries": not_paused(card["industries"]),
            "scenarios": [row for row in card["scenarios"] if row[0] in active]}
