"""What waits goes out once each, is tried again with pauses, and survives a killed process."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.database import db, transaction
from marketplace.notifications import operations
from marketplace.notifications.audience import Audience
from marketplace.notifications.channels import CHANNELS
from marketplace.notifications.channels.failure import SendFailed
from marketplace.notifications.delivering import (
    MOST_ATTEMPTS,
    UNKNOWN,
    _alone,
    clear_old,
    deliver_waiting,
)
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.operations import notify
from tests.factories import make_user, person


def spooled(app) -> list[Path]:
    return sorted(p for p in (app.extensions["settings"].data_dir / "spool").rglob("*")
                  if p.is_file())


def delivery() -> Delivery:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(Delivery))


def tell(channel: str = "mail", **changes) -> Delivery:
    user = make_user(**{"role": "operator", "email": "wang@example.org", "phone": "13800000001",
                        "name": "王工", **changes})
    with acting_as(person(user)):
        operations.choose_channels(role="operator", channels=[channel], digest=False)
    notify("submission.approved", Audience("operator"), key="k", path="/solutions/x",
           solution={"zh": "排产", "en": "Scheduler"})
    return delivery()


@pytest.fixture
def gateway(monkeypatch):
    """The short message gateway as connected: what was sent, and what it answers."""

    class Gateway:
        sent: list[bytes] = []  # noqa: RUF012
        problem: Exception | None = None

    def send(self, content, letter, settings):
        if Gateway.problem:
            raise Gateway.problem
        Gateway.sent.append(content)

    Gateway.sent = []
    kind = type(CHANNELS["sms"])
    monkeypatch.setattr(kind, "configured", lambda self, settings: True)
    monkeypatch.setattr(kind, "send", send)
    return Gateway


def test_mail_without_settings_lies_in_the_spool_by_day(app):
    waiting = tell()
    assert deliver_waiting() == 1
    [path] = spooled(app)
    assert path.parent.parent.name == "mail"
    assert path.parent.name == clock.today().isoformat()
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["To"] == "wang@example.org"
    assert mail["Subject"] == "已上架：排产"
    assert mail["Message-ID"] == f"<delivery-{waiting.id}@127.0.0.1>"
    assert f"http://127.0.0.1:8000/messages/{waiting.notification_id}/open" in mail.get_content()
    assert delivery().state == "sent"
    assert delivery().spooled


def test_letter_is_in_the_readers_language(app):
    tell(language="en")
    deliver_waiting()
    mail = message_from_bytes(spooled(app)[0].read_bytes(), policy=default)
    assert mail["Subject"] == "Listed: Scheduler"
    assert "Approved; visitors now see this version." in mail.get_content()
    assert "hello" in mail.get_content()


@pytest.mark.parametrize(("channel", "where"), [
    ("sms", ("text",)), ("wecom", ("text", "content")), ("dingtalk", ("text", "content"))])
def test_every_channel_spools_what_it_would_send(app, channel, where):
    tell(channel)
    deliver_waiting()
    [path] = spooled(app)
    body = json.loads(path.read_bytes())
    for key in where:
        body = body[key]
    assert "已上架：排产" in body
    assert "/open" in body
    assert "13800000001" in path.read_text()


def test_second_round_sends_nothing_again(app, gateway):
    tell("sms")
    assert deliver_waiting() == 1
    assert deliver_waiting() == 0
    assert len(gateway.sent) == 1


def test_failure_is_tried_again_with_growing_pauses_and_then_given_up(app, gateway):
    tell("sms")
    gateway.problem = SendFailed("the gateway answered 503")
    moved = timedelta(0)
    for attempt in range(1, MOST_ATTEMPTS):
        with clock.moved(moved):
            assert deliver_waiting() == 1
            assert deliver_waiting() == 0, "not before the pause is over"
            found = delivery()
            assert (found.state, found.attempts) == ("waiting", attempt)
            pause = found.not_before - clock.now()
        assert pause > timedelta(seconds=55)
        moved += pause + timedelta(seconds=1)
    with clock.moved(moved):
        deliver_waiting()
    found = delivery()
    assert (found.state, found.attempts, found.error) == (
        "failed", MOST_ATTEMPTS, "the gateway answered 503")
    with clock.moved(timedelta(days=30)):
        assert deliver_waiting() == 0


def test_what_is_repaired_meanwhile_goes_out(app, gateway):
    tell("sms")
    gateway.problem = SendFailed("the gateway answered 503")
    deliver_waiting()
    gateway.problem = None
    with clock.moved(timedelta(minutes=2)):
        deliver_waiting()
    assert (delivery().state, delivery().error) == ("sent", None)


@pytest.mark.parametrize("problem", [
    SendFailed("unknown whether sent: no answer", again=False),
    SendFailed("wang@example.org was refused", again=False)])
def test_what_may_have_arrived_or_was_refused_is_not_tried_again(app, gateway, problem):
    tell("sms")
    gateway.problem = problem
    deliver_waiting()
    assert (delivery().state, delivery().error) == ("failed", str(problem))


def test_one_letter_that_cannot_be_made_does_not_hold_up_the_others(app, gateway):
    tell("sms")
    broken = delivery()
    with transaction() as session:
        session.execute(update(Notification).values(kind="no.longer.declared"))
    notify("submission.approved", Audience("operator"), key="k2", path="/", solution="乙")
    assert deliver_waiting() == 2
    assert len(gateway.sent) == 1
    assert "KeyError" in db.session.get(Delivery, broken.id).error


def test_address_that_was_removed_fails_with_its_reason(app):
    waiting = tell()
    with transaction() as session:
        session.merge(waiting.user).email = None
    deliver_waiting()
    assert delivery().state == "failed"
    assert "no address" in delivery().error


# --- Processes that died -------------------------------------------------------------------------


def lost(channel: str) -> None:
    tell(channel)
    with transaction() as session:
        session.execute(update(Delivery).values(state="sending", attempts=1))


def test_short_message_under_way_at_a_crash_is_left_to_a_person(app, gateway):
    lost("sms")
    deliver_waiting()
    assert gateway.sent == []
    assert (delivery().state, delivery().error) == ("failed", UNKNOWN)


def test_mail_and_spool_under_way_at_a_crash_are_repeated(app):
    lost("mail")
    deliver_waiting()
    assert delivery().state == "sent"
    assert len(spooled(app)) == 1


def test_while_one_process_delivers_others_do_nothing(app):
    tell()
    with _alone(app.extensions["settings"].data_dir) as elected:
        assert elected
        assert deliver_waiting() == 0
    assert deliver_waiting() == 1


def test_limit_is_kept(app):
    for n in range(3):
        make_user(role="operator", email=f"n{n}@example.org")
    notify("submission.approved", Audience("operator"), key="k", path="/", solution="甲")
    assert deliver_waiting(limit=2) == 2
    assert db.session.scalar(select(func.count()).where(Delivery.state == "waiting")) == 1


def test_what_is_old_goes(app):
    tell()
    deliver_waiting()
    with clock.moved(timedelta(days=179)):
        assert clear_old() == 0
        assert len(spooled(app)) == 1
    with clock.moved(timedelta(days=182)):
        assert clear_old() == 1
    assert spooled(app) == []
    assert db.session.scalars(select(Delivery)).all() == []
