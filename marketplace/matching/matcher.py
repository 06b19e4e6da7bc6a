"""Scores candidates and builds the answer: picks, ranking, near misses, bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import combinations

from marketplace.catalog.indexer import Indexes
from marketplace.core.clock import iso_week
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import MatchRule
from marketplace.matching import attribute_rules
from marketplace.matching.candidates import candidates
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome, weighted_mean
from marketplace.matching.rules import CORE
from marketplace.matching.rules_fit import cover
from marketplace.matching.thresholds import DEFAULTS
from marketplace.matching.weights import RuleBook, rule_book

FIRST = 10
PER_PROVIDER = 2
"""Of the first `FIRST` recommendations, at most this many of one provider."""
NEAR_MISSES = 5
PICKS = 3
TOPIC_LEAST = 0.25
"""On topic is what does at least this share of the wished scenarios, however little the best does.
"""
BUNDLE_OF = 24
"""A bundle is looked for among so many of the best."""
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
    return _evaluate(need, candidate, book, _asked(need, book))


def evaluate_all(need: Need, items: Iterable[Candidate], book: RuleBook) -> list[Recommendation]:
    """`evaluate` for many: what the plugins' rules ask is looked up once."""
    asked = _asked(need, book)
    return [_evaluate(need, item, book, asked) for item in items]


def _asked(need: Need, book: RuleBook) -> list[tuple[MatchRule, list[tuple[str, ...]]]]:
    """The plugin's rules that have something to say of this need, found once for all candidates."""
    asked = ((rule, attribute_rules.wanted_values(rule, need)) for rule in book.rules)
    return [(rule, values) for rule, values in asked if values]


def _evaluate(need: Need, candidate: Candidate, book: RuleBook,
              asked: Iterable[tuple[MatchRule, list[tuple[str, ...]]]]) -> Recommendation:
    found = [(book.weights.get(code, 0.0), rule.judge(need, candidate, book.thresholds))
             for code, rule in CORE.items()]
    found += [(book.weights.get(rule.code, rule.weight),
               attribute_rules.evaluate(rule, values, need, candidate,
                                        book.thresholds.get(rule.unstated, 0.0)))
              for rule, values in asked]
    outcomes = tuple(Outcome(o.rule, o.score, o.text, weight, o.wishes, o.veto)
                     for weight, o in found if o is not None)
    return Recommendation(candidate, weighted_mean(outcomes), outcomes, uncovered(need, candidate))


def uncovered(need: Need, candidate: Candidate) -> tuple[str, ...]:
    """Codes of wished scenarios the solution does not work in, nor in a wished part of them."""
    return tuple(str(w.value) for w in need.scenarios if str(w.value) not in candidate.levels
                 and cover(w, need, candidate) < 1)


def _tie(candidate: Candidate, week: str) -> str:
    return hashlib.blake2b(f"{week}:{candidate.id}".encode(), digest_size=8).hexdigest()


def match(indexes: Indexes, need: Need, *, limit: int = DEFAULT_LIMIT,
          diversify: bool = True) -> MatchResult:
    """Recommend solutions for a need. Raises `Unavailable` when the index does not answer."""
    book, week = rule_book(need.industry), iso_week()
    scored = evaluated(indexes, need, book)
    limits = book.thresholds
    ranked = ordered(scored, diversify=diversify, limits=limits)
    topical = _on_topic(need, scored, ranked[0] if ranked else None, limits)
    missed = [r for r in by_score(scored) if r.vetoes and r.candidate.id in topical]
    return MatchResult(
        need=need, recommendations=tuple(ranked[:limit]),
        picks=tuple(_picks(need, ranked, topical, limits)), near_misses=tuple(missed[:NEAR_MISSES]),
        bundle=tuple(_bundle(
            need, [r for r in ranked if r.judged.get("category") is not False], limits)),
        considered=len(scored), fitting=len(ranked), rule_version=book.version,
        week=week)


def evaluated(indexes: Indexes, need: Need, book: RuleBook) -> list[Recommendation]:
    """Every candidate with its outcomes, in the order they were found."""
    return evaluate_all(need, candidates(indexes, need), book)


