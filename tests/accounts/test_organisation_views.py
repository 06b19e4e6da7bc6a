"""Organisations in the browser: found, check, return, join, claim, hand over, documents, export."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from marketplace.accounts.models import (
    Membership,
    Organisation,
    OrganisationClaim,
    OrganisationFile,
)
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.core.database import db
from marketplace.notifications.models import Notification, Task
from seeds.loader import sample_credit_code
from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import IsolatedClient, sql_count

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49"
                    "444154789c6360000002000001e221bc330000000049454e44ae426082")


def fresh():
    """The session after what the browsers have done in theirs."""
    db.session.rollback()
    db.session.expire_all()
    return db.session


def given(**changes: str) -> dict[str, object]:
    return {"kind": "enterprise", "name_zh": "济南试作机械厂", "name_en": "Trial Works",
            "credit_code": sample_credit_code("trial"), "district": "370102",
            "industry": "steel", "staff": "80", "revenue_wan": "3000"} | changes


def licence() -> dict[str, object]:
    return {"file": (io.BytesIO(PNG), "执照.png")}


def browser(app: Flask) -> IsolatedClient:
    return app.test_client()


def found(app: Flask, **changes: str) -> tuple[IsolatedClient, Organisation]:
    founder = sign_in_as(browser(app), make_user(name="赵厂长"))
    answer = founder.post("/organisations/new", data={**given(**changes), **licence()})
    assert answer.status_code == 303, answer.text
    return founder, fresh().scalars(select(Organisation).order_by(
        Organisation.id.desc())).first()


def officer(app: Flask, district: str = "370102", **more: str) -> IsolatedClient:
    return sign_in_as(browser(app), make_user(role="district_officer", district=district, **more))


def test_founding_checking_and_telling(app: Flask) -> None:
    founder, organisation = found(app)
    fresh()
    assert not organisation.verified
    task = fresh().scalar(select(Task).where(Task.role == "district_officer"))
    assert task is not None
    assert task.due_on is not None
    assert task.district_code == "370102"
    assert "未核验" in founder.get("/organisation").text
    desk = officer(app, name="石专员")
    page = desk.get("/officer/organisations").text
    assert "济南试作机械厂" in page
    path = f"/officer/organisations/{organisation.id}"
    assert desk.post(f"{path}/verify", data={}).status_code == 422
    assert desk.post(f"{path}/verify", data={"compared": "1"}).status_code == 303
    fresh()
    assert organisation.verified
    assert organisation.verified_by
    assert fresh().scalar(select(Task).where(Task.done_at.is_(None))) is None
    told = fresh().scalars(select(Notification.kind)).all()
    assert told == ["organisation.verified"]
    page = founder.get("/organisation").text
    assert "已核验" in page
    assert "由石专员核验" in page


def test_return_with_a_reason_then_a_new_licence_asks_again(app: Flask) -> None:
    founder, organisation = found(app)
    desk, path = officer(app), f"/officer/organisations/{organisation.id}"
    assert desk.post(f"{path}/return", data={"reason": "糊"}).status_code == 422
    assert desk.post(f"{path}/return", data={"reason": "照片看不清代码"}).status_code == 303
    page = founder.get("/organisation").text
    assert "照片看不清代码" in page
    answer = founder.post("/organisation/files", data={"kind": "licence", **licence()})
    assert answer.status_code == 303
    states = fresh().scalars(select(OrganisationCheck.state).order_by(OrganisationCheck.id))
    assert list(states) == ["returned", "waiting"]
    desk.post(f"{path}/verify", data={"compared": "1"})
    assert desk.post(f"{path}/verify", data={"compared": "1"}).status_code == 409


def test_who_asked_or_claimed_takes_it_back(app: Flask) -> None:
    firm = make_organisation()
    make_user(role="enterprise", organisation=firm, administrator=True)
    asking = sign_in_as(browser(app), make_user(name="李会计"))
    for verb, table in (("join", Membership), ("claim", OrganisationClaim)):
        asking.post(f"/organisations/{firm.id}/{verb}", data={"reason": "弄错了单位的人"})
        made = fresh().scalars(select(table).order_by(table.id.desc())).first()
        path = (f"/organisations/{'requests' if verb == 'join' else 'claims'}/{made.id}/withdraw")
        assert f'action="{path}"' in asking.get("/organisation").text
        other = sign_in_as(browser(app), make_user())
        assert other.post(path).status_code == 404
        assert asking.post(path).status_code == 303
        assert asking.post(path).status_code in (404, 409)
    assert fresh().scalar(select(Task).where(Task.done_at.is_(None))) is None
    assert "已撤回" in asking.get("/organisation").text


@pytest.mark.parametrize(("code", "remedy"), [
    ("91370100MA3C", "统一社会信用代码"), (sample_credit_code("x")[:-1] + "I", "校验"), ("", "18")])
def test_a_wrong_credit_code_is_kept_and_explained(app: Flask, code: str, remedy: str) -> None:
    founder = sign_in_as(browser(app), make_user())
    page = founder.post("/organisations/new", data=given(credit_code=code))
    assert page.status_code == 422
    assert f'value="{code}"' in page.text
    assert "credit_code-error" in page.text
    assert fresh().scalar(select(Organisation).where(
        Organisation.kind == "enterprise")) is None


def test_a_known_code_is_not_founded_twice(app: Flask) -> None:
    found(app)
    second = sign_in_as(browser(app), make_user())
    page = second.post("/organisations/new", data=given())
    assert page.status_code == 422
    assert "credit_code-error" in page.text


def test_nobody_founds_an_agency(app: Flask) -> None:
    person = sign_in_as(browser(app), make_user())
    assert person.post("/organisations/new", data=given(kind="agency")).status_code == 422


def test_another_districts_officer_sees_and_opens_nothing(app: Flask) -> None:
    _founder, organisation = found(app)
    other, path = officer(app, "370103"), f"/officer/organisations/{organisation.id}"
    assert "济南试作机械厂" not in other.get("/officer/organisations?state=all").text
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/verify", data={"compared": "1"}).status_code == 404
    paper = fresh().scalar(select(OrganisationFile.id))
    assert other.get(f"{path}/files/{paper}").status_code == 404
    assert officer(app).get(f"{path}/files/{paper}").data == PNG
    stranger = sign_in_as(browser(app), make_user(
        role="enterprise", organisation=make_organisation()))
    assert stranger.get(f"/organisation/files/{paper}").status_code == 404


def test_the_auditor_reads_and_decides_nothing(app: Flask) -> None:
    _founder, organisation = found(app)
    auditor = sign_in_as(browser(app), make_user(role="auditor"))
    path = f"/officer/organisations/{organisation.id}"
    page = auditor.get(path)
    assert page.status_code == 200
    assert f"{path}/verify" not in page.text
    assert auditor.post(f"{path}/verify", data={"compared": "1"}).status_code == 404


def test_joining(app: Flask) -> None:
    founder, organisation = found(app)
    colleague = make_user(name="钱会计")
    hers = sign_in_as(browser(app), colleague)
    page = hers.get("/organisations/claim?q=试作").text
    assert "济南试作机械厂" in page
    join = f"/organisations/{organisation.id}/join"
    assert hers.post(join, data={"reason": "我"}).status_code == 422
    assert hers.post(join, data={"reason": "我是厂里的会计"}).status_code == 303
    assert hers.post(join, data={"reason": "我是厂里的会计"}).status_code == 409
    assert "我是厂里的会计" in founder.get("/organisation/people").text
    assert hers.get("/organisation/people").status_code == 302
    asked = fresh().scalar(select(Membership).where(Membership.state == "asked"))
    assert asked is not None
    assert founder.post(f"/organisation/people/{asked.id}/accept").status_code == 303
    assert "济南试作机械厂" in hers.get("/organisation").text
    assert hers.post(f"/organisation/people/{asked.id}/remove").status_code == 403
    assert founder.post(f"/organisation/people/{asked.id}/remove").status_code == 303
    told = fresh().scalars(select(Notification.kind)).all()
    assert {"membership.accepted", "membership.removed"} <= set(told)


def test_the_last_administrator_hands_over_before_leaving(app: Flask) -> None:
    organisation = make_organisation()
    boss = sign_in_as(browser(app), make_user(
        role="enterprise", organisation=organisation, administrator=True))
    colleague = make_user(role="enterprise", organisation=organisation)
    assert boss.post("/organisation/leave").status_code == 422
    assert boss.post("/organisation/leave", data={"sure": "1"}).status_code == 409
    hers = fresh().scalar(select(Membership).where(Membership.user_id == colleague.id))
    page = boss.get("/organisation/people").text
    assert f'action="/invitations/people/{colleague.id}"' in page
    assert page.count("忘记密码") == 1
    assert boss.post(f"/organisation/people/{hers.id}/administrator").status_code == 303
    assert boss.post("/organisation/leave", data={"sure": "1"}).status_code == 303
    fresh()
    assert hers.administrator
    last = sign_in_as(browser(app), colleague)
    assert last.post("/organisation/leave", data={"sure": "1"}).status_code == 303


def test_a_changed_name_is_checked_anew(app: Flask) -> None:
    organisation = make_organisation(industry="steel")
    boss = sign_in_as(browser(app), make_user(
        role="enterprise", organisation=organisation, administrator=True))
    same = given(name_zh=organisation.name.zh, name_en=organisation.name.en,
                 credit_code=organisation.credit_code)
    boss.post("/organisation", data=same | {"staff": "99"})
    fresh()
    assert organisation.verified
    assert organisation.staff == 99
    boss.post("/organisation", data=same | {"name_zh": "济南改名机械厂"})
    fresh()
    assert not organisation.verified


def test_an_imported_organisation_is_claimed(app: Flask) -> None:
    organisation = make_organisation(verified=False, industry="steel")
    claimant = make_user(name="孙经理")
    hers = sign_in_as(browser(app), claimant)
    path = f"/organisations/{organisation.id}/claim"
    assert hers.post(path, data={"reason": "我是法定代表人"}).status_code == 303
    claim = fresh().scalar(select(OrganisationClaim))
    operator = sign_in_as(browser(app), make_user(role="operator", industries=["steel"]))
    other = sign_in_as(browser(app), make_user(role="operator", industries=["biopharma"]))
    decide = {"answer": "grant", "reason": "电话核实过"}
    assert other.post(f"/officer/claims/{claim.id}", data=decide).status_code == 404
    assert operator.post(f"/officer/claims/{claim.id}", data=decide).status_code == 303
    assert operator.post(f"/officer/claims/{claim.id}", data=decide).status_code == 409
    held = fresh().scalar(select(Membership).where(Membership.user_id == claimant.id))
    assert held.administrator
    assert held.role == "enterprise"
    assert "claim.granted" in fresh().scalars(select(Notification.kind)).all()


def test_a_disputed_claim_hears_both_sides(app: Flask) -> None:
    organisation = make_organisation(industry="steel")
    boss_user = make_user(role="enterprise", organisation=organisation, administrator=True)
    boss, claimant = sign_in_as(browser(app), boss_user), make_user()
    hers = sign_in_as(browser(app), claimant)
    hers.post(f"/organisations/{organisation.id}/claim", data={"reason": "公司已转让给我"})
    claim = fresh().scalar(select(OrganisationClaim))
    assert claim.disputed
    assert boss.post(f"/organisation/claims/{claim.id}/answer",
                     data={"reason": "转让还没有完成"}).status_code == 303
    operator = sign_in_as(browser(app), make_user(role="operator", industries=["steel"]))
    decide = {"answer": "grant", "reason": "工商登记已变更"}
    assert operator.post(f"/officer/claims/{claim.id}", data=decide).status_code == 403
    page = officer(app).get(f"/officer/organisations/{organisation.id}").text
    assert "公司已转让给我" in page
    assert "转让还没有完成" in page
    assert officer(app).post(f"/officer/claims/{claim.id}", data=decide).status_code == 303
    fresh()
    held = {m.user_id: m.administrator for m in fresh().scalars(
        select(Membership).where(Membership.organisation_id == organisation.id))}
    assert held == {boss_user.id: False, claimant.id: True}


def test_deactivation_keeps_the_history(app: Flask) -> None:
    organisation = make_organisation()
    user = make_user(role="enterprise", organisation=organisation, administrator=True)
    colleague = make_user(role="enterprise", organisation=organisation)
    boss = sign_in_as(browser(app), user)
    assert boss.post("/organisation/deactivate", data={"reason": ""}).status_code == 422
    assert boss.post("/organisation/deactivate", data={
        "reason": "企业注销", "sure": "1"}).status_code == 303
    assert "还没有代表" in boss.get("/organisation").text
    told = fresh().execute(select(Notification.user_id, Notification.kind)).all()
    assert told == [(colleague.id, "organisation.deactivated")]
    page = officer(app).get(f"/officer/organisations/{organisation.id}").text
    assert "企业注销" in page


def test_closing_ends_claims_and_requests_and_decides_no_claim_from_within(app: Flask) -> None:
    organisation = make_organisation()
    boss = sign_in_as(browser(app), make_user(
        role="enterprise", organisation=organisation, administrator=True))
    claimant, asker = make_user(), make_user()
    sign_in_as(browser(app), claimant).post(
        f"/organisations/{organisation.id}/claim", data={"reason": "公司已转让给我"})
    sign_in_as(browser(app), asker).post(
        f"/organisations/{organisation.id}/join", data={"reason": "新来的会计"})
    form = {"reason": "企业注销", "sure": "1"}
    refused = boss.post("/organisation/deactivate", data=form)
    assert (refused.status_code, "有人认领" in refused.text) == (409, True)
    city = sign_in_as(browser(app), make_user(role="city_admin"))
    assert city.post(f"/officer/organisations/{organisation.id}/deactivate",
                     data=form).status_code == 303
    assert fresh().scalar(select(OrganisationClaim.state)) == "refused"
    told = fresh().execute(select(Notification.user_id, Notification.kind)).all()
    assert {(claimant.id, "claim.refused"), (asker.id, "membership.declined")} <= set(told)
    assert fresh().scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == []


def test_the_list_takes_as_many_statements_for_three_as_for_one(app: Flask) -> None:
    desk = officer(app)
    make_organisation(verified=False)
    desk.get("/officer/organisations?state=all")
    with sql_count(8):
        desk.get("/officer/organisations?state=all")
    for _n in range(2):
        make_organisation(verified=False)
    with sql_count(8):
        page = desk.get("/officer/organisations?state=all")
    assert page.text.count("/officer/organisations/") >= 3


def test_export_holds_what_is_seen(app: Flask) -> None:
    found(app)
    make_organisation(district_code="370103")
    answer = officer(app).get("/officer/organisations.xlsx?state=all")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    names = [row[0].value for row in sheet.iter_rows(min_row=3)]
    assert "济南试作机械厂" in names
    assert len(names) == 1
