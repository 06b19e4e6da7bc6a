"""How a due date stands: words and colours need more than the date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from marketplace.core.clock import today
from marketplace.core.working_days import working_days_left

SOON = 2
"""From so many working days left on, a due date is marked."""
Urgency = Literal["overdue", "today", "soon", "later"]


@dataclass(frozen=True, slots=True)
class Due:
    """A due date, how many working days are left (or late), and how urgent that is."""

    day: date
    days: int
    urgency: Urgency


def due_of(day: date) -> Due:
    """How `day` stands today. A due date that only a weekend has passed is overdue by 0 days."""
    left = working_days_left(day)
    if day < today():
        return Due(day, -left, "overdue")
    if day == today():
        return Due(day, 0, "today")
    return Due(day, left, "soon" if left <= SOON else "later")
