"""Takes a person's data out of the audit trail: a pseudonym stands in their place.

What happened, when and in which role stays. The hash chain stays as it was written; an event that
was touched says so and carries a new seal, so that the trail still proves itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import String, cast, or_, select

from marketplace.core.audit import AnySession, AuditEvent
from marketplace.core.clock import now

PERSONAL = ("username", "name", "phone", "email")
"""Keys under which events about a person hold what names them."""


def pseudonymise(session: AnySession, *, username: str, others: set[str], subject: str,
                 pseudonym: str) -> int:
    """Replace what names the person wherever it is a whole value, and inside sentences of events
    by or about the person; gives how many events were touched. Inside the caller's transaction.

    Besides `username` and `others` (present name, mobile number, e-mail) these are the former ones
    that events about the person (`subject`) hold. They are looked for in events by or about the
    person, and in those whose details hold one of them.
    """
    former = _former(session, subject)
    usernames = {username, *former["username"]}
    words = set().union(usernames, others, *former.values()) - {""}
    telling = {w for w in words - usernames
               if not w.isascii() or "@" in w or w.strip("+").isdigit()}
    text = cast(AuditEvent.details, String)
    found = session.scalars(select(AuditEvent).where(or_(
        AuditEvent.actor.in_(usernames), AuditEvent.subject == subject,
        *(text.contains(word, autoescape=True) for word in words))).order_by(AuditEvent.id)).all()
    touched = 0
    for event in found:
        actor = pseudonym if event.actor in usernames else event.actor
        own = event.actor in usernames or event.subject == subject
        details = _replaced(event.details, words, telling if own else set(), pseudonym)
        if actor == event.actor and details == event.details:
            continue
        event.actor, event.details, event.erased_at = actor, details, now()
        event.seal = event.expected_seal()
        touched += 1
    session.flush()
    return touched


def former_names(session: AnySession, subject: str) -> set[str]:
    """The names that events about the person hold."""
    return _former(session, subject)["name"]


def _former(session: AnySession, subject: str) -> dict[str, set[str]]:
    """The user names, names, numbers and addresses that events about the person hold."""
    found: dict[str, set[str]] = defaultdict(set)
    for details in session.scalars(select(AuditEvent.details).where(
            AuditEvent.subject == subject)):
        for key, word in _texts(details):
            if key in PERSONAL:
                found[key].add(word)
    return found


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, str):
        yield key, value


def _replaced(value: Any, words: set[str], telling: set[str], pseudonym: str) -> Any:
    """`words` go as whole values, `telling` ones wherever they stand."""
    if isinstance(value, Mapping):
        return {key: _replaced(inner, words, telling, pseudonym) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, words, telling, pseudonym) for inner in value]
    if not isinstance(value, str):
        return value
    return pseudonym if value in words else without(value, telling, pseudonym)


def without(text: str, telling: set[str], pseudonym: str) -> str:
    """The text with the pseudonym for each of these words, longer ones first."""
    for word in sorted(telling, key=len, reverse=True):
        text = text.replace(word, pseudonym)
    return text
