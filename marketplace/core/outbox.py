"""The outbox: what the search index still has to learn, written in the operation's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import String, insert
from sqlalchemy.orm import Mapped, Session, mapped_column, scoped_session

from marketplace.core.clock import now
from marketplace.core.database import Base


class OutboxMessage(Base):
    """One changed record. Rows go in order of id and are deleted once the index has them."""

    __tablename__ = "outbox_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    created_at: Mapped[datetime]


def enqueue(session: Session | scoped_session[Any], collection: str,
            subject_ids: Iterable[int]) -> None:
    """Ask the indexer to look at these records again after the commit."""
    rows = [{"collection": collection, "subject_id": i, "created_at": now()} for i in subject_ids]
    if rows:
        session.execute(insert(OutboxMessage), rows)
