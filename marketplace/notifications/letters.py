"""A message as it leaves the house: in the reader's language, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from marketplace.accounts.guard import person_of
from marketplace.accounts.models import Membership, User
from marketplace.core.access import MEMBER, Person
from marketplace.core.clock import BEIJING
from marketplace.core.database import db
from marketplace.core.i18n import DEFAULT_LANGUAGE, Language, speaking
from marketplace.core.messages import gettext as _
from marketplace.core.messages import ngettext
from marketplace.notifications.due import due_of
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Delivery, Task
from marketplace.notifications.queries import tasks_of, unread_of

LISTED = 10
"""How many tasks and messages a summary names."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is sent. `key` names the delivery: sent twice, it is the same letter.

    `text` ends with the link.
    """

    key: str
    written: datetime
    name: str
    email: str
    phone: str
    title: str
    text: str
    link: str
    language: Language = DEFAULT_LANGUAGE

    @property
    def day(self) -> str:
        """The date in China on which it was written."""
        return self.written.astimezone(BEIJING).date().isoformat()


def language_of(user: User) -> Language:
    return "en" if user.language == "en" else DEFAULT_LANGUAGE


def compose(delivery: Delivery) -> Letter:
    """The letter of a delivery; a summary lists what is open at this moment."""
    user = delivery.user
    base: str = current_app.extensions["settings"].address
    with speaking(language_of(user)):
        if delivery.notification is None:
            title, text, path = _summary(delivery)
        else:
            message = delivery.notification
            title = fill(KINDS[message.kind].title, message.facts)
            text = fill(KINDS[message.kind].text, message.facts)
            path = f"/messages/{message.id}/open"
        link = base + path
        return Letter(
            key=f"delivery-{delivery.id}", name=user.shown_name, title=title, link=link,
            written=delivery.created_at, email=user.email or "", phone=user.phone or "",
            language=language_of(user), text=f"{text}\n\n{link}" if text else link)


def _summary(delivery: Delivery) -> tuple[str, str, str]:
    hats = hats_of(delivery.user, delivery.role)
    tasks, unread = tasks_of(hats), unread_of(delivery.user_id, delivery.role)
    title = _("%(tasks)s, %(messages)s", tasks=ngettext(
        "%(num)s thing to do", "%(num)s things to do", len(tasks)), messages=ngettext(
        "%(num)s unread message", "%(num)s unread messages", len(unread)))
    lines = [_("To do")] * bool(tasks) + [f"- {_task_line(t)}" for t in tasks[:LISTED]]
    if tasks and unread:
        lines.append("")
    lines += [_("Messages")] * bool(unread) + [
        f"- {fill(KINDS[m.kind].title, m.facts)}" for m in unread[:LISTED]]
    return title, "\n".join(lines), "/desk"


def _task_line(task: Task) -> str:
    title = fill(KINDS[task.kind].title, task.facts)
    if task.due_on is None:
        return title
    due = due_of(task.due_on)
    if due.urgency == "overdue":
        said = _("overdue since %(day)s", day=task.due_on.isoformat())
    elif due.urgency == "today":
        said = _("Due today")
    else:
        said = _("due %(day)s", day=task.due_on.isoformat())
    return _("%(task)s (%(due)s)", task=title, due=said)


def hats_of(user: User, role: str) -> list[Person]:
    """The person with each hat of this role; without a hat as a member only."""
    if role == MEMBER:
        return [person_of(user, None)]
    hats = db.session.query(Membership).filter_by(user_id=user.id, role=role, state="active")
    return [person_of(user, hat) for hat in hats.order_by(Membership.id)]
