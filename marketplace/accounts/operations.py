"""Accounts of people and the roles they hold: making, changing, closing, one function a verb."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import func, select, update

from marketplace.accounts import account_events as events
from marketplace.accounts.models import ApiToken, Membership, Organisation, SignInSession, User
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.accounts.roles import BOUND_TO_INDUSTRIES, check_binding, check_grant
from marketplace.accounts.schemas import PersonSchema, load
from marketplace.accounts.taken_addresses import ADDRESSES, ask_with_patience, note_taken
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotAllowed

KEPT_TRACE = ("name", "username", "phone", "email", "language")
"""What of an account the audit trail shows before and after a change."""


def new_account(*, name: str, phone: str | None = None, username: str = "",
                email: str | None = None, password: str = "", sample: bool = False) -> User:
    """A new account inside the caller's transaction; without a password it waits for activation.

    Without a user name one is made from the name. Raises `InvalidInput` for what is not valid or
    belongs to another account.
    """
    given = load(PersonSchema(), {"name": name, "phone": phone or "", "email": email or "",
                                  "username": username or _free_username(name)})
    _require_free(given)
    user = User(**given, password=password, active=True, sample=sample, created_at=now(),
                fs_uniquifier=secrets.token_hex(32))
    db.session.add(user)
    db.session.flush()
    return user


def _free_username(name: str) -> str:
    stem = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:40] or "user"
    stem = stem if len(stem) > 2 else f"user{stem}"
    taken = set(db.session.scalars(select(User.username).where(
        User.username.startswith(stem, autoescape=True))))
    return next(n for n in (stem, *(f"{stem}{i}" for i in range(2, len(taken) + 3)))
                if n not in taken)


def _require_free(given: dict[str, Any], own_id: int = 0) -> None:
    taken = tuple(
        FieldError(field, given[field], remedy) for field, remedy in (
            ("username", "choose another user name, this one is taken"),
            ("phone", "this mobile number belongs to another account: sign in "
             "with that one, or ask the security administrator if it is yours"),
            ("email", "this e-mail address belongs to another account: sign in "
             "with that one, or ask the security administrator if it is yours"))
        if given.get(field) and db.session.scalar(select(User.id).where(
            func.lower(getattr(User, field)) == given[field].lower(), User.id != own_id)))
    if taken:
        raise InvalidInput("Somebody else has this already.", errors=taken)


def create_person(*, name: str, phone: str = "", username: str = "", email: str = "",
                  password: str = "") -> User:
    """A new account by the security administrator. `password` is a hash."""
    with transaction() as session:
        allow("user.manage")
        user = new_account(name=name, phone=phone, username=username, email=email,
                           password=password)
        record(session, actor=current_person().actor, action="user.create",
               subject=f"user:{user.id}", details={"username": user.username})
    return user


def change_account(*, user: User, **changes: str) -> None:
    """A person changes name, mobile number, e-mail or language."""
    allow("account.own", user)
    given = load(PersonSchema(partial=True), changes)
    ask_with_patience({f: given[f] for f in ADDRESSES if given.get(f) != getattr(user, f)
                       and f in given})
    try:
        _write(user, given)
    except InvalidInput as problem:
        note_taken(problem)
        raise


def _write(user: User, given: dict[str, Any]) -> None:
    with transaction() as session:
        _require_free(given, user.id)
        before = {k: getattr(user, k) for k in KEPT_TRACE}
        for field, value in given.items():
            setattr(user, field, value)
        changed = [k for k in KEPT_TRACE if getattr(user, k) != before[k]]
        if changed:
            record(session, actor=current_person().actor, action="account.change",
                   subject=f"user:{user.id}", details={
                       "before": {k: before[k] for k in changed},
                       "after": {k: getattr(user, k) for k in changed}})


def agree_to_terms(*, user: User) -> None:
    """A person agrees to the privacy terms in force."""
    with transaction() as session:
        allow("account.own", user)
        user.consent_version, user.consent_at = PRIVACY_VERSION, now()
        record(session, actor=current_person().actor, action="account.consent",
               subject=f"user:{user.id}", details={"consent": PRIVACY_VERSION})


def end_access(user_id: int, *, keep_session: int = 0, tokens: bool = True) -> None:
    """Every browser (but one) is signed out and every API token ends, in the caller's
    transaction."""
    ends = {"revoked_at": now()}
    db.session.execute(update(SignInSession).where(
        SignInSession.user_id == user_id, SignInSession.revoked_at.is_(None),
        SignInSession.id != keep_session).values(**ends))
    if tokens:
        db.session.execute(update(ApiToken).where(
            ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(**ends))


def deactivate_person(*, user: User) -> None:
    """Close an account; what it did stays on record."""
    with transaction() as session:
        allow("user.manage", user)
        if not user.active:
            raise Conflict("This account is closed already.")
        _keep_an_administrator(user)
        user.active = False
        end_access(user.id)
        record(session, actor=current_person().actor, action="user.deactivate",
               subject=f"user:{user.id}", details={"username": user.username})


def reactivate_person(*, user: User) -> None:
    """Open a closed account again; an erased one stays closed."""
    with transaction() as session:
        allow("user.manage", user)
        if user.active or user.erased_at:
            raise Conflict("This account is open already, or was erased.")
        user.active, user.failed_sign_ins, user.locked_until = True, 0, None
        record(session, actor=current_person().actor, action="user.reactivate",
               subject=f"user:{user.id}", details={"username": user.username})


def give_role(*, user: User, organisation: Organisation, role: str, administrator: bool = False,
              industries: Sequence[str] = (), district: str | None = None) -> Membership:
    """Give a person a role in an organisation, or change what it is bound to."""
    with transaction() as session:
        allow("user.manage", user)
        if user.id == current_person().user_id:
            raise NotAllowed("Nobody gives a role to themselves; ask another security "
                             "administrator.")
        check_grant(current_person(), organisation, role)
        membership = put_on(user, organisation, role, administrator, industries, district)
        record(session, actor=current_person().actor, action="user.role_add",
               subject=f"user:{user.id}", details={
                   "role": role, "organisation": organisation.slug,
                   "administrator": administrator, "industries": list(industries),
                   "district": district})
        session.flush()
        events.role_given.send(membership=membership)
    return membership


def put_on(user: User, organisation: Organisation, role: str, administrator: bool = False,
           industries: Sequence[str] = (), district: str | None = None) -> Membership:
    """The membership itself, in the caller's transaction and after its checks of permission.

    A membership that was refused or left becomes active again.
    """
    check_binding(role, industries, district)
    membership = db.session.scalar(select(Membership).where(
        Membership.user_id == user.id, Membership.organisation_id == organisation.id,
        Membership.role == role))
    if membership is None:
        membership = Membership(user=user, organisation=organisation, role=role, created_at=now())
        db.session.add(membership)
    membership.state, membership.administrator = "active", administrator
    membership.industries = list(industries) if role in BOUND_TO_INDUSTRIES else []
    membership.district_code = district if role == "district_officer" else None
    membership.decided_at, membership.decided_by = now(), current_person().actor
    db.session.flush()
    return membership


def take_role(*, membership: Membership) -> None:
    """Take a role from a person; the membership stays on record as left."""
    with transaction() as session:
        allow("user.manage", membership.user)
        if membership.state != "active":
            raise Conflict("The person does not hold this role.")
        _keep_an_administrator(membership.user, membership)
        leave(membership)
        record(session, actor=current_person().actor, action="user.role_remove",
               subject=f"user:{membership.user_id}", details={
                   "role": membership.role, "organisation": membership.organisation.slug})
        session.flush()
        events.role_taken.send(membership=membership)


def leave(membership: Membership) -> None:
    """The membership ends, with the API tokens that act for it; in the caller's transaction."""
    membership.state, membership.administrator = "left", False
    membership.decided_at, membership.decided_by = now(), current_person().actor
    db.session.execute(update(ApiToken).where(
        ApiToken.membership_id == membership.id, ApiToken.revoked_at.is_(None)).values(
            revoked_at=now()))


def _keep_an_administrator(user: User, membership: Membership | None = None) -> None:
    """Somebody must be able to give roles: the last security administrator stays."""
    others = select(Membership.id).join(User).where(
        Membership.role == "security_admin", Membership.state == "active", User.active,
        User.id != user.id)
    held = [m for m in user.memberships if m.role == "security_admin" and m.state == "active"
            and membership in (None, m)]
    if held and db.session.scalar(others.limit(1)) is None:
        raise Conflict("This is the last security administrator. Name another one first.")
