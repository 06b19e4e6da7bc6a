"""Whoever enters a mobile number or e-mail address that belongs to somebody else learns that it is
known here. It is needed for honest mistakes; so that nobody can ask number after number, an account
gets few such answers a day, each stands in the audit trail, and the owner is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from marketplace.accounts import account_events as events
from marketplace.accounts.guessed_names import track_guess, tries_at
from marketplace.accounts.models import Invitation, User
from marketplace.core.access import current_person, may, rules
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import FieldError, InvalidInput

ANSWERS_A_DAY = 5
"""How many addresses of others an account may enter before it has to wait for a day."""
MOST_TRIES = 5
"""Wrong codes, or numbers of others, after which an invitation is void."""
ADDRESSES = ("phone", "email")


def _counted() -> bool:
    """Officers, operators and the security administrator look after other people's accounts."""
    return rules()["invitation.issue"].roles.get(current_person().role) not in (
        "all", "district", "industries")


def _askings() -> str:
    return f"addresses of others, asked by {current_person().user_id}"


def ask_with_patience(addresses: Mapping[str, str | None]) -> None:
    """Raises `InvalidInput` at what is to be entered, for an account that has entered too many
    addresses of others."""
    for field, value in addresses.items():
        if value and _counted() and tries_at(_askings()) >= ANSWERS_A_DAY:
            raise InvalidInput("Too many addresses of others.", errors=(FieldError(
                field, value, "you have entered too many that belong to others; try again "
                "tomorrow, or ask the security administrator"),))


def note_taken(problem: InvalidInput) -> bool:
    """Count, record and tell the owners, where `problem` is about addresses that others have."""
    found = False
    for error in problem.errors:
        owner = _owner(error.field, str(error.value or "")) if error.field in ADDRESSES else None
        if owner is not None:
            count_answer(owner, error.field)
            with transaction():
                events.address_wanted.send(user=owner, field=error.field)
            found = True
    return found


def count_answer(owner: User, field: str) -> None:
    """The person at the keyboard has learnt that `owner` has an account here: on record."""
    asking = current_person()
    if not _counted() or (asking.user_id and may("invitation.renew", owner)):
        return
    if asking.user_id:
        track_guess(_askings())
    with transaction() as session:
        record(session, actor=asking.actor, action="account.address_taken",
               subject=f"user:{owner.id}", details={"field": field})


def spend_try(invitation: Invitation) -> None:
    """A number that somebody has was typed to an invitation to join: after a few it is void, as
    after wrong codes."""
    with transaction():
        invitation.attempts += 1
        if invitation.attempts >= MOST_TRIES:
            invitation.expires_at = now()


def _owner(field: str, value: str) -> User | None:
    return db.session.scalar(select(User).where(
        func.lower(getattr(User, field)) == value.lower())) if value else None
