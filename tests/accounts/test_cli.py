"""`marketplace user …`: what it says and what it does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import User
from marketplace.accounts.queries import invitation_by
from marketplace.cli import cli
from marketplace.core.database import db
from tests.factories import make_organisation, make_user

Run = Callable[..., str]


@pytest.fixture
def run(another_app: Callable[..., Flask]) -> Run:
    """Runs a command on the test's data; fails unless it ends with `code`."""

    def run(*arguments: str, code: int = 0, typed: str = "") -> str:
        db.session.remove()
        answer = CliRunner().invoke(cli, ["user", *arguments], input=typed, terminal_width=200,
                                    obj=another_app)
        assert answer.exit_code == code, (answer.output, answer.exception)
        return answer.output + (str(answer.exception) if code else "")

    return run


def user_of(session: scoped_session[Session], username: str) -> User:
    session.rollback()
    session.expire_all()
    return session.query(User).filter_by(username=username).one()


def test_invite_prints_link_and_code(run: Run, session: scoped_session[Session]) -> None:
    firm = make_organisation()
    said = run("invite", "王明", "--organisation", firm.slug, "--role", "enterprise",
               "--administrator")
    assert "User name: wangming" in said
    assert "Code:" in said
    secret = said.split("/invitations/")[1].split()[0]
    assert invitation_by(secret).issued_by == "command line"
    assert user_of(session, "wangming").memberships[0].administrator


def test_create_asks_for_a_good_password(run: Run, session: scoped_session[Session]) -> None:
    assert "The password cannot be used" in run("create", "王明", typed="short\nshort\n", code=1)
    run("create", "王明", "--mobile", "13800138000", typed="drei Pferde 7\ndrei Pferde 7\n")
    assert user_of(session, "wangming").verify_and_update_password("drei Pferde 7")


def test_roles_are_given_and_taken(run: Run, session: scoped_session[Session]) -> None:
    make_user(username="wang")
    house = make_organisation(kind="operator")
    where = ("--organisation", house.credit_code or "", "--role", "operator")
    run("role-add", "wang", *where, "--industry", "steel")
    assert "wang" in run("list", "--role", "operator")
    run("role-remove", "wang", *where)
    assert "wang" not in run("list", "--role", "operator")
    assert "is not operator" in run("role-remove", "wang", *where, code=1)


def test_account_is_closed_and_opened(run: Run, session: scoped_session[Session]) -> None:
    make_user(username="wang", phone="13800138000")
    run("deactivate", "13800138000")
    assert not user_of(session, "wang").active
    assert "closed" in run("list")
    run("deactivate", "wang", "--undo")
    assert user_of(session, "wang").active


def test_recover_and_reset(run: Run, session: scoped_session[Session]) -> None:
    make_user(username="wang", tf_primary_method="authenticator", tf_totp_secret="x")
    assert "Code:" in run("recover", "wang")
    run("reset-second-factor", "wang")
    assert user_of(session, "wang").tf_primary_method is None
    assert "no second factor" in run("reset-second-factor", "wang", code=1)


def test_import_writes_a_sheet_of_links(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.xlsx"
    run("import", str(file), "--template")
    assert "0 invited" in run("import", str(file))
    links = tmp_path / "people-links.xlsx"
    assert links.stat().st_mode & 0o077 == 0
    assert "no file" in run("import", str(tmp_path / "none.xlsx"), code=1)


@pytest.mark.parametrize("arguments", [
    ("recover", "nobody"), ("deactivate", "nobody"),
    ("invite", "王明", "--organisation", "none", "--role", "enterprise")])
def test_what_is_unknown_is_told(run: Run, arguments: tuple[str, ...]) -> None:
    assert "No " in run(*arguments, code=1)
