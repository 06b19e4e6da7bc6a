"""What messages and tasks hold of a person: who did a task, and who asked, claimed or came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, or_, select

from marketplace.accounts.models import Membership, OrganisationClaim, User
from marketplace.accounts.person_traces import (
    NameColumn,
    erasing,
    keeps_alone,
    keeps_names,
    organisations_of,
)
from marketplace.core.audit_erasing import without
from marketplace.core.database import db
from marketplace.notifications.models import Delivery, Notification, Preference, Task

keeps_names(NameColumn(Task.done_by, lambda user: and_(
    Task.role.in_(select(Membership.role).where(Membership.user_id == user.id)),
    or_(Task.organisation_id.is_(None), Task.organisation_id.in_(organisations_of(user))))))
keeps_alone(Delivery, lambda user: Delivery.user_id == user.id)
keeps_alone(Notification, lambda user: Notification.user_id == user.id)
keeps_alone(Preference, lambda user: Preference.user_id == user.id)


@erasing.connect
def _asked_and_claimed(sender: Any, user: User, names: set[str], pseudonym: str) -> None:
    joined = db.session.scalars(select(Membership.id).where(Membership.user_id == user.id)).all()
    claims = db.session.scalars(
        select(OrganisationClaim.id).where(OrganisationClaim.user_id == user.id)).all()
    take_names_away([*(f"membership:{i}" for i in joined), *(f"claim:{i}" for i in claims)],
                    [f"membership.asked:{i}:" for i in joined], names, pseudonym)


def take_names_away(subjects: Iterable[str], keys: Iterable[str], names: set[str],
                    pseudonym: str) -> None:
    """The pseudonym in tasks about these subjects, reminders of them, and messages whose key begins
    with one of `keys`."""
    tasks = db.session.scalars(select(Task).where(Task.subject.in_(list(subjects)))).all()
    known = [*keys, *(f"task:{task.id}:" for task in tasks)]
    told = db.session.scalars(select(Notification).where(or_(
        *(Notification.key.startswith(key, autoescape=True) for key in known)))
    ).all() if known else ()
    rows: list[Task | Notification] = [*tasks, *told]
    for row in rows:
        row.facts = _replaced(row.facts, names, pseudonym)


def _replaced(value: Any, names: set[str], pseudonym: str) -> Any:
    """The same facts; the title in a reminder holds the name inside a sentence."""
    if isinstance(value, Mapping):
        return {key: _replaced(inner, names, pseudonym) for key, inner in value.items()}
    return without(value, names, pseudonym) if isinstance(value, str) else value
