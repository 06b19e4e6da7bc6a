"""The one clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from marketplace.core.clock import iso_week, moved, now, today


def test_now_is_aware_utc() -> None:
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_moved_clock_moves_back_afterwards() -> None:
    before = now()
    with moved(timedelta(days=30)):
        assert now() - before >= timedelta(days=30)
        with moved(timedelta(days=-30)):
            assert now() - before < timedelta(days=1)
    assert now() - before < timedelta(days=1)


def test_today_is_the_day_in_china() -> None:
    seconds = now().hour * 3600 + now().minute * 60
    with moved(timedelta(seconds=-seconds, hours=15, minutes=30)):
        here = now().date()
        assert today() == here
        with moved(timedelta(hours=1)):
            assert today() == here + timedelta(days=1)


def test_iso_week_belongs_to_the_year_of_its_thursday() -> None:
    assert iso_week(date(2027, 1, 1)) == "2026-W53"
    assert iso_week(date(2026, 11, 23)) == "2026-W48"
