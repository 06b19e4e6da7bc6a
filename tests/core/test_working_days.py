"""Working days: weekends, holidays and make-up days decide what is due when."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.core.calendar_years import load_shipped
from marketplace.core.working_days import end_of, working_day_after, working_days_left


@pytest.mark.parametrize(("count", "start", "expected"), [
    (1, date(2026, 9, 30), date(2026, 10, 8)),   # National Day
    (3, date(2026, 9, 30), date(2026, 10, 10)),  # a Saturday that is worked
    (1, date(2026, 2, 13), date(2026, 2, 14)),
    (2, date(2026, 2, 13), date(2026, 2, 24)),   # Spring Festival
    (0, date(2026, 10, 1), date(2026, 10, 1)),
])
def test_due_day_leaves_out_holidays_and_counts_make_up_days(app, count, start, expected):
    assert load_shipped() == [2026]
    assert working_day_after(count, start) == expected
    assert load_shipped() == []


def test_days_left_are_negative_when_it_is_past(app):
    load_shipped()
    assert working_days_left(date(2026, 10, 8), date(2026, 9, 30)) == 1
    assert working_days_left(date(2026, 9, 30), date(2026, 10, 8)) == -1


def test_year_nobody_entered_counts_weekends_only(app):
    assert working_day_after(1, date(2026, 9, 30)) == date(2026, 10, 1)
    assert working_day_after(1, date(2026, 10, 2)) == date(2026, 10, 5)


def test_day_ends_at_midnight_in_china():
    assert end_of(date(2026, 10, 1)).isoformat() == "2026-10-02T00:00:00+08:00"
