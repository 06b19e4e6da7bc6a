"""Weights proposed from events; an operator accepts or declines, nothing happens by itself."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from sqlalchemy import ColumnElement, select

from marketplace.core.access import Person, allow, current_person, reach, scoped
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.core.i18n import LocalizedText as T
from marketplace.matching.fitting_weights import Bounds, fit, reciprocal_rank, rounded
from marketplace.matching.learning import RuleLift, ShownList, rule_lifts, shown_lists
from marketplace.matching.models import WeightProposal
from marketplace.matching.weights import adjust_weights, rule_book
from marketplace.taxonomy.registry import taxonomy

LEAST_LISTS = 100
"""So many lists of which something was followed must exist before weights are proposed."""
CHANGE = 0.3
"""No weight moves by more than this share of what it is."""
FLAT = 0.02
"""A rule whose score differs less than this within a list tells nothing and keeps its weight."""
FOLDS = 5


@scoped(WeightProposal, "industries")
def _proposals_of_industries(person: Person) -> ColumnElement[bool]:
    return WeightProposal.industry.in_(person.industries)


def proposals(industry: str) -> Sequence[WeightProposal]:
    """The proposals for an industry, the latest first."""
    return db.session.scalars(
        select(WeightProposal).where(WeightProposal.industry == industry,
                                     reach("weights.propose.read", WeightProposal))
        .order_by(WeightProposal.id.desc()).limit(20)).all()


def propose(industry: str, *, actor: str) -> WeightProposal:
    """Learn weights from the events of the last year and keep them as a proposal.

    Raises `NotFound` for an unknown industry, `Conflict` where there are too few lists or where
    other weights would not have served people better.
    """
    if industry not in taxonomy().industries:
        raise NotFound(f"No plugin brings the industry {industry!r}.")
    lists = shown_lists(industry)
    if len(lists) < LEAST_LISTS:
        raise Conflict(f"Only {len(lists)} lists of which something was followed are on record; "
                       f"weights are proposed from {LEAST_LISTS} on.")
    book = rule_book(industry)
    before = dict(book.weights)
    lifts = rule_lifts(lists)
    bounds = bounds_of(before, lifts)
    folds = cross_validated(lists, before, bounds)
    if fmean(after for _b, after in folds) <= fmean(b for b, _after in folds):
        raise Conflict("No other weights within the bounds would have put what people followed "
                       "higher; the present ones stay.")
    after = rounded(fit(lists, before, bounds), bounds)
    with transaction() as session:
        row = WeightProposal(
            industry=industry, rule_version=book.version, before=before, after=after,
            evidence=_evidence(lists, folds, before, after, lifts), created_by=actor,
            created_at=now())
        session.add(row)
        session.flush()
        record(session, actor=actor, action="match.propose", subject=f"industry:{industry}",
               details={"proposal": row.id, "before": before, "after": after})
    return row


def bounds_of(weights: Mapping[str, float], lifts: Sequence[RuleLift]) -> Bounds:
    """How far each weight may move: by `CHANGE`, not at all where the rule tells nothing apart or
    too few lists know it."""
    told = {row.rule for row in lifts if row.spread >= FLAT and row.lift is not None}
    return {rule: (w * (1 - CHANGE), w * (1 + CHANGE)) if rule in told else (w, w)
            for rule, w in weights.items()}


def cross_validated(lists: Sequence[ShownList], before: Mapping[str, float],
                    bounds: Bounds) -> list[tuple[float, float]]:
    """Mean reciprocal rank before and after on each fold, with weights learned on the others."""
    order = list(range(len(lists)))
    random.Random(0).shuffle(order)
    found = []
    for fold in range(FOLDS):
        held = [lists[i] for i in order[fold::FOLDS]]
        rest = [lists[i] for n, i in enumerate(order) if n % FOLDS != fold]
        found.append((reciprocal_rank(held, before),
                      reciprocal_rank(held, fit(rest, before, bounds))))
    return found


def _evidence(lists: Sequence[ShownList], folds: Sequence[tuple[float, float]],
              before: Mapping[str, float], after: Mapping[str, float],
              lifts: Sequence[RuleLift]) -> dict[str, Any]:
    known = {row.rule: row for row in lifts}
    return {
        "lists": len(lists), "followed": sum(len(found.gains) for found in lists),
        "first_day": min(found.day for found in lists).isoformat(),
        "last_day": max(found.day for found in lists).isoformat(),
        "folds": [[round(b, 4), round(a, 4)] for b, a in folds],
        "mrr_before": round(fmean(b for b, _a in folds), 4),
        "mrr_after": round(fmean(a for _b, a in folds), 4),
        "reasons": {rule: _reason(after[rule] - before[rule], known.get(rule)).as_dict()
                    for rule in before}}


def _reason(change: float, lift: RuleLift | None) -> T:
    if lift is None or lift.lift is None or lift.interval is None:
        return T("能看出这条规则的列表太少，不动", "Too few lists tell; it stays")
    if lift.spread < FLAT:
        return T("同一列表里得分几乎一样，看不出作用，不动",
                 "Its scores hardly differ within a list; it stays")
    low, high = lift.interval
    facts = T(f"{lift.lists}个列表里，被选看的比同列其他产品在这条上平均"
              f"{'高' if lift.lift >= 0 else '低'}{abs(lift.lift):.2f}"
              f"（95%区间{low:+.2f}至{high:+.2f}）",
              f"in {lift.lists} lists what was followed scored {lift.lift:+.2f} here against the "
              f"rest of the list (95 %: {low:+.2f} to {high:+.2f})")
    if abs(change) < 0.05:
        return T(f"{facts.zh}，不动", f"Stays: {facts.en}")
    if low <= 0 <= high:
        facts = T(f"{facts.zh}，差别不明确，随合计100调整",
                  f"{facts.en}; no clear difference, it moves so that all add up to 100")
    return T(f"{facts.zh}，{'加' if change > 0 else '减'}{abs(change):.1f}",
             f"{'Up' if change > 0 else 'Down'} {abs(change):.1f}: {facts.en}")


def decide(*, proposal_id: int, accept: bool, reason: str) -> WeightProposal:
    """Put a proposal in force as the next version, or decline it.

    Raises `Conflict` when it is decided already or other weights came into force meanwhile.
    """
    with transaction() as session:
        found = session.get(WeightProposal, proposal_id)
        if found is None:
            raise NotFound("There is no such proposal.")
        allow("weights.propose.decide", found)
        if found.state != "open":
            raise Conflict("This proposal has been decided already.")
        if not 4 <= len(reason.strip()) <= 400:
            raise InvalidInput("The decision cannot be kept.", errors=(
                FieldError("reason", reason, "write 4 to 400 characters"),))
        if accept and rule_book(found.industry).version != found.rule_version:
            raise Conflict("Other weights came into force since; ask for a new proposal.")
        actor = current_person().actor
        found.state, found.reason = "accepted" if accept else "declined", reason.strip()
        found.decided_by, found.decided_at = actor, now()
        if accept:
            adjust_weights(industry=found.industry, weights=found.after, reason=reason,
                           actor=actor)
        record(session, actor=actor, action=f"match.{found.state}",
               subject=f"industry:{found.industry}", details={"proposal": found.id,
                                                              "reason": reason.strip()})
    return found
