"""Reads of accounts for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Membership, Organisation, SignInSession, User
from marketplace.accounts.numbers import mobile
from marketplace.core.access import reach
from marketplace.core.database import db
from marketplace.core.errors import must_exist

PAGE = 50
SEPARATE = ("system_admin", "security_admin", "audit_admin")
"""Roles that are meant to lie in different hands."""


def users(*, words: str = "", role: str = "", after: str = "", size: int = PAGE) -> Sequence[User]:
    """One more than a page of accounts in order of user name, from behind `after`."""
    query = select(User).where(reach("user.read", User)).options(
        selectinload(User.memberships).joinedload(Membership.organisation))
    if words:
        query = query.where(or_(
            User.name.contains(words, autoescape=True), User.phone == (mobile(words) or ""),
            User.username.contains(words.lower(), autoescape=True)))
    if role:
        query = query.where(exists().where(
            Membership.user_id == User.id, Membership.role == role, Membership.state == "active"))
    if after:
        query = query.where(User.username > after)
    return db.session.scalars(query.order_by(User.username).limit(size + 1)).all()


def user(user_id: int) -> User:
    """An account with its memberships. Raises `NotFound` for one that is not there."""
    return must_exist(db.session.scalar(
        select(User).where(User.id == user_id, reach("user.read", User)).options(
            selectinload(User.memberships).joinedload(Membership.organisation))))


def membership(membership_id: int) -> Membership:
    """Raises `NotFound` for one that is not there."""
    return must_exist(db.session.scalar(
        select(Membership).where(Membership.id == membership_id, reach("user.manage", Membership))
        .options(joinedload(Membership.user), joinedload(Membership.organisation))))


def organisation(word: str) -> Organisation | None:
    """The organisation with this credit code, short name or whole name; None when no single one
    has it."""
    found = db.session.scalars(select(Organisation).where(
        or_(Organisation.credit_code == word.upper(), Organisation.slug == word,
            cast(Organisation.name, String).contains(f'"{word}"', autoescape=True)),
        Organisation.deactivated_at.is_(None)).limit(2)).all() if word else ()
    return found[0] if len(found) == 1 else None


def open_sessions(user_id: int) -> int:
    """How many browsers are signed in for this account."""
    return db.session.scalar(select(func.count()).select_from(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None))) or 0


def active_roles(found: User) -> list[str]:
    return [m.role for m in found.memberships if m.state == "active"]


def hands_together(found: User) -> list[str]:
    """The separate administrations that lie in this one hand, when they are more than one."""
    held = [role for role in SEPARATE if role in active_roles(found)]
    return held if len(held) > 1 else []


def left_alone(found: User) -> list[tuple[Organisation, int]]:
    """Organisations in which nobody else administers, with how many people would stay there or
    wait for an answer."""
    counted = []
    for own in found.memberships:
        if own.state != "active" or not own.administrator:
            continue
        others = db.session.scalars(select(Membership).join(User).where(
            Membership.organisation_id == own.organisation_id, User.active,
            Membership.state.in_(("active", "asked")), Membership.user_id != found.id)).all()
        if others and not any(m.administrator and m.state == "active" for m in others):
            counted.append((own.organisation, len({m.user_id for m in others})))
    return counted


def looked_after_alone(found: User) -> list[Membership]:
    """The roles of an operator or officer whose industry or district nobody else looks after, each
    once: what is due there would stay undone."""
    return [own for own in found.memberships if own.state == "active" and any(
        not _others_look_after(own, condition) for condition in _fields(own))]


def _fields(own: Membership) -> list[ColumnElement[bool]]:
    if own.role == "operator":
        return [cast(Membership.industries, String).contains(f'"{code}"')
                for code in own.industries]
    if own.role == "district_officer":
        return [Membership.district_code == own.district_code]
    return []


def _others_look_after(own: Membership, condition: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(Membership.id).join(User).where(
        Membership.role == own.role, Membership.state == "active", User.active,
        Membership.user_id != own.user_id, condition).limit(1)) is not None
