"""Reads of organisations and people, and how far each role reaches among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload

from marketplace.accounts.codes import hashed
from marketplace.accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    SecondFactorDemand,
    SignInSession,
    User,
)
from marketplace.accounts.numbers import mobile
from marketplace.accounts.roles import OF_THE_FIELD
from marketplace.core.access import Person, current_person, reach, scoped
from marketplace.core.clock import now
from marketplace.core.database import db
from marketplace.core.errors import NotFound, must_exist

Own = TypeVar("Own", SignInSession, ApiToken)
OVER = "This invitation has been used or has expired. Ask whoever gave it to you for a new one."
SESSION_LIVES = timedelta(days=30)
"""A browser not used for so long has to sign in again."""


@scoped(Organisation, "organisation")
def _own_organisation(person: Person) -> ColumnElement[bool]:
    return Organisation.id == person.organisation_id


@scoped(Organisation, "district")
def _organisations_of_district(person: Person) -> ColumnElement[bool]:
    if person.district is None:
        return false()
    return Organisation.district_code == person.district


@scoped(Organisation, "industries")
def _organisations_of_industries(person: Person) -> ColumnElement[bool]:
    """Those of the operator's industries, and those that named none yet."""
    return Organisation.industry.in_(person.industries) | Organisation.industry.is_(None)


@scoped(Membership, "organisation")
def _memberships_of_organisation(person: Person) -> ColumnElement[bool]:
    return Membership.organisation_id == person.organisation_id


@scoped(Membership, "self")
def _own_memberships(person: Person) -> ColumnElement[bool]:
    return Membership.user_id == person.user_id


@scoped(User, "self")
def _own_account(person: Person) -> ColumnElement[bool]:
    return User.id == person.user_id


# --- Accounts, sessions, tokens ------------------------------------------------------------------


def _active(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Accounts with an active membership that fulfils `condition`."""
    return exists().where(Membership.user_id == User.id, Membership.state == "active",
                          Membership.organisation_id == Organisation.id, condition)


def _only(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Accounts all of whose active memberships fulfil `condition`, and that have one.

    Whoever may open somebody's account again gets no further than their own reach with it.
    """
    return _active(condition) & ~_active(~condition)


_of_the_field = Membership.role.in_(OF_THE_FIELD) & Organisation.kind.in_(
    (*OF_THE_FIELD, "chain_leader"))


@scoped(User, "organisation")
def _people_of_organisation(person: Person) -> ColumnElement[bool]:
    """An organisation's administrator: colleagues who hold the same role there and no other."""
    if not person.administrator:
        return false()
    return _only((Membership.organisation_id == person.organisation_id)
                 & (Membership.role == person.role))


@scoped(User, "district")
def _people_of_district(person: Person) -> ColumnElement[bool]:
    if person.district is None:
        return false()
    return _only(_of_the_field & func.coalesce(Organisation.district_code == person.district,
                                               false()))


@scoped(User, "industries")
def _people_of_industries(person: Person) -> ColumnElement[bool]:
    return _only(_of_the_field & func.coalesce(_organisations_of_industries(person), false()))


@scoped(SignInSession, "self")
def _own_sessions(person: Person) -> ColumnElement[bool]:
    return SignInSession.user_id == person.user_id


@scoped(ApiToken, "self")
def _own_tokens(person: Person) -> ColumnElement[bool]:
    return ApiToken.user_id == person.user_id


@scoped(Invitation, "self")
def _own_invitations(person: Person) -> ColumnElement[bool]:
    """Those the person issued."""
    return Invitation.issued_by == person.actor


def sessions() -> Sequence[SignInSession]:
    """The browsers in which the current person is signed in, the latest used first."""
    return db.session.scalars(select(SignInSession).where(
        reach("account.own", SignInSession), SignInSession.revoked_at.is_(None),
        SignInSession.seen_at > now() - SESSION_LIVES)
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())).all()


def tokens() -> Sequence[ApiToken]:
    """The current person's API tokens that still open something, the newest first."""
    return db.session.scalars(select(ApiToken).where(
        reach("account.own", ApiToken), ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > now()).order_by(ApiToken.id.desc())).all()


