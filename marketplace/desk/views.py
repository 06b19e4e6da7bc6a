"""The desk: what you have to do, what you were told, where your work is."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template as render

from marketplace.notifications import queries
from marketplace.notifications.cards import desk_cards

desk_pages = Blueprint("desk", __name__, template_folder="templates")

TASKS_SHOWN = 50
MESSAGES_SHOWN = 5


@desk_pages.get("/desk")
def home() -> str:
    found = queries.open_tasks(limit=TASKS_SHOWN)
    return render("desk/home.html", tasks=found, done=queries.done_lately(),
                  messages=queries.notifications(limit=MESSAGES_SHOWN), cards=desk_cards(),
                  most=TASKS_SHOWN)
