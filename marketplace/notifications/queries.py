"""What the current person has been told and has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.core.access import MEMBER, Person, current_person, reach, scoped
from marketplace.core.clock import now
from marketplace.core.database import db
from marketplace.notifications.audience import Audience
from marketplace.notifications.models import Delivery, Notification, Preference, Task

SHOWN = 50
PAGE = 30
DONE_LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody an audience means, in which role, and where messages reach them."""

    user_id: int
    role: str
    email: str | None
    phone: str | None


@scoped(Notification, "self")
def _told(person: Person) -> ColumnElement[bool]:
    return Notification.user_id == (person.user_id or 0)


@scoped(Preference, "self")
def _wished(person: Person) -> ColumnElement[bool]:
    return Preference.user_id == (person.user_id or 0)


def recipients(audience: Audience) -> list[Recipient]:
    """The people an audience means who can sign in, each once."""
    columns = (User.id, User.email, User.phone)
    if audience.role == MEMBER:
        rows = db.session.execute(select(*columns).where(
            User.id == (audience.user_id or 0), User.active.is_(True))).all()
    else:
        rows = db.session.execute(
            select(*columns).distinct().join(Membership, Membership.user_id == User.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(_meant(audience)).order_by(User.id)).all()
    return [Recipient(id_, audience.role, email, phone) for id_, email, phone in rows]


def _meant(audience: Audience) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [
        Membership.role == audience.role, Membership.state == "active", User.active.is_(True),
        Organisation.deactivated_at.is_(None)]
    if audience.organisation_id is not None:
        conditions.append(Membership.organisation_id == audience.organisation_id)
    if audience.district is not None:
        conditions.append(Membership.district_code == audience.district)
    if audience.user_id is not None:
        conditions.append(Membership.user_id == audience.user_id)
    if audience.industry is not None:
        conditions.append(cast(Membership.industries, String).contains(f'"{audience.industry}"'))
    return and_(*conditions)


# --- Tasks ---------------------------------------------------------------------------------------


def on_desk(person: Person) -> ColumnElement[bool]:
    """The tasks that stand on this person's desk in the present role."""
    return and_(
        Task.role == person.role,
        or_(Task.user_id.is_(None), Task.user_id == person.user_id),
        or_(Task.organisation_id.is_(None), Task.organisation_id == person.organisation_id),
        or_(Task.industry.is_(None), Task.industry.in_(person.industries)),
        or_(Task.district_code.is_(None), Task.district_code == person.district))


def open_tasks(limit: int = SHOWN) -> Sequence[Task]:
    """What the current person has to do, the most urgent first."""
    return tasks_of([current_person()], limit)


def tasks_of(hats: Sequence[Person], limit: int = SHOWN) -> Sequence[Task]:
    """What stands open on the desks of these hats, the most urgent first."""
    return db.session.scalars(
        select(Task).where(Task.done_at.is_(None), or_(false(), *map(on_desk, hats)))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(limit)).all()


def done_lately(limit: int = 5) -> Sequence[Task]:
    """What left the current person's desk in the last days, the latest first."""
    return db.session.scalars(
        select(Task).where(Task.done_at >= now() - DONE_LATELY, on_desk(current_person()))
        .order_by(Task.done_at.desc(), Task.id.desc()).limit(limit)).all()


def due_dates(subjects: Sequence[str]) -> dict[str, date]:
    """By when what is open about these subjects is to be done; the earliest where several are."""
    rows = db.session.execute(select(Task.subject, func.min(Task.due_on)).where(
        Task.subject.in_(subjects), Task.done_at.is_(None), Task.due_on.is_not(None))
        .group_by(Task.subject)) if subjects else ()
    return {subject: day for subject, day in rows if day}


# --- Messages ------------------------------------------------------------------------------------


def notifications(limit: int = SHOWN) -> Sequence[Notification]:
    """The latest messages to the current person."""
    return db.session.scalars(
        select(Notification).where(reach("message.own", Notification))
        .order_by(Notification.id.desc()).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages, unread ones first, and where the next page begins (None at the end)."""

    messages: Sequence[Notification]
    following: tuple[int, int] | None


def message_page(*, unread_only: bool = False, after: tuple[int, int] | None = None,
                 size: int = PAGE) -> MessagePage:
    """A page of the current person's messages: unread before read, newest first.

    `after` is (1 when read, id) of the last message of the page before: pages stay whole while new
    messages come in.
    """
    read = case((Notification.read_at.is_(None), 0), else_=1)
    query = select(Notification).where(reach("message.own", Notification))
    if unread_only:
        query = query.where(Notification.read_at.is_(None))
    if after is not None:
        query = query.where(or_(read > after[0],
                                and_(read == after[0], Notification.id < after[1])))
    found = db.session.scalars(
        query.order_by(read, Notification.id.desc()).limit(size + 1)).all()
    shown = found[:size]
    more = len(found) > size
    return MessagePage(shown, (int(shown[-1].read_at is not None), shown[-1].id) if more else None)


def unread_of(user_id: int, role: str, limit: int = SHOWN) -> Sequence[Notification]:
    """What a person has not read yet of what came to this role, the latest first."""
    return db.session.scalars(
        select(Notification).where(Notification.user_id == user_id, Notification.role == role,
                                   Notification.read_at.is_(None))
        .order_by(Notification.id.desc()).limit(limit)).all()


def waiting() -> tuple[int, int]:
    """How many open tasks and unread messages the current person has, in one statement."""
    person = current_person()
    tasks = select(func.count()).select_from(Task).where(Task.done_at.is_(None), on_desk(person))
    unread = select(func.count()).select_from(Notification).where(
        Notification.user_id == (person.user_id or 0), Notification.read_at.is_(None))
    row = db.session.execute(select(tasks.scalar_subquery(), unread.scalar_subquery())).one()
    return row[0], row[1]


def preferences() -> dict[str, Preference]:
    """What the current person has chosen, by role."""
    return {p.role: p for p in db.session.scalars(
        select(Preference).where(reach("message.own", Preference)))}


def address_of(user_id: int) -> User | None:
    """The person's own account, for where messages go and in which language."""
    return db.session.get(User, user_id)


# --- What left the house -------------------------------------------------------------------------


def _deliveries() -> Select[Delivery]:
    return select(Delivery).where(reach("spool.read", Delivery)).options(
        joinedload(Delivery.notification), joinedload(Delivery.user))


def deliveries(*, state: str = "", channel: str = "", before: int | None = None,
               size: int = PAGE) -> Sequence[Delivery]:
    """One more than a page of deliveries, the latest first, below the id `before`."""
    query = _deliveries()
    for column, wanted in ((Delivery.state, state), (Delivery.channel, channel)):
        if wanted:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(Delivery.id < before)
    return db.session.scalars(query.order_by(Delivery.id.desc()).limit(size + 1)).all()


def delivery_counts() -> dict[str, int]:
    """How many deliveries are in each state."""
    rows = db.session.execute(
        select(Delivery.state, func.count()).where(reach("spool.read", Delivery))
        .group_by(Delivery.state))
    return dict(rows.all())


def delivery(delivery_id: int) -> Delivery | None:
    return db.session.scalar(_deliveries().where(Delivery.id == delivery_id))


def waiting_deliveries() -> int:
    """How many deliveries may go out now."""
    return db.session.scalar(select(func.count()).select_from(Delivery).where(
        Delivery.state == "waiting", Delivery.not_before <= now())) or 0