def account_of(person: Person) -> User:
    """The current person's account. Raises `NotFound` for nobody."""
    return must_exist(db.session.get(User, person.user_id) if person.user_id else None)


def own(model: type[Own], row_id: int) -> Own:
    """One of the person's own sessions or tokens. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(model).where(
        model.id == row_id, reach("account.own", model))))


# --- Invitations ---------------------------------------------------------------------------------


def _live() -> ColumnElement[bool]:
    return and_(Invitation.used_at.is_(None), Invitation.expires_at > now())


def invitation_by(secret: str) -> Invitation:
    """The invitation a link leads to. Raises `NotFound` for one that is over or never was."""
    return _open(Invitation.token == hashed(secret))


def open_invitation(invitation_id: int) -> Invitation:
    """An invitation that still opens something. Raises `NotFound` otherwise."""
    return _open(Invitation.id == invitation_id)


def _open(condition: ColumnElement[bool]) -> Invitation:
    found = db.session.scalar(select(Invitation).options(
        joinedload(Invitation.user), joinedload(Invitation.organisation)).where(
            condition, _live()))
    if found is None or (found.user is not None and not found.user.active):
        raise NotFound(OVER)
    return found


def live_invitation_of(user_id: int) -> Invitation | None:
    """The latest invitation that activates or recovers this account; none for a closed one."""
    return db.session.scalar(select(Invitation).where(
        Invitation.user_id == user_id, Invitation.kind != "join", _live(),
        Invitation.user.has(User.active))
        .order_by(Invitation.id.desc()).limit(1))


def issued_invitations(limit: int = 100) -> Sequence[Invitation]:
    """Those the current person issued, the newest first."""
    return db.session.scalars(select(Invitation).options(
        joinedload(Invitation.user), joinedload(Invitation.organisation)).where(
            Invitation.issued_by == current_person().actor)
        .order_by(Invitation.id.desc()).limit(limit)).all()


def organisations_to_invite_to(words: str = "", limit: int = 20) -> Sequence[Organisation]:
    """Organisations into which the current person may invite, found by a part of the name."""
    name = cast(Organisation.name, String)
    condition = name.contains(words, autoescape=True) | (Organisation.credit_code == words)
    return db.session.scalars(select(Organisation).where(
        reach("invitation.issue", Organisation), Organisation.deactivated_at.is_(None),
        condition if words else true()).order_by(Organisation.id).limit(limit)).all()


def people_to_help(words: str, limit: int = 20) -> Sequence[User]:
    """Accounts the current person may give a new slip, by a part of name or user name, or by the
    whole mobile number."""
    if not words:
        return []
    return db.session.scalars(select(User).where(
        reach("invitation.renew", User), User.active, User.erased_at.is_(None),
        or_(User.name.contains(words, autoescape=True), User.phone == (mobile(words) or ""),
            User.username.contains(words.lower(), autoescape=True)))
        .order_by(User.username).limit(limit)).all()


def people_of(organisation: Organisation, limit: int = 500) -> Sequence[User]:
    """People of an organisation whom the current person may give a new slip."""
    return db.session.scalars(select(User).where(
        reach("invitation.renew", User), User.active, User.memberships.any(
            (Membership.organisation_id == organisation.id) & (Membership.state == "active")))
        .order_by(User.username).limit(limit)).all()


def demanded_roles() -> dict[str, SecondFactorDemand]:
    """The roles whose people must use a second factor."""
    return {d.role: d for d in db.session.scalars(select(SecondFactorDemand))}


def organisation_to_invite_to(organisation_id: int) -> Organisation:
    """Raises `NotFound` for one out of reach."""
    return must_exist(db.session.scalar(select(Organisation).where(
        Organisation.id == organisation_id, reach("invitation.issue", Organisation),
        Organisation.deactivated_at.is_(None))))


def person_to_help(user_id: int) -> User:
    """Raises `NotFound` for an account out of reach."""
    return must_exist(db.session.scalar(select(User).where(
        User.id == user_id, reach("invitation.renew", User), User.active)))


def issued_invitation(invitation_id: int) -> Invitation:
    """Raises `NotFound` for one that somebody else issued."""
    return must_exist(db.session.scalar(select(Invitation).where(
        Invitation.id == invitation_id, reach("invitation.withdraw", Invitation))))
