"""Rank quality on labelled needs: nDCG@10 of the recommendations, of plain search, and what each
rule is worth.

How relevant a solution is to a labelled need follows from the labels alone (`gain`):

* 3: it works in a labelled industry scenario and is of a labelled category;
* 2: it works in a labelled industry scenario, or in the primary core scenario and is of a
  labelled category;
* 1: it is of a labelled category or works in a labelled core scenario;
* 0: anything else, and whatever is of an excluded category, does not serve the industry, or
  states a price, time or deployment that breaks what the need states.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any

from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.core.clock import iso_week
from marketplace.matching.candidates import served
from marketplace.matching.matcher import Recommendation, evaluated, ordered
from marketplace.matching.need import Need
from marketplace.matching.outcomes import weighted_mean
from marketplace.matching.reading import need_of
from marketplace.matching.rules import CORE
from marketplace.matching.training import Sample, samples, train
from marketplace.matching.understand import conclude, knowledge
from marketplace.matching.understanding.labelled import Labelled, read_labelled
from marketplace.matching.understanding.model import shipped
from marketplace.matching.weights import rule_book
from marketplace.taxonomy.registry import GENERAL, taxonomy
from search import MAX_TEXT, SearchQuery

DEPTH = 10
FOLDS = 5
PAGE = 1_000
Card = Mapping[str, Any]
Ranking = Sequence[int]


@dataclass(frozen=True)
class RankingReport:
    """Mean nDCG@10 over `needs` labelled needs for which the catalogue holds anything relevant.

    `ours` is cross-validated: the understanding of a need was learned from the others.
    `as_shipped` uses the shipped weights. `without` gives ours with one rule left out.
    """

    needs: int
    solutions: int
    ours: float
    as_shipped: float
    baseline: float
    without: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the baseline."""
        return self.ours / self.baseline if self.baseline else float("inf")

    def rows(self) -> list[tuple[str, str, str]]:
        """(ranking, nDCG@10, multiple of the baseline)."""
        return [(name, f"{value:.3f}", f"{value / self.baseline:.2f}" if self.baseline else "-")
                for name, value in (
                    (f"Matching, {self.needs} needs, understanding cross-validated", self.ours),
                    ("Matching, as shipped", self.as_shipped),
                    ("Plain search with the need's text", self.baseline))]

    def ablation_rows(self) -> list[tuple[str, str, str]]:
        """(rule, nDCG@10 without it, what it is worth), most worth first."""
        ordered_rules = sorted(self.without.items(), key=lambda row: row[1])
        return [(rule, f"{value:.3f}", f"{self.ours - value:+.4f}")
                for rule, value in ordered_rules]


def gain(need: Labelled, card: Card) -> int:
    """How relevant a solution is to a labelled need, 0 to 3; see the module's text."""
    kinds, works_in = set(card["categories"]), {code for code, _low, _high in card["scenarios"]}
    serves = need.industry is None or {need.industry, GENERAL} & set(card["industries"])
    if not serves or kinds & set(need.excluded_categories) or _breaks(need, card):
        return 0
    kind, own = bool(kinds & set(need.categories)), bool(works_in & set(need.scenarios))
    primary = bool(works_in & set(need.core[:1]))
    if own or (primary and kind):
        return 3 if own and kind else 2
    return 1 if kind or works_in & set(need.core) else 0


def _breaks(need: Labelled, card: Card) -> bool:
    """Whether a stated figure of the solution breaks a stated wish; what is not stated does not."""
    cost, days, offered = card["first_year"], card["go_live_days"], set(card["deployments"])
    dear = need.budget is not None and cost is not None and cost > need.budget
    late = need.deadline_days is not None and days is not None and days > need.deadline_days
    accepted = {"private", "edge"} if need.deployment == "private" else {need.deployment}
    return dear or late or (need.deployment is not None and not offered & accepted)


def ndcg(ranking: Ranking, gains: Mapping[int, int]) -> float | None:
    """Normalised discounted cumulative gain of the first ten; None when nothing is relevant."""
    best = _discounted(sorted(gains.values(), reverse=True))
    return _discounted(gains.get(i, 0) for i in ranking) / best if best else None


