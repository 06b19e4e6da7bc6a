"""The second factor: set up, asked for, demanded, lost."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import SecondFactorDemand, User
from marketplace.accounts.second_factor import demand_second_factor, reset_second_factor
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.errors import NotAllowed
from tests.accounts.test_security import sign_in
from tests.factories import PASSWORD, make_organisation, make_user, person, sign_in_as
from tests.support import IsolatedClient


@pytest.fixture
def user(app: Flask) -> User:
    return make_user(username="wang", role="enterprise", organisation=make_organisation())


class Phone:
    """An authenticator app that has scanned the picture; its clock can be ahead."""

    def __init__(self, key: str) -> None:
        self._totp = TOTP(key=key.replace("-", "").replace(" ", ""))
        self._ahead = 0

    def code(self) -> str:
        """The next code: each is used once, as somebody waiting half a minute would."""
        import time

        self._ahead += 1
        return str(self._totp.generate(time.time() + 30 * (self._ahead - 2)).token)


def set_up(browser: IsolatedClient) -> Phone:
    """Set the second factor up in a browser that has just signed in."""
    page = browser.post("/account/second-factor", data={"setup": "authenticator"}).text
    phone = Phone(re.search(r"<code>([^<]+)</code>", page)[1])
    action = re.search(r'action="(/account/second-factor/[^"]+)"', page)[1]
    answer = browser.post(action, data={"code": phone.code()})
    assert answer.headers["Location"].endswith("/account#second-factor"), answer.text
    return phone


@pytest.fixture
def phone(client: IsolatedClient, user: User) -> Phone:
    assert sign_in(client, "wang")
    found = set_up(client)
    client.post("/sign-out")
    return found


def start(client: IsolatedClient) -> None:
    """The first step: name and password."""
    answer = client.post("/sign-in?next=/account", data={"username": "wang", "password": PASSWORD})
    assert "/sign-in/code" in answer.headers["Location"], answer.text


def test_code_is_asked_for_after_the_password(client: IsolatedClient, phone: Phone) -> None:
    start(client)
    assert client.get("/account").status_code == 302
    page = client.get("/sign-in/code")
    assert "动态口令" in page.text
    answer = client.post("/sign-in/code?next=/account", data={"code": phone.code()})
    assert answer.headers["Location"].endswith("/account")
    assert client.get("/account").status_code == 200


def test_wrong_code_while_setting_up_keeps_the_key(client: IsolatedClient, user: User) -> None:
    assert sign_in(client, "wang")
    page = client.post("/account/second-factor", data={"setup": "authenticator"}).text
    key, action = (re.search(found, page)[1] for found in (
        r"<code>([^<]+)</code>", r'action="(/account/second-factor/[^"]+)"'))
    again = client.post(action, data={"code": "000000"})
    assert again.status_code == 422
    assert "动态口令不对" in again.text
    assert f"<code>{key}</code>" in again.text
    assert f"otpauth://totp/Marketplace%3Awang?secret={key.replace('-', '')}" in again.text
    assert client.post(action, data={"code": Phone(key).code()}).status_code == 302
    assert "动态口令不对" not in client.get("/account").text


def test_wrong_code_opens_nothing_and_counts(client: IsolatedClient, phone: Phone, user: User,
                                             session: scoped_session[Session]) -> None:
    start(client)
    for _try in range(5):
        page = client.post("/sign-in/code", data={"code": "000000"})
    assert "动态口令不对" in page.text
    event = session.scalars(select(AuditEvent).where(
        AuditEvent.action == "account.closed_for_a_while")).one()
    assert event.details["own_browser_only"]
    assert client.post("/sign-in/code", data={"code": phone.code()}).status_code == 200
    assert client.get("/account").status_code == 302


def test_code_works_once(app: Flask, client: IsolatedClient, phone: Phone) -> None:
    code = phone.code()
    start(client)
    assert client.post("/sign-in/code", data={"code": code}).status_code == 302
    second = app.test_client()
    start(second)
    assert second.post("/sign-in/code", data={"code": code}).status_code == 200
    assert second.get("/account").status_code == 302


def test_recovery_code_works_once(app: Flask, client: IsolatedClient, phone: Phone,
                                  session: scoped_session[Session], user: User) -> None:
    start(client)
    client.post("/sign-in/code", data={"code": phone.code()})
    page = client.post("/account/recovery-codes", data={"generate_new_codes": "1"}).text
    codes = re.findall(r"<code>([0-9a-f-]{14})</code>", page)
    assert len(codes) == 5
    session.rollback()
    session.expire_all()
    assert codes[0] not in str(user.mf_recovery_codes)
    lost = app.test_client()
    start(lost)
    assert lost.post("/sign-in/recovery-code", data={"code": "1111-2222-3333"}).status_code == 200
    assert lost.post("/sign-in/recovery-code", data={"code": codes[0].upper()}).status_code == 302
    assert "4" in re.search(r"还剩\d+个恢复码", lost.get("/account").text)[0]
    again = app.test_client()
    start(again)
    assert again.post("/sign-in/recovery-code", data={"code": codes[0]}).status_code == 200
    assert again.get("/account").status_code == 302


def test_second_step_alone_opens_nothing(client: IsolatedClient, phone: Phone) -> None:
    for path in ("/sign-in/code", "/sign-in/recovery-code", "/sign-in/without-app"):
        answer = client.post(path, data={"code": phone.code()})
        assert "/sign-in" in answer.headers["Location"]
    assert client.get("/account").status_code == 302


def test_switching_off(client: IsolatedClient, phone: Phone, session: scoped_session[Session],
                       user: User) -> None:
    start(client)
    client.post("/sign-in/code", data={"code": phone.code()})
    assert client.post("/account/second-factor", data={"setup": "disable"}).status_code == 302
    client.post("/sign-out")
    assert sign_in(client, "wang")
    assert client.get("/account").status_code == 200
    session.rollback()
    session.expire_all()
    kinds = session.scalars(select(AuditEvent.action).where(
        AuditEvent.action.startswith("second_factor"))).all()
    assert kinds == ["second_factor.set_up", "second_factor.switch_off"]


def test_long_ago_sign_in_asks_for_the_password_again(client: IsolatedClient, user: User) -> None:
    sign_in_as(client, user)  # without the mark of a fresh sign-in
    answer = client.get("/account/second-factor")
    assert "/account/verify?next=" in answer.headers["Location"]
    assert client.post("/account/verify", data={"password": "wrong"}).status_code == 200
    answer = client.post(f"/account/verify?next={quote('/account/second-factor')}",
                         data={"password": PASSWORD})
    assert answer.headers["Location"].endswith("/account/second-factor")
    assert client.get("/account/second-factor").status_code == 200


# --- Demanded by role ----------------------------------------------------------------------------


def demand(*roles: str) -> None:
    with acting_as(person(make_user(role="security_admin"))):
        demand_second_factor(roles=set(roles))


def test_demanded_role_is_led_to_set_it_up_before_all_else(client: IsolatedClient,
                                                           user: User) -> None:
    demand("enterprise")
    assert sign_in(client, "wang")
    for path in ("/desk", "/account", "/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/second-factor")
    assert client.get("/api/v1/me").status_code == 403
    assert "不能关闭" in client.get("/account/second-factor").text
    phone = set_up(client)
    assert client.get("/desk").status_code == 200
    page = client.post("/account/second-factor", data={"setup": "disable"})
    assert page.status_code == 200
    assert "不能选择这种方式" in page.text
    client.post("/sign-out")
    start(client)
    assert client.post("/sign-in/code", data={"code": phone.code()}).status_code == 302


def test_other_roles_are_left_alone(client: IsolatedClient, user: User) -> None:
    demand("operator")
    assert sign_in(client, "wang")
    assert client.get("/desk").status_code == 200


def test_demand_is_made_and_lifted_on_its_page(app: Flask, client: IsolatedClient,
                                               session: scoped_session[Session]) -> None:
    sign_in_as(client, make_user(role="security_admin"))
    answer = client.post("/admin/second-factor", data={"role": ["operator", "nonsense"]})
    assert answer.status_code == 303
    session.rollback()
    session.expire_all()
    assert session.scalars(select(SecondFactorDemand.role)).all() == ["operator"]
    assert 'value="operator" checked' in client.get("/admin/second-factor").text
    client.post("/admin/second-factor", data={})
    session.rollback()
    session.expire_all()
    assert session.scalars(select(SecondFactorDemand.role)).all() == []


def test_only_the_security_administrator_demands_and_resets(app: Flask, user: User) -> None:
    for role in ("system_admin", "city_admin"):
        with acting_as(person(make_user(role=role))):
            with pytest.raises(NotAllowed):
                demand_second_factor(roles={"operator"})
            with pytest.raises(NotAllowed):
                reset_second_factor(user=user)


def test_lost_phone_and_codes_are_reset(client: IsolatedClient, phone: Phone, user: User) -> None:
    with acting_as(person(make_user(role="security_admin"))):
        reset_second_factor(user=user)
    assert sign_in(client, "wang")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_speak_the_visitors_language(client: IsolatedClient, phone: Phone,
                                           language: str) -> None:
    start(client)
    page = client.get(f"/sign-in/code?lang={language}").text
    assert ("Two-Factor" in page, "验证器" in page) == (False, language == "zh")


