"""What happened to recommendations: shown, opened, compared, put on a sheet. Counted with rank
and rule scores, without person or text, so that weights can be learned later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from marketplace.core.clock import today
from marketplace.core.counting import add_counts
from marketplace.core.database import transaction
from marketplace.matching.matcher import MatchResult, Recommendation
from marketplace.matching.models import MatchEvent, UnmetDemand

SHOWN_FIRST = 10
log = structlog.get_logger(__name__)


def record_shown(result: MatchResult) -> None:
    """The first recommendations were shown; none at all counts as unmet demand."""
    rows = [_row("shown", result, rank, item)
            for rank, item in enumerate(result.recommendations[:SHOWN_FIRST], 1)]
    try:
        with transaction() as session:
            if rows:
                session.execute(insert(MatchEvent), rows)
        if not rows:
            count_unmet("need", [str(w.value) for w in result.need.scenarios])
    except OperationalError as problem:
        # Counting must never cost a visitor the answer: a busy database only loses the count.
        log.warning("match_not_counted", error=str(problem.orig))


def record_followed(kind: str, *, solution_id: int, industry: str | None, rank: int | None,
                    rule_version: str, scores: Mapping[str, Any]) -> None:
    """A recommended solution was `opened`, `compared` or put on a `sheet`."""
    with transaction() as session:
        session.execute(insert(MatchEvent), [{
            "day": today(), "kind": kind, "solution_id": solution_id, "industry": industry,
            "rank": rank, "rule_version": rule_version, "scores": dict(scores)}])


def _row(kind: str, result: MatchResult, rank: int, item: Recommendation) -> dict[str, Any]:
    return {"day": today(), "kind": kind, "solution_id": item.candidate.id,
            "industry": result.need.industry, "rank": rank, "rule_version": result.rule_version,
            "scores": {o.rule: round(o.score, 3) for o in item.outcomes}}


def count_unmet(kind: str, scenarios: Iterable[str]) -> None:
    """A `search` or `need` for these scenarios found nothing today."""
    rows = [{"scenario": code, "kind": kind, "day": today()} for code in sorted(set(scenarios))]
    with transaction():
        add_counts(UnmetDemand, rows)
