"""Invitations open what they are for, once, for a while, and for nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts import invitations
from marketplace.accounts.guard import active_memberships
from marketplace.accounts.models import Invitation, Membership, SignInSession, User
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.accounts.queries import (
    invitation_by,
    organisations_to_invite_to,
    people_to_help,
    person_to_help,
)
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import moved, now
from marketplace.core.database import transaction
from marketplace.core.errors import (
    Conflict,
    InvalidInput,
    MarketplaceError,
    NotAllowed,
    NotFound,
)
from tests.factories import make_organisation, make_user, person, sign_in_as

STRONG = "drei Pferde 7 fliegen"


def slip_for(user: User, name: str = "王明", **more: object) -> invitations.Slip:
    """A district officer's slip for somebody of a new firm of the district."""
    firm = more.pop("organisation", None) or make_organisation()
    with acting_as(person(user)):
        return invitations.invite_person(organisation=firm, role="enterprise", name=name, **more)


@pytest.fixture
def officer(app: Flask) -> User:
    return make_user(role="district_officer", district="370102")


def test_invited_person_waits_for_activation_and_holds_the_role(officer: User) -> None:
    slip = slip_for(officer, phone="138 0013 8000")
    user = slip.invitation.user
    assert (user.username, user.phone, user.password) == ("wangming", "13800138000", "")
    assert [(m.role, m.state) for m in user.memberships] == [("enterprise", "active")]
    assert slip.secret not in (slip.invitation.token, slip.invitation.code)
    assert slip.code not in slip.invitation.code


def test_activation_sets_password_consent_and_works_once(
        officer: User, session: scoped_session[Session]) -> None:
    slip = slip_for(officer)
    found = invitation_by(slip.secret)
    user = invitations.accept(invitation_id=found.id, password=STRONG, consent=True)
    assert user.verify_and_update_password(STRONG)
    assert (user.consent_version, user.consent_at is not None) == (PRIVACY_VERSION, True)
    with pytest.raises(NotFound):
        invitation_by(slip.secret)
    with pytest.raises(NotFound):
        invitations.accept(invitation_id=found.id, password=STRONG, consent=True)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.actor) == ("account.activate", user.username)


def test_activation_needs_consent(officer: User) -> None:
    slip = slip_for(officer)
    with pytest.raises(InvalidInput) as wrong:
        invitations.accept(invitation_id=slip.invitation.id, password=STRONG, consent=False)
    assert wrong.value.errors[0].field == "consent"
    assert slip.invitation.user.password == ""


def test_invitation_expires(officer: User) -> None:
    slip = slip_for(officer)
    with moved(timedelta(days=13)):
        assert invitation_by(slip.secret)
    with moved(timedelta(days=15)), pytest.raises(NotFound):
        invitation_by(slip.secret)


def test_code_opens_by_user_name_or_mobile_number(officer: User) -> None:
    slip = slip_for(officer, phone="13800138000")
    for identity in ("wangming", "WANGMING ", "+86 138-0013-8000"):
        found = invitations.try_code(identity=identity, code=f"{slip.code[:3]} {slip.code[3:]}")
        assert found.id == slip.invitation.id


def test_wrong_codes_void_the_slip(officer: User, session: scoped_session[Session]) -> None:
    slip = slip_for(officer)
    wrong = "000000" if slip.code != "000000" else "111111"
    for _try in range(invitations.MOST_TRIES):
        with pytest.raises(InvalidInput):
            invitations.try_code(identity="wangming", code=wrong)
    with pytest.raises(InvalidInput):
        invitations.try_code(identity="wangming", code=slip.code)
    session.expire_all()
    assert session.get_one(Invitation, slip.invitation.id).attempts == invitations.MOST_TRIES


def test_unknown_person_and_wrong_code_are_told_the_same(officer: User) -> None:
    slip_for(officer)
    said = []
    for identity in ("wangming", "nobody", ""):
        with pytest.raises(InvalidInput) as wrong:
            invitations.try_code(identity=identity, code="12")
        said.append(wrong.value.errors)
    assert said[0] == said[1] == said[2]


def test_code_of_another_does_not_open(officer: User) -> None:
    first, second = slip_for(officer), slip_for(officer, name="李华")
    if first.code != second.code:
        with pytest.raises(InvalidInput):
            invitations.try_code(identity="lihua", code=first.code)


def test_new_slip_ends_the_older_one(officer: User) -> None:
    old = slip_for(officer)
    with acting_as(person(officer)):
        new = invitations.renew(user=old.invitation.user)
    assert new.invitation.kind == "activate"
    with pytest.raises(NotFound):
        invitation_by(old.secret)
    assert invitation_by(new.secret)


