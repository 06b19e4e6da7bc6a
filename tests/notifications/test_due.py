"""How a due date stands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import render_template_string

from marketplace.core import clock
from marketplace.core.clock import BEIJING
from marketplace.notifications.due import due_of

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=BEIJING)
SHOW = '{% import "process.html" as process with context %}{{ process.due(day) }}'


@pytest.fixture(autouse=True)
def a_tuesday(app):
    with clock.moved(TUESDAY - clock.now()):
        yield


@pytest.mark.parametrize(("day", "days", "urgency"), [
    (date(2026, 11, 20), 2, "overdue"), (date(2026, 11, 23), 1, "overdue"),
    (date(2026, 11, 24), 0, "today"), (date(2026, 11, 26), 2, "soon"),
    (date(2026, 11, 27), 3, "later"), (date(2026, 11, 30), 4, "later")])
def test_urgency_counts_working_days(day, days, urgency):
    due = due_of(day)
    assert (due.days, due.urgency) == (days, urgency)


def test_weekend_alone_makes_late_by_no_working_day():
    with clock.moved(timedelta(days=4)):  # Saturday
        due = due_of(date(2026, 11, 27))
    assert (due.days, due.urgency) == (0, "overdue")


@pytest.mark.parametrize(("day", "said"), [
    (date(2026, 11, 20), "2 working days late"), (date(2026, 11, 23), "1 working day late"),
    (date(2026, 11, 24), "Due today"), (date(2026, 11, 27), "3 working days left"),
    (datetime(2026, 11, 26, 20, tzinfo=clock.UTC), "3 working days left")])
def test_due_date_is_said_in_words_and_marked(app, day, said):
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        shown = render_template_string(SHOW, day=day)
    assert said in shown
    assert "due-" in shown


def test_no_due_date_shows_nothing(app):
    with app.test_request_context("/"):
        assert render_template_string(SHOW, day=None).strip() == ""


@pytest.mark.parametrize(("call", "shown", "hidden"), [
    ('process.standing("In review", "warn", "Operator", day)',
     ["badge-warn", "In review", "Next: Operator", "working days left"], ["Your turn"]),
    ('process.standing("Returned", "warn", "Provider", day, mine=true)',
     ["Your turn"], ["Next:"]),
    ('process.standing("Listed", "good", since=day)', ["since Nov 30, 2026"], ["Next:", "due-"])])
def test_process_says_state_next_actor_and_due_date(app, call, shown, hidden):
    with app.test_request_context("/?lang=en"):
        app.preprocess_request()
        said = render_template_string(
            '{% import "process.html" as process with context %}{{ ' + call + " }}",
            day=date(2026, 11, 30))
    assert [w for w in shown if w not in said] == []
    assert [w for w in hidden if w in said] == []
