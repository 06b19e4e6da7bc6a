"""The weights and thresholds in force: the plugin's, or an operator's adjustment of them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, select

from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.declarations import Industry, MatchRule
from marketplace.matching.models import MatchWeights
from marketplace.matching.thresholds import (
    DEFAULTS,
    field_of,
    threshold_errors,
    thresholds_of,
)
from marketplace.taxonomy.registry import taxonomy

GENERAL_VERSION = "general-2026.1"
GENERAL_WEIGHTS: Mapping[str, float] = {
    "scenario": 26, "industry": 8, "relevance": 14, "category": 14, "budget": 11, "go_live": 8,
    "deployment": 6, "company_size": 4, "service": 3, "provider_grade": 2, "cases": 4,
}
"""Used when the need names no industry; they add up to 100 like a plugin's."""
SEEN_WITHIN = 1.0
_seen: dict[Engine, tuple[float, Mapping[str, MatchWeights]]] = {}


@dataclass(frozen=True)
class RuleBook:
    """The rules for an industry: weights by rule code, the plugin's own rules, the version, the
    thresholds by code."""

    industry: str | None
    version: str
    weights: Mapping[str, float]
    rules: tuple[MatchRule, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=lambda: DEFAULTS)


def _adjustments() -> Mapping[str, MatchWeights]:
    """The newest adjustment by industry, at most a second old."""
    engine = db.engine
    at, known = _seen.get(engine, (0.0, {}))
    if at and time.monotonic() - at < SEEN_WITHIN:
        return known
    with engine.connect() as connection:
        rows = connection.execute(select(MatchWeights.__table__).order_by(MatchWeights.number))
        known = {row.industry: row for row in rows}  # type: ignore[misc]
    _seen[engine] = (time.monotonic(), known)
    return known


def declared_weights(industry: Industry) -> dict[str, float]:
    """The weights as the plugin ships them, core rules and its own."""
    return {**industry.weights, **{r.code: r.weight for r in industry.rules}}


def declared_thresholds(industry: Industry) -> dict[str, float]:
    """The thresholds as core and plugin ship them."""
    return {code: t.default for code, t in thresholds_of(industry).items()}


def rule_book(industry: str | None) -> RuleBook:
    """The rules in force for a need of this industry (None: no industry recognised)."""
    own = taxonomy().industries.get(industry or "")
    if own is None:
        return RuleBook(None, GENERAL_VERSION, GENERAL_WEIGHTS)
    adjusted = _adjustments().get(own.code)
    if adjusted is None:
        return RuleBook(own.code, f"{own.code}-{own.rule_version}", declared_weights(own),
                        own.rules, declared_thresholds(own))
    known = declared_weights(own)
    weights = {code: float(adjusted.weights.get(code, w)) for code, w in known.items()}
    return RuleBook(own.code, f"{own.code}-{own.rule_version}+{adjusted.number}", weights,
                    own.rules, _kept_thresholds(own, adjusted))


def _kept_thresholds(industry: Industry, row: MatchWeights) -> dict[str, float]:
    """A version's thresholds; one that it did not know yet is as shipped, and one whose bounds the
    plugin has narrowed since goes as far as they allow."""
    return {code: min(t.maximum, max(t.minimum, float(row.thresholds.get(code, t.default))))
            for code, t in thresholds_of(industry).items()}


def adjust_weights(*, industry: str, weights: Mapping[str, float], reason: str, actor: str,
                   thresholds: Mapping[str, float] | None = None) -> MatchWeights:
    """Put new weights and thresholds (None: those in force) in force as the next version; earlier
    ones stay on record.

    Raises `InvalidInput` unless every rule is weighed from 0 to 100, they add up to 100, and
    every threshold keeps its bounds.
    """
    own = taxonomy().industries.get(industry)
    if own is None:
        raise NotFound(f"No plugin brings the industry {industry!r}.")
    before = rule_book(industry)
    limits = dict(before.thresholds if thresholds is None else thresholds)
    _check(own, weights, limits, reason)
    with transaction() as session:
        number = 1 + (session.scalar(
            select(MatchWeights.number).where(MatchWeights.industry == industry)
            .order_by(MatchWeights.number.desc()).limit(1)) or 0)
        row = MatchWeights(industry=industry, number=number, base_version=own.rule_version,
                           weights=dict(weights), thresholds=limits, reason=reason.strip(),
                           actor=actor, created_at=now())
        session.add(row)
        record(session, actor=actor, action="match.weights", subject=f"industry:{industry}",
               details={"number": number, "reason": reason.strip(),
                        "before": _described(before.weights, before.thresholds),
                        "after": _described(weights, limits)})
    _seen.clear()
    return row


def _described(weights: Mapping[str, float], thresholds: Mapping[str, float]) -> dict[str, Any]:
    return {**weights, **{field_of(code): value for code, value in thresholds.items()}}


def weight_versions(industry: str) -> Sequence[MatchWeights]:
    """Every adjustment of an industry's weights, the newest first."""
    return db.session.scalars(select(MatchWeights).where(
        MatchWeights.industry == industry).order_by(MatchWeights.number.desc())).all()


def weights_of(industry: str, number: int) -> tuple[dict[str, float], dict[str, float]]:
    """The weights and thresholds of a version; number 0 is what the plugin ships.

    A rule that the version did not know yet weighs 0, so that the sum stays 100. Raises
    `NotFound` for a number nobody made.
    """
    own = taxonomy().industries[industry]
    declared = declared_weights(own)
    if number == 0:
        return declared, declared_thresholds(own)
    found = db.session.scalar(select(MatchWeights).where(
        MatchWeights.industry == industry, MatchWeights.number == number))
    if found is None:
        raise NotFound("There is no such version.")
    return ({code: float(found.weights.get(code, 0)) for code in declared},
            _kept_thresholds(own, found))


def check_weights(industry: str, weights: Mapping[str, float],
                  thresholds: Mapping[str, float]) -> None:
    """Raises `InvalidInput` with an error at each rule or threshold, or at `weights`, the sum."""
    own = taxonomy().industries[industry]
    errors = _weight_errors(weights, declared_weights(own)) + threshold_errors(own, thresholds)
    if errors:
        raise InvalidInput("These weights cannot be used.", errors=tuple(errors))


def book_with(industry: str, weights: Mapping[str, float],
              thresholds: Mapping[str, float] | None = None) -> RuleBook:
    """The rules of an industry as they would be with other weights and thresholds (None: those in
    force)."""
    book = rule_book(industry)
    return replace(book, weights=weights,
                   thresholds=book.thresholds if thresholds is None else thresholds)


def _weight_errors(weights: Mapping[str, float],
                   known: Mapping[str, float]) -> list[FieldError]:
    errors = [FieldError(code, value, "is no rule of this industry; rules are "
                         + ", ".join(known)) for code, value in weights.items()
              if code not in known]
    errors += [FieldError(code, weights.get(code), "give a weight of 0 to 100")
               for code in known if not 0 <= weights.get(code, -1) <= 100]
    total = sum(weights.values())
    if abs(total - 100) > 1e-6:
        errors.append(FieldError("weights", total, "make them add up to 100"))
    return errors


def _check(industry: Industry, weights: Mapping[str, float], thresholds: Mapping[str, float],
           reason: str) -> None:
    errors = _weight_errors(weights, declared_weights(industry))
    errors += threshold_errors(industry, thresholds)
    if not 4 <= len(reason.strip()) <= 400:
        errors.append(FieldError("reason", reason, "write 4 to 400 characters"))
    if errors:
        raise InvalidInput("These weights cannot be used.", errors=tuple(errors))
