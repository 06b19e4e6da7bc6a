"""Signing in as the bootstrap administrator, and the page only he sees."""

from __future__ import annotations

import stat
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import User
from marketplace.accounts.security import ADMINISTRATOR, bootstrap_administrator
from marketplace.plugins import HookFailure
from marketplace.taxonomy.operations import record_failure
from marketplace.taxonomy.queries import forget_paused, paused
from tests.factories import PASSWORD, make_user, sign_in_as
from tests.support import IsolatedClient, sql_count


def sign_in(client: IsolatedClient, username: str, password: str = PASSWORD) -> bool:
    answer = client.post("/sign-in", data={"username": username, "password": password})
    assert answer.status_code in (200, 302, 303)
    return answer.status_code != 200


@pytest.fixture
def administrator(app: Flask, client: IsolatedClient) -> IsolatedClient:
    make_user(username="boss", role="system_admin")
    assert sign_in(client, "boss")
    return client


def test_bootstrap_makes_one_administrator(app: Flask, session: scoped_session[Session]) -> None:
    settings = app.extensions["settings"]
    password = bootstrap_administrator(settings)
    assert password
    assert bootstrap_administrator(settings) == password
    assert session.scalar(select(func.count()).select_from(User)) == 1
    file = settings.data_dir / "administrator-password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.unlink()
    assert bootstrap_administrator(settings) is None


def test_bootstrap_administrator_can_sign_in(app: Flask, client: IsolatedClient) -> None:
    password = bootstrap_administrator(app.extensions["settings"])
    assert password is not None
    assert sign_in(client, ADMINISTRATOR, password)
    assert client.get("/admin/plugins").status_code == 200


@pytest.mark.parametrize(("username", "password"), [
    ("boss", "wrong"), ("nobody", PASSWORD), ("", ""), ("boss", "")])
def test_sign_in_with_wrong_words_is_refused(app: Flask, client: IsolatedClient, username: str,
                                             password: str) -> None:
    make_user(username="boss", role="system_admin")
    assert not sign_in(client, username, password)
    assert client.get("/admin/plugins").status_code != 200


@pytest.mark.parametrize("name", [
    "wang.ming-2", " WANG.MING-2 ", "13800138000", "+86 138-0013-8000", "138 0013 8000"])
def test_user_name_or_mobile_number_opens(app: Flask, client: IsolatedClient, name: str) -> None:
    make_user(username="wang.ming-2", phone="13800138000")
    assert sign_in(client, name)


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "http:evil.example",
    "///evil.example", "https:///evil.example", "javascript:alert(1)", "\t//evil.example"])
def test_sign_in_goes_on_within_the_site_only(app: Flask, client: IsolatedClient,
                                              target: str) -> None:
    make_user(username="boss")
    answer = client.post("/sign-in", query_string={"next": target}, data={
        "username": "boss", "password": PASSWORD, "next": target})
    place = urlsplit(answer.headers.get("Location", ""))
    assert (place.scheme, place.netloc) in (("", ""), ("http", "localhost"))
    assert "javascript" not in answer.headers.get("Location", "")


def test_sign_in_goes_on_to_where_one_wanted_to_go(app: Flask, client: IsolatedClient) -> None:
    make_user(username="boss")
    answer = client.post("/sign-in?next=/account", data={"username": "boss", "password": PASSWORD})
    assert answer.headers["Location"].endswith("/account")


def test_staying_signed_in_keeps_the_cookie(app: Flask, client: IsolatedClient) -> None:
    make_user(username="boss")
    for more, lasts in (({}, False), ({"remember": "y"}, True)):
        answer = client.post("/sign-in", data={"username": "boss", "password": PASSWORD, **more})
        cookies = answer.headers.getlist("Set-Cookie")
        assert any("session=" in c and "Expires" in c for c in cookies) == lasts
        assert not any("remember_token=" in c and "remember_token=;" not in c for c in cookies)
        assert client.get("/account").status_code == 200
        client.post("/sign-out")


