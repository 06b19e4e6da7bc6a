"""Reading, writing and changing the working-day calendar of a year.

A year is written as dates or ranges, one a line: `2026-10-01..2026-10-07`, or as they are
announced, `10月1日（周四）至7日（周三）`. The first form stands in the JSON files that are
exported and shipped. Due dates that are set already do not move.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from blinker import Signal
from sqlalchemy import select

from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.working_days import WorkingYear, forget_calendar

SHIPPED = Path(__file__).parent / "data"
LONGEST = 31
POSSIBLE = range(2000, 2101)
ASKED_FROM = 10
"""From October on the next year is missed: the notice comes out in late October or November."""
SYSTEM = "setup"
year_entered = Signal()
"""`year`: its calendar is in force; sent inside the operation's own transaction."""
_YEAR, _MONTH, _DAY = r"(?:(\d{4})[-./年])?", r"(\d{1,2})[-./月]", r"(\d{1,2})日?"
_LINE = re.compile(rf"{_YEAR}{_MONTH}{_DAY}(?:(?:\.\.|~|–|—|至|到)(?:{_YEAR}{_MONTH})?{_DAY})?")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]|\s")
"""What an announcement puts beside its dates: 10月1日（周四）至7日（周三）."""


@dataclass(frozen=True, slots=True)
class YearFile:
    """A year as it stands in a file or form: every day as an ISO date."""

    year: int
    holidays: tuple[str, ...]
    make_up_days: tuple[str, ...]
    source: str

    def as_dict(self) -> dict[str, Any]:
        return {"year": self.year, "source": self.source, "holidays": ranges(self.holidays),
                "make_up_days": ranges(self.make_up_days)}


def ranges(days: Iterable[str]) -> list[str]:
    """Days with neighbours drawn together: what the form and the file show."""
    known = sorted(map(date.fromisoformat, days))
    if not known:
        return []
    breaks = [i + 1 for i, (a, b) in enumerate(pairwise(known)) if b - a != timedelta(days=1)]
    parts = [known[a:b] for a, b in pairwise([0, *breaks, len(known)])]
    return [f"{p[0]}..{p[-1]}" if len(p) > 1 else f"{p[0]}" for p in parts]


def parse_days(field: str, year: int, lines: Sequence[str]) -> tuple[list[str], list[FieldError]]:
    """The days written in these lines, and what is wrong with which line."""
    days: set[date] = set()
    wrong = []
    for line in filter(None, map(str.strip, lines)):
        remedy = _read(year, line, days)
        if remedy:
            wrong.append(FieldError(field, line[:60], remedy))
    return [day.isoformat() for day in sorted(days)], wrong


def _read(year: int, line: str, days: set[date]) -> str:
    """Add the days of one line; gives the remedy when it cannot be read."""
    found = _LINE.fullmatch(_ASIDE.sub("", line))
    try:
        from_year, from_month, from_day, to_year, to_month, to_day = map(
            _number, found.groups() if found else [None] * 6)
        first = date(from_year or year, from_month, from_day)
        last = date(to_year or first.year, to_month or first.month, to_day) if to_day else first
    except ValueError:
        return "write a date such as 2026-10-01, or a range such as 2026-10-01..2026-10-07"
    if first.year != year or last.year != year:
        return "write days of this year only"
    if not 0 <= (last - first).days < LONGEST:
        return "write the first day first, and at most 31 days"
    days.update(first + timedelta(days=n) for n in range((last - first).days + 1))
    return ""


def _number(word: str | None) -> int:
    return int(word or 0)


def checked(year: int, holidays: Sequence[str], make_up_days: Sequence[str],
            source: str) -> YearFile:
    """What was written for a year. Raises `InvalidInput` naming each wrong line."""
    off, wrong = parse_days("holidays", year, holidays)
    worked, more = parse_days("make_up_days", year, make_up_days)
    wrong += more
    wrong += [FieldError("make_up_days", day, "this day is among the holidays")
              for day in worked if day in off]
    wrong += [FieldError("make_up_days", day, "this day is no Saturday or Sunday")
              for day in worked if day not in off and date.fromisoformat(day).weekday() < 5]
    if not source.strip() or len(source) > 200:
        wrong.append(FieldError("source", source[:60], "write 1 to 200 characters"))
    if year not in POSSIBLE:
        wrong.append(FieldError("year", year, "write a year from 2000 to 2100"))
    if wrong:
        raise InvalidInput("The calendar was not saved.", errors=tuple(wrong))
    return YearFile(year, tuple(off), tuple(worked), source.strip())


def read_file(path: Path) -> YearFile:
    """A year from a JSON file. Raises `InvalidInput` for what is none."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        return checked(int(raw["year"]), raw["holidays"], raw["make_up_days"], raw["source"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InvalidInput("The file is no calendar of a year.", errors=(FieldError(
            "file", path.name, "export a year to see the form of the file"),)) from problem


def years() -> Sequence[WorkingYear]:
    """The years that have been entered, the latest first."""
    return db.session.scalars(select(WorkingYear).order_by(WorkingYear.year.desc())).all()


def missing_years() -> list[int]:
    """The years without a calendar: this one, and from October on the next."""
    wanted = [today().year] + [today().year + 1] * (today().month >= ASKED_FROM)
    known = set(db.session.scalars(select(WorkingYear.year).where(WorkingYear.year.in_(wanted))))
    return [year for year in wanted if year not in known]


def save_year(given: YearFile) -> WorkingYear:
    """Put a year's calendar in force; what is due already stays due."""
    allow("calendar.edit")
    return _store(given, current_person().actor)


def load_shipped() -> list[int]:
    """At set-up: the years that come with the software and are not entered yet."""
    found = []
    for path in sorted(SHIPPED.glob("calendar_*.json")):
        given = read_file(path)
        if db.session.get(WorkingYear, given.year) is None:
            _store(given, SYSTEM)
            found.append(given.year)
    return found


def store_from_terminal(given: YearFile) -> WorkingYear:
    """The same by whoever administers the machine."""
    return _store(given, "terminal")


def _store(given: YearFile, actor: str) -> WorkingYear:
    with transaction() as session:
        row = session.get(WorkingYear, given.year)
        before = _as_file(row).as_dict() if row else None
        if row is None:
            row = WorkingYear(year=given.year)
            session.add(row)
        row.holidays, row.make_up_days = list(given.holidays), list(given.make_up_days)
        row.source, row.changed_by, row.changed_at = given.source, actor, now()
        record(session, actor=actor, action="calendar.change", subject=f"calendar:{given.year}",
               details={"before": before, "after": given.as_dict()})
        session.flush()
        year_entered.send(year=given.year)
    forget_calendar()
    return row


def _as_file(row: WorkingYear) -> YearFile:
    return YearFile(row.year, tuple(row.holidays), tuple(row.make_up_days), row.source)


def file_of(year: int) -> YearFile | None:
    """A year as it would be exported, None when nobody entered it."""
    row = db.session.get(WorkingYear, year)
    return _as_file(row) if row else None
