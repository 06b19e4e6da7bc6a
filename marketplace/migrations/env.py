"""Runs the migrations. On SQLite foreign keys are off meanwhile, since rebuilding a parent table
would delete its children by cascade; `foreign_key_check` looks afterwards."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from marketplace.core.database import Base

LOCK = 470002


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=sqlite,
                      compare_type=True, compare_server_default=True)
    with context.begin_transaction():
        if not sqlite:
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
        context.run_migrations()
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
        if broken:
            raise RuntimeError(f"migration left broken references: {broken[:5]}")
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]


engine = current_app.extensions["migrate"].db.engine
with engine.connect() as opened:
    run(opened)