def test_cookies_are_kept_from_scripts_and_other_sites(
        another_app: Callable[..., Flask]) -> None:
    served = another_app(secure_cookies=True)
    served.config["WTF_CSRF_ENABLED"] = False
    make_user(username="boss")
    answer = served.test_client().post("/sign-in", base_url="https://localhost", data={
        "username": "boss", "password": PASSWORD})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize(("path", "signed_in"), [
    ("/sign-in", False), ("/activate", False), ("/activate/password", False), ("/account", True),
    ("/account/password", True), ("/account/role", True), ("/account/tokens", True),
    ("/account/tokens/1/revoke", True), ("/account/sessions/end-others", True),
    ("/account/second-factor", True), ("/account/recovery-codes", True), ("/sign-out", True),
    ("/invitations/people/1", True), ("/admin/second-factor", True)])
def test_every_form_needs_its_token(app: Flask, client: IsolatedClient, csrf: None, path: str,
                                    signed_in: bool) -> None:
    user = make_user(role="security_admin")
    if signed_in:
        sign_in_as(client, user)
    answer = client.post(path, data={"name": "mallory", "membership_id": "1"})
    assert answer.status_code == 400
    if signed_in:
        assert client.get("/account").status_code == 200, "still signed in"
    assert "mallory" not in client.get("/account").text


def test_second_sign_in_while_signed_in_goes_to_the_desk(administrator: IsolatedClient) -> None:
    answer = administrator.get("/sign-in")
    assert answer.headers["Location"].endswith("/desk")


def test_language_of_the_account_is_spoken_after_signing_in(app: Flask,
                                                            client: IsolatedClient) -> None:
    make_user(username="boss", language="en")
    assert sign_in(client, "boss")
    assert 'lang="en"' in client.get("/desk").text


def test_sign_out_needs_a_post(administrator: IsolatedClient) -> None:
    assert administrator.get("/sign-out").status_code == 405
    assert administrator.post("/sign-out").status_code in (302, 303)
    assert administrator.get("/admin/plugins").status_code != 200


def test_stranger_is_asked_to_sign_in(app: Flask, client: IsolatedClient) -> None:
    answer = client.get("/admin/plugins")
    assert answer.status_code in (302, 401)
    if answer.status_code == 302:
        assert "/sign-in" in answer.headers["Location"]


def test_others_are_told_there_is_no_such_page(app: Flask, client: IsolatedClient) -> None:
    make_user(username="visitor", role="enterprise")
    assert sign_in(client, "visitor")
    assert client.get("/admin/plugins").status_code == 404
    assert client.post("/console/industries/steel/pause",
                       data={"reason": "等待检修"}).status_code == 404
    assert paused() == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_health_page_names_plugins_and_failures(administrator: IsolatedClient,
                                                language: str) -> None:
    record_failure(HookFailure("steel", "industry_notes", "ValueError: soot", "now"))
    page = administrator.get(f"/admin/plugins?lang={language}")
    assert page.status_code == 200
    for sign in ("steel", "cnc_robotics", "biopharma", "ValueError: soot", "industry_notes"):
        assert sign in page.text


def test_pause_and_resume_from_the_page(administrator: IsolatedClient) -> None:
    answer = administrator.post("/console/industries/steel/pause",
                                data={"reason": "等待系统检修"})
    assert (answer.status_code, answer.location) == (303, "/admin/plugins")
    forget_paused()
    assert set(paused()) == {"steel"}
    assert "等待系统检修" in administrator.get("/admin/plugins").text
    assert administrator.post("/console/industries/steel/resume").status_code == 303
    forget_paused()
    assert paused() == {}


def test_pause_without_reason_is_a_422_page_that_keeps_the_words(
        administrator: IsolatedClient) -> None:
    page = administrator.post("/console/industries/steel/pause", data={"reason": "abc"})
    assert page.status_code == 422
    assert page.mimetype == "text/html"
    assert "abc" in page.text


@pytest.mark.parametrize(("path", "status"), [
    ("/console/industries/shoes/pause", 404), ("/console/industries/steel/resume", 409)])
def test_what_cannot_be_is_an_error_page(administrator: IsolatedClient, path: str,
                                         status: int) -> None:
    page = administrator.post(path, data={"reason": "等待检修"})
    assert page.status_code == status
    assert page.mimetype == "text/html"


@pytest.mark.parametrize("failures", [1, 3])
def test_statements_of_the_health_page(administrator: IsolatedClient, failures: int) -> None:
    for n in range(failures):
        record_failure(HookFailure("steel", "industry_notes", f"ValueError: {n}", "now"))
    administrator.get("/admin/plugins")
    with sql_count(7):
        assert administrator.get("/admin/plugins").status_code == 200
