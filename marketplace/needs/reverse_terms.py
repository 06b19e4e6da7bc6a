"""Keeps the index of open needs: each published need under the codes it wishes.

The rows follow the need in the same flush, whoever changes it; `reindex` makes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import Mapper

from marketplace.core.database import db, transaction
from marketplace.declarations import CoreScenario
from marketplace.matching.rules_fit import RELATED
from marketplace.needs.models import SavedNeed
from marketplace.needs.subscriptions_models import NeedTerm
from marketplace.taxonomy.registry import taxonomy

WATCHED = ("facts", "state", "audience", "industry", "confirmed_at")
"""What of a need the index depends on."""
BATCH = 2_000


def terms_of(need: SavedNeed) -> dict[str, float]:
    """The codes a need wishes with their confidence; a wished industry scenario also stands, for
    less, under the core scenarios it belongs to, so that related solutions find the need."""
    found: dict[str, float] = {}
    for wish in need.facts.get("wishes", ()):
        if wish["kind"] not in ("scenario", "core_scenario", "category"):
            continue
        code, weight = str(wish["value"]), float(wish.get("confidence", 1))
        found[code] = max(found.get(code, 0.0), weight)
        scenario = taxonomy().scenario(code)
        if scenario is not None and not isinstance(scenario, CoreScenario):
            for core in scenario.core_scenarios:
                found[core] = max(found.get(core, 0.0), weight * RELATED)
    return found


def _rows(need: SavedNeed) -> Iterator[dict[str, Any]]:
    if need.state == "published" and need.confirmed_at and need.audience != "invited":
        for code, weight in terms_of(need).items():
            yield {"need_id": need.id, "code": code, "industry": need.industry or "",
                   "weight": round(weight, 3)}


@event.listens_for(SavedNeed, "after_insert")
def _added(mapper: Mapper[Any], connection: Connection, need: SavedNeed) -> None:
    rows = list(_rows(need))
    if rows:
        connection.execute(insert(NeedTerm), rows)


@event.listens_for(SavedNeed, "after_update")
def _changed(mapper: Mapper[Any], connection: Connection, need: SavedNeed) -> None:
    attributes = inspect(need).attrs
    if not any(attributes[name].history.has_changes() for name in WATCHED):
        return
    connection.execute(delete(NeedTerm).where(NeedTerm.need_id == need.id))
    _added(mapper, connection, need)


def reindex() -> int:
    """Make the index anew from the needs; returns how many needs are in it."""
    count, last = 0, 0
    with transaction() as session:
        session.execute(delete(NeedTerm))
    while needs := db.session.scalars(
            select(SavedNeed).where(SavedNeed.id > last, SavedNeed.state == "published")
            .order_by(SavedNeed.id).limit(BATCH)).all():
        rows = [row for need in needs for row in _rows(need)]
        with transaction() as session:
            if rows:
                session.execute(insert(NeedTerm), rows)
        last, count = needs[-1].id, count + len({row["need_id"] for row in rows})
    return count
