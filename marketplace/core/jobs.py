"""Long work in the background: a row says what is asked, how far it is and what came of it.

The row is the truth. A job is asked for in the operation's own transaction, done by the elected
worker (`core/worker.py`), and taken up again from its `cursor` when the worker died or was
stopped. A handler that says how far it is in the transaction of the work itself loses nothing and
does nothing twice; any other must bear being run again.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import CheckConstraint, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.access import ANYBODY, Person, acting_as, current_person
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction
from marketplace.core.errors import Conflict, MarketplaceError

STATES = ("queued", "running", "done", "failed")
PAUSES = (timedelta(seconds=5), timedelta(minutes=1))
"""How long a job waits before it is tried again after a failure nobody expected."""
MOST_ATTEMPTS = len(PAUSES) + 1
LOST = "The worker ended several times during this job."
UNKNOWN_KIND = "This version of the software does not know this kind of job."
stopping = threading.Event()
"""Set when the worker is asked to stop: the running job pauses at its next report."""
log = structlog.get_logger(__name__)


class Paused(BaseException):
    """The worker stops, so the job goes back into the queue; no `except Exception` may eat it."""


class Job(Base):
    """One piece of background work. `cursor` is where to go on; `result` what it gave.

    `actor`, `role`, the organisation and what the role was bound to keep as whom it was asked; it
    is done only while the person still holds that role.
    `attempts` counts the tries since it last got further.
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
    membership_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    administrator: Mapped[bool] = mapped_column(default=False)
    verified: Mapped[bool] = mapped_column(default=False)
    industries: Mapped[list[str]] = mapped_column(default=list)
    district_code: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    def report(self, done: int, total: int | None = None, **cursor: Any) -> None:
        """Say how far the work is and where to go on.

        Inside a transaction it is committed with the work. Raises `Paused` when the worker stops:
        the transaction is undone, and done again by the next worker.
        """
        with transaction() as session:
            found = session.get_one(Job, self.id, populate_existing=True)
            if done > found.done:
                found.attempts = min(found.attempts, 1)
            found.done, found.seen_at = done, now()
            found.total = found.total if total is None else total
            found.cursor = {**found.cursor, **cursor}
            session.flush()
        if stopping.is_set():
            raise Paused


def _as_asked(person: Person) -> Person:
    return person


_who_asked: Callable[[Person], Person] = _as_asked


def who_asked(function: Callable[[Person], Person]) -> Callable[[Person], Person]:
    """Decorator: this function gives whoever asked for a job with what they may do by now.

    It raises a `MarketplaceError` for somebody who has lost the role meanwhile: the job fails.
    """
    global _who_asked
    _who_asked = function
    return function


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
                  role=person.role, membership_id=person.membership_id,
                  organisation_id=person.organisation_id, administrator=person.administrator,
                  verified=person.verified, industries=sorted(person.industries),
                  district_code=person.district, created_at=now())
        session.add(row)
        session.flush()
    return row


def retry(found: Job) -> None:
    """Put a failed job back into the queue; it goes on from its cursor."""
    with transaction():
        if found.state != "failed":
            raise Conflict("Only failed jobs can be tried again.")
        found.state, found.attempts, found.error = "queued", 0, None
        found.not_before = found.finished_at = None


def take_up_lost() -> int:
    """Put back what was running when the last worker died; returns how many.

    Only for the elected worker: with the lock in hand, nobody else can be at work. A job under
    which the worker died `MOST_ATTEMPTS` times without getting further has failed.
    """
    with transaction() as session:
        lost = session.scalars(select(Job).where(Job.state == "running")).all()
        for found in lost:
            found.state = "queued"
            if found.attempts >= MOST_ATTEMPTS:
                found.state, found.error, found.finished_at = "failed", LOST, now()
    return len(lost)


def do_next() -> bool:
    """Take the oldest waiting job and do it; False when there is none.

    A failure that the person can act on is kept at once; any other is tried `MOST_ATTEMPTS` times.
    """
    found = _take()
    if found is None:
        return False
    job_id, kind = found.id, found.kind
    try:
        with acting_as(_person(found)):
            if kind not in _handlers:
                raise Conflict(UNKNOWN_KIND)
            result = _handlers[kind](found)
    except Paused:
        db.session.rollback()
        _close(job_id, state="queued", attempts=0)
        return False
    except Exception as problem:
        db.session.rollback()
        _failed(job_id, problem)
        return True
    _close(job_id, state="done", result=dict(result or {}), error=None,
           done=func.coalesce(Job.total, Job.done))
    return True


def _take() -> Job | None:
    with transaction() as session:
        found = session.scalar(
            select(Job).where(Job.state == "queued",
                              Job.not_before.is_(None) | (Job.not_before <= now()))
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
    return _who_asked(Person(
        user_id=found.user_id, username=found.actor, role=found.role,
        membership_id=found.membership_id, organisation_id=found.organisation_id,
        administrator=found.administrator, verified=found.verified,
        industries=frozenset(found.industries), district=found.district_code))


def _failed(job_id: int, problem: Exception) -> None:
    found = db.session.get_one(Job, job_id, populate_existing=True)
    expected = isinstance(problem, MarketplaceError)
    log.error("job_failed", job=job_id, kind=found.kind, error=str(problem),
              trace=None if expected else traceback.format_exc(limit=6))
    error = str(problem) if expected else f"Something unexpected failed; the log has the " \
        f"details. {type(problem).__name__}: {problem}"
    if expected or found.attempts >= MOST_ATTEMPTS:
        _close(job_id, state="failed", error=error)
    else:
        _close(job_id, state="queued", error=error,
               not_before=now() + PAUSES[found.attempts - 1])


def _close(job_id: int, **values: Any) -> None:
    with transaction() as session:
        if values["state"] != "queued":
            values["finished_at"] = now()
        session.execute(update(Job).where(Job.id == job_id).values(**values))
    db.session.expire_all()
