"""How often solutions are looked at and exported, counted by day; no person is recorded.

A public page must not pay for a write: events gather in this process and go to the database
together, a few seconds after the first of them, and once more when the process ends.
"""

from __future__ import annotations

import atexit
from collections import Counter
from collections.abc import Iterable
from datetime import date
from threading import Lock, Timer

import structlog
from flask import Flask, current_app
from sqlalchemy import select

from marketplace.catalog.models import Solution, SolutionCount
from marketplace.core.clock import today
from marketplace.core.counting import add_counts
from marketplace.core.database import transaction

VIEW, EXPORT = "view", "export"
GATHER = 5.0
"""Seconds that events may wait; what a killed process had gathered is lost."""
log = structlog.get_logger(__name__)


class Gathered:
    """The events of one process on their way to the database."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._lock = Lock()
        self._counts: Counter[tuple[int, date, str]] = Counter()
        self._timer: Timer | None = None

    def add(self, what: str, solution_ids: Iterable[int]) -> None:
        """Note that this happened to these solutions today."""
        with self._lock:
            self._counts.update((solution_id, today(), what) for solution_id in solution_ids)
            if self._counts and self._timer is None and not self.app.testing:
                self._timer = Timer(GATHER, self._flush_later)
                self._timer.daemon = True
                self._timer.start()

    def _flush_later(self) -> None:
        with self.app.app_context():
            try:
                self.flush()
            except Exception as problem:
                log.error("counts_not_written", error=str(problem))

    def flush(self) -> None:
        """Write what has gathered, in one transaction; after a failure it waits for the next."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with transaction() as session:
                known = set(session.scalars(select(Solution.id).where(
                    Solution.id.in_({key[0] for key in counts}))))
                add_counts(SolutionCount, [
                    {"solution_id": key[0], "day": key[1], "what": key[2], "times": times}
                    for key, times in sorted(counts.items()) if key[0] in known])
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise


def init_counts(app: Flask) -> None:
    """Give the application its counter."""
    gathered = Gathered(app)
    app.extensions["counts"] = gathered
    if not app.testing:
        atexit.register(gathered._flush_later)


def count(what: str, solution_ids: Iterable[int]) -> None:
    """Note an event of the running request; it reaches the database within seconds."""
    current_app.extensions["counts"].add(what, solution_ids)
