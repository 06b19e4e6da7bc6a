"""What the current person has been told and has to do."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.core.access import Person, current_person
from marketplace.core.database import db
from marketplace.notifications.audience import Audience
from marketplace.notifications.models import Notification, Task

SHOWN = 50


def memberships_of(audience: Audience) -> Sequence[Membership]:
    """The active memberships an audience means, of people who can sign in."""
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
    return db.session.scalars(select(Membership).join(User).join(Organisation).where(
        and_(*conditions)).order_by(Membership.id)).all()


def _mine(person: Person) -> ColumnElement[bool]:
    """The tasks that stand on this person's desk in the present role."""
    return and_(
        Task.role == person.role,
        or_(Task.user_id.is_(None), Task.user_id == person.user_id),
        or_(Task.organisation_id.is_(None), Task.organisation_id == person.organisation_id),
        or_(Task.industry.is_(None), Task.industry.in_(person.industries)),
        or_(Task.district_code.is_(None), Task.district_code == person.district))


def open_tasks(limit: int = SHOWN) -> Sequence[Task]:
    """What the current person has to do, the most urgent first."""
    return db.session.scalars(
        select(Task).where(Task.done_at.is_(None), _mine(current_person()))
        .order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(limit)).all()


def notifications(limit: int = SHOWN) -> Sequence[Notification]:
    """The latest messages to the current person."""
    return db.session.scalars(
        select(Notification).where(Notification.user_id == (current_person().user_id or 0))
        .order_by(Notification.id.desc()).limit(limit)).all()


def waiting() -> tuple[int, int]:
    """How many open tasks and unread messages the current person has, in one statement."""
    person = current_person()
    tasks = select(func.count()).select_from(Task).where(Task.done_at.is_(None), _mine(person))
    unread = select(func.count()).select_from(Notification).where(
        Notification.user_id == (person.user_id or 0), Notification.read_at.is_(None))
    row = db.session.execute(select(tasks.scalar_subquery(), unread.scalar_subquery())).one()
    return row[0], row[1]
