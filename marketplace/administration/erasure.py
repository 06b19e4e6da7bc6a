"""Erasing a person on request: what names them goes, a pseudonym stays, the trail stays whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import ColumnElement, delete, select, update

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import (
    ApiToken,
    Invitation,
    OrganisationClaim,
    SignInSession,
    User,
)
from marketplace.accounts.operations import deactivate_person, leave
from marketplace.accounts.person_traces import (
    columns_with_user_name,
    erasing,
    name_columns,
    names_of,
    seen_by_nobody_else,
)
from marketplace.core.access import allow, current_person
from marketplace.core.audit import AuditEvent, record
from marketplace.core.audit_erasing import pseudonymise
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.notifications.channels import spool
from marketplace.notifications.models import Delivery, Task


def erase_person(*, user: User, confirmation: str) -> str:
    """Erase what names a person; gives the pseudonym that stands for them from now on.

    The account row stays without anything personal, its memberships are left, what waited for a
    decision about the person ends, messages and what only they could see go. The audit trail and
    every "done by" keep the pseudonym. What the person wrote for an organisation is the
    organisation's and stays.
    """
    with transaction() as session:
        allow("user.erase", user)
        _require_erasable(user, confirmation)
        if user.active:
            deactivate_person(user=user)
        username, pseudonym = user.username, f"erased-{user.id}"
        others = {user.name, user.phone or "", user.email or ""}
        _end_what_waits(user)
        _take_name_away(user, pseudonym)
        letters = _letters(user)
        _forget(user)
        _rename(username, pseudonym)
        touched = pseudonymise(session, username=username, others=others,
                               subject=f"user:{user.id}", pseudonym=pseudonym)
        record(session, actor=current_person().actor, action="user.erase",
               subject=f"user:{user.id}", details={"pseudonym": pseudonym, "events": touched})
    spool.forget(current_app.extensions["settings"].data_dir, letters)
    return pseudonym


def _require_erasable(user: User, confirmation: str) -> None:
    if user.erased_at is not None:
        raise Conflict("This account has been erased already.")
    if user.id == current_person().user_id:
        raise Conflict("Nobody erases their own account; ask another security administrator.")
    if confirmation.strip() != user.username:
        raise InvalidInput("Nothing was erased.", errors=(FieldError(
            "confirmation", confirmation, "type the user name exactly"),))


def _end_what_waits(user: User) -> None:
    """Memberships are left, claims nobody has decided are refused; their tasks leave all desks."""
    for membership in user.memberships:
        asked = membership.state == "asked"
        if membership.state != "left":
            leave(membership)
        membership.note = ""
        if asked:
            events.joining_decided.send(membership=membership)
    for claim in db.session.scalars(
            select(OrganisationClaim).where(OrganisationClaim.user_id == user.id)):
        claim.reason = ""
        if claim.state == "waiting":
            claim.state, claim.decided_at = "refused", now()
            claim.decided_by = current_person().actor
            claim.decision = _("The account of whoever claimed it was erased on request.")
            db.session.flush()
            events.claim_decided.send(claim=claim)
    db.session.execute(update(Task).where(Task.user_id == user.id, Task.done_at.is_(None)).values(
        done_at=now(), done_by=None))


def _take_name_away(user: User, pseudonym: str) -> None:
    """The pseudonym where the name itself stands: who did it, tasks and messages of others."""
    names = names_of(user)
    erasing.send(user=user, names=names, pseudonym=pseudonym)
    for kept in name_columns():
        db.session.execute(update(kept.column.class_).where(kept.found(user, names)).values(
            {kept.column.key: pseudonym}))
    db.session.flush()


def _letters(user: User) -> list[tuple[str, str]]:
    """Channel and key of what was sent to the person, to find it in the spool."""
    return [(channel, f"delivery-{id_}") for id_, channel in db.session.execute(
        select(Delivery.id, Delivery.channel).where(Delivery.user_id == user.id))]


def _forget(user: User) -> None:
    """Empty the account and take away what belongs to it alone."""
    for model, condition in (*_own(user), *seen_by_nobody_else(user)):
        db.session.execute(delete(model).where(condition))
    user.username, user.name = f"erased-{user.id}", ""
    user.phone = user.email = user.language = None
    user.password, user.fs_uniquifier = "", secrets.token_hex(32)
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    user.mf_recovery_codes, user.active, user.erased_at = [], False, now()
    db.session.flush()


def _own(user: User) -> Iterator[tuple[type[Base], ColumnElement[bool]]]:
    return ((model, model.user_id == user.id) for model in (SignInSession, ApiToken, Invitation))


def _rename(username: str, pseudonym: str) -> None:
    """The pseudonym in every column that says who did something, the audit trail apart."""
    for table in Base.metadata.sorted_tables:
        if table is AuditEvent.__table__:
            continue
        for column in columns_with_user_name(table):
            db.session.execute(update(table).where(column == username).values(
                {column.name: pseudonym}))
