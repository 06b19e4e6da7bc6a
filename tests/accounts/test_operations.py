"""Accounts and roles in the hands of the security administrator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts import operations
from marketplace.accounts.models import Membership, User
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.audit_checking import broken_link
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.notifications.models import Notification
from tests.factories import make_organisation, make_user, person, sign_in_as
from tests.support import IsolatedClient


@pytest.fixture
def boss(app: Flask) -> Iterator[User]:
    user = make_user(role="security_admin")
    with acting_as(person(user)):
        yield user


def test_account_is_made_with_a_user_name_from_the_name(boss: User) -> None:
    made = [operations.create_person(name="王明") for _n in range(3)]
    assert [u.username for u in made] == ["wangming", "wangming2", "wangming3"]
    assert operations.create_person(name="!!").username == "user"
    assert operations.create_person(name="Ann Lee").username == "annlee"


@pytest.mark.parametrize(("given", "field"), [
    ({"name": "甲", "username": "TAKEN"}, "username"),
    ({"name": "甲", "username": "1a"}, "username"),
    ({"name": "甲", "phone": "138-0013-8000"}, "phone"), ({"name": "", "username": "abc"}, "name"),
    ({"name": "甲", "email": "a@b"}, "email")])
def test_account_that_cannot_be_is_refused_at_the_field(
        boss: User, session: scoped_session[Session], given: dict[str, str], field: str) -> None:
    make_user(username="taken", phone="13800138000")
    with pytest.raises(InvalidInput) as wrong:
        operations.create_person(**given)
    assert wrong.value.errors[0].field == field


def test_closing_signs_out_everywhere_and_can_be_undone(app: Flask,
                                                        client: IsolatedClient) -> None:
    user, boss = make_user(role="enterprise"), make_user(role="security_admin")
    sign_in_as(client, user)
    with acting_as(person(boss)):
        operations.deactivate_person(user=user)
        with pytest.raises(Conflict):
            operations.deactivate_person(user=user)
    assert client.get("/account").status_code == 302
    with acting_as(person(boss)):
        operations.reactivate_person(user=user)
    assert user.active
    assert client.get("/account").status_code == 302, "old browsers stay out"


def test_role_is_given_bound_and_taken(boss: User, session: scoped_session[Session]) -> None:
    user, house = make_user(), make_organisation(kind="operator")
    hat = operations.give_role(user=user, organisation=house, role="operator",
                               industries=["steel"])
    assert (hat.state, hat.industries, hat.district_code) == ("active", ["steel"], None)
    again = operations.give_role(user=user, organisation=house, role="operator",
                                 industries=["steel", "biopharma"])
    assert (again.id, again.industries) == (hat.id, ["steel", "biopharma"])
    operations.take_role(membership=hat)
    assert hat.state == "left"
    with pytest.raises(Conflict):
        operations.take_role(membership=hat)
    kinds = session.scalars(select(AuditEvent.action)).all()
    assert kinds[-3:] == ["user.role_add", "user.role_add", "user.role_remove"]
    assert session.scalars(select(Notification.kind).where(
        Notification.user_id == user.id).order_by(Notification.id)).all() == [
            "account.role_given", "account.role_given", "account.role_taken"]
    assert broken_link(session) is None


@pytest.mark.parametrize(("kind", "role", "more", "field"), [
    ("enterprise", "operator", {"industries": ["steel"]}, "role"),
    ("operator", "operator", {}, "industries"),
    ("operator", "operator", {"industries": ["shoes"]}, "industries"),
    ("agency", "district_officer", {}, "district"),
    ("agency", "district_officer", {"district": "999999"}, "district")])
def test_role_that_does_not_suit_is_refused(boss: User, kind: str, role: str,
                                            more: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        operations.give_role(user=make_user(), organisation=make_organisation(kind=kind),
                             role=role, **more)
    assert wrong.value.errors[0].field == field


def test_last_security_administrator_stays(boss: User) -> None:
    with pytest.raises(Conflict):
        operations.deactivate_person(user=boss)
    with pytest.raises(Conflict):
        operations.take_role(membership=boss.memberships[0])
    make_user(role="security_admin")
    operations.deactivate_person(user=boss)


@pytest.mark.parametrize("role", ["system_admin", "city_admin", "operator", "auditor"])
def test_nobody_else_looks_after_accounts(app: Flask, role: str) -> None:
    user = make_user(role="enterprise")
    with acting_as(person(make_user(role=role, industries=["steel"], administrator=True))):
        for attempt in (lambda: operations.create_person(name="甲"),
                        lambda: operations.deactivate_person(user=user),
                        lambda: operations.take_role(membership=user.memberships[0]),
                        lambda: operations.give_role(
                            user=user, organisation=make_organisation(), role="enterprise")):
            with pytest.raises(NotAllowed):
                attempt()


def test_nobody_changes_the_account_of_another(
        app: Flask, session: scoped_session[Session]) -> None:
    victim = make_user(name="王工")
    with acting_as(person(make_user(role="security_admin"))), pytest.raises(NotFound):
        operations.change_account(user=victim, name="mallory")
    assert victim.name == "王工"
    assert session.scalar(select(Membership.id).where(Membership.user_id == victim.id)) is None
