"""Due dates that come near or have passed: whoever has the task is told, once each.

An item of an operator's queue that is overdue is also told to the city administrators, once. What
was told is kept on the task by its due date, so a due date that is moved counts anew.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, or_, select

from marketplace.core.clock import BEIJING, now, today
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText, speaking
from marketplace.core.working_days import calendar, working_day_after
from marketplace.notifications.audience import Audience
from marketplace.notifications.digests import HOUR
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Task
from marketplace.notifications.operations import notify
from marketplace.taxonomy.registry import taxonomy

BATCH = 50
AHEAD = 1
"""Working days before the due date on which people are reminded."""
QUEUES = ("/console/submissions/", "/officer/")
"""Where the city administrator sees an item of an operator's queue itself."""


def remind() -> int:
    """Tell of due dates one working day ahead and of those that have passed; returns how many.

    Nobody is woken: before `HOUR` in China, and on days off, there is nothing to do.
    """
    if now().astimezone(BEIJING).hour < HOUR or not calendar().works(today()):
        return 0
    told = 0
    while True:
        with transaction() as session:
            found = session.scalars(
                select(Task).where(Task.done_at.is_(None), or_(_overdue(), _near()))
                .order_by(Task.id).limit(BATCH)).all()
            for task in found:
                _tell(task)
        told += len(found)
        if len(found) < BATCH:
            db.session.rollback()
            return told


def _overdue() -> ColumnElement[bool]:
    """A working day has begun since the due date, and nobody was told of this date."""
    return and_(Task.due_on < today(),
                or_(Task.overdue_told.is_(None), Task.overdue_told != Task.due_on))


def _near() -> ColumnElement[bool]:
    """Due today or within `AHEAD` working days, and given before today: news need no reminder."""
    return and_(Task.due_on >= today(), Task.due_on <= working_day_after(AHEAD),
                Task.opened_at < datetime.combine(today(), time(), BEIJING),
                or_(Task.soon_told.is_(None), Task.soon_told != Task.due_on))


def _tell(task: Task) -> None:
    assert task.due_on is not None
    late = task.due_on < today()
    facts = {"task": _title(task), "day": task.due_on}
    audience = Audience(task.role, organisation_id=task.organisation_id, industry=task.industry,
                        district=task.district_code, user_id=task.user_id)
    key = f"task:{task.id}:{task.due_on.isoformat()}"
    if not late:
        task.soon_told = task.due_on
        notify("task.soon", audience, key=f"{key}:soon", path=task.path, **facts)
        return
    task.overdue_told = task.due_on
    notify("task.overdue", audience, key=f"{key}:overdue", path=task.path, **facts)
    if task.role == "operator":
        path = task.path if task.path.startswith(QUEUES) else "/console"
        notify("task.escalated", Audience("city_admin"), key=f"{key}:escalated", path=path,
               industry=_industry(task), **facts)


def _title(task: Task) -> LocalizedText:
    with speaking("zh"):
        chinese = fill(KINDS[task.kind].title, task.facts)
    with speaking("en"):
        return LocalizedText(chinese, fill(KINDS[task.kind].title, task.facts))


def _industry(task: Task) -> LocalizedText:
    if task.industry is None:
        return LocalizedText("各行业", "all industries")
    return taxonomy().industry_name(task.industry)
