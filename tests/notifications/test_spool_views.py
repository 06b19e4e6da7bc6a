"""The administrator's page for what left the house."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db, transaction
from marketplace.notifications import operations, queries
from marketplace.notifications.audience import Audience
from marketplace.notifications.delivering import UNKNOWN, deliver_waiting
from marketplace.notifications.models import Delivery
from marketplace.notifications.operations import notify
from tests.factories import make_user, person, sign_in_as
from tests.support import sql_count


@pytest.fixture
def admin(app, client):
    user = make_user(role="system_admin")
    sign_in_as(client, user)
    return user


def tell(count: int = 1, channel: str = "mail") -> list[int]:
    for n in range(count):
        user = make_user(role="operator", email=f"{channel}{n}@example.org", name=f"收件人{n}",
                         phone=f"{138 if channel == 'sms' else 139}{n:08}")
        with acting_as(person(user)):
            operations.choose_channels(role="operator", channels=[channel], digest=False)
        notify("submission.approved", Audience("operator", user_id=user.id), key=f"{channel}{n}",
               path="/", solution=f"软件{n}")
    return list(db.session.scalars(select(Delivery.id).order_by(Delivery.id)))


def test_spooled_mail_is_read_and_downloaded(admin, client):
    [number] = tell()
    deliver_waiting()
    assert "已上架：软件0" in client.get("/admin/spool").text
    page = client.get(f"/admin/spool/{number}").text
    assert "mail0@example.org" in page
    assert "收件人0，您好：" in page
    assert "已存入暂存目录" in page
    file = client.get(f"/admin/spool/{number}/file")
    assert file.mimetype == "message/rfc822"
    assert f"delivery-{number}.eml" in file.headers["Content-Disposition"]


def test_what_waits_is_shown_as_it_would_go_out(admin, client):
    [number] = tell(channel="sms")
    page = client.get(f"/admin/spool/{number}").text
    assert "等待发送" in page
    assert "暂存目录中没有" in page
    assert json.loads(client.get(f"/admin/spool/{number}/file").data)["phone"] == "13800000000"


def test_list_is_filtered_and_paged(admin, client, monkeypatch):
    tell(3)
    deliver_waiting()
    tell(1, channel="sms")
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.channel == "sms").values(
            state="failed", error=UNKNOWN))
    page = client.get("/admin/spool?state=failed").text
    assert "收件人0" in page
    assert "收件人1" not in page
    assert "是否送达不明" in page
    assert "软件2" not in client.get("/admin/spool?channel=sms").text
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr(queries.deliveries, "__kwdefaults__",
                        queries.deliveries.__kwdefaults__ | {"size": 2})
    first = client.get("/admin/spool?channel=mail").text
    assert "软件2" in first
    assert "软件0" not in first
    third = db.session.scalars(select(Delivery.id)).all()[1]
    assert f"before={third}" in first
    assert "软件0" in client.get(f"/admin/spool?channel=mail&before={third}").text


def test_failed_one_is_sent_again_and_the_trail_says_by_whom(admin, client):
    [number] = tell(channel="sms")
    with transaction() as session:
        session.execute(update(Delivery).values(state="failed", error=UNKNOWN, attempts=1))
    assert "重新发送" in client.get(f"/admin/spool/{number}").text
    assert client.post(f"/admin/spool/{number}/again").status_code == 303
    db.session.expire_all()
    assert db.session.get(Delivery, number).state == "waiting"
    event = db.session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))
    assert (event.action, event.subject) == ("delivery.resend", f"delivery:{number}")
    assert client.post(f"/admin/spool/{number}/again").status_code == 409


def test_auditor_reads_and_cannot_send(app, client):
    [number] = tell(channel="sms")
    with transaction() as session:
        session.execute(update(Delivery).values(state="failed"))
    sign_in_as(client, make_user(role="auditor"))
    assert "重新发送" not in client.get(f"/admin/spool/{number}").text
    assert client.post(f"/admin/spool/{number}/again").status_code == 404


def test_others_see_nothing_of_it(app, client):
    [number] = tell()
    sign_in_as(client, make_user(role="security_admin"))
    for path in ("/admin/spool", f"/admin/spool/{number}", f"/admin/spool/{number}/file"):
        assert client.get(path).status_code == 404


def test_unknown_one_is_not_found(admin, client):
    assert client.get("/admin/spool/99").status_code == 404


def test_empty_list_teaches(admin, client):
    assert "暂无记录" in client.get("/admin/spool").text


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_however_long(admin, client, rows):
    tell(rows)
    client.get("/admin/spool")
    with sql_count(7):
        assert client.get("/admin/spool").text.count("收件人") >= rows
