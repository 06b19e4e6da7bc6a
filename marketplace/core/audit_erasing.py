"""Takes a person's data out of the audit trail: a pseudonym stands in their place.

What happened, when and in which role stays. The hash chain stays as it was written; an event that
was touched says so and carries a new seal, so that the trail still proves itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import String, cast, or_, select

from marketplace.core.audit import AnySession, AuditEvent
from marketplace.core.clock import now


def pseudonymise(session: AnySession, *, username: str, others: set[str], subject: str,
                 pseudonym: str) -> int:
    """Replace `username` and the person's `others` (name, mobile number, e-mail) wherever they
    are a whole value; gives how many events were touched. Inside the caller's transaction.

    `others` are looked for in events by or about the person (`subject`) and in those that hold the
    user name, mobile number or e-mail.
    """
    words = {username, *others} - {""}
    text = cast(AuditEvent.details, String)
    found = session.scalars(select(AuditEvent).where(or_(
        AuditEvent.actor == username, AuditEvent.subject == subject,
        *(text.contains(word, autoescape=True) for word in words))).order_by(AuditEvent.id)).all()
    touched = 0
    for event in found:
        actor = pseudonym if event.actor == username else event.actor
        details = _replaced(event.details, words, pseudonym)
        if actor == event.actor and details == event.details:
            continue
        event.actor, event.details, event.erased_at = actor, details, now()
        event.seal = event.expected_seal()
        touched += 1
    session.flush()
    return touched


def _replaced(value: Any, words: set[str], pseudonym: str) -> Any:
    if isinstance(value, Mapping):
        return {key: _replaced(inner, words, pseudonym) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, words, pseudonym) for inner in value]
    return pseudonym if isinstance(value, str) and value in words else value
