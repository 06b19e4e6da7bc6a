"""What is done to accounts besides `accounts.operations`: signing out, exporting."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import ColumnElement, or_, select

from marketplace.accounts.models import User
from marketplace.accounts.operations import end_access
from marketplace.accounts.person_traces import (
    columns_with_user_name,
    name_columns,
    names_of,
)
from marketplace.core.access import allow, current_person
from marketplace.core.audit import AuditEvent, record
from marketplace.core.database import Base, db, transaction
from marketplace.core.i18n import LocalizedText

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
    named: dict[str, list[ColumnElement[bool]]] = {}
    for kept in name_columns():
        named.setdefault(kept.column.class_.__tablename__, []).append(
            kept.found(user, names_of(user)))
    for table in Base.metadata.sorted_tables:
        if table is AuditEvent.__table__:
            about = or_(table.c.actor == user.username, table.c.subject == f"user:{user.id}")
        elif table is User.__table__:
            about = table.c.id == user.id
        else:
            columns = [table.c.user_id == user.id] if "user_id" in table.c else []
            columns += [c == user.username for c in columns_with_user_name(table)]
            columns += named.get(table.name, [])
            if not columns:
                continue
            about = or_(*columns)
        rows = db.session.execute(select(table).where(about)).mappings()
        yield table.name, [{k: v for k, v in row.items() if k not in SECRET} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, LocalizedText):
        return value.as_dict()
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