def test_recovery_signs_other_browsers_out_and_opens_a_locked_account(
        app: Flask, officer: User, session: scoped_session[Session]) -> None:
    user = make_user(role="enterprise", organisation=make_organisation())
    client = app.test_client()
    sign_in_as(client, user)
    for _try in range(6):
        user.track_failed_authn("password")
    with acting_as(person(officer)):
        slip = invitations.renew(user=user)
    assert slip.invitation.kind == "recover"
    with moved(timedelta(days=3)), pytest.raises(NotFound):
        invitation_by(slip.secret)
    invitations.accept(invitation_id=slip.invitation.id, password=STRONG, consent=True)
    session.expire_all()
    assert not user.is_locked()
    assert set(session.scalars(select(SignInSession.revoked_at.is_not(None)))) == {True}
    assert client.get("/desk").status_code in (302, 303)


def test_mobile_number_in_use_is_asked_to_join_and_never_opened(officer: User) -> None:
    known = make_user(phone="13800138000", role="provider")
    slip = slip_for(officer, phone="13800138000")
    assert (slip.invitation.kind, slip.invitation.user_id) == ("join", known.id)
    with pytest.raises(Conflict):
        invitations.accept(invitation_id=slip.invitation.id, password=STRONG, consent=True)
    with pytest.raises(InvalidInput):
        invitations.try_code(identity=known.username, code=slip.code)
    with acting_as(person(stranger := make_user())), pytest.raises(NotAllowed):
        invitations.join(invitation_id=slip.invitation.id, user=stranger)
    with acting_as(person(known)):
        assert invitations.join(invitation_id=slip.invitation.id, user=known).role == "enterprise"


def test_join_link_makes_an_account(app: Flask, session: scoped_session[Session]) -> None:
    firm = make_organisation()
    boss = make_user(role="enterprise", organisation=firm, administrator=True)
    with acting_as(person(boss)):
        slip = invitations.invite_to_join(organisation=firm, role="enterprise")
    user = invitations.join_with_new_account(
        invitation_id=slip.invitation.id, name="李华", phone="13900139000", username="",
        password=STRONG, consent=True)
    found = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    assert (found.organisation_id, found.role, found.decided_by) == (
        firm.id, "enterprise", boss.username)
    with pytest.raises(NotFound):
        invitation_by(slip.secret)


def test_weak_password_of_a_join_leaves_nothing_behind(app: Flask,
                                                       session: scoped_session[Session]) -> None:
    firm = make_organisation()
    boss = make_user(role="enterprise", organisation=firm, administrator=True)
    with acting_as(person(boss)):
        slip = invitations.invite_to_join(organisation=firm, role="enterprise")
    with pytest.raises(InvalidInput):
        invitations.join_with_new_account(
            invitation_id=slip.invitation.id, name="李华", phone="", username="lihua",
            password="short", consent=True)
    assert session.scalar(select(User).where(User.username == "lihua")) is None
    assert invitation_by(slip.secret)


# --- Who may invite whom -------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "more", "kind", "wanted", "allowed"), [
    ("district_officer", {"district": "370102"}, "enterprise", "enterprise", True),
    ("district_officer", {"district": "370103"}, "enterprise", "enterprise", False),
    ("operator", {"industries": ["steel"]}, "provider", "provider", True),
    ("operator", {"industries": ["steel"]}, "agency", "city_admin", False),
    ("security_admin", {}, "agency", "city_admin", True),
    ("security_admin", {}, "enterprise", "city_admin", False),
    ("city_admin", {}, "enterprise", "enterprise", False),
    ("auditor", {}, "enterprise", "enterprise", False),
    ("enterprise", {}, "enterprise", "enterprise", False),
])
def test_who_may_invite(app: Flask, role: str, more: dict[str, object], kind: str, wanted: str,
                        allowed: bool) -> None:
    firm = make_organisation(kind=kind)
    inviter = make_user(role=role, organisation=make_organisation(
        kind=role if role in ("enterprise", "operator") else "agency"), **more)
    with acting_as(person(inviter)):
        if allowed:
            assert invitations.invite_person(organisation=firm, role=wanted, name="王明")
            return
        with pytest.raises(MarketplaceError):
            invitations.invite_person(organisation=firm, role=wanted, name="王明")


