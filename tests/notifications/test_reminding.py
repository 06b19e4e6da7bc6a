"""Due dates: one reminder before, one after, one word to the city; never a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.clock import BEIJING, now, today
from marketplace.core.database import db
from marketplace.core.duties import do_due, duties
from marketplace.core.i18n import speaking
from marketplace.core.working_days import calendar, working_day_after
from marketplace.notifications.audience import Audience
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Notification
from marketplace.notifications.operations import close_tasks, open_task
from marketplace.notifications.reminding import remind
from tests.factories import make_organisation, make_user, sign_in_as

SUBJECT = "submission:1"


@contextmanager
def at(day: date, hour: int = 9) -> Iterator[None]:
    with clock.moved(datetime.combine(day, time(hour), BEIJING) - now()):
        yield


def start() -> date:
    """A Monday from which on the calendar has no surprises for two weeks."""
    day = today() + timedelta(days=7 - today().weekday())
    while not all(calendar().works(day + timedelta(days=n)) == (n % 7 < 5) for n in range(14)):
        day += timedelta(days=7)
    return day


def give(due_on: date, role: str = "operator", **whose: object) -> None:
    open_task("submission.waiting", Audience(role, **whose), subject=SUBJECT,  # type: ignore[arg-type]
              path="/console/submissions/1", due_on=due_on, solution="甲", provider="乙")


def told() -> list[tuple[int, str]]:
    db.session.rollback()
    return [(m.user_id, m.kind) for m in db.session.scalars(
        select(Notification).order_by(Notification.id))]


def test_reminds_once_before_and_once_after_and_tells_the_city_once(app):
    operator = make_user(role="operator", industries=["steel"])
    city = make_user(role="city_admin")
    make_user(role="operator", industries=["biopharma"])
    monday = start()
    with at(monday):
        give(monday + timedelta(days=3), industry="steel")
        assert remind() == 0
    with at(monday + timedelta(days=1)):
        assert remind() == 0
    with at(monday + timedelta(days=2)):
        assert (remind(), remind()) == (1, 0)
        assert told() == [(operator.id, "task.soon")]
    with at(monday + timedelta(days=3)):
        assert remind() == 0
    with at(monday + timedelta(days=4)):
        assert (remind(), remind()) == (1, 0)
    with at(monday + timedelta(days=300)):
        assert remind() == 0
    assert told() == [(operator.id, "task.soon"), (operator.id, "task.overdue"),
                      (city.id, "task.escalated")]


def test_message_names_the_task_in_the_readers_language(app):
    make_user(role="operator", industries=["steel"])
    make_user(role="city_admin")
    monday = start()
    with at(monday):
        give(monday, industry="steel")
    with at(monday + timedelta(days=1)):
        remind()
    message = db.session.scalar(select(Notification).where(Notification.kind == "task.escalated"))
    assert message is not None
    kind = KINDS[message.kind]
    assert fill(kind.title, message.facts) == "运营方逾期未办：审核上架：甲"
    assert monday.isoformat() in fill(kind.text, message.facts)
    with speaking("en"):
        assert fill(kind.title, message.facts) == "Overdue with an operator: Check for listing: 甲"
    assert message.path == "/console/submissions/1"


def test_only_operators_items_go_to_the_city(app):
    works = make_organisation()
    owner = make_user(role="enterprise", organisation=works)
    make_user(role="enterprise", organisation=make_organisation())
    make_user(role="city_admin")
    monday = start()
    with at(monday):
        give(monday, role="enterprise", organisation_id=works.id)
    with at(monday + timedelta(days=1)):
        remind()
    assert told() == [(owner.id, "task.overdue")]


def test_what_is_done_is_not_reminded_of(app):
    make_user(role="operator", industries=["steel"])
    monday = start()
    with at(monday):
        give(monday + timedelta(days=1), industry="steel")
        close_tasks(SUBJECT)
    with at(monday + timedelta(days=2)):
        assert remind() == 0


def test_a_moved_due_date_counts_anew(app):
    operator = make_user(role="operator", industries=["steel"])
    monday = start()
    with at(monday):
        give(monday + timedelta(days=1), industry="steel")
    with at(monday + timedelta(days=1)):
        remind()
        give(monday + timedelta(days=9), industry="steel")
        assert remind() == 0
    with at(monday + timedelta(days=8)):
        assert (remind(), remind()) == (1, 0)
    assert told() == [(operator.id, "task.soon")] * 2


def test_nobody_is_told_at_night_or_on_days_off(app):
    make_user(role="operator", industries=["steel"])
    monday = start()
    friday = monday + timedelta(days=4)
    with at(monday):
        give(friday, industry="steel")
    with at(friday + timedelta(days=1)):
        assert remind() == 0
    with at(monday + timedelta(days=7), hour=7):
        assert remind() == 0
    with at(monday + timedelta(days=7)):
        assert working_day_after(0) == today()
        assert remind() == 1


def test_many_are_told_in_batches(app):
    make_user(role="operator", industries=["steel"])
    monday = start()
    with at(monday):
        for n in range(120):
            open_task("submission.waiting", Audience("operator"), subject=f"submission:{n}",
                      path="/", due_on=monday, solution="甲")
    with at(monday + timedelta(days=1)):
        assert (remind(), remind()) == (120, 0)


def test_the_worker_does_it(app):
    make_user(role="operator", industries=["steel"])
    monday = start()
    with at(monday):
        give(monday, industry="steel")
    assert "marketplace.notifications.duties.reminders" in duties()
    with at(monday + timedelta(days=1)):
        do_due(all_of_them=True)
        do_due(all_of_them=True)
        assert [kind for _who, kind in told()] == ["task.overdue"]


def test_the_list_marks_what_is_overdue(app, client):
    user = make_user(role="operator", industries=["steel"])
    monday = start()
    with at(monday):
        give(monday, industry="steel")
    with at(monday + timedelta(days=2)):
        page = sign_in_as(client, user).get("/desk").get_data(as_text=True)
    assert "task-overdue" in page
    assert "已逾期" in page
