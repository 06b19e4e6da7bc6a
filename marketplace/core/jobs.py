"""Long work in the background: a row says what is asked, how far it is and what came of it.

The row is the truth. A job is asked for in the operation's own transaction, done by the elected
worker (`marketplace work`, started with the site), and taken up again after a crash from its
`cursor`. Handlers must bear being run twice from the same cursor.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import CheckConstraint, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.access import ANYBODY, Person, acting_as, current_person
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction
from marketplace.core.errors import Conflict, MarketplaceError

STATES = ("queued", "running", "done", "failed")
MOST_ATTEMPTS = 3
STALE_AFTER = timedelta(seconds=30)
"""A running job that has not said anything for so long was lost with its process."""
log = structlog.get_logger(__name__)


class Job(Base):
    """One piece of background work. `cursor` is where to go on; `result` what it gave.

    `actor`, `role`, `organisation_id` and `industries` keep as whom it was asked.
    """

    __tablename__ = "job"
    __table_args__ = (CheckConstraint(f"state in {STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8), default="queued", index=True)
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    user_id: Mapped[int | None] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(24), default="")
    organisation_id: Mapped[int | None]
    industries: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    def report(self, done: int, total: int | None = None, **cursor: Any) -> None:
        """Say how far the work is and where to go on; commits by itself."""
        with transaction() as session:
            values: dict[str, Any] = {"done": done, "seen_at": now()}
            if total is not None:
                values["total"] = total
            if cursor:
                values["cursor"] = {**self.cursor, **cursor}
            session.execute(update(Job).where(Job.id == self.id).values(**values))
        db.session.expire(self)


Handler = Callable[[Job], Mapping[str, Any] | None]
_handlers: dict[str, Handler] = {}


def job(kind: str) -> Callable[[Handler], Handler]:
    """Decorator: this function does jobs of `kind`; what it returns becomes the result."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def ask_for(kind: str, **arguments: Any) -> Job:
    """Queue a job as the current person; call it inside the operation's transaction."""
    person = current_person()
    with transaction() as session:
        row = Job(kind=kind, arguments=arguments, user_id=person.user_id, actor=person.actor,
                  role=person.role, organisation_id=person.organisation_id,
                  industries=sorted(person.industries), created_at=now())
        session.add(row)
        session.flush()
    return row


def retry(found: Job) -> None:
    """Put a failed job back into the queue; it goes on from its cursor."""
    with transaction():
        if found.state != "failed":
            raise Conflict(f"Job {found.id} is {found.state}; only failed jobs can be tried again.")
        found.state, found.attempts, found.error = "queued", 0, None


def do_next() -> bool:
    """Take the oldest waiting job and do it; False when there is none.

    A failure that the person can act on is kept at once; any other is tried `MOST_ATTEMPTS` times.
    """
    found = _take()
    if found is None:
        return False
    try:
        with acting_as(_person(found)):
            result = _handlers[found.kind](found)
    except Exception as problem:
        db.session.rollback()
        _failed(found.id, problem)
        return True
    _close(found.id, state="done", result=dict(result or {}), error=None)
    return True


def _take() -> Job | None:
    with transaction() as session:
        lost = now() - STALE_AFTER
        found = session.scalar(
            select(Job).where((Job.state == "queued")
                              | ((Job.state == "running") & (Job.seen_at < lost)))
            .order_by(Job.id).limit(1))
        if found is None:
            return None
        found.state, found.seen_at = "running", now()
        found.started_at = found.started_at or now()
        found.attempts += 1
    return found


def _person(found: Job) -> Person:
    if found.user_id is None:
        return ANYBODY
    return Person(user_id=found.user_id, username=found.actor, role=found.role, verified=True,
                  organisation_id=found.organisation_id, industries=frozenset(found.industries))


def _failed(job_id: int, problem: Exception) -> None:
    found = db.session.get_one(Job, job_id)
    expected = isinstance(problem, MarketplaceError)
    log.error("job_failed", job=job_id, kind=found.kind, error=str(problem),
              trace=None if expected else traceback.format_exc(limit=6))
    final = expected or found.attempts >= MOST_ATTEMPTS
    _close(job_id, state="failed" if final else "queued",
           error=str(problem) if expected else f"{type(problem).__name__}: {problem}")


def _close(job_id: int, **values: Any) -> None:
    with transaction() as session:
        if values["state"] != "queued":
            values["finished_at"] = now()
        session.execute(update(Job).where(Job.id == job_id).values(**values))
    db.session.expire_all()
