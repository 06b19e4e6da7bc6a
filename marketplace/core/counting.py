"""Counters in the database: one more, whether the row exists or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.core.database import Base, db

MOST = 1_000
"""Rows of one statement: databases limit the values they are sent at a time."""


def add_counts(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add 1, or the row's own `times`, to the row with each of these keys; call it inside a
    transaction. Besides `times` a row holds the table's whole primary key.
    """
    if not rows:
        return
    session = db.session
    dialect = (postgresql_insert if session.get_bind().dialect.name == "postgresql"
               else sqlite_insert)
    times = table.__table__.c.times
    for start in range(0, len(rows), MOST):
        statement = dialect(table).values([{"times": 1, **r} for r in rows[start:start + MOST]])
        session.execute(statement.on_conflict_do_update(
            index_elements=[name for name in rows[0] if name != "times"],
            set_={"times": times + statement.excluded.times}))
