"""Invitations: a personal way in by link, QR or six-digit code, that works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from marketplace.accounts.account_events import invited
from marketplace.accounts.codes import code_hash, hashed, new_code, new_secret
from marketplace.accounts.guard import active_memberships, person_of
from marketplace.accounts.hashing import hashed_password
from marketplace.accounts.identity import find_user
from marketplace.accounts.models import Invitation, Membership, Organisation, User
from marketplace.accounts.numbers import mobile
from marketplace.accounts.operations import end_access, new_account, put_on
from marketplace.accounts.passwords import check_password
from marketplace.accounts.privacy import PRIVACY_VERSION
from marketplace.accounts.queries import OVER, live_invitation_of, open_invitation
from marketplace.accounts.roles import BOUND_TO_INDUSTRIES, check_binding, check_grant
from marketplace.accounts.taken_addresses import (
    MOST_TRIES,
    ask_with_patience,
    count_answer,
    note_taken,
    spend_try,
)
from marketplace.core.access import Person, acting_as, allow, current_person, may
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    MarketplaceError,
    NotAllowed,
    NotFound,
)

LIVES = {"activate": timedelta(days=14), "join": timedelta(days=14), "recover": timedelta(days=2)}


@dataclass(frozen=True, slots=True)
class Slip:
    """What is given to the person, and can be shown this once: the link's secret and the code."""

    invitation: Invitation
    secret: str
    code: str


def _issue(kind: str, *, user: User | None = None, organisation: Organisation | None = None,
           role: str | None = None, administrator: bool = False, industries: Sequence[str] = (),
           district: str | None = None) -> Slip:
    """A new invitation in the caller's transaction; older ones of the same person end."""
    if user is not None and kind != "join":
        db.session.execute(update(Invitation).where(
            Invitation.user_id == user.id, Invitation.used_at.is_(None),
            Invitation.kind != "join").values(expires_at=now()))
    secret, code = new_secret(), new_code()
    token = hashed(secret)
    invitation = Invitation(
        kind=kind, token=token, code=code_hash(code, token), user=user, organisation=organisation,
        role=role, administrator=administrator, industries=list(industries),
        district_code=district, issued_by=current_person().actor, created_at=now(),
        expires_at=now() + LIVES[kind])
    db.session.add(invitation)
    db.session.flush()
    record(db.session, actor=current_person().actor, action=f"invitation.{kind}",
           subject=f"invitation:{invitation.id}", details={
               "user": user.username if user else None, "role": role,
               "organisation": organisation.slug if organisation else None})
    return Slip(invitation, secret, code)


def invite_person(*, organisation: Organisation, role: str, name: str, phone: str = "",
                  username: str = "", email: str = "", administrator: bool = False,
                  industries: Sequence[str] = (), district: str | None = None) -> Slip:
    """Make an account in an organisation for somebody, to be activated by its slip.

    Somebody whose mobile number has an account already is asked to join instead: an invitation
    never opens an account that is in use.
    """
    allow("invitation.issue", organisation)
    _check(organisation, role, industries, district)
    bounds: dict[str, Any] = {"organisation": organisation, "role": role,
                              "administrator": administrator, "industries": industries,
                              "district": district}
    ask_with_patience({"phone": mobile(phone), "email": email})
    try:
        with transaction():
            known = find_user(phone) if mobile(phone) else None
            if known is not None:
                count_answer(known, "phone")
                slip = _issue("join", user=known, **bounds)
                invited.send(invitation=slip.invitation, by=current_person().name)
                return slip
            user = new_account(name=name, phone=phone, username=username, email=email)
            put_on(user, **bounds)
            return _issue("activate", user=user, organisation=organisation, role=role,
                          administrator=administrator)
    except InvalidInput as problem:
        note_taken(problem)
        raise


def invite_to_join(*, organisation: Organisation, role: str, administrator: bool = False,
                   industries: Sequence[str] = (), district: str | None = None) -> Slip:
    """A link by which one person, with or without an account, joins in a role."""
    with transaction():
        allow("invitation.issue", organisation)
        _check(organisation, role, industries, district)
        return _issue("join", organisation=organisation, role=role, administrator=administrator,
                      industries=industries, district=district)


def _check(organisation: Organisation, role: str, industries: Sequence[str],
           district: str | None) -> None:
    if organisation.deactivated_at is not None:
        raise Conflict("This organisation has been deactivated.")
    check_grant(current_person(), organisation, role)
    check_binding(role, industries, district)
    person = current_person()
    if role in BOUND_TO_INDUSTRIES and person.role == role and set(industries) - person.industries:
        raise NotAllowed("You can hand out only the industries you run.")


def renew(*, user: User) -> Slip:
    """A new slip for somebody who lost theirs, or forgot the password."""
    with transaction():
        allow("invitation.renew", user)
        if not user.active:
            raise Conflict("This account is closed.")
        return _issue("recover" if user.password else "activate", user=user)


def withdraw(*, invitation: Invitation) -> None:
    """An invitation that was given in error ends."""
    with transaction() as session:
        allow("invitation.withdraw", invitation)
        if invitation.used_at is not None:
            raise Conflict("This invitation has been used already.")
        invitation.expires_at = now()
        record(session, actor=current_person().actor, action="invitation.withdraw",
               subject=f"invitation:{invitation.id}")


