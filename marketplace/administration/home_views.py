"""The administration's start page: a card for every part the present role may open."""

from __future__ import annotations

from flask import render_template as render

from marketplace.administration.home_cards import cards
from marketplace.administration.views import administration_pages


@administration_pages.get("/admin")
def home() -> str:
    return render("administration/home.html", cards=cards())
