"""Telling people and giving them tasks, inside the operation that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update

from marketplace.core.access import current_person
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.i18n import LocalizedText
from marketplace.notifications.audience import Audience
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Delivery, Notification, Preference, Task
from marketplace.notifications.queries import memberships_of

IN_SITE = "site"
"""The channel everybody always has."""


def _plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.as_dict() if isinstance(v, LocalizedText) else
            v.isoformat() if isinstance(v, date) else v for k, v in facts.items()}


def notify(kind: str, audience: Audience | Iterable[Audience], *, key: str, path: str,
           **facts: Any) -> int:
    """Tell an audience. `key` names the event: the same key reaches a person once only.

    Deliveries to a person's other channels wait for the worker. Returns how many were told.
    """
    if kind not in KINDS:
        raise LookupError(f"no message {kind!r} is declared")
    audiences = [audience] if isinstance(audience, Audience) else list(audience)
    told = 0
    with transaction() as session:
        people = {m.user_id: m for a in audiences for m in memberships_of(a)}
        known = set(session.scalars(select(Notification.user_id).where(
            Notification.key == key, Notification.user_id.in_(people))))
        wanted = {(p.user_id, p.role): p for p in session.scalars(
            select(Preference).where(Preference.user_id.in_(people)))}
        for user_id, membership in people.items():
            if user_id in known:
                continue
            message = Notification(user_id=user_id, role=membership.role, kind=kind, key=key,
                                   facts=_plain(facts), path=path, created_at=now())
            preference = wanted.get((user_id, membership.role))
            message.deliveries = [
                Delivery(channel=channel, digest=bool(preference and preference.digest),
                         created_at=now())
                for channel in (preference.channels if preference else ()) if channel != IN_SITE]
            session.add(message)
            told += 1
        session.flush()
    return told


def open_task(kind: str, audience: Audience, *, subject: str, path: str,
              due_on: date | None = None, **facts: Any) -> Task:
    """Put a task on the desks of an audience; an open one of the same kind and subject is renewed.
    """
    if kind not in KINDS:
        raise LookupError(f"no task {kind!r} is declared")
    with transaction() as session:
        task = session.scalar(select(Task).where(
            Task.kind == kind, Task.subject == subject, Task.role == audience.role,
            Task.done_at.is_(None), Task.user_id.is_(audience.user_id)
            if audience.user_id is None else Task.user_id == audience.user_id))
        if task is None:
            task = Task(kind=kind, subject=subject, role=audience.role, opened_at=now())
            session.add(task)
        task.user_id, task.organisation_id = audience.user_id, audience.organisation_id
        task.industry, task.district_code = audience.industry, audience.district
        task.facts, task.path, task.due_on = _plain(facts), path, due_on
        session.flush()
    return task


def close_tasks(subject: str, kind: str | None = None) -> None:
    """The subject needs nothing more (of this kind): its tasks leave the desks."""
    with transaction() as session:
        conditions: list[ColumnElement[bool]] = [Task.subject == subject, Task.done_at.is_(None)]
        if kind:
            conditions.append(Task.kind == kind)
        session.execute(update(Task).where(and_(*conditions)).values(done_at=now()))


def mark_read(*, notification_id: int | None = None) -> None:
    """The current person has read one message, or all of them."""
    with transaction() as session:
        conditions: list[ColumnElement[bool]] = [
            Notification.user_id == (current_person().user_id or 0),
            Notification.read_at.is_(None)]
        if notification_id is not None:
            conditions.append(Notification.id == notification_id)
        session.execute(update(Notification).where(and_(*conditions)).values(read_at=now()))

