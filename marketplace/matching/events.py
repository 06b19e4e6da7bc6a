"""What happened to recommendations: shown, opened, compared, put on a sheet, shortlisted, enquired
about, chosen. Counted with rank and rule scores, without person or text: weights learn from it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from marketplace.catalog.search import Filters, nothing_found
from marketplace.core.clock import today
from marketplace.core.counting import add_counts
from marketplace.core.database import db, transaction
from marketplace.matching.matcher import MatchResult, Recommendation
from marketplace.matching.models import MatchEvent, UnmetDemand
from marketplace.matching.understand import understand
from marketplace.taxonomy.registry import taxonomy

SHOWN_FIRST = 10
FOLLOWED = ("opened", "compared", "sheet", "shortlisted", "enquired", "chosen")
"""What may become of a shown solution, from looking to deciding."""
NEWEST = 50
"""Among so many of the latest events of a solution the list it was shown in is looked for."""
log = structlog.get_logger(__name__)


def record_shown(result: MatchResult) -> dict[int, int]:
    """The first recommendations were shown; none at all counts as unmet demand.

    Returns the event's id by solution id, to tell later what was opened and compared.
    """
    key = secrets.token_hex(8)
    rows = [{**_row("shown", result, rank, item), "list_key": key}
            for rank, item in enumerate(result.recommendations[:SHOWN_FIRST], 1)]
    try:
        if not rows:
            count_unmet("need", [str(w.value) for w in result.need.scenarios])
            return {}
        with transaction() as session:
            ids = session.scalars(insert(MatchEvent).returning(
                MatchEvent.id, sort_by_parameter_order=True), rows).all()
    except OperationalError as problem:
        # Counting must never cost a visitor the answer: a busy database only loses the count.
        log.warning("match_not_counted", error=str(problem.orig))
        return {}
    return {row["solution_id"]: event for row, event in zip(rows, ids, strict=True)}


def record_shown_daily(result: MatchResult) -> dict[int, int]:
    """As `record_shown`, but the same list counts once a day: a page that is loaded again after
    every click would make its first places look more frequent than they are."""
    first = result.recommendations[:1]
    scores = {o.rule: round(o.score, 3) for item in first for o in item.outcomes}
    key = _list_of(first[0].candidate.id, 1, result.rule_version, scores) if first else None
    rows = db.session.execute(select(MatchEvent.solution_id, MatchEvent.id).where(
        MatchEvent.list_key == key, MatchEvent.kind == "shown", MatchEvent.day == today())
        .order_by(MatchEvent.rank)).all() if key else []
    known: dict[int, int] = {row[0]: row[1] for row in rows}
    now_shown = [item.candidate.id for item in result.recommendations[:SHOWN_FIRST]]
    return known if first and list(known) == now_shown else record_shown(result)


def record_later(kind: str, events: Sequence[int]) -> list[int]:
    """What these events showed was `opened` or `compared`: copied with rank and scores.

    Returns the solution ids; unknown events are left out.
    """
    shown = db.session.scalars(select(MatchEvent).where(
        MatchEvent.id.in_(events), MatchEvent.kind == "shown")).all()
    rows: list[dict[str, Any]] = [
        {"day": today(), "kind": kind, "solution_id": e.solution_id, "industry": e.industry,
         "rank": e.rank, "rule_version": e.rule_version, "scores": e.scores,
         "list_key": e.list_key} for e in shown]
    ids = [e.solution_id for e in shown]
    if rows:
        with transaction() as session:
            session.execute(insert(MatchEvent), rows)
    return ids


@nothing_found.connect
def count_search_without_result(sender: object, *, filters: Filters) -> None:
    """A visitor's search found nothing: the scenarios it was for count as unmet demand."""
    tree = taxonomy()
    codes = [c for c in filters.chosen.get("scenario", ()) if tree.scenario(c)]
    if filters.q and not codes:
        read = understand(filters.q)
        codes = [c.value for c in (*read.scenarios[:1], *read.core_scenarios[:1])]
    try:
        count_unmet("search", codes)
    except OperationalError as problem:
        log.warning("search_not_counted", error=str(problem.orig))


def record_followed(kind: str, *, solution_id: int, industry: str | None,
                    rank: int | None = None, rule_version: str = "",
                    scores: Mapping[str, Any] | None = None) -> None:
    """A solution became one of `FOLLOWED`; joins the transaction that is open.

    `rank`, `rule_version` and `scores` (by rule, 0 to 1) are those with which it was recommended;
    leave them out when it was not. Neither need, organisation nor person is recorded.
    """
    if kind not in FOLLOWED:
        raise LookupError(f"no event {kind!r} is declared")
    then = {rule: round(float(score), 3) for rule, score in (scores or {}).items()}
    with transaction() as session:
        session.execute(insert(MatchEvent), [{
            "day": today(), "kind": kind, "solution_id": solution_id, "industry": industry,
            "rank": rank, "rule_version": rule_version, "scores": then,
            "list_key": _list_of(solution_id, rank, rule_version, then)}])


def _list_of(solution_id: int, rank: int | None, rule_version: str,
             scores: Mapping[str, Any]) -> str | None:
    """The key of the latest list that showed the solution in this place with these scores."""
    if rank is None or not scores:
        return None
    shown = db.session.execute(
        select(MatchEvent.list_key, MatchEvent.scores).where(
            MatchEvent.solution_id == solution_id, MatchEvent.kind == "shown",
            MatchEvent.rank == rank, MatchEvent.rule_version == rule_version)
        .order_by(MatchEvent.id.desc()).limit(NEWEST))
    return next((key for key, then in shown if then == dict(scores)), None)


def _row(kind: str, result: MatchResult, rank: int, item: Recommendation) -> dict[str, Any]:
    return {"day": today(), "kind": kind, "solution_id": item.candidate.id,
            "industry": result.need.industry, "rank": rank, "rule_version": result.rule_version,
            "scores": {o.rule: round(o.score, 3) for o in item.outcomes}}


def count_unmet(kind: str, scenarios: Iterable[str]) -> None:
    """A `search` or `need` for these scenarios found nothing today."""
    rows = [{"scenario": code, "kind": kind, "day": today()} for code in sorted(set(scenarios))]
    with transaction():
        add_counts(UnmetDemand, rows)
