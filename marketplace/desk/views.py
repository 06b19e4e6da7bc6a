"""The desk: what you have to do, what you were told, where your work is."""

from __future__ import annotations

from flask import Blueprint
from flask import render_template as render

from marketplace.notifications import queries
from marketplace.notifications.cards import desk_cards

desk_pages = Blueprint("desk", __name__, template_folder="templates")


@desk_pages.get("/desk")
def home() -> str:
    return render("desk/home.html", tasks=queries.open_tasks(),
                  messages=queries.notifications(limit=5), cards=desk_cards())
