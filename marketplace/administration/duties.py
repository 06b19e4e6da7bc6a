"""A year without a calendar stands on the desk of the system administrators until it is entered."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.core.calendar_years import missing_years, year_entered
from marketplace.core.clock import today
from marketplace.core.duties import every
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

KIND = "calendar.to_enter"


@every(6 * 3600)
def ask_for_calendars() -> None:
    """Due before the year begins; of a year that has begun every day counts, without a date."""
    for year in missing_years():
        audience, path = Audience("system_admin"), f"/admin/calendar/{year}"
        notify(KIND, audience, key=f"{KIND}:{year}", path=path, year=year)
        open_task(KIND, audience, subject=_subject(year), path=path, year=year,
                  due_on=date(year - 1, 12, 20) if year > today().year else None)


@year_entered.connect
def _entered(sender: Any, year: int) -> None:
    close_tasks(_subject(year))


def _subject(year: int) -> str:
    return f"calendar:{year}"
