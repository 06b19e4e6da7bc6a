"""What is done to accounts besides `accounts.operations`: signing out, exporting, erasing."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import String, Table, delete, or_, select, update

from marketplace.accounts.models import ApiToken, Membership, SignInSession, User
from marketplace.accounts.operations import deactivate_person, end_access, leave
from marketplace.core.access import allow, current_person
from marketplace.core.audit import AuditEvent, record
from marketplace.core.audit_erasing import pseudonymise
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.notifications.models import Delivery, Notification, Preference

SECRET = ("password", "tf_totp_secret", "mf_recovery_codes", "tf_last_counter", "fs_uniquifier",
          "token", "code")
"""Columns that open something; they are in no export."""


def end_sessions(*, user: User) -> None:
    """Sign somebody out of every browser and end their API tokens."""
    with transaction() as session:
        allow("user.manage", user)
        end_access(user.id)
        record(session, actor=current_person().actor, action="user.sessions_end",
               subject=f"user:{user.id}", details={"username": user.username})


# --- Export --------------------------------------------------------------------------------------


def export_person(*, user: User) -> bytes:
    """A zip with what is stored of a person: a JSON file a table, and what the trail holds."""
    with transaction() as session:
        allow("user.erase", user)
        files = {name: rows for name, rows in _tables(user) if rows}
        record(session, actor=current_person().actor, action="user.export",
               subject=f"user:{user.id}", details={"tables": sorted(files)})
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as packed:
        for name, rows in files.items():
            packed.writestr(f"{name}.json", json.dumps(
                rows, ensure_ascii=False, indent=1, default=_plain))
    return written.getvalue()


def _tables(user: User) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for table in Base.metadata.sorted_tables:
        if table is AuditEvent.__table__:
            about = or_(table.c.actor == user.username, table.c.subject == f"user:{user.id}")
        elif table is User.__table__:
            about = table.c.id == user.id
        else:
            columns = [table.c.user_id == user.id] if "user_id" in table.c else []
            columns += [table.c[name] == user.username for name in _named(table)]
            if not columns:
                continue
            about = or_(*columns)
        rows = db.session.execute(select(table).where(about)).mappings()
        yield table.name, [{k: v for k, v in row.items() if k not in SECRET} for row in rows]


def _named(table: Table) -> list[str]:
    """The columns of a table that hold the user name of whoever did something."""
    return [c.name for c in table.columns
            if isinstance(c.type, String) and (c.name == "actor" or c.name.endswith("_by"))]


def _plain(value: Any) -> Any:
    if isinstance(value, LocalizedText):
        return value.as_dict()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


# --- Erasure -------------------------------------------------------------------------------------


def erase_person(*, user: User, confirmation: str) -> str:
    """Erase what names a person; gives the pseudonym that stands for them from now on.

    The account row stays without anything personal, its memberships are left, messages go, the
    audit trail and every "done by" keep the pseudonym. What the person wrote for an organisation
    is the organisation's and stays.
    """
    with transaction() as session:
        allow("user.erase", user)
        if user.erased_at is not None:
            raise Conflict("This account has been erased already.")
        if user.id == current_person().user_id:
            raise Conflict("Nobody erases their own account; ask another security administrator.")
        if confirmation.strip() != user.username:
            raise InvalidInput("Nothing was erased.", errors=(FieldError(
                "confirmation", confirmation, "type the user name exactly"),))
        if user.active:
            deactivate_person(user=user)
        username, pseudonym = user.username, f"erased-{user.id}"
        others = {user.name, user.phone or "", user.email or ""}
        for membership in user.memberships:
            if membership.state != "left":
                leave(membership)
        session.execute(update(Membership).where(Membership.user_id == user.id).values(note=""))
        _forget(user)
        _rename(username, pseudonym)
        touched = pseudonymise(session, username=username, others=others,
                               subject=f"user:{user.id}", pseudonym=pseudonym)
        record(session, actor=current_person().actor, action="user.erase",
               subject=f"user:{user.id}", details={"pseudonym": pseudonym, "events": touched})
    return pseudonym


def _forget(user: User) -> None:
    """Empty the account and take away what belongs to it alone."""
    for model in (Delivery, Notification, Preference, SignInSession, ApiToken):
        db.session.execute(delete(model).where(
            model.user_id == user.id))
    user.username, user.name = f"erased-{user.id}", ""
    user.phone = user.email = user.language = None
    user.password, user.fs_uniquifier = "", secrets.token_hex(32)
    user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
    user.mf_recovery_codes, user.active, user.erased_at = [], False, now()
    db.session.flush()


def _rename(username: str, pseudonym: str) -> None:
    """The pseudonym in every column that says who did something, the audit trail apart."""
    for table in Base.metadata.sorted_tables:
        if table is AuditEvent.__table__:
            continue
        for name in _named(table):
            db.session.execute(update(table).where(table.c[name] == username).values(
                {name: pseudonym}))
