"""Import of people in the background: progress, links for the asker only, taking up again."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts import people_import
from marketplace.accounts.models import Invitation, Organisation, User
from marketplace.core import clock, files, jobs
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.jobs import Job
from tests.accounts.test_people_sheet import read, sheet
from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import IsolatedClient


@pytest.fixture
def firm(app: Flask) -> Organisation:
    return make_organisation()


@pytest.fixture
def boss(app: Flask, firm: Organisation) -> IsolatedClient:
    return sign_in_as(app.test_client(), make_user(role="security_admin"))


def rows(firm: Organisation) -> io.BytesIO:
    return sheet(["王明", "13800138000", None, None, firm.slug, "enterprise", None, None, None],
                 ["李华", "12", None, None, firm.slug, "enterprise", None, None, None],
                 ["赵六", None, None, None, firm.slug, "enterprise", None, None, None])


def sent(boss: IsolatedClient, file: io.BytesIO) -> str:
    answer = boss.post("/admin/people", data={"file": (file, "people.xlsx")})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_links_come_after_the_background_work(boss: IsolatedClient, firm: Organisation) -> None:
    path = sent(boss, rows(firm))
    assert "hx-get" in boss.get(path).text
    assert boss.get(f"{path}/links.xlsx").status_code == 404
    assert jobs.do_next()
    page = boss.get(path).text
    assert "手机号" in page
    assert "<td class=\"num\">3</td>" in page
    body = boss.get(f"{path}/links.xlsx")
    assert body.headers["Cache-Control"] == "private, no-store"
    links = [str(row["个人链接"] or "") for row in read(body.data)]
    assert ["/invitations/" in link for link in links] == [True, False, True]
    kept = db.session.scalars(select(Job)).one()
    assert not any(link.rsplit("/")[-1] in str(kept.result) for link in links if link)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(
        AuditEvent.action == "user.import_links")) == 1


def test_nobody_else_gets_the_links(app: Flask, boss: IsolatedClient, firm: Organisation) -> None:
    path = sent(boss, rows(firm))
    jobs.do_next()
    other = sign_in_as(app.test_client(), make_user(role="security_admin"))
    for page in (path, f"{path}/links.xlsx"):
        assert other.get(page).status_code == 404


def test_links_are_gone_after_a_day(app: Flask, boss: IsolatedClient, firm: Organisation) -> None:
    path = sent(boss, rows(firm))
    jobs.do_next()
    kept = db.session.scalars(select(Job)).one()
    keys = (kept.arguments["file"], kept.result["links"])
    with clock.moved(timedelta(hours=25)):
        assert boss.get(f"{path}/links.xlsx").status_code == 404
        people_import.forget_links()
    for key in keys:
        with pytest.raises(people_import.NotFound):
            files.read(key)
    db.session.expire_all()
    assert "links" in kept.result
    assert kept.result["links"] is None


def test_dead_worker_makes_nobody_twice(boss: IsolatedClient, firm: Organisation,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    path = sent(boss, rows(firm))
    with monkeypatch.context() as death:
        death.setattr(people_import, "workbook", lambda answer: 1 / 0)
        jobs.do_next()
    before = db.session.scalar(select(func.count()).select_from(User))
    with clock.moved(timedelta(minutes=5)):
        assert jobs.do_next()
        assert db.session.scalar(select(func.count()).select_from(User)) == before
        table = read(boss.get(f"{path}/links.xlsx").data)
    assert [bool(row["个人链接"]) for row in table] == [True, False, True]
    with clock.moved(timedelta(minutes=6)):
        open_ones = db.session.scalar(select(func.count()).select_from(Invitation).where(
            Invitation.expires_at > clock.now()))
    assert open_ones == 2


def test_sheet_without_its_columns_is_refused_as_a_whole(boss: IsolatedClient,
                                                         firm: Organisation) -> None:
    path = sent(boss, sheet(["王明"], head=["姓名"]))
    jobs.do_next()
    assert "角色" in boss.get(path).text
