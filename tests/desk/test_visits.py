"""Visits: finding an enterprise, registering one on the spot, its file and need, its answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Organisation, User
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.desk.models import EnterpriseFile
from marketplace.needs.models import SavedNeed
from seeds.loader import sample_credit_code
from tests.desk.test_file_views import FILE, browser, enterprise, fresh, member
from tests.factories import make_organisation, make_user
from tests.support import IsolatedClient, sql_count

NEED = "订单天天变，排产靠人工，想上一套排产软件，两个月内上线。"
CODE = sample_credit_code("newly-visited")
FIRM = {"name_zh": "新访轧钢厂", "credit_code": CODE, "district": "370102", "industry": "steel",
        "contact_name": "郑厂长", "contact_phone": "0531-1234567"}
VISITORS = {"operator": {"industries": ["steel"]}, "consortium_member": {"industries": ["steel"]},
            "district_officer": {"district": "370102"}}


def visitor(app: Flask, role: str = "consortium_member") -> IsolatedClient:
    return browser(app, make_user(role=role, name="连众", **VISITORS[role]))


def counted(model: type) -> int:
    return fresh().scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("role", sorted(VISITORS))
def test_unknown_firm_is_registered_entered_and_confirmed_by_its_link(app: Flask,
                                                                      role: str) -> None:
    who = visitor(app, role)
    answer = who.post("/visits/new", data=FIRM)
    made = fresh().scalars(select(Organisation).where(Organisation.credit_code == CODE)).one()
    assert answer.headers["Location"] == f"/officer/organisations/{made.id}/file"
    assert (made.verified, made.kind, made.contacts[0]["name"]) == (False, "enterprise", "郑厂长")
    kept = who.post(answer.headers["Location"], data=FILE | {"need": NEED})
    page = who.get(kept.headers["Location"]).text
    assert "data:image/svg+xml" in page
    link = re.search(r'value="http://[^/]+(/enterprise-file/[^"]+)"', page)[1]
    firm = browser(app)
    asked = firm.get(link).text
    assert CODE in asked
    assert NEED in asked
    assert firm.post(link, data=FILE | {"need": NEED, "name": "郑厂长"}).status_code == 303
    entry = fresh().scalars(select(EnterpriseFile).where(EnterpriseFile.need != "")).one()
    assert (entry.state, entry.entered_name, entry.decided_name) == ("confirmed", "连众", "郑厂长")
    seen = who.get(f"/officer/visits/{entry.id}").text
    assert "连众" in seen
    assert "郑厂长" in seen
    need = fresh().scalars(select(SavedNeed)).one()
    assert (need.id, need.organisation_id, need.state) == (entry.need_id, made.id, "draft")
    actions = fresh().scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [a for a in actions if a in ("organisation.register", "need.confirm")] == [
        "organisation.register", "need.confirm"]


def test_need_of_a_firm_with_people_stands_on_their_desk(app: Flask) -> None:
    firm = enterprise()
    user = member(firm)
    who = visitor(app)
    who.post(f"/officer/organisations/{firm.id}/file", data={"need": NEED})
    entry = fresh().scalars(select(EnterpriseFile)).one()
    own = browser(app, user)
    shorter = NEED[:20]
    own.post(f"/desk/file/proposals/{entry.id}", data={"need": shorter})
    saved = fresh().scalars(select(SavedNeed)).one()
    assert (saved.text, saved.owner_id) == (shorter, user.id)
    assert fresh().get(EnterpriseFile, entry.id).state == "corrected"
    assert own.get(f"/needs/{saved.id}").status_code == 200


def test_declined_entry_leaves_no_need(app: Flask) -> None:
    firm = enterprise()
    visitor(app).post(f"/officer/organisations/{firm.id}/file", data=FILE | {"need": NEED})
    entry = fresh().scalars(select(EnterpriseFile)).one()
    browser(app, member(firm)).post(f"/desk/file/proposals/{entry.id}",
                                    data=FILE | {"need": NEED, "decline": "1"})
    assert counted(SavedNeed) == 0


def test_class_of_another_industry_hands_no_firm_away_and_own_entries_stay(app: Flask) -> None:
    firm, who = enterprise(), visitor(app)
    path = f"/officer/organisations/{firm.id}/file"
    refused = who.post(path, data=FILE | {"gbt4754": "2720"})
    assert refused.status_code == 422
    assert 'id="gbt4754-error"' in refused.text
    who.post(path, data=FILE)
    entry = fresh().scalars(select(EnterpriseFile)).one()
    browser(app, member(firm)).post(f"/desk/file/proposals/{entry.id}",
                                    data=FILE | {"gbt4754": "2720"})
    assert fresh().get(Organisation, firm.id).industry == "biopharma"
    assert f'href="/officer/visits/{entry.id}"' in who.get("/visits").text
    assert who.get(f"/officer/visits/{entry.id}").status_code == 200


def test_new_firm_may_confirm_what_is_there(app: Flask) -> None:
    who = visitor(app)
    path = who.post("/visits/new", data=FIRM).headers["Location"]
    assert who.post(path, data={"district": "370102"}).status_code == 303


def test_known_code_leads_to_its_organisation(app: Flask) -> None:
    there = enterprise(credit_code=CODE)
    before = counted(Organisation)
    answer = visitor(app).post("/visits/new", data=FIRM | {"credit_code": f" {CODE.lower()} "})
    assert answer.headers["Location"] == f"/officer/organisations/{there.id}/file"
    assert counted(Organisation) == before + 1  # the platform of the visitor itself


@pytest.mark.parametrize(("changes", "said"), [
    ({"industry": "biopharma"}, "其他区县或行业"), ({"kind": "provider"}, "不是企业"),
    ({"deactivated_at": datetime(2026, 1, 1, tzinfo=UTC)}, "已停用")])
def test_known_code_out_of_reach_is_said_and_not_opened(app: Flask, changes: dict[str, object],
                                                        said: str) -> None:
    make_organisation(**{"credit_code": CODE, "industry": "steel", **changes})
    page = visitor(app).post("/visits/new?lang=zh", data=FIRM)
    assert page.status_code == 422
    assert said in page.text
    assert "新访轧钢厂" in page.text


@pytest.mark.parametrize(("field", "value"), [
    ("credit_code", CODE[:-1] + ("0" if CODE[-1] != "0" else "1")), ("credit_code", ""),
    ("name_zh", "厂"), ("contact_name", ""), ("district", "110000"), ("district", "outside"),
    ("industry", "biopharma"), ("industry", "")])
def test_wrong_values_stand_at_their_field(app: Flask, field: str, value: str) -> None:
    who = visitor(app)
    before = counted(Organisation)
    page = who.post("/visits/new", data=FIRM | {field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert counted(Organisation) == before


def test_officer_registers_in_the_own_district_only(app: Flask) -> None:
    page = visitor(app, "district_officer").post("/visits/new", data=FIRM | {"district": "370116"})
    assert page.status_code == 422
    assert 'id="district-error"' in page.text


def test_consortium_member_reaches_own_industries_and_nothing_else_of_the_operator(
        app: Flask) -> None:
    who = visitor(app)
    near, far = enterprise(), enterprise(industry="biopharma")
    listed = who.get("/visits").text
    assert f"/officer/organisations/{near.id}/file" in listed
    assert f"/officer/organisations/{far.id}/file" not in listed
    assert who.get(f"/officer/organisations/{far.id}/file").status_code == 404
    assert who.post(f"/officer/organisations/{far.id}/file", data=FILE).status_code == 404
    for path in ("/console", "/officer/organisations", f"/officer/organisations/{near.id}",
                 "/admin/plugins", "/console/enquiries", "/needs"):
        assert who.get(path).status_code == 404, path
    assert who.get(f"/invitations/organisations/{near.id}").status_code == 404
    assert "/officer/organisations/" not in re.sub(
        r"/officer/organisations/\d+/file", "", who.get("/desk").text)


def test_members_of_firms_register_nobody(app: Flask) -> None:
    who = browser(app, member(enterprise()))
    assert who.get("/visits").status_code == 404
    assert who.post("/visits/new", data=FIRM).status_code == 404
    assert db.session.scalar(select(Organisation.id).where(
        Organisation.credit_code == CODE)) is None


@pytest.mark.parametrize("given", [1, 3])
def test_statements_of_the_visits(app: Flask, given: int) -> None:
    who = visitor(app)
    for _n in range(given):
        firm = enterprise()
        who.post(f"/officer/organisations/{firm.id}/file", data=FILE)
    who.get("/visits")
    with sql_count(8):
        page = who.get("/visits").text
    assert page.count("/officer/visits/") == page.count('class="due ') == given
    assert counted(User) == 1
