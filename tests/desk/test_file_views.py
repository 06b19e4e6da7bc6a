"""The enterprise file: own entry, history, visit, confirmation by link and on the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.desk.file_declarations import declarations, industry_of
from marketplace.desk.file_schema import content_of, load_file
from marketplace.desk.models import EnterpriseFile
from marketplace.matching.form import read_form
from marketplace.notifications.models import Notification, Task
from tests.factories import make_organisation, make_user, person, sign_in_as
from tests.support import IsolatedClient, sql_count

FILE = {"district": "370102", "gbt4754": "3130", "staff": "86", "revenue_wan": "4200",
        "production_mode": "mto", "it_staff": "1", "cloud": "open", "export_markets": "无",
        "systems": "金蝶财务，用了六年\n两台机床联网", "system-OP-05": "Excel 排产",
        "level-OP-05": "1", "level-OP-07": "2"}


def fresh():
    """The session after what the browsers have done in theirs."""
    db.session.rollback()
    db.session.expire_all()
    return db.session


def browser(app: Flask, user=None) -> IsolatedClient:
    client = app.test_client()
    return sign_in_as(client, user) if user is not None else client


def enterprise(**changes: object) -> Organisation:
    return make_organisation(**{"industry": "steel", **changes})


def member(organisation: Organisation, **changes: object):
    return make_user(role="enterprise", organisation=organisation, name="李会计", **changes)


def visited(app: Flask, organisation: Organisation, **changes: str) -> tuple[str, EnterpriseFile]:
    """An officer's entry; the address of its link and the proposal."""
    officer = browser(app, make_user(role="district_officer", district="370102", name="周专员"))
    path = f"/officer/organisations/{organisation.id}/file"
    answer = officer.post(path, data=FILE | {"note": "上午在车间"} | changes)
    assert answer.status_code == 303, answer.text
    page = officer.get(answer.headers["Location"]).text
    link = re.search(r'value="http://[^/]+(/enterprise-file/[^"]+)"', page)
    assert link is not None
    return link[1], fresh().scalars(
        select(EnterpriseFile).order_by(EnterpriseFile.id.desc())).first()


def test_own_entry_takes_force_with_its_history(app: Flask) -> None:
    organisation = enterprise()
    own = browser(app, member(organisation))
    assert own.post("/desk/file", data=FILE).status_code == 303
    fresh()
    assert (organisation.staff, organisation.revenue) == (86, 42_000_000)
    assert organisation.gbt4754 == "3130"
    assert organisation.details["scenarios"]["OP-05"] == {"system": "Excel 排产", "level": 1}
    page = own.get("/desk/file").text
    assert "小型" in page
    assert "300号" in page
    own.post("/desk/file", data=FILE | {"staff": "90"})
    own.post("/desk/file", data=FILE | {"staff": "90"})
    history = own.get("/desk/file/history").text
    assert "李会计" in history
    assert len(fresh().scalars(select(EnterpriseFile)).all()) == 2
    event = fresh().scalars(select(AuditEvent).where(
        AuditEvent.action == "enterprise_file.enter").order_by(AuditEvent.id.desc())).first()
    assert event.details["before"] == {"staff": 86}
    assert event.details["after"] == {"staff": 90}


@pytest.mark.parametrize(("field", "value"), [
    ("staff", "八十"), ("gbt4754", "9999"), ("level-OP-05", "5"), ("founded", "3000"),
    ("district", "110000"), ("staff", "-1")])
