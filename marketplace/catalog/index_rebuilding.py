"""The background job that builds the search index anew, such as after an operator added words.

The old index serves until each switch; every process reads the new one at its next search. Changes
made meanwhile wait in the outbox or are mended by the check at the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update

from marketplace.catalog.indexer import COLLECTIONS, Indexes, rebuild, verify
from marketplace.catalog.models import Provider, Solution
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Unavailable
from marketplace.core.jobs import Job, ask_for, job
from search import IndexBusy, IndexDocument

KIND = "search.rebuild"
SAID_EVERY = 500
"""Documents after which the job says how far it is."""
PATIENCE, PAUSE = 30.0, 0.1
"""Seconds to wait for the writer of another process, and between two tries."""


def ask_for_rebuild() -> Job:
    """Queue a rebuild, unless one is waiting that has not begun: it will see everything."""
    with transaction() as session:
        waiting = session.scalar(select(Job).where(Job.kind == KIND, Job.state == "queued"))
        return waiting or ask_for(KIND)


def latest_rebuild() -> Job | None:
    """The last rebuild that was asked for."""
    return db.session.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))


class _Progress:
    """Counts documents on their way and says so, in a transaction of its own: the session is
    reading what is indexed."""

    def __init__(self, job_id: int, total: int) -> None:
        self._job_id, self._total, self._done = job_id, total, 0
        self.say()

    def watch(self, found: Iterator[IndexDocument]) -> Iterator[IndexDocument]:
        for document in found:
            yield document
            self._done += 1
            if self._done % SAID_EVERY == 0:
                self.say()
        self.say()

    def say(self) -> None:
        with db.engine.begin() as connection:
            connection.execute(update(Job).where(Job.id == self._job_id).values(
                done=min(self._done, self._total), total=self._total, seen_at=now()))


@job(KIND)
def rebuild_indexes(found: Job) -> Mapping[str, Any]:
    """Rebuild every collection, then compare it with the database and mend what changed."""
    indexes: Indexes = current_app.extensions["indexes"]
    progress = _Progress(found.id, _how_many())
    built = {}
    for collection in COLLECTIONS:
        built[collection] = _patiently(indexes, collection, progress)
    return {"documents": built}


def _how_many() -> int:
    solutions = select(func.count()).select_from(Solution).where(
        Solution.published_version_id.is_not(None), Solution.withdrawn_at.is_(None))
    providers = select(func.count()).select_from(Provider).where(Provider.listed_on.is_not(None))
    row = db.session.execute(select(solutions.scalar_subquery(),
                                    providers.scalar_subquery())).one()
    db.session.rollback()
    return int(row[0]) + int(row[1])


def _patiently(indexes: Indexes, collection: str, progress: _Progress) -> int:
    """Rebuild and mend; waits while the process that keeps the index is writing."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            stats = rebuild(indexes, collection, watch=progress.watch)
            break
        except IndexBusy:
            if time.monotonic() > deadline:
                raise Unavailable("Another process is building the search index.") from None
            time.sleep(PAUSE)
    db.session.rollback()  # look at what is stored now, not when the reading began
    while True:
        try:
            verify(indexes, collection)
            return stats.documents
        except IndexBusy:
            if time.monotonic() > deadline:
                return stats.documents
            time.sleep(PAUSE)
