"""Telling people and giving them tasks, inside the operation that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, update

from marketplace.core.access import allow, current_person, reach
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.core.i18n import LocalizedText
from marketplace.notifications.audience import Audience
from marketplace.notifications.channels import CHANNELS, DEFAULT, offered
from marketplace.notifications.kinds import KINDS
from marketplace.notifications.models import Delivery, Notification, Preference, Task
from marketplace.notifications.queries import Recipient, recipients


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
    with transaction() as session:
        people: dict[int, Recipient] = {}
        for recipient in (r for a in audiences for r in recipients(a)):
            people.setdefault(recipient.user_id, recipient)
        for known in session.scalars(select(Notification.user_id).where(
                Notification.key == key, Notification.user_id.in_(list(people)))):
            del people[known]
        wanted = {(p.user_id, p.role): p for p in session.scalars(
            select(Preference).where(Preference.user_id.in_(list(people))))}
        for user_id, recipient in people.items():
            message = Notification(user_id=user_id, role=recipient.role, kind=kind, key=key,
                                   facts=_plain(facts), path=path, created_at=now())
            message.deliveries = [
                Delivery(user_id=user_id, role=recipient.role, channel=channel,
                         created_at=now(), not_before=now())
                for channel in _channels(recipient, wanted.get((user_id, recipient.role)))]
            session.add(message)
        session.flush()
    return len(people)


def _channels(recipient: Recipient, preference: Preference | None) -> list[str]:
    """Through which channels one message goes at once; none where a summary a day is wanted."""
    if preference is not None and preference.digest:
        return []
    return [name for name in (DEFAULT if preference is None else preference.channels)
            if name in CHANNELS and CHANNELS[name].reaches(recipient.email, recipient.phone)]


def open_task(kind: str, audience: Audience, *, subject: str, path: str,
              due_on: date | None = None, **facts: Any) -> Task:
    """Put a task on the desks of an audience; an open one of the same kind, subject and audience
    gets the new due date and facts.
    """
    if kind not in KINDS:
        raise LookupError(f"no task {kind!r} is declared")
    whose: dict[str, Any] = {
        "role": audience.role, "user_id": audience.user_id, "industry": audience.industry,
        "organisation_id": audience.organisation_id, "district_code": audience.district}
    with transaction() as session:
        task = session.scalar(select(Task).where(
            Task.kind == kind, Task.subject == subject, Task.done_at.is_(None),
            *(getattr(Task, name).is_(None) if value is None else getattr(Task, name) == value
              for name, value in whose.items())))
        if task is None:
            task = Task(kind=kind, subject=subject, opened_at=now(), **whose)
            session.add(task)
        task.facts, task.path, task.due_on = _plain(facts), path, due_on
        session.flush()
    return task


def close_tasks(subject: str, kind: str | None = None) -> None:
    """The subject needs nothing more (of this kind): its tasks leave the desks.

    Who did it is named to the role and organisation whose task it was only: an enterprise that
    ends an anonymous enquiry must not appear on a provider's desk.
    """
    person = current_person()
    own = and_(Task.role == person.role, or_(
        Task.organisation_id.is_(None), Task.organisation_id == person.organisation_id))
    with transaction() as session:
        conditions: list[ColumnElement[bool]] = [Task.subject == subject, Task.done_at.is_(None)]
        if kind:
            conditions.append(Task.kind == kind)
        session.execute(update(Task).where(and_(*conditions)).values(
            done_at=now(), done_by=case((own, person.name or None), else_=None)))


def mark_read(*, notification_id: int | None = None) -> None:
    """The current person has read one message, or all of them."""
    with transaction() as session:
        conditions: list[ColumnElement[bool]] = [
            reach("message.own", Notification), Notification.read_at.is_(None)]
        if notification_id is not None:
            conditions.append(Notification.id == notification_id)
        session.execute(update(Notification).where(and_(*conditions)).values(read_at=now()))


def open_message(*, notification_id: int) -> Notification:
    """The current person opens a message, which makes it read. `NotFound` for another's."""
    with transaction() as session:
        message = session.scalar(select(Notification).where(
            Notification.id == notification_id, reach("message.own", Notification)))
        if message is None:
            raise NotFound("There is no such message.")
        message.read_at = message.read_at or now()
    return message


def choose_channels(*, role: str, channels: Sequence[str], digest: bool) -> Preference:
    """How the current person wants messages that come to one of its roles.

    Raises `InvalidInput` for a role the person does not hold or a channel it is not offered.
    """
    with transaction() as session:
        allow("message.own")
        person = current_person()
        if role not in {person.role, *(r for _id, r in person.roles)}:
            raise NotFound("You do not hold this role.")
        known = [c.name for c in offered(role)]
        strange = sorted(set(channels) - set(known))
        if strange:
            raise InvalidInput("This way is not offered.", errors=(FieldError(
                "channels", ", ".join(strange), f"choose from {', '.join(known)}"),))
        preference = session.get(Preference, (person.user_id, role))
        if preference is None:
            preference = Preference(user_id=person.user_id, role=role)
            session.add(preference)
        preference.channels, preference.digest = [c for c in known if c in channels], digest
    return preference


def send_again(*, delivery: Delivery) -> None:
    """An administrator has a failed delivery tried once more."""
    with transaction() as session:
        allow("spool.resend", delivery)
        if delivery.state != "failed":
            raise Conflict("Only failed deliveries can be sent again.")
        delivery.state, delivery.attempts, delivery.not_before = "waiting", 0, now()
        record(session, actor=current_person().actor, action="delivery.resend",
               subject=f"delivery:{delivery.id}",
               details={"channel": delivery.channel, "reason": delivery.error})