def test_wrong_values_stand_at_their_field(app: Flask, field: str, value: str) -> None:
    organisation = enterprise()
    page = browser(app, member(organisation)).post("/desk/file", data=FILE | {field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "金蝶财务" in page.text
    assert fresh().scalar(select(EnterpriseFile)) is None


def test_what_is_stored_comes_back_as_it_was_entered(app: Flask) -> None:
    organisation = enterprise()
    own = browser(app, member(organisation))
    own.post("/desk/file", data=FILE)
    fresh()
    assert content_of(organisation) == load_file(FILE)
    own.post("/desk/file", data=FILE | {"systems": "金蝶财务，用了六年\r\n 两台机床联网\r\n"})
    assert len(fresh().scalars(select(EnterpriseFile)).all()) == 1


def test_a_visit_waits_and_the_link_confirms_without_an_account(app: Flask) -> None:
    organisation = enterprise(staff=50)
    own = browser(app, member(organisation))
    link, proposal = visited(app, organisation)
    assert organisation.staff == 50
    assert proposal.link is not None
    assert proposal.link not in link
    assert fresh().scalar(select(Task.kind).where(Task.done_at.is_(None))) \
        == "enterprise_file.proposed"
    assert "周专员" in own.get("/desk/file").text
    boss = browser(app)
    page = boss.get(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "周专员" in page.text
    assert "Excel 排产" in page.text
    assert boss.post(link, data=FILE | {"confirm": "1"}).status_code == 422
    assert boss.post(link, data=FILE | {"confirm": "1", "name": "王厂长"}).status_code == 303
    fresh()
    assert organisation.staff == 86
    assert proposal.state == "confirmed"
    assert proposal.decided_name == "王厂长"
    assert boss.post(link, data=FILE | {"confirm": "1", "name": "王厂长"}).status_code == 409
    assert "enterprise_file.decided" in fresh().scalars(select(Notification.kind)).all()
    assert fresh().scalar(select(Task).where(Task.done_at.is_(None))) is None


def test_a_correction_keeps_both_versions_with_both_names(app: Flask) -> None:
    organisation = enterprise()
    own = browser(app, member(organisation))
    link, proposal = visited(app, organisation)
    path = f"/desk/file/proposals/{proposal.id}"
    assert own.post(path, data=FILE | {"staff": "72", "confirm": "1"}).status_code == 303
    fresh()
    assert organisation.staff == 72
    assert proposal.state == "corrected"
    assert proposal.content["staff"] == 86
    page = own.get("/desk/file/history").text
    assert "周专员" in page
    assert "李会计" in page
    assert "72" in browser(app).get(link).text


def test_declining_stores_nothing(app: Flask) -> None:
    organisation = enterprise(staff=50)
    link, proposal = visited(app, organisation)
    browser(app).post(link, data={"decline": "1", "name": "王厂长"})
    fresh()
    assert (proposal.state, organisation.staff) == ("declined", 50)


def test_links_end_and_a_later_visit_replaces_them(app: Flask) -> None:
    organisation = enterprise()
    first, _proposal = visited(app, organisation)
    second, _later = visited(app, organisation, staff="99")
    assert browser(app).get(first).status_code == 404
    assert browser(app).get(second).status_code == 200
    with clock.moved(timedelta(days=31)):
        assert browser(app).get(second).status_code == 404
    assert browser(app).get("/enterprise-file/guessed").status_code == 404


def test_foreign_files_do_not_exist(app: Flask) -> None:
    organisation = enterprise()
    _link, proposal = visited(app, organisation)
    stranger = browser(app, member(enterprise()))
    assert stranger.get(f"/desk/file/proposals/{proposal.id}").status_code == 404
    assert stranger.post(f"/desk/file/proposals/{proposal.id}", data=FILE).status_code == 404
    other = browser(app, make_user(role="district_officer", district="370103"))
    assert other.get(f"/officer/organisations/{organisation.id}/file").status_code == 404
    assert other.get(f"/officer/visits/{proposal.id}").status_code == 404
    foreign = browser(app, make_user(role="operator", industries=["biopharma"]))
    assert foreign.post(f"/officer/organisations/{organisation.id}/file",
                        data=FILE).status_code == 404


def test_the_wizard_takes_the_company_from_the_file(app: Flask) -> None:
    organisation = enterprise()
    user = member(organisation)
    browser(app, user).post("/desk/file", data=FILE)
    fresh()
    form = MultiDict({"text": "排产总是靠人工，想上一套排产系统"})
    with acting_as(person(user)):
        need = read_form(form).need
        assert (need.people, need.district, need.gbt4754) == (86, "370102", "3130")
        assert need.levels == {"OP-05": 1, "OP-07": 2}
        told = read_form(MultiDict({"text": "我们厂120人，排产靠人工", "checked": "1",
                                    "people": ""})).need
        assert told.people in (120, None)
    assert read_form(form).need.people is None


def test_the_file_takes_as_many_statements_however_often_it_was_saved(app: Flask) -> None:
    organisation = enterprise()
    own = browser(app, member(organisation))
    own.post("/desk/file", data=FILE)
    own.get("/desk/file/history")
    with sql_count(8):
        own.get("/desk/file/history")
    for staff in ("87", "88"):
        own.post("/desk/file", data=FILE | {"staff": staff})
    with sql_count(8):
        own.get("/desk/file/history")


def test_every_trade_finds_itself_a_class_of_an_industry_or_its_division(app: Flask) -> None:
    field = next(a for a in declarations() if a.key == "gbt4754")
    codes = [c.code for c in field.choices]
    assert all(industry_of(code) for code in codes if len(code) == 4)
    assert [code for code in codes if len(code) == 2] == [str(n) for n in range(13, 44)]
    assert codes.index("3110") < codes.index("31") < codes.index("32")
    organisation = enterprise()
    user = member(organisation)
    assert browser(app, user).post("/desk/file", data=FILE | {"gbt4754": "36"}).status_code == 303
    assert fresh().get(Organisation, organisation.id).gbt4754 == "36"
    with acting_as(person(user)):
        assert read_form(MultiDict({"text": "排产总是靠人工"})).need.gbt4754 is None
