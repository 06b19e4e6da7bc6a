"""Messages and tasks as pages show them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint

from marketplace.core.access import current_person
from marketplace.core.clock import BEIJING
from marketplace.notifications.due import Due, due_of
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Notification, Task
from marketplace.notifications.queries import waiting

notification_pages = Blueprint("notifications", __name__, template_folder="templates")


@notification_pages.app_context_processor
def shared() -> dict[str, Any]:
    """How much waits for the person who is signed in, for the head of every page."""
    if not current_person().signed_in:
        return {}
    open_tasks, unread = waiting()
    return {"open_tasks": open_tasks, "unread": unread}


@notification_pages.app_template_filter("kind_title")
def kind_title(message: Notification | Task) -> str:
    return fill(KINDS[message.kind].title, message.facts)


@notification_pages.app_template_filter("kind_text")
def kind_text(message: Notification | Task) -> str:
    return fill(KINDS[message.kind].text, message.facts)


@notification_pages.app_template_filter("due")
def due(day: date | datetime) -> Due:
    """How a due date stands; an instant is due on its day in China."""
    return due_of(day.astimezone(BEIJING).date() if isinstance(day, datetime) else day)
