"""The worker looks after messages by itself."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core.database import db
from marketplace.core.duties import duties
from marketplace.core.jobs import stopping
from marketplace.core.worker import work_once
from marketplace.notifications.audience import Audience
from marketplace.notifications.delivering import deliver_waiting
from marketplace.notifications.models import Delivery
from marketplace.notifications.operations import notify
from tests.factories import make_user


def tell() -> None:
    make_user(role="operator", email="w@example.org")
    notify("submission.approved", Audience("operator"), key="k", path="/", solution="甲")


def state() -> str:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalar(select(Delivery.state))


def test_worker_sends_what_waits_within_seconds(app):
    assert duties()["marketplace.notifications.duties.deliver"] <= 10
    tell()
    work_once()
    assert state() == "sent"


def test_worker_that_is_asked_to_stop_leaves_the_rest_waiting(app):
    tell()
    stopping.set()
    try:
        assert deliver_waiting() == 0
    finally:
        stopping.clear()
    assert state() == "waiting"