def ordered(scored: Iterable[Recommendation], *, diversify: bool = True,
            limits: Mapping[str, float] = DEFAULTS) -> list[Recommendation]:
    """Those without a veto and above the least score, best first; ties by the hash of the week,
    providers diversified."""
    least = limits["least_score"] / 100
    fitting = by_score([r for r in scored if not r.vetoes and r.score >= least])
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


def _on_topic(need: Need, scored: Sequence[Recommendation],
              best: Recommendation | None,
              limits: Mapping[str, float] = DEFAULTS) -> Set[int]:
    """Ids of those that do what the need is about: nearly as much of the wished scenarios as the
    best fit does; without scenarios, those of a wished kind."""
    rule = "scenario" if need.scenarios else "category" if need.of("category") else ""
    if not rule:
        return {r.candidate.id for r in scored}
    shares = {r.candidate.id: o.score for r in scored for o in r.outcomes if o.rule == rule}
    most = shares[best.candidate.id] if best else max(shares.values(), default=0.0)
    least = max(TOPIC_LEAST, limits["topic_share"] / 100 * most)
    return {i for i, share in shares.items() if share >= least}


def _picks(need: Need, ranked: Sequence[Recommendation],
           topical: Set[int], limits: Mapping[str, float] = DEFAULTS) -> list[Recommendation]:
    """Best fit, cheapest and fastest of those that fit well; one solution may hold two labels, then
    the next that fit well make up `PICKS`.

    Where none of those on topic states a price or days, the next best of a wished kind may.
    """
    if not ranked:
        return []
    best = ranked[0]
    near = [r for r in ranked if r.score >= limits["pick_share"] / 100 * best.score]
    good = [r for r in near if r.candidate.id in topical and r.judged.get("category") is not False]
    kind = [r for r in near[:FIRST] if r.judged.get("category")]
    chosen = {best.candidate.id: replace(best, labels=("best_fit",))}

    def choose(value: Callable[[Recommendation], float | None], label: str) -> None:
        for group in (good, kind):
            known = [(at, -r.score, n, r) for n, r in enumerate(group)
                     if (at := value(r)) is not None]
            if known:
                item = min(known)[-1]
                held = chosen.get(item.candidate.id, item)
                chosen[item.candidate.id] = replace(held, labels=(*held.labels, label))
                return

    choose(lambda r: r.candidate.price(need.company).first_year, "cheapest")
    choose(lambda r: r.candidate.card["go_live_days"], "fastest")
    others = [r for r in good if r.candidate.id not in chosen]
    return [*chosen.values(), *(replace(r, labels=("also_fits",))
                                for r in others[:PICKS - len(chosen)])]


def _bundle(need: Need, ranked: Sequence[Recommendation],
            limits: Mapping[str, float] = DEFAULTS) -> list[Recommendation]:
    """The fewest solutions that together cover what is wished for sure within the budget.

    Scenarios that were only guessed (`bundle_sure`) need no product of their own. Empty when one
    solution covers all, when fewer than two scenarios are wished, or when no two or three of the
    best do it. Among as few, the better fitting win.
    """
    sure = [w for w in need.scenarios if w.hard or w.confidence >= limits["bundle_sure"] / 100]
    wanted = {str(w.value) for w in sure}
    if len(wanted) < 2 or any(not wanted & set(r.uncovered) for r in ranked):
        return []
    useful = [(r, wanted - set(r.uncovered)) for r in ranked if wanted - set(r.uncovered)]
    useful = useful[:BUNDLE_OF]
    limit = need.one("budget")
    for size in (2, 3):
        fits = [[r for r, _covered in group] for group in combinations(useful, size)
                if wanted <= set().union(*(covered for _r, covered in group))]
        affordable = [g for g in fits if limit is None or _cost(need, g) <= float(limit.value)]
        if affordable:
            return max(affordable, key=lambda g: sum(r.score for r in g))
    return []


def _cost(need: Need, group: Sequence[Recommendation]) -> float:
    """First-year payment of all together; unknown prices make it unaffordable."""
    costs = [r.candidate.price(need.company).first_year for r in group]
    if any(cost is None for cost in costs):
        return float("inf")
    return sum(cost for cost in costs if cost is not None) * (1 - need.subsidy_share)
