"""A person's messages, and how they want to get them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from flask import render_template as render
from werkzeug import Response

from marketplace.core.access import MEMBER, current_person
from marketplace.core.access_table import ROLES
from marketplace.core.clock import BEIJING
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.notifications import operations, queries
from marketplace.notifications.channels import DEFAULT, offered
from marketplace.notifications.due import Due, due_of
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Notification, Task

notification_pages = Blueprint("notifications", __name__, template_folder="templates")


@notification_pages.app_context_processor
def shared() -> dict[str, Any]:
    """How much waits for the person who is signed in, for the head of every page."""
    if not current_person().signed_in:
        return {}
    open_tasks, unread = queries.waiting()
    return {"open_tasks": open_tasks, "unread": unread}


@notification_pages.app_template_global("task_due")
def task_due(subject: str) -> date | None:
    """By when what is open about this subject is to be done."""
    return queries.due_dates([subject]).get(subject)


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


# --- Messages ------------------------------------------------------------------------------------


def cursor_of(text: str) -> tuple[int, int] | None:
    """`1-345` in an address as (1, 345); None when there is none."""
    read, _dash, message_id = text.partition("-")
    if not text:
        return None
    if read not in ("0", "1") or not (message_id.isascii() and message_id.isdecimal()
                                      and len(message_id) < 18):
        abort(404)
    return int(read), int(message_id)


@notification_pages.get("/messages")
def messages() -> str:
    unread_only = request.args.get("show") == "unread"
    after = cursor_of(request.args.get("after", ""))
    return render("notifications/messages.html", unread_only=unread_only, after=after,
                  page=queries.message_page(unread_only=unread_only, after=after),
                  many_roles=len(current_person().roles) > 1)


@notification_pages.get("/messages/<int:notification_id>/open")
def open_message(notification_id: int) -> str | Response:
    message, person = operations.open_message(notification_id=notification_id), current_person()
    hat = next((i for i, role in person.roles if role == message.role), None)
    if message.role not in (person.role, MEMBER) and hat is not None:
        return render("notifications/other_role.html", message=message, hat=hat)
    return redirect(message.path, 303)


@notification_pages.post("/messages/read")
def mark_all() -> Response:
    operations.mark_read()
    flash(_("All messages are marked as read."), "success")
    return redirect("/messages", 303)


# --- Preferences ---------------------------------------------------------------------------------


@notification_pages.get("/account/notifications")
def preferences() -> str:
    return _preferences()


def _preferences(errors: tuple[FieldError, ...] = ()) -> str:
    person = current_person()
    roles = list(dict.fromkeys(role for _id, role in person.roles)) or [person.role]
    return render("notifications/preferences.html", roles=roles, offered=offered, errors=errors,
                  chosen=queries.preferences(), default=DEFAULT, names=ROLES,
                  address=queries.address_of(person.user_id or 0))


@notification_pages.post("/account/notifications")
def save_preferences() -> Response | tuple[str, int]:
    try:
        operations.choose_channels(
            role=request.form.get("role", ""), channels=request.form.getlist("channels"),
            digest=request.form.get("digest") == "1")
    except InvalidInput as problem:
        return _preferences(problem.errors), 422
    flash(_("Saved. It holds for messages from now on."), "success")
    return redirect("/account/notifications", 303)