def try_code(*, identity: str, code: str) -> Invitation:
    """The live invitation of a user name or mobile number and a six-digit code.

    Raises `InvalidInput` whatever does not fit, in the same words; `MOST_TRIES` wrong codes void
    the invitation.
    """
    digits = "".join(c for c in code if c.isdecimal())
    with transaction():
        user = find_user(identity)
        found = live_invitation_of(user.id) if user else None
        if found is not None and found.attempts < MOST_TRIES:
            if found.code == code_hash(digits, found.token):
                return found
            found.attempts += 1
    raise InvalidInput("The code does not open anything.", errors=(FieldError(
        "code", code, "look at name and code once more; after 5 wrong codes, 14 days or first use "
        "a slip is void: ask for a new one"),))


def _require_vouched(invitation: Invitation) -> None:
    """Whoever gave an invitation must still be able to give it: it ends with their role, and when
    the person has come to hold more than they may open. Commands have nobody behind them."""
    issuer = db.session.scalar(select(User).where(User.username == invitation.issued_by))
    if issuer is None:
        return
    hats = active_memberships(issuer.id) if issuer.active else []
    if not any(_vouches(person_of(issuer, hat, hats), invitation) for hat in hats):
        raise NotFound(OVER)


def _vouches(issuer: Person, invitation: Invitation) -> bool:
    organisation, role, user = invitation.organisation, invitation.role, invitation.user
    gained = user is not None and invitation.kind != "join" and any(
        (m.organisation_id, m.role) != (invitation.organisation_id, role)
        for m in active_memberships(user.id))
    with acting_as(issuer):
        if organisation is None or role is None or gained:
            return user is not None and may("invitation.renew", user)
        try:
            allow("invitation.issue", organisation)
            check_grant(issuer, organisation, role)
        except MarketplaceError:
            return False
        return True


def accept(*, invitation_id: int, password: str, consent: bool) -> User:
    """Activate or recover an account: set its password, keep the consent, sign others out."""
    invitation = open_invitation(invitation_id)
    user = invitation.user
    if user is None or invitation.kind == "join":
        raise Conflict("This invitation asks to join an organisation.")
    _need_consent(consent or user.consent_version == PRIVACY_VERSION)
    hash_ = hashed_password(check_password(
        password, own=(user.name, user.username, user.phone or "")))
    with transaction() as session:
        invitation = open_invitation(invitation_id)
        _require_vouched(invitation)
        invitation.used_at = now()
        user.password, user.failed_sign_ins, user.locked_until = hash_, 0, None
        _consent(user)
        end_access(user.id, tokens=False)
        record(session, actor=user.username, action=f"account.{invitation.kind}",
               subject=f"user:{user.id}", details={"consent": PRIVACY_VERSION})
    return user


def _need_consent(given: bool) -> None:
    if not given:
        raise InvalidInput("Consent is needed.", errors=(FieldError(
            "consent", "", "read the privacy terms and agree to them"),))


def _consent(user: User) -> None:
    if user.consent_version != PRIVACY_VERSION:
        user.consent_version, user.consent_at = PRIVACY_VERSION, now()


def join(*, invitation_id: int, user: User) -> Membership:
    """The person who is signed in takes up an invitation to join an organisation."""
    with transaction():
        allow("account.own", user)
        return _join(open_invitation(invitation_id), user)


def _join(invitation: Invitation, user: User) -> Membership:
    organisation = invitation.organisation
    if invitation.kind != "join" or organisation is None or invitation.role is None:
        raise Conflict("This invitation opens an account.")
    if invitation.user_id not in (None, user.id):
        raise NotAllowed("This invitation is for somebody else. Sign in as the person it names.")
    if organisation.deactivated_at is not None:
        raise Conflict("This organisation has been deactivated.")
    _require_vouched(invitation)
    invitation.used_at, invitation.user_id = now(), user.id
    membership = put_on(user, organisation, invitation.role, invitation.administrator,
                        invitation.industries, invitation.district_code)
    membership.decided_by = invitation.issued_by
    record(db.session, actor=user.username, action="membership.join",
           subject=f"membership:{membership.id}", details={
               "organisation": organisation.slug, "role": invitation.role,
               "invited_by": invitation.issued_by})
    return membership


def join_with_new_account(*, invitation_id: int, name: str, phone: str, username: str,
                          password: str, consent: bool) -> User:
    """Somebody without an account takes up an invitation to join."""
    invitation = open_invitation(invitation_id)
    if invitation.user_id is not None:
        raise NotAllowed("This invitation is for somebody else. Sign in as the person it names.")
    _need_consent(consent)
    hash_ = hashed_password(check_password(password, own=(name, username, mobile(phone) or "")))
    try:
        with transaction() as session:
            user = new_account(name=name, phone=phone, username=username, password=hash_)
            _consent(user)
            _join(open_invitation(invitation_id), user)
            record(session, actor=user.username, action="account.activate",
                   subject=f"user:{user.id}", details={"consent": PRIVACY_VERSION})
    except InvalidInput as problem:
        if note_taken(problem):
            spend_try(open_invitation(invitation_id))
        raise
    return user
