"""Accounts, roles, sessions; nobody gives a role to themselves; hands that should be apart."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from marketplace.accounts import people_sheet
from marketplace.accounts.models import Membership, SignInSession, User
from marketplace.accounts.security import platform_organisation
from marketplace.administration.user_queries import PAGE, users
from marketplace.core import jobs
from marketplace.core.access import acting_as
from marketplace.core.database import db, transaction
from marketplace.notifications.models import Notification
from tests.factories import make_organisation, make_user, person, sign_in_as
from tests.support import sql_count


@pytest.fixture
def security(app, client):
    user = make_user(role="security_admin", username="anquan")
    sign_in_as(client, user)
    return user


def test_list_finds_by_name_number_and_role(security, client):
    make_user(role="operator", username="yunying", name="王运营", phone="+8613800001111")
    make_user(role="expert", username="zhuanjia", name="赵专家")
    assert "yunying" in client.get("/admin/users?q=王运").text
    assert "yunying" in client.get("/admin/users?role=operator").text
    assert "zhuanjia" not in client.get("/admin/users?role=operator").text


def test_pages_follow_in_order_of_user_name(security):
    with transaction() as session:
        session.add_all(User(username=f"p{n:03}", password="", fs_uniquifier=f"p{n}",
                             created_at=security.created_at) for n in range(PAGE + 2))
    with acting_as(person(security)):
        first = [u.username for u in users()]
        second = [u.username for u in users(after=first[PAGE - 1])]
    assert first[:2] == ["anquan", "p000"]
    assert second == ["p049", "p050", "p051"]


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_rows(security, client, count):
    for _n in range(count):
        make_user(role="expert")
    client.get("/admin/users")
    with sql_count(7):
        assert client.get("/admin/users").status_code == 200


def test_role_is_given_and_taken(security, client):
    user, organisation = make_user(), make_organisation(kind="assessor")
    answer = client.post(f"/admin/users/{user.id}/roles", data={
        "organisation": organisation.slug, "role": "assessor"})
    assert answer.status_code == 303
    db.session.rollback()
    found = db.session.scalar(select(Membership).where(Membership.user_id == user.id))
    assert (found.role, found.state) == ("assessor", "active")
    client.post(f"/admin/memberships/{found.id}/take")
    db.session.rollback()
    assert db.session.get(Membership, found.id).state == "left"


def test_unknown_organisation_and_unsuitable_role_are_told_at_the_field(security, client):
    user = make_user()
    answer = client.post(f"/admin/users/{user.id}/roles", data={
        "organisation": "nowhere", "role": "operator"})
    assert answer.status_code == 422
    assert 'value="nowhere"' in answer.text
    assert client.post(f"/admin/users/{user.id}/roles", data={
        "organisation": make_organisation().slug, "role": "auditor"}).status_code == 422


def test_nobody_gives_a_role_to_themselves(security, client):
    agency = platform_organisation()
    answer = client.post(f"/admin/users/{security.id}/roles", data={
        "organisation": agency.slug, "role": "audit_admin"})
    assert answer.status_code in (403, 422)
    db.session.rollback()
    assert len(db.session.scalars(select(Membership).where(
        Membership.user_id == security.id)).all()) == 1


def test_several_administrations_in_one_hand_are_warned_about(security, client):
    user = make_user(role="system_admin", username="both")
    with transaction() as session:
        session.add(Membership(user=user, organisation=platform_organisation(),
                               role="audit_admin", created_at=user.created_at))
    page = client.get(f"/admin/users/{user.id}?lang=en").text
    assert "should lie in different hands" in page
    assert "should lie in different hands" not in client.get(f"/admin/users/{security.id}").text


def test_sessions_end_and_account_closes_and_opens(security, client, app):
    user = make_user(role="expert")
    sign_in_as(app.test_client(), user)
    client.post(f"/admin/users/{user.id}/sessions/end")
    db.session.rollback()
    assert db.session.scalar(select(SignInSession).where(
        SignInSession.user_id == user.id)).revoked_at
    client.post(f"/admin/users/{user.id}/close")
    db.session.rollback()
    assert not db.session.get(User, user.id).active
    client.post(f"/admin/users/{user.id}/open")
    db.session.rollback()
    assert db.session.get(User, user.id).active


def test_lost_phone_is_helped_from_the_page(security, client):
    user = make_user(role="expert", username="zhao")
    with transaction():
        user.tf_primary_method, user.mf_recovery_codes = "authenticator", ["x"]
    page = client.get(f"/admin/users/{user.id}").text
    assert f'action="/invitations/people/{user.id}"' in page
    path = f"/admin/users/{user.id}/second-factor/reset"
    assert f'action="{path}"' in page
    assert client.post(path).status_code == 303
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(User, user.id).tf_primary_method is None
    assert db.session.scalar(select(Notification.kind).where(
        Notification.user_id == user.id)) == "account.second_factor_off"


def test_system_administrator_reads_and_changes_nothing(app, client):
    user = make_user(role="expert")
    sign_in_as(client, make_user(role="system_admin"))
    page = client.get(f"/admin/users/{user.id}")
    assert page.status_code == 200
    assert "/erase" not in page.text
    for path in ("roles", "close", "sessions/end", "export", "erase"):
        assert client.post(f"/admin/users/{user.id}/{path}").status_code == 404


def test_people_come_from_a_sheet_with_links(security, client):
    book = load_workbook(BytesIO(people_sheet.template()))
    organisation = make_organisation()
    head = [cell.value for cell in book.active[1]]
    row = {"姓名": "孙会计", people_sheet.COLUMNS["organisation"]: organisation.slug,
           "角色": "enterprise"}
    book.active.append([row.get(name) for name in head])
    sheet = BytesIO()
    book.save(sheet)
    sheet.seek(0)
    answer = client.post("/admin/people", data={"file": (sheet, "people.xlsx")})
    assert jobs.do_next()
    answer = client.get(f"{answer.headers['Location']}/links.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert any("/invitations/" in str(cell) for cell in rows[1])
    assert client.post("/admin/people", data={}).status_code == 422


def test_page_says_what_nobody_else_does_before_a_role_is_taken(security, client):
    firm = make_organisation()
    boss = make_user(role="enterprise", organisation=firm, administrator=True)
    operator = make_user(role="operator", industries=["steel", "biopharma"])
    make_user(role="operator", industries=["steel"])
    path, of_operator = f"/admin/users/{boss.id}?lang=zh", f"/admin/users/{operator.id}?lang=zh"
    assert "只有此人是管理员" not in client.get(path).text
    make_user(role="enterprise", organisation=firm)
    assert "只有此人是管理员" in client.get(path).text
    assert "没有别人担任行业运营方" in client.get(of_operator).text
    make_user(role="operator", industries=["biopharma"])
    assert "没有别人担任行业运营方" not in client.get(of_operator).text
