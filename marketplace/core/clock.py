"""The one clock. Tests move it instead of waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
_offset = timedelta(0)


def now() -> datetime:
    """The present instant in UTC, timezone-aware."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The calendar day in China."""
    return now().astimezone(BEIJING).date()


def iso_week(day: date | None = None) -> str:
    """The ISO week as `2026-W48`: the salt that turns the order of equals every Monday."""
    year, week, _ = (day or today()).isocalendar()
    return f"{year}-W{week:02d}"


@contextmanager
def moved(delta: timedelta) -> Iterator[None]:
    """Move the clock by `delta` inside the block."""
    global _offset
    before, _offset = _offset, _offset + delta
    try:
        yield
    finally:
        _offset = before
