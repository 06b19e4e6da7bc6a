"""Reads of the audit trail: filtered, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from marketplace.core.access import reach
from marketplace.core.audit import AuditEvent
from marketplace.core.audit_details import detail_name
from marketplace.core.clock import BEIJING
from marketplace.core.database import db
from marketplace.core.errors import must_exist
from marketplace.core.working_days import end_of

PAGE = 50
MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; `action` and `subject` also find everything that begins with the word,
    unless a subject is named with its number."""

    actor: str = ""
    role: str = ""
    action: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def words(self) -> dict[str, str]:
        """As it stands in the address."""
        days = {"from": self.first, "to": self.last}
        found = {"who": self.actor, "role": self.role, "action": self.action,
                 "subject": self.subject,
                 **{name: day.isoformat() if day else "" for name, day in days.items()}}
        return {name: word for name, word in found.items() if word}


def _query(filters: Filters) -> Select[AuditEvent]:
    query = select(AuditEvent).where(reach("audit.read", AuditEvent))
    if filters.actor:
        query = query.where(AuditEvent.actor == filters.actor)
    if filters.role:
        query = query.where(AuditEvent.role == filters.role)
    if filters.action:
        query = query.where(AuditEvent.action.startswith(filters.action, autoescape=True))
    if filters.subject:
        query = query.where(_about(filters.subject))
    if filters.first:
        query = query.where(AuditEvent.at >= datetime(
            filters.first.year, filters.first.month, filters.first.day, tzinfo=BEIJING))
    if filters.last:
        query = query.where(AuditEvent.at < end_of(filters.last))
    return query.order_by(AuditEvent.id.desc())


def _about(word: str) -> ColumnElement[bool]:
    """Events about one subject, where the word ends with its number: `user:1` is not `user:12`."""
    if word[-1].isdigit():
        return AuditEvent.subject == word
    return AuditEvent.subject.startswith(word, autoescape=True)


def events(filters: Filters, before: int | None = None, size: int = PAGE) -> Sequence[AuditEvent]:
    """One more than a page of events below the number `before`."""
    query = _query(filters)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return db.session.scalars(query.limit(size + 1)).all()


def to_export(filters: Filters) -> Sequence[AuditEvent]:
    """Everything that is found, the newest `MOST_EXPORTED`."""
    return db.session.scalars(_query(filters).limit(MOST_EXPORTED)).all()


def event(event_id: int) -> AuditEvent:
    """Raises `NotFound` for one that is not there."""
    return must_exist(db.session.scalar(select(AuditEvent).where(
        AuditEvent.id == event_id, reach("audit.read", AuditEvent))))


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of an event; a change has both values, anything else only `after`."""

    name: str
    before: str | None
    after: str | None
    change: bool = True


def lines(details: Mapping[str, Any]) -> list[Line]:
    """The details of an event to read: changes first, values that stayed left out."""
    before, after = (_flat(details.get(side), "") for side in ("before", "after"))
    changed = [Line(detail_name(name) or "—", before.get(name), after.get(name))
               for name in dict.fromkeys((*before, *after))
               if (before.get(name) or "") != (after.get(name) or "")]
    rest = {k: v for k, v in details.items() if k not in ("before", "after")}
    return [*changed, *(Line(detail_name(name), None, value, change=False)
                        for name, value in _flat(rest, "").items())]


def _flat(value: Any, name: str) -> dict[str, str]:
    return dict(_pairs(value, name))


def _pairs(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _pairs(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        for number, inner in enumerate(value, 1):
            yield from _pairs(inner, f"{name}.{number}" if name else str(number))
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    elif value is not None:
        yield name, str(value)
