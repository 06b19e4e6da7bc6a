"""One summary a day, at eight, only when there is something."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.clock import BEIJING
from marketplace.core.database import db
from marketplace.notifications import operations
from marketplace.notifications.audience import Audience
from marketplace.notifications.delivering import deliver_waiting
from marketplace.notifications.digests import make_digests
from marketplace.notifications.models import Delivery
from marketplace.notifications.operations import close_tasks, notify, open_task
from tests.factories import make_organisation, make_user, person


def at(hour: int, day: int = 24):
    return clock.moved(datetime(2026, 11, day, hour, 5, tzinfo=BEIJING) - clock.now())


def reader(**changes):
    user = make_user(**{"role": "operator", "industries": ["steel"], "email": "w@example.org",
                        **changes})
    with acting_as(person(user)):
        operations.choose_channels(role=person(user).role, channels=["mail"], digest=True)
    return user


@pytest.fixture
def work():
    with at(6):
        open_task("submission.waiting", Audience("operator", industry="steel"),
                  subject="submission:1", path="/", due_on=date(2026, 11, 23), solution="排产",
                  provider="甲")
        notify("submission.approved", Audience("operator", industry="steel"), key="k", path="/",
               solution="排产")


def test_summary_comes_at_eight_and_once_a_day(app, work):
    reader()
    with at(7):
        assert make_digests() == 0
    with at(8):
        assert make_digests() == 1
        assert make_digests() == 0
    with at(20):
        assert make_digests() == 0
    with at(8, day=25):
        assert make_digests() == 1


def test_nothing_to_say_says_nothing_all_day(app):
    reader()
    with at(8):
        assert make_digests() == 0
    with at(10):
        open_task("submission.waiting", Audience("operator", industry="steel"),
                  subject="submission:1", path="/")
        assert make_digests() == 0


def test_who_did_not_ask_or_left_gets_none(app, work):
    make_user(role="operator", industries=["steel"], email="a@example.org")
    reader(active=False)
    with at(9):
        assert make_digests() == 0


def test_anothers_work_is_no_reason(app, work):
    reader(industries=["biopharma"])
    with at(9):
        assert make_digests() == 0


def test_summary_lists_what_is_open_when_it_goes_out(app, work):
    reader()
    notify("submission.approved", Audience("operator"), key="k2", path="/", solution="能源")
    with at(9):
        make_digests()
        deliver_waiting()
    [path] = (app.extensions["settings"].data_dir / "spool" / "mail").rglob("*.eml")
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "1 项待办，1 条未读消息"
    said = mail.get_content()
    assert "审核上架：排产（2026-11-23 已到期）" in said
    assert "已上架：能源" in said
    assert "/desk" in said
    assert db.session.scalar(select(Delivery.digest_on)) == date(2026, 11, 24)


def test_summary_covers_every_organisation_of_the_role(app):
    works, other = make_organisation(), make_organisation()
    user = reader(role="enterprise", organisation=works, industries=[])
    from marketplace.accounts.models import Membership
    from marketplace.core.database import transaction

    with transaction() as session:
        session.add(Membership(user_id=user.id, organisation_id=other.id, role="enterprise",
                               created_at=clock.now()))
    open_task("membership.asked", Audience("enterprise", organisation_id=other.id),
              subject="membership:1", path="/", name="李工", organisation="乙厂")
    with at(9):
        assert make_digests() == 1
    close_tasks("membership:1")
    with at(9, day=25):
        assert make_digests() == 0


def test_many_are_made_in_batches(app, monkeypatch):
    monkeypatch.setattr("marketplace.notifications.digests.BATCH", 2)
    for n in range(5):
        reader(email=f"n{n}@example.org")
    open_task("submission.waiting", Audience("operator", industry="steel"),
              subject="submission:1", path="/")
    with at(9), clock.moved(timedelta(0)):
        assert make_digests() == 5