def _discounted(gains: Iterable[int]) -> float:
    return sum((2 ** g - 1) / log2(place + 2)
               for place, g in zip(range(DEPTH), gains, strict=False))


@dataclass(frozen=True)
class _Line:
    """A labelled need with the gain of every solution and plain search's ranking."""

    sample: Sample
    gains: Mapping[int, int]
    plain: Ranking


def report(indexes: Indexes, path: Path | str, *, cross_validate: bool = True) -> RankingReport:
    """Measure on the labelled file at `path` with the solutions in the index.

    Without `cross_validate` ours is as shipped, which is faster and a little too good. Raises
    OSError or ValueError when the file cannot be read, `search.IndexUnavailable` when the index
    does not answer.
    """
    cards = {card["id"]: card for card in _catalogue(indexes)}
    lines = list(_lines(indexes, samples(read_labelled(path), knowledge()), cards))
    plain = list(_scored(indexes, lines, cross_validate=False))
    crossed = list(_scored(indexes, lines, cross_validate=True)) if cross_validate else plain

    def mean(rank: Callable[[Need, Sequence[Recommendation]], Ranking],
             found: Sequence[tuple[_Line, Need, Sequence[Recommendation]]]) -> float:
        return fmean(ndcg(rank(need, scored), line.gains) or 0.0 for line, need, scored in found)

    return RankingReport(
        needs=len(lines), solutions=len(cards), ours=mean(_ranking, crossed),
        as_shipped=mean(_ranking, plain),
        baseline=fmean(ndcg(line.plain, line.gains) or 0.0 for line in lines),
        without={rule: mean(lambda need, scored, left_out=rule: _ranking(  # type: ignore[misc]
            need, _without(scored, left_out)), crossed) for rule in _rules()})


def _catalogue(indexes: Indexes) -> Iterator[Card]:
    page = 1
    while hits := indexes[SOLUTIONS].search(SearchQuery(
            filters=tuple(served(None)), page=page, per_page=PAGE)).hits:
        yield from (hit.stored for hit in hits)
        page += 1


def _lines(indexes: Indexes, data: Iterable[Sample], cards: Mapping[int, Card]) -> Iterator[_Line]:
    for sample in data:
        gains = {i: g for i, card in cards.items() if (g := gain(sample.line, card))}
        if sample.line.is_need and gains:
            hits = indexes[SOLUTIONS].search(SearchQuery(
                text=sample.line.text[:MAX_TEXT], match="any", filters=tuple(served(None)),
                per_page=DEPTH, tie_salt=iso_week(), ids_only=True)).hits
            yield _Line(sample, gains, [int(hit.id) for hit in hits])


def _scored(indexes: Indexes, lines: Sequence[_Line], *, cross_validate: bool) -> Iterator[
        tuple[_Line, Need, Sequence[Recommendation]]]:
    order = list(range(len(lines)))
    random.Random(0).shuffle(order)
    for fold in range(FOLDS if cross_validate else 1):
        held = order[fold::FOLDS] if cross_validate else order
        rest = [lines[i].sample for i in order if i not in set(held)]
        model = train(rest, knowledge()) if cross_validate else shipped()
        for line in (lines[i] for i in held):
            need = need_of(conclude(line.sample.seen, model))
            yield line, need, evaluated(indexes, need, rule_book(need.industry))


def _ranking(need: Need, scored: Sequence[Recommendation]) -> Ranking:
    return [r.candidate.id for r in ordered(scored)[:DEPTH]]


def _without(scored: Iterable[Recommendation], rule: str) -> list[Recommendation]:
    """The same candidates as if the rule did not exist: neither its weight nor its veto."""
    kept = ((r, tuple(o for o in r.outcomes if o.rule != rule)) for r in scored)
    return [replace(r, outcomes=left, score=weighted_mean(left)) for r, left in kept]


def _rules() -> list[str]:
    return [*CORE, *(r.code for i in taxonomy().industries.values() for r in i.rules)]
