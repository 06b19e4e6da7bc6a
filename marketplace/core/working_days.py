"""Working days in China: weekends, public holidays and the make-up days announced for a year.

Each year's holidays are an editable record; a year nobody has entered counts weekends only, and
the administrator's page says so.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, String, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.clock import BEIJING, today
from marketplace.core.database import Base, db

SEEN_WITHIN = 5.0
"""Seconds after which every process works with a changed calendar."""


class WorkingYear(Base):
    """Days of a year that differ from the weekly rhythm, as ISO dates, and where they come from."""

    __tablename__ = "working_year"

    year: Mapped[int] = mapped_column(primary_key=True)
    holidays: Mapped[list[str]]
    make_up_days: Mapped[list[str]]
    source: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off besides weekends, and weekend days that are worked."""

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.holidays


_seen: dict[Engine, tuple[float, Calendar]] = {}


def calendar() -> Calendar:
    """All years entered, at most `SEEN_WITHIN` seconds old."""
    engine = db.engine
    at, known = _seen.get(engine, (0.0, Calendar()))
    if at and time.monotonic() - at < SEEN_WITHIN:
        return known
    with engine.connect() as connection:
        rows = connection.execute(select(WorkingYear.holidays, WorkingYear.make_up_days)).all()
    known = Calendar(*(frozenset(date.fromisoformat(day) for row in rows for day in row[n])
                       for n in (0, 1)))
    _seen[engine] = (time.monotonic(), known)
    return known


def forget_calendar() -> None:
    """Look again at the next question (after a change in this process)."""
    _seen.clear()


def working_day_after(count: int, day: date | None = None) -> date:
    """The day on which `count` working days after `day` (today) are over."""
    known, at = calendar(), day or today()
    while count > 0:
        at += timedelta(days=1)
        count -= known.works(at)
    return at


def working_days_left(due: date, day: date | None = None) -> int:
    """Working days from `day` (today) to `due`; negative when it is past."""
    known, start = calendar(), day or today()
    low, high, sign = (start, due, 1) if due >= start else (due, start, -1)
    days = (high - low).days
    return sign * sum(known.works(low + timedelta(days=n)) for n in range(1, days + 1))


def end_of(day: date) -> datetime:
    """The instant at which a calendar day in China ends."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=1)


