"""Reads for administrators: jobs, outbox and index, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from marketplace.administration.models import SiteNotice
from marketplace.core.access import Person, reach, scoped
from marketplace.core.database import db
from marketplace.core.errors import must_exist
from marketplace.core.jobs import Job
from marketplace.core.outbox import OutboxMessage

PAGE = 50


@scoped(Job, "self")
def _asked(person: Person) -> ColumnElement[bool]:
    return Job.user_id == (person.user_id or 0)


def jobs(*, state: str = "", before: int | None = None, size: int = PAGE) -> Sequence[Job]:
    """One more than a page of jobs, the latest first."""
    query = select(Job).where(reach("job.read", Job))
    if state:
        query = query.where(Job.state == state)
    if before is not None:
        query = query.where(Job.id < before)
    return db.session.scalars(query.order_by(Job.id.desc()).limit(size + 1)).all()


def job_counts() -> dict[str, int]:
    """How many jobs are in each state."""
    rows = db.session.execute(select(Job.state, func.count()).where(reach("job.read", Job))
                              .group_by(Job.state)).all()
    return dict(rows)


def job(job_id: int) -> Job:
    """A job the current person may see. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(Job).where(Job.id == job_id, reach("job.own", Job))))


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the search index has still to learn, and since when the oldest waits."""

    waiting: int
    oldest: datetime | None


def outbox() -> Outbox:
    return Outbox(*db.session.execute(
        select(func.count(), func.min(OutboxMessage.created_at))).one())


def latest_job(kind: str) -> Job | None:
    return db.session.scalar(
        select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))


def notices() -> Sequence[SiteNotice]:
    """All notices, those that end last first."""
    return db.session.scalars(select(SiteNotice).order_by(
        SiteNotice.ends_at.desc(), SiteNotice.id.desc())).all()


def notice(notice_id: int) -> SiteNotice:
    """Raises `NotFound` for one that is not there."""
    return must_exist(db.session.scalar(select(SiteNotice).where(
        SiteNotice.id == notice_id, reach("notice.edit", SiteNotice))))
