"""The summary of a day, for those who want one message instead of many."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import User
from marketplace.core.clock import BEIJING, now, today
from marketplace.core.database import db, transaction
from marketplace.notifications.channels import CHANNELS
from marketplace.notifications.letters import hats_of
from marketplace.notifications.models import Delivery, Preference
from marketplace.notifications.queries import tasks_of, unread_of

HOUR = 8
"""From this hour in China on the day's summaries are made."""
BATCH = 50


def make_digests() -> int:
    """Queue today's summaries, once a person, role and day, for those who have anything open.

    Returns how many were queued. Before `HOUR` there is nothing to do.
    """
    if now().astimezone(BEIJING).hour < HOUR:
        return 0
    queued, day = 0, today()
    while True:
        with transaction() as session:
            found = session.execute(
                select(Preference, User).join(User, User.id == Preference.user_id)
                .where(Preference.digest.is_(True), User.active.is_(True), _not_yet(day))
                .order_by(Preference.user_id, Preference.role).limit(BATCH)).all()
            for preference, user in found:
                preference.digested_on = day
                queued += _queue(session, preference, user, day)
        if len(found) < BATCH:
            db.session.rollback()
            return queued


def _not_yet(day: date) -> ColumnElement[bool]:
    return or_(Preference.digested_on.is_(None), Preference.digested_on < day)


def _queue(session: Session | scoped_session[Session], preference: Preference, user: User,
           day: date) -> int:
    hats = hats_of(user, preference.role)
    if not hats or not (tasks_of(hats, limit=1) or unread_of(user.id, preference.role, limit=1)):
        return 0
    names = [n for n in preference.channels
             if n in CHANNELS and CHANNELS[n].reaches(user.email, user.phone)]
    session.add_all(Delivery(user_id=user.id, role=preference.role, digest_on=day, channel=name,
                             created_at=now(), not_before=now()) for name in names)
    session.flush()
    return len(names)
