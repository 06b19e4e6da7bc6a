"""One's own account: data, password, role, browsers, tokens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import ApiToken, Membership, Organisation, SignInSession, User
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.accounts.tokens import create_token
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import moved, now
from marketplace.core.database import transaction
from tests.factories import PASSWORD, make_organisation, make_user, person, sign_in_as
from tests.support import IsolatedClient, sql_count

STRONG = "drei Pferde 7 fliegen"
ACCOUNT_PAGE = 7


def add_hat(user: User, role: str, organisation: Organisation | None = None) -> Membership:
    organisation = organisation or make_organisation(kind="provider")
    with transaction() as session:
        hat = Membership(user_id=user.id, organisation_id=organisation.id, role=role,
                         created_at=now())
        session.add(hat)
    return hat


@pytest.fixture
def user(app: Flask) -> User:
    return make_user(username="wang", name="王工", role="enterprise",
                     organisation=make_organisation())


@pytest.fixture
def browser(client: IsolatedClient, user: User) -> IsolatedClient:
    return sign_in_as(client, user)


# --- Personal data -------------------------------------------------------------------------------


def test_account_is_changed(browser: IsolatedClient, user: User,
                            session: scoped_session[Session]) -> None:
    answer = browser.post("/account", data={
        "name": "王大工", "phone": "138 0013 8000", "email": "", "language": "en"})
    assert answer.status_code == 303
    session.rollback()
    session.expire_all()
    assert (user.name, user.phone, user.email, user.language) == (
        "王大工", "13800138000", None, "en")
    assert "lang=en" in answer.headers["Set-Cookie"]
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.details["before"]["name"] == "王工"


@pytest.mark.parametrize(("field", "value"), [
    ("phone", "12"), ("email", "nowhere"), ("name", ""), ("phone", "13900139000"),
    ("email", "TAKEN@example.com"), ("language", "fr")])
def test_what_is_wrong_or_taken_is_told_at_the_field(browser: IsolatedClient, field: str,
                                                     value: str) -> None:
    make_user(phone="13900139000", email="taken@example.com")
    page = browser.post("/account", data={"name": "王工", "phone": "", "email": "",
                                          "language": "zh", field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert field == "language" or f'value="{value}"' in page.text


# --- Password ------------------------------------------------------------------------------------


def change(browser: IsolatedClient, present: str = PASSWORD, wanted: str = STRONG,
           again: str = "") -> int:
    return browser.post("/account/password", data={
        "present": present, "password": wanted, "again": again or wanted}).status_code


def test_password_change_signs_other_browsers_out(app: Flask, browser: IsolatedClient,
                                                  user: User) -> None:
    other = sign_in_as(app.test_client(), user)
    assert other.get("/account").status_code == 200
    assert change(browser) == 303
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    answer = app.test_client().post("/sign-in", data={"username": "wang", "password": STRONG})
    assert answer.status_code == 302


@pytest.mark.parametrize("given", [
    {"present": "wrong"}, {"wanted": "short"}, {"wanted": "1234567890"},
    {"wanted": "wang wang wang"}, {"again": "another one 2"}])
def test_password_is_not_changed(browser: IsolatedClient, user: User,
                                 given: dict[str, str]) -> None:
    before = user.password
    assert change(browser, **given) == 422
    assert user.password == before


def test_guessing_the_present_password_closes_the_account(browser: IsolatedClient, user: User,
                                                          session) -> None:
    for _try in range(5):
        change(browser, present="wrong")
    session.rollback()
    session.expire_all()
    assert user.is_locked()
    assert change(browser) == 422


# --- Consent -------------------------------------------------------------------------------------


def test_new_terms_are_asked_about_before_all_else(browser: IsolatedClient, user: User,
                                                   session: scoped_session[Session]) -> None:
    with transaction():
        user.consent_version = "2020-01"
    answer = browser.get("/desk")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/consent")
    assert "个人信息" in browser.get("/account/consent").text
    assert browser.post("/account/consent").status_code == 303
    assert browser.get("/desk").status_code == 200
    session.rollback()
    session.expire_all()
    assert user.consent_version == PRIVACY_VERSION


# --- Role ----------------------------------------------------------------------------------------


def test_role_is_switched_in_this_browser_only(app: Flask, browser: IsolatedClient, user: User,
                                               session: scoped_session[Session]) -> None:
    hat, other = add_hat(user, "provider"), sign_in_as(app.test_client(), user)
    assert "服务商" in browser.get("/desk").text
    answer = browser.post("/account/role", data={"membership_id": hat.id})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert current_role(browser) == "服务商"
    assert current_role(other) == "企业"
    session.rollback()
    session.expire_all()
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.details["before"], event.details["after"]) == (
        "account.switch_role", "enterprise", "provider")


def current_role(browser: IsolatedClient) -> str:
    return re.search(r'account-role">([^<]+)<', browser.get("/desk").text)[1]


def test_foreign_and_ended_hats_cannot_be_put_on(browser: IsolatedClient, user: User) -> None:
    foreign = make_user(role="security_admin").memberships[0]
    ended = add_hat(user, "provider")
    closed = add_hat(user, "provider")
    with transaction():
        ended.state = "left"
        closed.organisation.deactivated_at = now()
    for hat in (foreign, ended, closed):
        answer = browser.post("/account/role", data={"membership_id": hat.id})
        assert answer.status_code == 404
    assert current_role(browser) == "企业"


def test_hat_that_is_taken_away_falls_back_to_another(browser: IsolatedClient, user: User) -> None:
    hat = add_hat(user, "provider")
    browser.post("/account/role", data={"membership_id": hat.id})
    with transaction():
        hat.state = "left"
    assert current_role(browser) == "企业"


# --- Browsers ------------------------------------------------------------------------------------


def test_a_browser_is_signed_out_from_another(app: Flask, browser: IsolatedClient, user: User,
                                              session: scoped_session[Session]) -> None:
    other = sign_in_as(app.test_client(), user)
    newest = session.scalars(select(SignInSession.id).order_by(SignInSession.id.desc())).first()
    assert browser.post(f"/account/sessions/{newest}/end").status_code == 303
    assert other.get("/account").status_code == 302
    assert browser.get("/account").status_code == 200


def test_all_others_are_signed_out(app: Flask, browser: IsolatedClient, user: User) -> None:
    others = [sign_in_as(app.test_client(), user) for _n in range(2)]
    stranger = sign_in_as(app.test_client(), make_user())
    assert browser.post("/account/sessions/end-others").status_code == 303
    assert {o.get("/account").status_code for o in others} == {302}
    assert browser.get("/account").status_code == stranger.get("/account").status_code == 200


def test_browser_of_somebody_else_is_not_there(app: Flask, browser: IsolatedClient,
                                               session: scoped_session[Session]) -> None:
    stranger = sign_in_as(app.test_client(), make_user())
    theirs = session.scalars(select(SignInSession.id).order_by(SignInSession.id.desc())).first()
    assert browser.post(f"/account/sessions/{theirs}/end").status_code == 404
    assert stranger.get("/account").status_code == 200


def test_browser_not_used_for_a_month_signs_in_anew(browser: IsolatedClient) -> None:
    with moved(timedelta(days=31)):
        assert browser.get("/account").status_code == 302


# --- Tokens --------------------------------------------------------------------------------------


def make_token(browser: IsolatedClient, user: User, **more: str) -> str:
    """A new token, as its page shows it."""
    answer = browser.post("/account/tokens", data={
        "token_name": "进销存", "membership_id": user.memberships[0].id, "days": "30", **more})
    assert answer.status_code == 303, answer.text
    return re.search(r"secret\">(mkt_[\w-]+)<", browser.get("/account").text)[1]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_token_is_shown_once_and_works(app: Flask, browser: IsolatedClient, user: User,
                                       session: scoped_session[Session]) -> None:
    secret = make_token(browser, user)
    assert secret not in browser.get("/account").text
    me = app.test_client().get("/api/v1/me", headers=bearer(secret))
    assert me.json == {
        "username": "wang", "name": "王工", "role": "enterprise", "administrator": False,
        "organisation": {"slug": user.memberships[0].organisation.slug, "kind": "enterprise",
                         "name": user.memberships[0].organisation.name.as_dict(),
                         "verified": True}, "scopes": ["read"]}
    session.rollback()
    session.expire_all()
    token = session.scalars(select(ApiToken)).one()
    assert token.last_used_at is not None
    assert secret not in (token.token, token.prefix)


def test_reading_token_may_not_write(app: Flask, browser: IsolatedClient, user: User) -> None:
    client, body = app.test_client(), {"text": "想上排产软件", "limit": 3}
    reads, writes = make_token(browser, user), make_token(browser, user, write="1")
    assert client.post("/api/v1/match", json=body, headers=bearer(reads)).status_code == 403
    assert client.post("/api/v1/match", json=body, headers=bearer(writes)).status_code == 200
    assert client.get("/api/v1/me", headers=bearer(writes)).json["scopes"] == ["read", "write"]


def test_token_ends(app: Flask, browser: IsolatedClient, user: User,
                    session: scoped_session[Session]) -> None:
    secret, client = make_token(browser, user), app.test_client()
    with moved(timedelta(days=31)):
        assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    session.rollback()
    session.expire_all()
    token = session.scalars(select(ApiToken)).one()
    stranger = sign_in_as(app.test_client(), make_user())
    assert stranger.post(f"/account/tokens/{token.id}/revoke").status_code == 404
    assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 200
    assert browser.post(f"/account/tokens/{token.id}/revoke").status_code == 303
    assert client.get("/api/v1/me", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("what", ["membership", "organisation", "account"])
def test_token_ends_with_what_it_acts_for(app: Flask, browser: IsolatedClient, user: User,
                                          what: str) -> None:
    secret = make_token(browser, user)
    with transaction():
        if what == "membership":
            user.memberships[0].state = "left"
        elif what == "organisation":
            user.memberships[0].organisation.deactivated_at = now()
        else:
            user.active = False
    assert app.test_client().get("/api/v1/me", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize(("field", "value"), [
    ("token_name", ""), ("days", "9000"), ("days", "x"), ("membership_id", "987654")])
def test_bad_token_is_told_at_the_field(browser: IsolatedClient, user: User, field: str,
                                        value: str) -> None:
    page = browser.post("/account/tokens", data={
        "token_name": "x", "membership_id": user.memberships[0].id, "days": "30", field: value})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text


def test_tokens_have_an_upper_number(browser: IsolatedClient, user: User) -> None:
    with acting_as(person(user)):
        for _n in range(20):
            create_token(token_name="x", membership_id=user.memberships[0].id, days=30)
    page = browser.post("/account/tokens", data={
        "token_name": "x", "membership_id": user.memberships[0].id, "days": "30"})
    assert page.status_code == 422


def test_browser_cookie_writes_nothing_through_the_api(browser: IsolatedClient) -> None:
    """The API takes no CSRF token, so a browser's cookie counts for reading only."""
    assert browser.get("/api/v1/me").json["username"] == "wang"
    assert browser.post("/api/v1/match", json={"text": "想上排产软件", "limit": 1}
                        ).status_code == 200  # open to everybody, and done as a visitor
    assert browser.get("/api/v1/me", headers=bearer("unknown")).status_code == 401


def test_document_says_how_programs_sign_in(client: IsolatedClient) -> None:
    document = client.get("/api/openapi.json").json
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/me"]["get"]["security"] == [{"token": []}]


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_of_the_account_page(app: Flask, browser: IsolatedClient, user: User,
                                        rows: int) -> None:
    for _n in range(rows):
        sign_in_as(app.test_client(), user)
        add_hat(user, "provider")
        make_token(browser, user)
    browser.get("/account")
    with sql_count(ACCOUNT_PAGE):
        assert browser.get("/account").status_code == 200


def test_visitor_is_asked_to_sign_in(client: IsolatedClient) -> None:
    assert "/sign-in?next=" in client.get("/account").headers["Location"]
    assert client.get("/api/v1/me").status_code == 401


def test_browser_is_named_in_two_words(app: Flask) -> None:
    name = app.jinja_env.filters["browser"]
    assert name("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36"
                ) == "Chrome 109 · Windows"
    assert name("Mozilla/5.0 (iPhone; CPU iPhone OS 16) MicroMessenger/8.0.42"
                ) == "WeChat 8 · iPhone"
    assert name("curl/8") == "curl/8"
