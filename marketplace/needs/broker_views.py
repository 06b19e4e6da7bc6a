"""The operator's queue as broker: enquiries that providers let lie."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask import render_template as render

from marketplace.core.messages import gettext as _
from marketplace.core.messages import ngettext
from marketplace.needs import queries
from marketplace.needs.anonymity import public_need
from marketplace.needs.brokering import leave, next_candidates, propose
from marketplace.needs.web import attempt, indexes, numbers

broker_pages = Blueprint("broker", __name__, template_folder="templates")


@broker_pages.get("/console/enquiries")
def queue() -> str:
    return render("needs/broker_queue.html", enquiries=queries.broker_queue())


@broker_pages.get("/console/enquiries/<int:enquiry_id>")
def broker(enquiry_id: int) -> str:
    enquiry = queries.enquiry_by(enquiry_id, "enquiry.broker")
    return render("needs/broker.html", enquiry=enquiry, face=public_need(enquiry.need),
                  waiting=enquiry.broker_at is not None and not queries.is_over(enquiry),
                  candidates=next_candidates(indexes(), enquiry))


@broker_pages.post("/console/enquiries/<int:enquiry_id>/propose")
def propose_providers(enquiry_id: int) -> Response:
    enquiry = queries.enquiry_by(enquiry_id, "enquiry.broker")
    chosen = numbers("solution")
    return attempt(lambda: propose(enquiry=enquiry, solution_ids=chosen), "/console/enquiries",
                   ngettext("%(num)s provider is proposed.", "%(num)s providers are proposed.",
                            len(chosen)))


@broker_pages.post("/console/enquiries/<int:enquiry_id>/leave")
def leave_it(enquiry_id: int) -> Response:
    enquiry = queries.enquiry_by(enquiry_id, "enquiry.broker")
    return attempt(lambda: leave(enquiry=enquiry, reason=request.form.get("reason", "")),
                   "/console/enquiries", _("The enterprise is told."))
