"""How long somebody who guesses has to wait, longer with each further wrong guess."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from marketplace.core.clock import now

FREE_TRIES = 5
LONGEST = timedelta(hours=1)


def pause_after(failures: int) -> timedelta | None:
    """How long an account stays closed after so many wrong tries in a row: 1, 2, 4 … 60 minutes."""
    if failures < FREE_TRIES:
        return None
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST)


def minutes_until(end: datetime | None) -> int:
    """How many minutes are left, begun ones counted whole."""
    return 0 if end is None or end <= now() else ceil((end - now()).total_seconds() / 60)


def wait_for(minutes: int) -> str:
    """What a person is told who has to wait."""
    return (f"Too many wrong tries. Please try again in {minutes} min, or ask for a recovery "
            "slip.")
