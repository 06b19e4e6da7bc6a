"""The working-day calendar: written as a notice says it, in force at once, missing years told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.administration.duties import ask_for_calendars
from marketplace.core import clock
from marketplace.core.audit import AuditEvent
from marketplace.core.calendar_years import (
    checked,
    load_shipped,
    missing_years,
    ranges,
    store_from_terminal,
    years,
)
from marketplace.core.database import db
from marketplace.core.working_days import WorkingYear, working_day_after
from marketplace.notifications.models import Notification, Task
from tests.factories import make_user, sign_in_as
from tests.support import environment, marketplace


@pytest.fixture
def admin(app, client):
    user = make_user(role="system_admin", username="xitong")
    sign_in_as(client, user)
    return user


def test_year_is_written_as_ranges_and_counts_at_once(admin, client):
    assert working_day_after(1, date(2026, 9, 30)) == date(2026, 10, 1)
    answer = client.post("/admin/calendar/2026", data={
        "holidays": "10月1日（周四）至7日（周三）\n2026年1月1日",
        "make_up_days": "2026/10/10",
        "source": "国办发明电〔2025〕号"})
    assert answer.status_code == 303
    assert working_day_after(1, date(2026, 9, 30)) == date(2026, 10, 8)
    assert working_day_after(3, date(2026, 9, 30)) == date(2026, 10, 10)
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "calendar.change"))
    assert (event.actor, event.details["after"]["make_up_days"]) == ("xitong", ["2026-10-10"])
    page = client.get("/admin/calendar/2026").text
    assert "2026-10-01..2026-10-07" in page


@pytest.mark.parametrize(("field", "line"), [
    ("holidays", "Oct 1"), ("holidays", "2026-02-30"), ("holidays", "2027-01-01"),
    ("holidays", "2026-10-07..2026-10-01"), ("holidays", "2026-01-01..2026-12-31"),
    ("make_up_days", "2026-10-09"), ("make_up_days", "2026-01-03"),
])
def test_wrong_line_is_named_and_what_was_typed_is_kept(admin, client, field, line):
    typed = {"holidays": "2026-01-03", "make_up_days": "2026-01-04", "source": "通知"}
    answer = client.post("/admin/calendar/2026", data={**typed, field: f"{typed[field]}\n{line}"})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert line in answer.text
    assert db.session.get(WorkingYear, 2026) is None


def test_years_nobody_keeps_are_no_page(admin, client):
    assert client.get("/admin/calendar/20270").status_code == 404


def test_next_year_is_missed_from_october_on(app, client):
    day = clock.today()
    for month, expected in ((9, [2027]), (10, [2027, 2028])):
        delta = date(2027, month, 15) - day
        with clock.moved(timedelta(days=delta.days)):
            assert missing_years() == expected
    with clock.moved(date(2027, 10, 15) - day):
        sign_in_as(client, make_user(role="system_admin"))
        assert 'href="/admin/calendar/2028"' in client.get("/admin/calendar").text


def test_reader_sees_and_cannot_change(app, client):
    sign_in_as(client, make_user(role="auditor"))
    assert client.get("/admin/calendar/2026").status_code == 200
    assert "<textarea" not in client.get("/admin/calendar/2026").text
    assert client.post("/admin/calendar/2026", data={"source": "x"}).status_code == 404


def test_days_are_drawn_together():
    assert ranges(["2026-01-03", "2026-01-01", "2026-01-02", "2026-01-09"]) == [
        "2026-01-01..2026-01-03", "2026-01-09"]


def test_commands_export_and_import_a_year_and_setup_loads_the_shipped_one(app, tmp_path):
    env, file = environment(app), tmp_path / "year.json"
    assert marketplace(env, "setup").returncode == 0
    shown = marketplace(env, "calendar", "show").stdout
    assert "2026-02-15..2026-02-23" in shown
    assert marketplace(env, "calendar", "export", "2026", str(file)).returncode == 0
    file.write_text(file.read_text("utf-8").replace("2026-01-01..2026-01-03", "2026-01-01"))
    assert "31 holidays" in marketplace(env, "calendar", "import", str(file)).stdout
    assert marketplace(env, "calendar", "export", "2030", str(file)).returncode == 1
    db.session.rollback()
    assert "核对" in db.session.get(WorkingYear, 2026).source


def test_a_year_that_is_missing_stands_on_the_desk_until_it_is_entered(admin) -> None:
    load_shipped()
    newest = max(y.year for y in years())
    with clock.moved(datetime(newest, 11, 30, 12, tzinfo=UTC) - clock.now()):
        ask_for_calendars()
        ask_for_calendars()
        assert db.session.execute(select(Task.path, Task.due_on, Task.done_at)).all() == [
            (f"/admin/calendar/{newest + 1}", date(newest, 12, 20), None)]
        assert db.session.scalars(select(Notification.user_id)).all() == [admin.id]
        store_from_terminal(checked(newest + 1, [f"{newest + 1}-01-01"], [], "notice"))
        db.session.expire_all()
        assert db.session.scalar(select(Task.done_at)) is not None
        ask_for_calendars()
        assert len(db.session.scalars(select(Task.id)).all()) == 1
