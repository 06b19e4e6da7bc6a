"""Browsers that are signed in: opening, ending, the hat worn in each, and the password."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.accounts.codes import hashed
from marketplace.accounts.guessed_names import forget
from marketplace.accounts.hashing import hashed_password, password_fits
from marketplace.accounts.known_browsers import name_of_browser
from marketplace.accounts.models import Membership, SignInSession, User
from marketplace.accounts.operations import end_access
from marketplace.accounts.passwords import check_password, normalised
from marketplace.accounts.pauses import wait_for
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import FieldError, InvalidInput, NotFound


def open_session(*, user: User, secret: str, browser: str, address: str) -> SignInSession:
    """Remember a browser that has just signed in; wrong tries before are forgiven."""
    with transaction() as session:
        found = SignInSession(token=hashed(secret), user_id=user.id, browser=browser[:200],
                              address=address[:45], created_at=now(), seen_at=now())
        session.add(found)
        known = name_of_browser(user.id)
        if known:
            forget(known)
        session.execute(update(User).where(User.id == user.id, User.failed_sign_ins > 0).values(
            failed_sign_ins=0, locked_until=None))
    return found


def close_session(*, secret: str) -> None:
    """The browser signed out."""
    with transaction() as session:
        session.execute(update(SignInSession).where(
            SignInSession.token == hashed(secret), SignInSession.revoked_at.is_(None)).values(
                revoked_at=now()))


def revoke_session(*, found: SignInSession) -> None:
    """Sign one of the person's other browsers out."""
    with transaction() as session:
        allow("account.own", found)
        if found.revoked_at is None:
            found.revoked_at = now()
            record(session, actor=current_person().actor, action="account.session_end",
                   subject=f"session:{found.id}")


def revoke_others(*, user: User, keep_session: int) -> None:
    """Sign all browsers out but this one."""
    with transaction() as session:
        allow("account.own", user)
        end_access(user.id, keep_session=keep_session, tokens=False)
        record(session, actor=current_person().actor, action="account.sessions_end",
               subject=f"user:{user.id}")


def choose_hat(*, session_id: int, membership_id: int) -> Membership:
    """Put on another of one's hats, in this browser only. Raises `NotFound` for another's."""
    with transaction() as session:
        person = current_person()
        if membership_id not in dict(person.roles):
            raise NotFound("You do not hold this role.")
        membership = session.get_one(Membership, membership_id)
        session.execute(update(SignInSession).where(
            SignInSession.id == session_id, SignInSession.user_id == person.user_id).values(
                membership_id=membership_id))
        record(session, actor=person.actor, action="account.switch_role",
               subject=f"membership:{membership_id}", details={
                   "before": person.role, "after": membership.role,
                   "organisation": membership.organisation.slug})
    return membership


def change_password(*, user: User, present: str, wanted: str, keep_session: int) -> None:
    """Change one's own password; every other browser has to sign in anew.

    Raises `InvalidInput` at `present` or `password`. Wrong tries count as at the sign-in.
    """
    allow("account.own", user)
    minutes = user.minutes_locked()
    if minutes:
        raise _wrong(wait_for(minutes))
    if not password_fits(normalised(present), user.password):
        user.track_failed_authn("password")
        raise _wrong("this is not your present password")
    hash_ = hashed_password(check_password(
        wanted, own=(user.name, user.username, user.phone or "")))
    with transaction() as session:
        user.password, user.failed_sign_ins, user.locked_until = hash_, 0, None
        end_access(user.id, keep_session=keep_session, tokens=False)
        record(session, actor=current_person().actor, action="account.password",
               subject=f"user:{user.id}")


def _wrong(remedy: str) -> InvalidInput:
    return InvalidInput("The password was not changed.",
                        errors=(FieldError("present", "", remedy),))
