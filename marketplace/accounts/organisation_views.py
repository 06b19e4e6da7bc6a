"""Pages of one's own organisation: what it says of itself, people, documents."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request
from flask import render_template as render
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import organisation_claims as claims
from marketplace.accounts import organisation_closing as closing
from marketplace.accounts import organisation_members as members
from marketplace.accounts import organisation_operations as operations
from marketplace.accounts import organisation_queries as queries
from marketplace.accounts.organisation_labels import (
    FILE_KIND_NAMES,
    KIND_NAMES,
    SEES,
    SEES_OTHER,
)
from marketplace.accounts.organisation_schemas import FOUNDED_BY_PEOPLE, form_of
from marketplace.accounts.queries import people_of as people_to_help_of
from marketplace.core import files
from marketplace.core.access import may
from marketplace.core.audit_actions import ACTIONS
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.taxonomy.queries import districts

organisation_pages = Blueprint("organisations", __name__, template_folder="templates")
Page = str | Answer | tuple[str, int]


@organisation_pages.app_context_processor
def shared() -> dict[str, Any]:
    return {"organisation_kinds": KIND_NAMES, "paper_kinds": FILE_KIND_NAMES,
            "organisation_history": ACTIONS, "member_sees": SEES, "member_sees_other": SEES_OTHER}


def done(message: str, path: str) -> Answer:
    flash(message, "success")
    return redirect(path, 303)


# --- What it says of itself ----------------------------------------------------------------------


@organisation_pages.get("/organisation")
def own() -> str:
    return _own_page()


def _own_page(typed: Any = None, errors: tuple[FieldError, ...] = (), failed: str = "") -> str:
    found = queries.own_organisation()
    if found is None:
        return render("accounts/organisation_none.html", requests=queries.own_requests(),
                      claims=queries.own_claims())
    return render("accounts/organisation.html", organisation=found, errors=errors, failed=failed,
                  typed=typed or form_of(found), check=queries.last_check(found.id),
                  papers=queries.papers_of(found.id), claims=queries.claims_on(found.id),
                  concerned=closing.concerned(found) if may("organisation.manage") else [],
                  districts=districts())


@organisation_pages.post("/organisation")
def change() -> Page:
    try:
        anew = operations.change_organisation(organisation=queries.required_own(),
                                              given=request.form.to_dict())
    except InvalidInput as problem:
        return _own_page(request.form, problem.errors, "change"), 422
    return done(_("Saved. Name or code changed, so the papers are checked anew.") if anew
                else _("Saved."), "/organisation")


@organisation_pages.post("/organisation/deactivate")
def deactivate() -> Page:
    try:
        closing.deactivate_organisation(organisation=queries.required_own(), reason=sure_reason())
    except InvalidInput as problem:
        return _own_page(None, problem.errors, "deactivate"), 422
    return done(_("The organisation is deactivated. Nothing was deleted."), "/desk")


def sure_reason() -> str:
    """The reason for closing, once it was confirmed. Raises `InvalidInput` at `sure`."""
    if "sure" not in request.form:
        raise InvalidInput("Not confirmed.", errors=(
            FieldError("sure", None, "tick this to confirm"),))
    return request.form.get("reason", "")


@organisation_pages.post("/organisation/claims/<int:claim_id>/answer")
def answer_claim(claim_id: int) -> Page:
    try:
        claims.answer_claim(claim=queries.claim_on_own(claim_id),
                            reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _own_page(None, problem.errors, f"claim-{claim_id}"), 422
    return done(_("Your answer is with the officer now."), "/organisation")


# --- People --------------------------------------------------------------------------------------


@organisation_pages.get("/organisation/people")
def people() -> Page:
    return redirect("/organisation") if queries.own_organisation() is None else _people_page()


def _people_page(errors: tuple[FieldError, ...] = ()) -> str:
    found = queries.required_own()
    return render("accounts/organisation_people.html", organisation=found, errors=errors,
                  people=queries.people_of(found.id), helped={
                      user.id for user in people_to_help_of(found)})


@organisation_pages.post("/organisation/people/<int:membership_id>/accept")
def accept_member(membership_id: int) -> Answer:
    members.accept_member(membership=queries.member(membership_id))
    return done(_("Accepted."), "/organisation/people")


@organisation_pages.post("/organisation/people/<int:membership_id>/decline")
def decline_member(membership_id: int) -> Answer:
    members.decline_member(membership=queries.member(membership_id))
    return done(_("Declined."), "/organisation/people")


@organisation_pages.post("/organisation/people/<int:membership_id>/administrator")
def hand_over(membership_id: int) -> Answer:
    members.hand_over(membership=queries.member(membership_id), keep_own="keep" in request.form)
    return done(_("The administration is handed over."), "/organisation/people")


@organisation_pages.post("/organisation/people/<int:membership_id>/remove")
def remove_member(membership_id: int) -> Answer:
    members.remove_member(membership=queries.member(membership_id))
    return done(_("The membership has ended; what was done stays on record."),
                "/organisation/people")


@organisation_pages.post("/organisation/leave")
def leave() -> Page:
    if "sure" not in request.form:
        return _people_page((FieldError("sure", None, "tick this to confirm"),)), 422
    members.leave_organisation(membership=queries.own_membership())
    return done(_("You have left the organisation."), "/desk")


# --- Documents -----------------------------------------------------------------------------------


@organisation_pages.get("/organisation/files")
def papers() -> Page:
    return redirect("/organisation") if queries.own_organisation() is None else _papers_page()


def _papers_page(errors: tuple[FieldError, ...] = ()) -> str:
    found = queries.required_own()
    return render("accounts/organisation_files.html", organisation=found, errors=errors,
                  papers=queries.papers_of(found.id), check=queries.last_check(found.id),
                  kind=request.form.get("kind", operations.LICENCE))


@organisation_pages.post("/organisation/files")
def add_paper() -> Page:
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InvalidInput("No file.", errors=(FieldError("file", "", "choose a file"),))
        operations.add_file(organisation=queries.required_own(), upload=upload.stream,
                            kind=request.form.get("kind", ""), name=upload.filename)
    except InvalidInput as problem:
        return _papers_page(problem.errors), 422
    return done(_("The document is kept."), "/organisation/files")


@organisation_pages.get("/organisation/files/<int:file_id>")
def paper(file_id: int) -> Response:
    return paper_answer(queries.own_paper(file_id))


def paper_answer(found: Any) -> Response:
    """The bytes of a document: pictures and PDF open, the rest is downloaded."""
    opens = found.media_type in operations.LICENCE_TYPES
    answer = Response(files.read(found.file_key), mimetype=found.media_type)
    answer.headers.set("Content-Disposition", "inline" if opens else "attachment",
                       filename=found.name)
    return answer


@organisation_pages.post("/organisation/files/<int:file_id>/remove")
def remove_paper(file_id: int) -> Answer:
    operations.remove_file(file=queries.own_paper(file_id))
    return done(_("The document is removed."), "/organisation/files")


# --- Founding, claiming, joining -----------------------------------------------------------------


@organisation_pages.get("/organisations/new")
def new() -> str:
    return _new_page({}, ())


def _new_page(typed: Any, errors: tuple[FieldError, ...]) -> str:
    return render("accounts/organisation_new.html", typed=typed, errors=errors,
                  kinds=[(k, KIND_NAMES[k]) for k in FOUNDED_BY_PEOPLE], districts=districts())


@organisation_pages.post("/organisations/new")
def found() -> Page:
    upload = request.files.get("file")
    given = upload is not None and bool(upload.filename)
    try:
        operations.found_organisation(
            given=request.form.to_dict(), licence=upload.stream if given and upload else None,
            file_name=(upload.filename or "") if upload else "")
    except InvalidInput as problem:
        return _new_page(request.form, problem.errors), 422
    return done(_("The organisation is registered. An officer checks the licence within 5 working "
                  "days.") if given else _("The organisation is registered. Upload the licence, "
                                           "so that it can be checked."), "/organisation")


@organisation_pages.get("/organisations/claim")
def search() -> str:
    return _search_page()


def _search_page(errors: tuple[FieldError, ...] = (), failed: int = 0) -> str:
    words = request.args.get("q", "").strip()[:80]
    return render("accounts/organisation_claim.html", words=words, errors=errors, failed=failed,
                  found=queries.find_to_join(words), typed=request.form,
                  requests=queries.own_requests(), claims=queries.own_claims())


@organisation_pages.post("/organisations/requests/<int:membership_id>/withdraw")
def withdraw_request(membership_id: int) -> Answer:
    members.withdraw_request(membership=queries.own_request(membership_id))
    return done(_("Your request is withdrawn."), "/organisations/claim")


@organisation_pages.post("/organisations/claims/<int:claim_id>/withdraw")
def withdraw_claim(claim_id: int) -> Answer:
    claims.withdraw_claim(claim=queries.own_claim(claim_id))
    return done(_("Your claim is withdrawn."), "/organisations/claim")


@organisation_pages.post("/organisations/<int:organisation_id>/claim")
def claim(organisation_id: int) -> Page:
    try:
        claims.claim_organisation(organisation=queries.to_join(organisation_id),
                                  reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _search_page(problem.errors, organisation_id), 422
    return done(_("Your claim is with the officer. You get a message once it is decided."),
                "/organisation")


@organisation_pages.post("/organisations/<int:organisation_id>/join")
def join(organisation_id: int) -> Page:
    try:
        members.ask_to_join(organisation=queries.to_join(organisation_id),
                            note=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _search_page(problem.errors, organisation_id), 422
    return done(_("Your request is with the administrator of the organisation."), "/organisation")
