"""The audit trail: append-only, chained by hash and sealed with a key, so that tampering shows.

`chain` follows from the event before and can be checked by anybody. `seal` needs the key in the
data folder: whoever can write to the database but not read the key can neither make nor change an
event. The head, one row under the same key, knows how many events there are and which is the last,
so that events removed from the end are missed. Events from before the seals have the chain only.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import String, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, scoped_session

from marketplace.core.access import current_person
from marketplace.core.clock import now
from marketplace.core.database import WRITER, Base

GENESIS = "0" * 64
KEY_FILE = "audit-key"
AnySession = Session | scoped_session[Any]


class AuditEvent(Base):
    """Who, as which role, did what to which object, what it was before and after, and when.

    `erased_at`: personal data in the event was replaced by a pseudonym; the seal was made anew.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(24), default="")
    action: Mapped[str] = mapped_column(String(80), index=True)
    subject: Mapped[str] = mapped_column(String(120), index=True)
    details: Mapped[dict[str, Any]]
    chain: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[datetime | None]

    def _body(self) -> list[Any]:
        body = [self.at.isoformat(), self.actor, self.action, self.subject, self.details]
        return [*body, self.role] if self.role else body

    def expected_chain(self, previous: str) -> str:
        """The hash this event must carry when it follows `previous`."""
        return hashlib.sha256(_raw([previous, *self._body()])).hexdigest()

    def expected_seal(self) -> str:
        """The seal this event must carry, whatever stands before it."""
        erased = self.erased_at.isoformat() if self.erased_at else None
        return sealed(["event", self.id, self.chain, *self._body(), erased])


class AuditHead(Base):
    """How long the trail is and where it ends; `first_sealed` is the first event with a seal."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    events: Mapped[int]
    last_id: Mapped[int]
    chain: Mapped[str] = mapped_column(String(64))
    first_sealed: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64))


def _raw(body: list[Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


@lru_cache(maxsize=16)
def _key(path: Path) -> bytes:
    """The key of this data folder, made at first use and readable by us only."""
    if not path.exists():
        draft = path.with_name(f".{KEY_FILE}-{os.getpid()}-{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and the first one stays
        draft.unlink()
    return bytes.fromhex(path.read_text("ascii"))


def sealed(body: list[Any]) -> str:
    """The keyed hash over these values."""
    key = _key(current_app.extensions["settings"].data_dir / KEY_FILE)
    return hmac.new(key, _raw(body), hashlib.sha256).hexdigest()


def head_seal(events: int, last_id: int, chain: str, first_sealed: int) -> str:
    """The seal over the head."""
    return sealed(["head", events, last_id, chain, first_sealed])


def record(session: AnySession, *, actor: str, action: str, subject: str,
           details: dict[str, Any] | None = None) -> AuditEvent:
    """Append an event to the chain, inside the operation's own transaction.

    The role is the one the current person has put on. Writers come one at a time, so that the
    event's number is the last one's plus one: a gap in the numbers is a missing event.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"select pg_advisory_xact_lock({WRITER})"))
    head = session.execute(select(
        AuditHead.events, AuditHead.chain, AuditHead.first_sealed, AuditHead.last_id,
        select(func.max(AuditEvent.id)).scalar_subquery())).first()
    events, chain, first, last_id, last_row = head or _begin(session)
    event = AuditEvent(
        id=max(last_id, last_row or 0) + 1, at=now(), actor=actor, role=current_person().role,
        action=action, subject=subject, details=_as_stored(details or {}))
    event.chain = event.expected_chain(chain)
    event.seal = event.expected_seal()
    session.add(event)
    session.flush()
    session.execute(update(AuditHead).values(
        events=events + 1, last_id=event.id, chain=event.chain,
        seal=head_seal(events + 1, event.id, event.chain, first)))
    return event


def _as_stored(details: dict[str, Any]) -> dict[str, Any]:
    """As the database gives it back: keys are texts, pairs are lists."""
    stored: dict[str, Any] = json.loads(json.dumps(details, ensure_ascii=False))
    return stored


def _begin(session: AnySession) -> tuple[int, str, int, int, int]:
    """A head for the events there are: none in a new database, unsealed ones after an upgrade.

    Gives how many, the last hash, the first number that will be sealed, and twice the last.
    """
    session.flush()
    events = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
    last = session.execute(select(AuditEvent.id, AuditEvent.chain)
                           .order_by(AuditEvent.id.desc()).limit(1)).first()
    last_id, chain = last or (0, GENESIS)
    session.add(AuditHead(id=1, events=events, last_id=last_id, chain=chain,
                          first_sealed=last_id + 1, seal=""))
    session.flush()
    return events, chain, last_id + 1, last_id, last_id
