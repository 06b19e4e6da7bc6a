"""No page tells somebody who guesses which user names and mobile numbers have an account."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts import security
from marketplace.accounts.guessed_names import GuessedName
from marketplace.accounts.invitations import invite_person, invite_to_join
from marketplace.accounts.operations import deactivate_person
from marketplace.accounts.taken_addresses import ANSWERS_A_DAY, MOST_TRIES
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.notifications.models import Notification
from tests.factories import PASSWORD, make_organisation, make_user, person, sign_in_as
from tests.support import IsolatedClient

NAMES = {"open": "13800138001", "closed": "13800138002", "unknown": "13800138003"}


@pytest.fixture
def closed(app: Flask) -> None:
    """An account that was closed, beside one that is open."""
    make_user(username="open", phone=NAMES["open"])
    user = make_user(username="closed", phone=NAMES["closed"])
    with acting_as(person(make_user(role="security_admin"))):
        deactivate_person(user=user)


def answer(client: IsolatedClient, path: str, name: str, **form: str) -> tuple[int, str]:
    """Status and page, without what differs each time."""
    page = client.post(path, query_string={"lang": "en"}, data={
        "username": name, "identity": name, **form})
    text = re.sub(r'name="csrf_token"[^>]*|nonce="[^"]*"', "", page.text)
    return page.status_code, text.replace(name, "NAME")


def test_closed_account_is_answered_like_a_wrong_password(
        client: IsolatedClient, closed: None) -> None:
    wrong = answer(client, "/sign-in", NAMES["open"], password="wrong")
    assert security.WRONG.split(" - ")[0] in wrong[1]
    assert answer(client, "/sign-in", NAMES["closed"], password=PASSWORD) == wrong
    assert answer(client, "/sign-in", NAMES["closed"], password="wrong") == wrong
    assert answer(client, "/sign-in", NAMES["unknown"], password="wrong") == wrong


def test_names_are_closed_after_as_many_tries_whether_they_exist_or_not(
        client: IsolatedClient, closed: None) -> None:
    seen = {kind: [answer(client, "/sign-in", name, password="wrong") for _n in range(6)]
            for kind, name in NAMES.items()}
    assert "try again in 1 min" in seen["open"][5][1]
    assert seen["open"] == seen["closed"] == seen["unknown"]


def test_unknown_names_are_kept_as_keyed_hashes_for_a_day(
        client: IsolatedClient, session: scoped_session[Session]) -> None:
    answer(client, "/sign-in", " +86 138-0013-8003 ", password="wrong")
    answer(client, "/sign-in", NAMES["unknown"], password="wrong")
    kept = session.scalars(select(GuessedName)).one()
    assert kept.tries == 2
    assert NAMES["unknown"] not in kept.name


def test_each_answer_costs_one_hash(client: IsolatedClient, closed: None,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    fits = security.password_fits
    monkeypatch.setattr(security, "password_fits",
                        lambda *args: hashes.append("one") or fits(*args))
    for kind, name in NAMES.items():
        answer(client, "/sign-in", name, password=PASSWORD if kind == "closed" else "wrong")
    assert len(hashes) == 3


def test_code_of_a_closed_account_is_answered_like_a_wrong_code(app: Flask,
                                                                client: IsolatedClient) -> None:
    officer = make_user(role="district_officer", district="370102")
    with acting_as(person(officer)):
        slip = invite_person(organisation=make_organisation(), role="enterprise", name="王明",
                             phone=NAMES["closed"])
    user = slip.invitation.user
    assert user is not None
    with acting_as(person(make_user(role="security_admin"))):
        deactivate_person(user=user)
    wrong = answer(client, "/activate", NAMES["unknown"], code=slip.code)
    assert wrong[0] == 422
    assert answer(client, "/activate", NAMES["closed"], code=slip.code) == wrong


def test_asking_whose_number_is_taken_is_slowed(app: Flask, client: IsolatedClient) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"],
                                         failure_rate="2 per 10 minutes")
    make_user(phone=NAMES["open"])
    sign_in_as(client, make_user())
    codes = [client.post("/account", data={"name": "王明", "phone": NAMES["open"]}).status_code
             for _n in range(3)]
    assert codes == [422, 422, 429]


@pytest.mark.parametrize("door", ["account", "invitation"])
def test_numbers_of_others_are_answered_a_few_times_a_day(
        client: IsolatedClient, session: scoped_session[Session], door: str) -> None:
    owner = make_user(phone=NAMES["open"], username="owner", name="赵主人")
    firm = make_organisation()
    asking = make_user(username="asking", role="enterprise", organisation=firm, administrator=True)
    sign_in_as(client, asking)
    path, form = {"account": ("/account", {"name": "王明"}), "invitation": (
        f"/invitations/organisations/{firm.id}", {"name": "王明", "role": "enterprise"})}[door]
    codes = [client.post(path, data={**form, "phone": NAMES["open"]}).status_code
             for _n in range(ANSWERS_A_DAY)]
    assert set(codes) == {422 if door == "account" else 303}
    if door == "invitation":
        slip = client.get("/invitations/slip").text
        assert NAMES["open"] in slip
        assert not re.search(r"owner|赵主人", slip)
    free = client.post(path, data={**form, "phone": NAMES["unknown"]})
    assert free.status_code == 422
    assert "明天" in free.text
    session.rollback()
    assert session.scalars(select(Notification.kind).where(
        Notification.user_id == owner.id)).all() == (
        ["account.phone_wanted"] if door == "account" else ["invitation.join"] * ANSWERS_A_DAY)
    assert len(session.scalars(select(AuditEvent).where(
        AuditEvent.action == "account.address_taken", AuditEvent.actor == "asking")).all()
    ) == ANSWERS_A_DAY


def test_link_to_join_bears_few_numbers_of_others(app: Flask, client: IsolatedClient) -> None:
    make_user(phone=NAMES["open"])
    with acting_as(person(make_user(role="district_officer", district="370102"))):
        slip = invite_to_join(organisation=make_organisation(), role="enterprise")
    client.get(f"/invitations/{slip.secret}")
    form = {"name": "王明", "password": "drei Pferde 7 fliegen", "consent": "1",
            "again": "drei Pferde 7 fliegen"}
    for _n in range(MOST_TRIES - 1):
        page = client.post("/activate/password", data={**form, "phone": NAMES["open"]})
        assert page.status_code == 422
    client.post("/activate/password", data={**form, "phone": NAMES["open"]})
    assert client.get("/activate/password").status_code == 404
