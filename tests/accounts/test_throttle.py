"""Guessing closes an account for a while, and slows an address down."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts import hashing
from marketplace.accounts.models import User
from marketplace.accounts.pauses import LONGEST, pause_after
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import moved
from tests.accounts.test_security import sign_in
from tests.factories import PASSWORD, make_user
from tests.support import IsolatedClient


@pytest.fixture
def user(app: Flask) -> User:
    return make_user(username="wang")


def guess(client: IsolatedClient, times: int, name: str = "wang") -> str:
    text = ""
    for _try in range(times):
        text = client.post("/sign-in?lang=en", data={"username": name, "password": "wrong"}).text
    return text


def test_pauses_grow_up_to_an_hour() -> None:
    assert [pause_after(n) for n in (4, 5, 6, 7)] == [
        None, timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert pause_after(5000) == LONGEST


def test_account_closes_after_five_and_says_for_how_long(
        client: IsolatedClient, user: User, session: scoped_session[Session]) -> None:
    assert "try again in" not in guess(client, 4)
    assert "try again in 1 min" in guess(client, 1)
    assert not sign_in(client, "wang")
    with moved(timedelta(minutes=2)):
        assert sign_in(client, "wang")
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details["wrong_tries"]) == ("account.closed_for_a_while", 5)


def test_tries_while_closed_do_not_prolong(client: IsolatedClient, user: User) -> None:
    guess(client, 5)
    guess(client, 5)
    with moved(timedelta(minutes=2)):
        assert sign_in(client, "wang")


def test_success_forgives(client: IsolatedClient, user: User) -> None:
    guess(client, 4)
    assert sign_in(client, "wang")
    client.post("/sign-out")
    guess(client, 4)
    assert sign_in(client, "wang")


def test_others_are_not_closed(client: IsolatedClient, user: User) -> None:
    make_user(username="li")
    guess(client, 6)
    assert sign_in(client, "li")


@pytest.fixture
def three_tries(app: Flask) -> None:
    """An address may send three wrong passwords."""
    app.extensions["settings"] = replace(app.extensions["settings"],
                                         failure_rate="3 per 10 minutes")


def test_address_is_slowed_and_told_for_how_long(client: IsolatedClient, user: User,
                                                 three_tries: None) -> None:
    for n in range(3):
        guess(client, 1, f"name{n}")
    page = client.post("/sign-in?lang=zh", data={"username": "wang", "password": PASSWORD})
    assert page.status_code == 429
    assert re.search(r"请\d+分钟后再试", page.text)
    assert client.get("/solutions").status_code == 200
    other = client.post("/sign-in", data={"username": "wang", "password": PASSWORD},
                        environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert other.status_code == 302


@pytest.fixture
def owner(client: IsolatedClient, user: User) -> IsolatedClient:
    """A browser in which the account's owner has signed in before."""
    assert sign_in(client, "wang")
    client.post("/sign-out")
    return client


def test_strangers_do_not_shut_the_owner_out(app: Flask, owner: IsolatedClient) -> None:
    stranger = app.test_client()
    guess(stranger, 5)
    assert not sign_in(stranger, "wang")
    guess(owner, 4)
    assert sign_in(owner, "wang")


def test_own_browser_closes_by_itself(app: Flask, owner: IsolatedClient) -> None:
    assert "try again in 1 min" in guess(owner, 5)
    assert not sign_in(owner, "wang")
    assert sign_in(app.test_client(), "wang")


def test_neighbours_behind_an_address_do_not_shut_the_owner_out(
        app: Flask, owner: IsolatedClient, three_tries: None) -> None:
    stranger = app.test_client()
    for n in range(4):
        guess(stranger, 1, f"name{n}")
    assert sign_in(owner, "wang")
    owner.post("/sign-out")
    make_user(username="li")  # of whom this browser knows nothing
    page = owner.post("/sign-in", data={"username": "li", "password": PASSWORD})
    assert page.status_code == 429


def test_being_asked_to_come_again_is_not_counted(
        client: IsolatedClient, user: User, three_tries: None,
        monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crowd:
        crowd.setattr(hashing, "_gate", threading.BoundedSemaphore(1))
        with hashing._gate:
            for _n in range(4):
                page = client.post("/sign-in", data={"username": "wang", "password": PASSWORD})
                assert "请过几秒再试" in page.text
    assert sign_in(client, "wang")


def test_what_fits_is_not_counted(client: IsolatedClient, user: User, three_tries: None) -> None:
    for _n in range(4):
        assert sign_in(client, "wang")
        client.post("/sign-out")
