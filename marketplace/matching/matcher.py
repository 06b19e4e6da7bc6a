"""Scores candidates and builds the answer: picks, ranking, near misses, bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from marketplace.catalog.indexer import Indexes
from marketplace.core.clock import iso_week
from marketplace.core.i18n import LocalizedText
from marketplace.matching import attribute_rules
from marketplace.matching.candidates import candidates
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome, weighted_mean
from marketplace.matching.rules import CORE
from marketplace.matching.weights import RuleBook, rule_book

FIRST = 10
PER_PROVIDER = 2
"""Of the first `FIRST` recommendations, at most this many of one provider."""
NEAR_MISSES = 5
PICK_SHARE = 0.6
"""A pick for price or speed scores at least this share of the best fit, or it would not fit."""
DEFAULT_LIMIT, MAX_LIMIT = 20, 50


@dataclass(frozen=True)
class Recommendation:
    """A scored candidate: its outcomes, the wishes met of those judged, what is not covered."""

    candidate: Candidate
    score: float
    outcomes: tuple[Outcome, ...]
    uncovered: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def vetoes(self) -> tuple[LocalizedText, ...]:
        return tuple(o.veto for o in self.outcomes if o.veto)

    @property
    def judged(self) -> dict[str, bool]:
        """Wishes by key: met or not."""
        return {key: met for o in self.outcomes for key, met in o.wishes.items()}

    @property
    def met(self) -> int:
        return sum(self.judged.values())

    @property
    def reasons(self) -> list[Outcome]:
        """The outcomes that speak for it most first."""
        return sorted(self.outcomes, key=lambda o: -o.score * o.weight)


@dataclass(frozen=True)
class MatchResult:
    """The answer to a need. `rule_version` and `week` make it explainable later."""

    need: Need
    recommendations: tuple[Recommendation, ...]
    picks: tuple[Recommendation, ...]
    near_misses: tuple[Recommendation, ...]
    bundle: tuple[Recommendation, ...]
    considered: int
    fitting: int
    rule_version: str
    week: str


def evaluate(need: Need, candidate: Candidate, book: RuleBook) -> Recommendation:
    """Apply every rule of the book to one candidate."""
    outcomes = []
    for code, rule in CORE.items():
        outcome = rule.evaluate(need, candidate)
        if outcome is not None:
            outcomes.append(replace(outcome, weight=book.weights.get(code, 0.0)))
    for own in book.rules:
        outcome = attribute_rules.evaluate(own, need, candidate)
        if outcome is not None:
            outcomes.append(replace(outcome, weight=book.weights.get(own.code, own.weight)))
    return Recommendation(candidate, weighted_mean(outcomes), tuple(outcomes),
                          uncovered(need, candidate))


def uncovered(need: Need, candidate: Candidate) -> tuple[str, ...]:
    """Codes of wished scenarios the solution does not work in."""
    return tuple(str(w.value) for w in need.scenarios if str(w.value) not in candidate.levels)


def _tie(candidate: Candidate, week: str) -> str:
    return hashlib.blake2b(f"{week}:{candidate.id}".encode(), digest_size=8).hexdigest()


def match(indexes: Indexes, need: Need, *, limit: int = DEFAULT_LIMIT,
          diversify: bool = True) -> MatchResult:
    """Recommend solutions for a need. Raises `Unavailable` when the index does not answer."""
    book, week = rule_book(need.industry), iso_week()
    scored = evaluated(indexes, need, book)
    ranked = ordered(scored, diversify=diversify)
    return MatchResult(
        need=need, recommendations=tuple(ranked[:limit]), picks=tuple(_picks(need, ranked)),
        near_misses=tuple([r for r in by_score(scored) if r.vetoes and _on_topic(need, r)][:NEAR_MISSES]),
        bundle=tuple(_bundle(need, ranked)), considered=len(scored), fitting=len(ranked),
        rule_version=book.version, week=week)


def evaluated(indexes: Indexes, need: Need, book: RuleBook) -> list[Recommendation]:
    """Every candidate with its outcomes, in the order they were found."""
    return [evaluate(need, c, book) for c in candidates(indexes, need)]


def ordered(scored: Iterable[Recommendation], *, diversify: bool = True) -> list[Recommendation]:
    """Those without a veto, best first; ties by the hash of the week, providers diversified."""
    fitting = by_score([r for r in scored if not r.vetoes])
    return _diversified(fitting) if diversify else fitting


def by_score(items: Iterable[Recommendation]) -> list[Recommendation]:
    """Best first; equal scores by a hash salted with the week, never by anything one can buy."""
    week = iso_week()
    return sorted(items, key=lambda r: (-r.score, _tie(r.candidate, week)))


def _diversified(ranked: Sequence[Recommendation]) -> list[Recommendation]:
    """At most `PER_PROVIDER` of one provider among the first `FIRST`; the others follow."""
    first: list[Recommendation] = []
    rest: list[Recommendation] = []
    times: dict[int, int] = {}
    for item in ranked:
        provider = item.candidate.provider_id
        if len(first) < FIRST and times.get(provider, 0) < PER_PROVIDER:
            first.append(item)
            times[provider] = times.get(provider, 0) + 1
        else:
            rest.append(item)
    return first + rest


def _picks(need: Need, ranked: Sequence[Recommendation]) -> list[Recommendation]:
    """Best fit, cheapest and fastest of those that fit well; one solution may hold two labels."""
    if not ranked:
        return []
    good = [r for r in ranked if r.score >= PICK_SHARE * ranked[0].score and _on_topic(need, r)]
    chosen: dict[int, Recommendation] = {}

    def choose(item: Recommendation | None, label: str) -> None:
        if item is not None:
            held = chosen.get(item.candidate.id, item)
            chosen[item.candidate.id] = replace(held, labels=(*held.labels, label))

    choose(ranked[0], "best_fit")
    priced = [(cost, r) for r in good
              if (cost := r.candidate.price(need.company).first_year) is not None]
    choose(min(priced, key=lambda pair: pair[0])[1] if priced else None, "cheapest")
    timed = [(days, r) for r in good if (days := r.candidate.card["go_live_days"]) is not None]
    choose(min(timed, key=lambda pair: pair[0])[1] if timed else None, "fastest")
    return list(chosen.values())


def _on_topic(need: Need, item: Recommendation) -> bool:
    """Whether it works in one of the wished scenarios, or, without any, is a wished kind."""
    if need.scenarios:
        return len(item.uncovered) < len(need.scenarios)
    return not need.of("category") or item.judged.get("category", False)


def _bundle(need: Need, ranked: Sequence[Recommendation]) -> list[Recommendation]:
    """The fewest solutions that together cover all wished scenarios within the budget.

    Empty when one solution covers all, when fewer than two scenarios are wished, or when no two
    or three of the best do it.
    """
    wanted = {str(w.value) for w in need.scenarios}
    if len(wanted) < 2 or any(not r.uncovered for r in ranked):
        return []
    useful = [r for r in ranked if len(r.uncovered) < len(wanted)][:24]
    limit = need.one("budget")
    for size in (2, 3):
        fits = (group for group in combinations(useful, size) if _covers(group, wanted))
        affordable = [g for g in fits if limit is None or _cost(need, g) <= float(limit.value)]
        if affordable:
            return list(max(affordable, key=lambda g: sum(r.score for r in g)))
    return []


def _covers(group: Sequence[Recommendation], wanted: set[str]) -> bool:
    return wanted <= {code for r in group for code in r.candidate.levels}


def _cost(need: Need, group: Sequence[Recommendation]) -> float:
    """First-year payment of all together; unknown prices make it unaffordable."""
    costs = [r.candidate.price(need.company).first_year for r in group]
    if any(cost is None for cost in costs):
        return float("inf")
    return sum(cost for cost in costs if cost is not None) * (1 - need.subsidy_share)
