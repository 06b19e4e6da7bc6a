"""Puts the findings together: which codes to name, how sure, how hard, because of which words."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.matching.understanding.company import find_district, find_headcount
from marketplace.matching.understanding.declared import Clue, Understanding
from marketplace.matching.understanding.features import NONE, Chances
from marketplace.matching.understanding.inferring import Inference, ranked
from marketplace.matching.understanding.items import Kind
from marketplace.matching.understanding.model import Model
from marketplace.matching.understanding.observing import Observation
from marketplace.matching.understanding.reasons import industry_evidence, label_evidence

MOST = {"core": 3, "scenario": 4, "category": 4}
"""The most codes of a kind that are named."""


def compose(text: str, seen: Observation, found: Inference, model: Model,
            chance: float) -> Understanding:
    """The understanding of a text that is a need."""
    top = ranked(found.industry)[0]
    core = chosen_core(found.core, model)
    return Understanding(
        text, True, chance,
        industry=Clue(top, found.industry[top], industry_evidence(seen, top)) if top else None,
        core_scenarios=tuple(_clues(seen, "core", core, found.core)),
        scenarios=tuple(_clues(seen, "scenario", chosen_scenarios(found, model), found.scenario)),
        categories=tuple(_clues(seen, "category", chosen_categories(found, model),
                                found.category)),
        excluded_categories=tuple(_refused(seen)),
        budget=_budget(seen), deadline=_deadline(seen), deployment=_deployment(seen),
        headcount=find_headcount(seen.reading), district=find_district(seen.reading),
    )


def chosen_core(chances: Chances, model: Model) -> list[str]:
    """The primary core scenario and others likely enough; none when none fits."""
    codes = ranked(chances)
    if codes[0] == NONE:
        return []
    limit = model.thresholds["core"]
    rest = [c for c in codes[1:] if c != NONE and chances[c] >= limit]
    return [codes[0], *rest][:MOST["core"]]


def chosen_scenarios(found: Inference, model: Model) -> list[str]:
    """Industry scenarios of the recognised industry that are likely enough."""
    limit = model.thresholds["scenario"]
    return [c for c in ranked(found.scenario)
            if c != NONE and found.scenario[c] >= limit][:MOST["scenario"]]


def chosen_categories(found: Inference, model: Model) -> list[str]:
    """Three categories, and a fourth when it is likely enough."""
    codes = ranked(found.category)[:MOST["category"]]
    return [c for n, c in enumerate(codes)
            if n < 3 or found.category[c] >= model.thresholds["category"]]


def _clues(seen: Observation, kind: Kind, codes: list[str],
           chances: Chances) -> Iterator[Clue[str]]:
    for code in codes:
        places = [(p.start, p.end) for p in seen.products
                  if kind == "category" and p.code == code and p.stance == "wanted"]
        hard = any(is_hard(seen, start) for start, _ in places)
        named = tuple(seen.reading.evidence(*place) for place in places)
        yield Clue(code, chances[code], named or label_evidence(seen, kind, code), hard)


def is_hard(seen: Observation, place: int) -> bool:
    """Whether the clause around `place` insists (必须, 以内) and does not soften (最好, 大概)."""
    start, end = seen.reading.clause_of(place)

    def said(owner: str) -> bool:
        return any(start <= f.start < end for f in seen.clues.get(owner, ()))

    return said("hard") and not said("soft")


def _refused(seen: Observation) -> Iterator[Clue[str]]:
    for code in sorted(seen.refused):
        places = tuple(seen.reading.evidence(p.start, p.end) for p in seen.products
                       if p.code == code and p.stance == "refused")
        yield Clue(code, 0.9, places, hard=True)


def _budget(seen: Observation) -> Clue[int] | None:
    money = seen.budget
    if money is None:
        return None
    words = seen.reading.evidence(money.start, money.end)
    return Clue(money.yuan, min(0.98, 0.6 + 0.1 * money.score), (words,),
                is_hard(seen, money.start))


def _deadline(seen: Observation) -> Clue[int] | None:
    due = seen.deadline
    if due is None:
        return None
    return Clue(due.days, min(due.score, 1.0), (seen.reading.evidence(due.start, due.end),),
                is_hard(seen, due.start))


def _deployment(seen: Observation) -> Clue[str] | None:
    if seen.places:
        kind = seen.places[0].kind
        same = [p for p in seen.places if p.kind == kind]
        return Clue(kind, 0.9, tuple(seen.reading.evidence(p.start, p.end) for p in same),
                    any(is_hard(seen, p.start) for p in same))
    # Paying by the year or month is how cloud services are paid.
    if seen.budget is not None and seen.budget.yearly:
        return Clue("saas", 0.6, (seen.reading.evidence(seen.budget.start, seen.budget.end),))
    return None
