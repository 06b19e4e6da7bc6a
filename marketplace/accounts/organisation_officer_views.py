"""Officers' pages: organisations in reach, their papers, check, return, claims, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask import render_template as render

from marketplace.accounts import organisation_checks as checks
from marketplace.accounts import organisation_claims as claims
from marketplace.accounts import organisation_closing as closing
from marketplace.accounts import organisation_queries as queries
from marketplace.accounts.organisation_export import organisations_xlsx
from marketplace.accounts.organisation_labels import KIND_NAMES, STATE_NAMES
from marketplace.accounts.organisation_views import Page, done, paper_answer, sure_reason
from marketplace.core.clock import today
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.exports import XLSX
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import page_number
from marketplace.taxonomy.queries import districts

officer_pages = Blueprint("organisation_officer", __name__, template_folder="templates")
FILTERS = ("state", "kind", "district", "industry", "q")


def _filters() -> dict[str, str]:
    given = {name: request.args.get(name, "").strip()[:80] for name in FILTERS}
    given["state"] = given["state"] if given["state"] in queries.STATES else queries.STATES[0]
    return given


@officer_pages.get("/officer/organisations")
def organisations() -> str:
    filters, page = _filters(), page_number(request.args.get("page"))
    rows, total = queries.reviewed(filters, page)
    link = urlencode({k: v for k, v in filters.items() if v})
    return render("accounts/organisations_officer.html", rows=rows, total=total, filters=filters,
                  page=page, pages=-(-total // queries.PER_PAGE), link=link, kinds=KIND_NAMES,
                  states=STATE_NAMES, districts=districts())


@officer_pages.get("/officer/organisations.xlsx")
def export() -> Response:
    body = organisations_xlsx(_filters())
    name = f"organisations-{today():%Y%m%d}.xlsx"
    return Response(body, mimetype=XLSX, headers={
        "Content-Disposition": f'attachment; filename="{name}"'})


@officer_pages.get("/officer/organisations/<int:organisation_id>")
def organisation(organisation_id: int) -> str:
    return _page(organisation_id)


def _page(organisation_id: int, errors: tuple[FieldError, ...] = (), failed: str = "") -> str:
    found = queries.in_review(organisation_id)
    return render("accounts/organisation_officer.html", organisation=found, errors=errors,
                  failed=failed, typed=request.form, check=queries.last_check(found.id),
                  papers=queries.papers_of(found.id), people=queries.people_of(found.id),
                  claims=queries.claims_on(found.id), history=queries.history_of(found.id),
                  concerned=closing.concerned(found))


def _path(organisation_id: int) -> str:
    return f"/officer/organisations/{organisation_id}"


@officer_pages.get("/officer/organisations/<int:organisation_id>/files/<int:file_id>")
def paper(organisation_id: int, file_id: int) -> Response:
    return paper_answer(queries.paper_in_review(organisation_id, file_id))


@officer_pages.post("/officer/organisations/<int:organisation_id>/verify")
def verify(organisation_id: int) -> Page:
    found = queries.in_review(organisation_id)
    if "compared" not in request.form:
        wrong = FieldError("compared", None, "tick this once you have compared both")
        return _page(organisation_id, (wrong,), "verify"), 422
    checks.verify_organisation(organisation=found, note=request.form.get("note", ""))
    return done(_("Checked. The organisation has been told."), _path(organisation_id))


def _for_a_reason(organisation_id: int, act: Callable[..., None], failed: str,
                  told: str) -> Page:
    """Do to an organisation within reach what needs a reason, or show its form again."""
    found = queries.in_review(organisation_id)
    try:
        reason = sure_reason() if failed == "deactivate" else request.form.get("reason", "")
        act(organisation=found, reason=reason)
    except InvalidInput as problem:
        return _page(organisation_id, problem.errors, failed), 422
    return done(told, _path(organisation_id))


@officer_pages.post("/officer/organisations/<int:organisation_id>/return")
def send_back(organisation_id: int) -> Page:
    return _for_a_reason(organisation_id, checks.return_organisation, "return",
                         _("Returned with your reason."))


@officer_pages.post("/officer/organisations/<int:organisation_id>/deactivate")
def deactivate(organisation_id: int) -> Page:
    return _for_a_reason(organisation_id, closing.deactivate_organisation, "deactivate",
                         _("Deactivated; the history stays."))


@officer_pages.post("/officer/organisations/<int:organisation_id>/reactivate")
def reactivate(organisation_id: int) -> Page:
    return _for_a_reason(organisation_id, closing.reactivate_organisation, "reactivate",
                         _("Open again. Its administrators have been told."))


@officer_pages.post("/officer/claims/<int:claim_id>")
def decide_claim(claim_id: int) -> Page:
    found, answer = queries.claim_in_reach(claim_id), request.form.get("answer")
    try:
        if answer not in ("grant", "refuse"):
            raise InvalidInput("Decide.", errors=(
                FieldError(f"answer-{claim_id}", None, "choose one of the two"),))
        claims.decide_claim(claim=found, granted=answer == "grant",
                            reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _page(found.organisation_id, problem.errors, f"claim-{claim_id}"), 422
    return done(_("Decided. Both sides have been told."), _path(found.organisation_id))


@officer_pages.app_context_processor
def shared() -> dict[str, Any]:
    return {"organisation_states": STATE_NAMES}
