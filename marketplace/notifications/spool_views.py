"""The administrator's page for what leaves the house: deliveries, their state, their content."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, current_app, flash, redirect, request, send_file
from flask import render_template as render
from werkzeug import Response

from marketplace.core.errors import NotFound
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.notifications import operations, queries
from marketplace.notifications.channels import CHANNELS
from marketplace.notifications.letters import compose
from marketplace.notifications.models import DELIVERY_STATES, Delivery
from marketplace.notifications.reading import Content, read

spool_pages = Blueprint("spool", __name__, template_folder="templates")


@spool_pages.get("/admin/spool")
def deliveries() -> str:
    state, channel = request.args.get("state", ""), request.args.get("channel", "")
    found = queries.deliveries(state=state, channel=channel,
                               before=as_number(request.args.get("before")))
    settings = current_app.extensions["settings"]
    return render("notifications/spool.html", found=found[:queries.PAGE], state=state,
                  channel=channel, following=found[queries.PAGE - 1].id
                  if len(found) > queries.PAGE else None, states=DELIVERY_STATES,
                  counts=queries.delivery_counts(), channels=CHANNELS, settings=settings)


def _found(delivery_id: int) -> Delivery:
    found = queries.delivery(delivery_id)
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


def _content(found: Delivery) -> Content:
    return read(found, CHANNELS[found.channel], current_app.extensions["settings"])


@spool_pages.get("/admin/spool/<int:delivery_id>")
def delivery(delivery_id: int) -> str:
    found = _found(delivery_id)
    return render("notifications/delivery.html", delivery=found, letter=compose(found),
                  content=_content(found), channels=CHANNELS)


@spool_pages.get("/admin/spool/<int:delivery_id>/file")
def file(delivery_id: int) -> Response:
    found = _found(delivery_id)
    ending = CHANNELS[found.channel].ending
    return send_file(BytesIO(_content(found).raw), as_attachment=True,
                     mimetype="message/rfc822" if ending == "eml" else "application/json",
                     download_name=f"delivery-{found.id}.{ending}")


@spool_pages.post("/admin/spool/<int:delivery_id>/again")
def again(delivery_id: int) -> Response:
    operations.send_again(delivery=_found(delivery_id))
    flash(_("It is sent again within a minute."), "success")
    return redirect(f"/admin/spool/{delivery_id}", 303)
