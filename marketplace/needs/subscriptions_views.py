"""Pages of subscriptions: the list on the desk, a new one, the end of one."""

from __future__ import annotations

from flask import Blueprint, flash, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

import marketplace.needs.subscriptions_digest  # noqa: F401 - a duty of the worker
from marketplace.core.access import current_person
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.needs.subscriptions import (
    FILTERS,
    KIND_OF_ROLE,
    describe,
    end_by_token,
    end_subscription,
    own_subscriptions,
    subscribe,
    subscription_by_token,
)
from marketplace.needs.web import attempt, errors_of, number, see_other

subscription_pages = Blueprint("subscriptions", __name__, template_folder="templates")


@subscription_pages.get("/subscriptions")
def subscriptions() -> str:
    return render("needs/subscriptions.html", subscriptions=own_subscriptions(),
                  describe=describe, kind=KIND_OF_ROLE.get(current_person().role))


@subscription_pages.get("/subscriptions/new")
def new_subscription() -> str:
    return _form({name: request.args.getlist(name) for name in FILTERS})


def _form(chosen: dict[str, list[str]], errors: object = ()) -> str:
    return render("needs/subscription_form.html", chosen=chosen, errors=errors,
                  need_id=as_number(request.values.get("need_id")),
                  kind=KIND_OF_ROLE.get(current_person().role))


@subscription_pages.post("/subscriptions")
def begin_subscription() -> ResponseReturnValue:
    chosen = {name: [c for c in request.form.getlist(name) if c] for name in FILTERS}
    try:
        subscribe(filters=chosen, need_id=number("need_id"))
    except (InvalidInput, Conflict) as problem:
        return _form(chosen, errors_of(problem)), problem.status
    flash(_("You are told once a day when there is something new."), "success")
    return see_other("/subscriptions")


@subscription_pages.post("/subscriptions/<int:subscription_id>/end")
def end(subscription_id: int) -> ResponseReturnValue:
    return attempt(lambda: end_subscription(subscription_id=subscription_id), "/subscriptions",
                   _("The subscription has ended."))


@subscription_pages.get("/subscriptions/stop/<token>")
def stopping(token: str) -> str:
    """The link in a message: a programme that only looks at links must not end anything."""
    found = subscription_by_token(token)
    return render("needs/subscription_stop.html", subscription=found)


@subscription_pages.post("/subscriptions/stop/<token>")
def stop(token: str) -> str:
    return render("needs/subscription_stop.html", subscription=end_by_token(token=token))
