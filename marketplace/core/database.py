"""The database: one typed base, one session, one way to open a write transaction.

SQLite loses concurrent read-then-write updates unless a writer says so at BEGIN. The driver's own
transaction handling is therefore off, we emit BEGIN ourselves, and `transaction()` opens with
BEGIN IMMEDIATE. On PostgreSQL an advisory lock does the same: one writer at a time, so that what
an operation has read still holds when it writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from marketplace.core.i18n import LocalizedText, LocalizedTextType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITER = 470001
"""Key of the advisory lock that writers hold on PostgreSQL."""
JSONType = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """Timezone-aware instants in UTC on both engines (SQLite forgets the zone by itself)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        LocalizedText: LocalizedTextType,
        datetime: UtcDateTime,
        dict[str, Any]: JSONType,
        list[str]: JSONType,
        list[dict[str, Any]]: JSONType,
    }


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


db = SQLAlchemy(
    metadata=Base.metadata,
    disable_autonaming=True,
    engine_options={"json_serializer": _dump},
    session_options={"expire_on_commit": False},
)


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON",
                   "busy_timeout=15000", "cache_size=-32000", "mmap_size=268435456"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        mode = connection.get_execution_options().get("sqlite_begin", "")
        connection.exec_driver_sql(f"BEGIN {mode}".strip())


@contextmanager
def transaction() -> Iterator[scoped_session[Any]]:
    """Everything inside is committed together or not at all; nested calls join the outer one."""
    current = db.session
    if current.info.get("in_transaction"):
        yield current
        return
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("unsaved changes outside a transaction")
    current.rollback()
    current.expire_all()  # commits do not expire: what was read before may be out of date
    connection = current.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITER})")
    current.info["in_transaction"] = True
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop("in_transaction", None)
