"""Pages of the enterprise file: one's own, visits, and the link by which a company confirms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import segno
from flask import Blueprint, Response, flash, make_response, redirect, request, session
from flask import render_template as render
from werkzeug.wrappers import Response as Answer

from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.limits import limiter, match_rate
from marketplace.core.messages import gettext as _
from marketplace.core.web import site_address
from marketplace.desk import file_operations as operations
from marketplace.desk import file_queries as queries
from marketplace.desk.file_declarations import GROUPS, LEVEL, SYSTEM, declarations
from marketplace.desk.file_schema import changed_keys, content_of
from marketplace.desk.models import EnterpriseFile
from marketplace.desk.size_class import SOURCE, size_class
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

file_pages = Blueprint("enterprise_file", __name__, template_folder="templates")
Page = str | Answer | tuple[str, int]
Errors = tuple[FieldError, ...]
SLIP = "visit_link"


def form_facts(typed: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    """What every form and table of a file needs."""
    return {"groups": GROUPS, "fields": declarations(), "typed": typed, "errors": errors,
            "districts": districts(), "core": taxonomy().core_scenarios, "system": SYSTEM,
            "level": LEVEL, "answer_keys": changed_keys,
            "names": {a.key: str(a.label) for a in declarations()}}


@file_pages.get("/desk/file")
def own() -> str:
    return _own_page(None, ())


def _own_page(typed: Mapping[str, Any] | None, errors: Errors) -> str:
    found = queries.own_enterprise()
    content = content_of(found)
    return render("desk/file.html", organisation=found, content=content, source=SOURCE,
                  size=size_class(found.staff, found.revenue),
                  proposal=queries.waiting_proposal(found.id),
                  filled=len(content), **form_facts(content if typed is None else typed, errors))


@file_pages.post("/desk/file")
def enter() -> Page:
    try:
        version = operations.enter_file(organisation=queries.own_enterprise(),
                                        given=request.form.to_dict())
    except InvalidInput as problem:
        return _own_page(request.form, problem.errors), 422
    flash(_("Saved as version %(number)s.", number=version.number) if version
          else _("Nothing has changed."), "success")
    return redirect("/desk/file", 303)


@file_pages.get("/desk/file/history")
def history() -> str:
    found = queries.own_enterprise()
    return render("desk/file_history.html", organisation=found, back="/desk/file",
                  versions=queries.versions(found.id), changed=changed_keys,
                  **form_facts({}, ()))


@file_pages.get("/desk/file/proposals/<int:version_id>")
def proposal(version_id: int) -> str:
    return _answer_page(queries.own_version(version_id))


def _answer_page(found: EnterpriseFile, typed: Mapping[str, Any] | None = None,
                 errors: Errors = (), *, by_link: bool = False) -> str:
    present = content_of(found.organisation)
    return render("desk/file_answer.html", proposal=found, organisation=found.organisation,
                  present=present, changed=changed_keys(present, found.content), by_link=by_link,
                  answer=queries.answer_to(found),
                  **form_facts(found.content if typed is None else typed, errors))


@file_pages.post("/desk/file/proposals/<int:version_id>")
def answer(version_id: int) -> Page:
    found = queries.own_version(version_id)
    try:
        _answer(found)
    except InvalidInput as problem:
        return _answer_page(found, request.form, problem.errors), 422
    flash(_("Your answer is kept. Whoever visited you has been told."), "success")
    return redirect("/desk/file", 303)


def _answer(found: EnterpriseFile) -> str:
    outcome: operations.Outcome = "decline" if "decline" in request.form else "confirm"
    return operations.answer_proposal(proposal=found, outcome=outcome,
                                      given=request.form.to_dict(),
                                      name=request.form.get("name", ""))


# --- By the link ---------------------------------------------------------------------------------


def _unlisted(body: str, status: int = 200) -> Response:
    """A page that no search engine lists and whose address goes nowhere."""
    page = make_response(body, status)
    page.headers["X-Robots-Tag"] = "noindex"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@file_pages.get("/enterprise-file/<token>")
@limiter.limit(match_rate)
def link(token: str) -> Response:
    return _unlisted(_answer_page(queries.proposal_by(token), by_link=True))


@file_pages.post("/enterprise-file/<token>")
@limiter.limit(match_rate)
def answer_link(token: str) -> Response | Answer:
    found = queries.proposal_by(token)
    try:
        _answer(found)
    except InvalidInput as problem:
        return _unlisted(_answer_page(found, request.form, problem.errors, by_link=True), 422)
    flash(_("Your answer is kept. Whoever visited you has been told."), "success")
    return redirect(f"/enterprise-file/{token}", 303)


# --- Visits --------------------------------------------------------------------------------------


@file_pages.get("/officer/organisations/<int:organisation_id>/file")
def visit(organisation_id: int) -> str:
    return _visit_page(organisation_id, None, ())


def _visit_page(organisation_id: int, typed: Mapping[str, Any] | None, errors: Errors) -> str:
    found = queries.to_visit(organisation_id)
    return render("desk/file_visit.html", organisation=found,
                  note=request.form.get("note", ""), need=request.form.get("need", ""),
                  versions=queries.versions(found.id), changed=changed_keys,
                  **form_facts(content_of(found) if typed is None else typed, errors))


@file_pages.post("/officer/organisations/<int:organisation_id>/file")
def propose(organisation_id: int) -> Page:
    found = queries.to_visit(organisation_id)
    try:
        version, secret = operations.propose_file(
            organisation=found, given=request.form.to_dict(), note=request.form.get("note", ""),
            need=request.form.get("need", ""))
    except InvalidInput as problem:
        return _visit_page(organisation_id, request.form, problem.errors), 422
    except Conflict as problem:
        wrong = FieldError("note", None, problem.detail)
        return _visit_page(organisation_id, request.form, (wrong,)), 409
    session[SLIP] = [version.id, secret]
    return redirect(f"/officer/visits/{version.id}", 303)


@file_pages.get("/officer/visits/<int:version_id>")
def visited(version_id: int) -> Response:
    found = queries.visited_version(version_id)
    known, secret = session.get(SLIP) or (0, "")
    address = code = None
    if known == found.id and found.state == "proposed":
        address = f"{site_address()}/enterprise-file/{secret}"
        code = segno.make(address, error="m").svg_data_uri(scale=4, border=2, light="#fff")
    present = content_of(found.organisation)
    return _unlisted(render(
        "desk/file_visited.html", proposal=found, organisation=found.organisation,
        address=address, code=code, answer=queries.answer_to(found), present=present,
        changed=changed_keys(present, found.content), **form_facts(found.content, ())))
