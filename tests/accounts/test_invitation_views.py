"""The pages of invitations, from the slip to the first desk."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from marketplace.accounts.models import Organisation
from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import IsolatedClient, sql_count

OVERVIEW = 8
STRONG = "drei Pferde 7 fliegen"
NEW = {"password": STRONG, "again": STRONG, "consent": "1"}


@pytest.fixture
def firm(app: Flask) -> Organisation:
    return make_organisation()


@pytest.fixture
def officer(app: Flask, client: IsolatedClient) -> IsolatedClient:
    return sign_in_as(client, make_user(role="district_officer", district="370102"))


def make_slip(officer: IsolatedClient, firm: Organisation, **more: str) -> tuple[str, str]:
    """(path of the link, code) of a new slip, read from its page."""
    answer = officer.post(f"/invitations/organisations/{firm.id}", data={
        "how": "person", "name": "王明", "role": "enterprise", **more})
    assert answer.status_code == 303, answer.text
    page = officer.get(answer.headers["Location"]).text
    code = re.search(r"slip-code\">(\d{3}) (\d{3})<", page)
    return re.search(r"(/invitations/[\w-]{20,})", page)[1], (code[1] + code[2]) if code else ""


def test_slip_shows_link_qr_and_code(officer: IsolatedClient, firm: Organisation) -> None:
    link, code = make_slip(officer, firm)
    page = officer.get("/invitations/slip").text
    assert "<svg" in page
    assert len(code) == 6
    assert "wangming" in page
    assert link not in officer.get("/invitations").text


@pytest.mark.parametrize("way", ["link", "code"])
def test_from_the_slip_to_the_desk(app: Flask, officer: IsolatedClient, firm: Organisation,
                                   way: str) -> None:
    link, code = make_slip(officer, firm)
    newcomer = app.test_client()
    answer = (newcomer.get(link) if way == "link" else
              newcomer.post("/activate", data={"identity": "wangming", "code": code}))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/activate/password")
    assert "王明" in newcomer.get("/activate/password").text
    answer = newcomer.post("/activate/password", data=NEW)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert str(firm.name) in newcomer.get("/desk").text
    assert newcomer.get(link).status_code == 404


@pytest.mark.parametrize(("changes", "field"), [
    ({"again": "something else 1"}, "again"),
    ({"password": "short1", "again": "short1"}, "password"),
    ({"consent": ""}, None), ({"password": "wangming is here 1", "again": "wangming is here 1"},
                              "password")])
def test_what_is_wrong_is_told_at_the_field(app: Flask, officer: IsolatedClient,
                                            firm: Organisation, changes: dict[str, str],
                                            field: str | None) -> None:
    newcomer = app.test_client()
    newcomer.get(make_slip(officer, firm)[0])
    data = {k: v for k, v in {**NEW, **changes}.items() if v}
    page = newcomer.post("/activate/password", data=data)
    assert page.status_code == 422
    assert f'id="{field or "consent"}-error"' in page.text
    assert STRONG not in page.text


def test_wrong_code_is_a_422_that_keeps_the_name(app: Flask, client: IsolatedClient) -> None:
    page = client.post("/activate", data={"identity": "wangming", "code": "12"})
    assert page.status_code == 422
    assert 'value="wangming"' in page.text


def test_guessing_codes_is_slowed_by_address(app: Flask, client: IsolatedClient) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"],
                                         failure_rate="3 per 10 minutes")
    codes = [client.post("/activate", data={"identity": "x", "code": "1"}).status_code
             for _try in range(4)]
    assert (codes[0], codes[-1]) == (422, 429)
    page = client.post("/activate?lang=en", data={"identity": "x", "code": "1"}).text
    assert re.search(r"try again in \d+ min", page)


def test_join_link_of_one_who_is_signed_in(app: Flask, officer: IsolatedClient,
                                           firm: Organisation) -> None:
    link, _code = make_slip(officer, firm, how="join")
    other = sign_in_as(app.test_client(), make_user(role="provider"))
    other.get(link)
    assert str(firm.name) in other.get("/activate/password").text
    assert other.post("/activate/join").status_code == 303
    assert str(firm.name) in other.get("/account").text


def test_join_link_without_an_account(app: Flask, officer: IsolatedClient,
                                      firm: Organisation) -> None:
    link, _code = make_slip(officer, firm, how="join")
    newcomer = app.test_client()
    newcomer.get(link)
    assert newcomer.post("/activate/password", data={**NEW, "name": ""}).status_code == 422
    assert newcomer.post("/activate/password", data={**NEW, "name": "李华"}).status_code == 303
    page = newcomer.get("/desk").text
    assert "李华" in page
    assert "lihua" in page


def test_second_factor_is_asked_after_a_recovery(app: Flask, officer: IsolatedClient,
                                                 firm: Organisation) -> None:
    user = make_user(role="enterprise", organisation=firm, tf_primary_method="authenticator",
                     tf_totp_secret="x")
    answer = officer.post(f"/invitations/people/{user.id}")
    page = officer.get(answer.headers["Location"]).text
    browser = app.test_client()
    browser.get(re.search(r"(/invitations/[\w-]{20,})", page)[1])
    answer = browser.post("/activate/password", data=NEW)
    assert "/sign-in/code" in answer.headers["Location"]
    assert browser.get("/desk").status_code in (302, 303)


def test_foreign_organisations_and_people_are_not_there(officer: IsolatedClient) -> None:
    elsewhere = make_organisation(district_code="370103")
    stranger = make_user(role="enterprise", organisation=elsewhere, name="陌生人甲")
    path = f"/invitations/organisations/{elsewhere.id}"
    assert officer.get(path).status_code == 404
    assert officer.post(path, data={"name": "甲", "role": "enterprise"}).status_code == 404
    assert officer.post(f"/invitations/people/{stranger.id}").status_code == 404
    assert stranger.name not in officer.get(f"/invitations?q={stranger.username}").text


def test_administrator_helps_colleagues_only(app: Flask, client: IsolatedClient,
                                             firm: Organisation) -> None:
    boss = make_user(role="enterprise", organisation=firm, administrator=True)
    make_user(role="enterprise", organisation=firm, name="同事甲")
    make_user(role="enterprise", organisation=make_organisation(), name="外人乙")
    page = sign_in_as(client, boss).get(f"/invitations/organisations/{firm.id}").text
    assert ("同事甲" in page, "外人乙" in page) == (True, False)


def test_bad_invitation_keeps_what_was_typed(officer: IsolatedClient, firm: Organisation) -> None:
    page = officer.post(f"/invitations/organisations/{firm.id}", data={
        "how": "person", "name": "王明", "phone": "12", "role": "enterprise"})
    assert page.status_code == 422
    assert 'id="phone-error"' in page.text
    assert 'value="王明"' in page.text


@pytest.mark.parametrize("given", [1, 3])
def test_statements_of_the_overview(officer: IsolatedClient, given: int) -> None:
    for n in range(given):
        make_slip(officer, make_organisation(), name=f"王明{n}")
        make_user(role="enterprise", name=f"甲{n}", organisation=make_organisation())
    officer.get("/invitations?q=甲")
    with sql_count(OVERVIEW):
        assert officer.get("/invitations?q=甲").status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_privacy_terms_stand_in_both_languages(client: IsolatedClient, language: str) -> None:
    page = client.get(f"/privacy?lang={language}").text
    assert {"zh": "个人信息保护法", "en": "Personal Information Protection Law"}[language] in page


