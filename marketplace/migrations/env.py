"""Runs the migrations. On SQLite foreign keys are off meanwhile, since rebuilding a parent table
would delete its children by cascade; `foreign_key_check` looks afterwards. Everything happens in
one transaction on both engines: a migration that fails leaves nothing behind."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from marketplace.core.database import Base

LOCK = 470002


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    _enforce_references(connection, "OFF")
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=sqlite,
                      compare_type=True, compare_server_default=True, transactional_ddl=True)
    try:
        with context.begin_transaction():
            if not sqlite:
                connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
            context.run_migrations()
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
            if broken:
                raise RuntimeError(f"migration left broken references: {broken[:5]}")
    finally:
        connection.rollback()
        _enforce_references(connection, "ON")


def _enforce_references(connection: Connection, state: str) -> None:
    """Only outside a transaction does SQLite listen to this."""
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[union-attr]


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as opened:
    run(opened.execution_options(sqlite_begin="IMMEDIATE"))
