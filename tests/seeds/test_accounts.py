"""Demo accounts come and go with the samples."""

from __future__ import annotations

import stat

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.catalog.models import Provider, Solution
from marketplace.core.access_table import ROLES
from seeds.accounts import (
    PASSWORD_FILE,
    demo_password,
    demo_rows,
    load_accounts,
    remove_accounts,
)
from seeds.loader import remove_samples
from tests.accounts.test_security import sign_in
from tests.factories import make_user
from tests.support import IsolatedClient


@pytest.fixture
def loaded(catalogue: Flask) -> Flask:
    assert load_accounts(catalogue.extensions["settings"]) == 23
    return catalogue


def test_one_account_a_role_with_one_password(loaded: Flask, client: IsolatedClient) -> None:
    rows, password = demo_rows(), demo_password(loaded.extensions["settings"])
    assert {role for row in rows for role in row[1].split(", ")} == set(ROLES)
    for name in ("demo-enterprise", "demo-provider", "demo-operator-bio"):
        assert sign_in(client, name, password)
        assert client.get("/desk").status_code == 200
        client.post("/sign-out")
    file = loaded.extensions["settings"].data_dir / PASSWORD_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_people_stand_where_something_is_to_do(loaded: Flask,
                                               session: scoped_session[Session]) -> None:
    held = {m.role: m for m in session.scalars(select(Membership).join(User).where(User.sample))}
    assert session.scalar(select(func.count()).select_from(Solution).join(Provider).where(
        Provider.organisation_id == held["provider"].organisation_id))
    assert {tuple(m.industries) for m in session.scalars(select(Membership).where(
        Membership.role == "operator"))} == {("steel",), ("cnc_robotics",), ("biopharma",)}
    assert held["district_officer"].district_code
    assert held["enterprise"].organisation.verified
    assert set(session.scalars(select(User.sample))) == {True}


def test_loading_twice_changes_nothing(loaded: Flask) -> None:
    assert load_accounts(loaded.extensions["settings"]) == 0


def test_none_without_samples(app: Flask) -> None:
    assert load_accounts(app.extensions["settings"]) == 0
    assert demo_rows() == []


def test_they_go_with_the_samples(loaded: Flask, session: scoped_session[Session]) -> None:
    real = make_user(username="real", role="enterprise")
    guest = make_user(username="guest", role="enterprise", organisation=session.scalars(
        select(Organisation).where(Organisation.slug == "kuangquan-rebar")).one())
    settings = loaded.extensions["settings"]
    assert remove_accounts(settings) == 23
    remove_samples()
    assert set(session.scalars(select(User.username))) == {real.username, guest.username}
    assert len(session.scalars(select(Membership)).all()) == 1
    assert not (settings.data_dir / PASSWORD_FILE).exists()
