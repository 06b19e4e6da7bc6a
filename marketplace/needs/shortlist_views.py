"""Shortlists of needs and records for the file."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask import render_template as render

from marketplace.catalog.queries import public_solutions
from marketplace.core.errors import NotFound
from marketplace.core.exports import XLSX
from marketplace.core.limits import limiter, match_rate
from marketplace.core.messages import gettext as _
from marketplace.matching.sheet_files import DOCX, pick_rows, sheet_docx, sheet_xlsx
from marketplace.needs import queries
from marketplace.needs.freezing import freeze, frozen_content, make_sheet
from marketplace.needs.shortlist import (
    add_candidate,
    drop_candidate,
    note_candidate,
    standing,
)
from marketplace.needs.web import attempt, indexes, number, see_other

shortlist_pages = Blueprint("shortlist", __name__, template_folder="templates")


@shortlist_pages.post("/needs/shortlist")
@limiter.limit(match_rate)
def add() -> Response:
    """Put a solution on a need's shortlist, from wherever it is shown."""
    need_id, solution_id = number("need_id") or 0, number("solution_id") or 0
    saved = queries.need_by(need_id, "need.write")
    found = public_solutions([solution_id])
    if not found:
        raise NotFound(_("This solution is no longer offered."))
    at = standing(indexes(), saved, solution_id)
    path = f"/needs/{need_id}" + ("/recommendations" if "stay" in request.form else "#shortlist")
    return attempt(lambda: add_candidate(saved=saved, solution=found[0], at=at,
                                         note=request.form.get("note", "")),
                   path, _("Put on the shortlist."))


@shortlist_pages.post("/needs/candidates/<int:candidate_id>")
def note(candidate_id: int) -> Response:
    candidate = queries.candidate_by(candidate_id)
    return attempt(lambda: note_candidate(candidate=candidate, note=request.form.get("note", ""),
                                          why_not=request.form.get("why_not", "")),
                   f"/needs/{candidate.need_id}#shortlist", _("Your changes are saved."))


@shortlist_pages.post("/needs/candidates/<int:candidate_id>/drop")
def drop(candidate_id: int) -> Response:
    candidate = queries.candidate_by(candidate_id)
    return attempt(lambda: drop_candidate(candidate=candidate),
                   f"/needs/{candidate.need_id}#shortlist", _("Taken off the shortlist."))


@shortlist_pages.post("/needs/<int:need_id>/records")
@limiter.limit(match_rate)
def make_record(need_id: int) -> Response:
    saved = queries.need_by(need_id, "need.write")
    content = frozen_content(indexes(), saved)
    return attempt(lambda: freeze(saved=saved, content=content), f"/needs/{need_id}#records",
                   _("The record is made; it is never changed."))


@shortlist_pages.get("/needs/<int:need_id>/records/<int:number>")
def record(need_id: int, number: int) -> str:
    found = queries.freeze_by(need_id, number)
    return render("needs/record.html", frozen=found, content=found.content,
                  rows=pick_rows(found.content))


@shortlist_pages.get("/needs/<int:need_id>/records/<int:number>.<any(xlsx, docx):kind>")
def record_file(need_id: int, number: int, kind: str) -> Response:
    found = queries.freeze_by(need_id, number)
    make, mimetype = (sheet_docx, DOCX) if kind == "docx" else (sheet_xlsx, XLSX)
    name = f"need-{need_id}-record-{number}-{found.created_at:%Y%m%d}.{kind}"
    return Response(make(found, _("Checksum: %(digest)s", digest=found.digest),
                         _("Record for the file")),
                    mimetype=mimetype,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


@shortlist_pages.post("/needs/<int:need_id>/records/<int:number>/sheet")
def record_sheet(need_id: int, number: int) -> Response:
    found = queries.freeze_by(need_id, number)
    return see_other(f"/sheets/{make_sheet(frozen=found).token}")