@pytest.mark.parametrize("administrator", [True, False])
def test_colleagues_are_invited_by_the_administrator_only(app: Flask, administrator: bool) -> None:
    firm = make_organisation()
    inviter = make_user(role="enterprise", organisation=firm, administrator=administrator)
    with acting_as(person(inviter)):
        if administrator:
            assert invitations.invite_to_join(organisation=firm, role="enterprise")
        else:
            with pytest.raises(NotAllowed):
                invitations.invite_to_join(organisation=firm, role="enterprise")


def test_operator_hands_out_only_own_industries(app: Flask) -> None:
    house = make_organisation(kind="operator")
    inviter = make_user(role="operator", organisation=house, administrator=True,
                        industries=["steel"])
    with acting_as(person(inviter)):
        with pytest.raises(NotAllowed):
            invitations.invite_to_join(organisation=house, role="operator",
                                       industries=["biopharma"])
        with pytest.raises(InvalidInput):
            invitations.invite_to_join(organisation=house, role="operator")
        slip = invitations.invite_to_join(organisation=house, role="operator",
                                          industries=["steel"])
    assert slip.invitation.industries == ["steel"]


@pytest.mark.parametrize("other", ["city_admin", "operator", "security_admin"])
def test_nobody_gains_a_role_by_recovering_another_account(officer: User, other: str) -> None:
    """Whoever holds a role beyond the officer's reach is out of it altogether."""
    firm = make_organisation()
    target = make_user(role="enterprise", organisation=firm)
    helped = make_user(role="enterprise", organisation=firm)
    office = make_organisation(kind="agency")
    with transaction() as session:
        session.add(Membership(user_id=target.id, organisation_id=office.id, role=other,
                               created_at=now(), industries=["steel"]))
    with acting_as(person(officer)):
        assert person_to_help(helped.id)
        with pytest.raises(NotFound):
            person_to_help(target.id)
        with pytest.raises(NotFound):
            invitations.renew(user=target)
        assert [u.id for u in people_to_help("user")] == [helped.id]


def test_officer_finds_organisations_of_the_district_only(officer: User) -> None:
    mine = make_organisation(district_code="370102")
    make_organisation(district_code="370103")
    make_organisation(district_code=None)
    with acting_as(person(officer)):
        assert [o.id for o in organisations_to_invite_to()] == [mine.id]
        assert [o.id for o in organisations_to_invite_to(mine.name.zh)] == [mine.id]
        assert organisations_to_invite_to("没有这家") == []


def test_withdrawn_invitation_opens_nothing(officer: User) -> None:
    slip = slip_for(officer)
    with acting_as(person(make_user(role="city_admin"))), pytest.raises(NotFound):
        invitations.withdraw(invitation=slip.invitation)
    with acting_as(person(officer)):
        invitations.withdraw(invitation=slip.invitation)
    with pytest.raises(NotFound):
        invitation_by(slip.secret)


# --- What became of whoever gave it --------------------------------------------------------------


@pytest.mark.parametrize("lost", ["left", "closed", "administration", None])
def test_invitation_ends_with_the_role_of_whoever_gave_it(app: Flask, lost: str | None) -> None:
    """Otherwise an administrator who was removed would come back by a link of their own."""
    firm = make_organisation()
    giver = make_user(role="enterprise", organisation=firm, administrator=True)
    with acting_as(person(giver)):
        slip = invitations.invite_to_join(organisation=firm, role="enterprise", administrator=True)
        first = invitations.invite_person(organisation=firm, role="enterprise", name="王明")
    with transaction():
        hat = giver.memberships[0]
        hat.state = "left" if lost == "left" else "active"
        hat.administrator = lost != "administration"
        giver.active = lost != "closed"
    guest = make_user()

    def take_up() -> None:
        with acting_as(person(guest)):
            invitations.join(invitation_id=slip.invitation.id, user=guest)

    def activate() -> None:
        invitations.accept(invitation_id=first.invitation.id, password=STRONG, consent=True)

    for take in (take_up, activate):
        if lost is None:
            take()
        else:
            with pytest.raises(NotFound, match="Ask whoever gave it"):
                take()
    assert len(active_memberships(guest.id)) == (lost is None)


def test_slip_opens_no_account_that_has_gained_more_since(officer: User) -> None:
    """The officer kept the code; the person has become security administrator meanwhile."""
    target = make_user(role="enterprise", organisation=make_organisation())
    with acting_as(person(officer)):
        slip = invitations.renew(user=target)
    with transaction() as session:
        session.add(Membership(user_id=target.id, organisation=make_organisation(kind="agency"),
                               role="security_admin", created_at=now()))
    with pytest.raises(NotFound):
        invitations.accept(invitation_id=slip.invitation.id, password=STRONG, consent=True)
