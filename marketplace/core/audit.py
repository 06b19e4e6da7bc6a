"""The audit trail: append-only, chained by hash so that tampering shows."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, scoped_session

from marketplace.core.access import current_person
from marketplace.core.clock import now
from marketplace.core.database import Base

GENESIS = "0" * 64


class AuditEvent(Base):
    """Who, as which role, did what to which object, what it was before and after, and when."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(24), default="")
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    details: Mapped[dict[str, Any]]
    chain: Mapped[str] = mapped_column(String(64), unique=True)

    def expected_chain(self, previous: str) -> str:
        """The hash this event must carry when it follows `previous`."""
        body = [previous, self.at.isoformat(), self.actor, self.action, self.subject, self.details]
        if self.role:
            body.append(self.role)
        raw = json.dumps(body, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(raw.encode()).hexdigest()


def record(session: Session | scoped_session[Any], *, actor: str, action: str, subject: str,
           details: dict[str, Any] | None = None) -> AuditEvent:
    """Append an event to the chain, inside the operation's own transaction.

    The role is the one the current person has put on.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(470001)"))
    session.flush()
    previous = session.scalar(select(AuditEvent.chain).order_by(AuditEvent.id.desc()).limit(1))
    event = AuditEvent(at=now(), actor=actor, role=current_person().role, action=action,
                       subject=subject, details=details or {})
    event.chain = event.expected_chain(previous or GENESIS)
    session.add(event)
    return event


def broken_link(session: Session | scoped_session[Any]) -> AuditEvent | None:
    """The first event whose hash does not follow from its predecessor, or None."""
    previous = GENESIS
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id)):
        if event.chain != event.expected_chain(previous):
            return event
        previous = event.chain
    return None
