"""The queue of submissions: look, compare, approve or return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, request
from flask import render_template as render

from marketplace.catalog.queries import shown_files
from marketplace.catalog.views import solution_page, stored_file
from marketplace.console import queries
from marketplace.console.health import sub_platforms
from marketplace.console.pages import console_pages
from marketplace.console.queries import QueueFilter
from marketplace.console.reviewing import checklist, field_rows
from marketplace.core.access import may
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.messages import gettext as _
from marketplace.listing.decisions import AlreadyDecided, approve, send_back
from marketplace.listing.diff import version_changes
from marketplace.listing.labels import field_label
from marketplace.listing.models import Submission

COMMENT = "comment."


def queue_filter(args: Mapping[str, str], known: list[str]) -> QueueFilter:
    """The filter in the address; what is unknown is left out."""
    industry = args.get("industry", "")
    return QueueFilter(industry if industry in known else "", args.get("kind", ""),
                       args.get("state", "waiting"))


@console_pages.get("")
def home() -> str:
    platforms = sub_platforms()
    wanted = queue_filter(request.args, [p.industry.code for p in platforms])
    total, late = queries.queue_size(wanted)
    return render("console/home.html", platforms=platforms, wanted=wanted, total=total, late=late,
                  submissions=queries.queue(wanted), shown=queries.SHOWN,
                  new_providers=queries.new_providers())


def _found(submission_id: int) -> Submission:
    found = queries.one_submission(submission_id)
    if found is None:
        raise NotFound("There is no such record.")
    return found


def _page(found: Submission, errors: tuple[FieldError, ...] = (),
          typed: Mapping[str, str] | None = None) -> str:
    version, live = queries.compared_versions(found)
    changes = version_changes(live, version)
    rows = field_rows(found, queries.comments_until(found), [c.field for c in changes])
    return render("console/submission.html", submission=found, version=version, live=live,
                  changes=changes, rows=rows, errors=errors, typed=typed or {},
                  hints=checklist(version),
                  mine=found.state == "waiting" and may("submission.decide", found))


@console_pages.get("/submissions/<int:submission_id>")
def submission(submission_id: int) -> str:
    return _page(_found(submission_id))


@console_pages.get("/submissions/<int:submission_id>/preview")
def preview(submission_id: int) -> str:
    found = _found(submission_id)
    address = f"/console/submissions/{submission_id}"
    return solution_page(found.solution, found.version, preview=address,
                         files_at=f"{address}/files")


@console_pages.get("/submissions/<int:submission_id>/files/<int:file_id>")
def submitted_file(submission_id: int, file_id: int) -> Response:
    named = shown_files(_found(submission_id).version)
    file = next((s.file for s in named if s.file.id == file_id), None)
    if file is None:
        raise NotFound(_("There is no such document."))
    return stored_file(file)


@console_pages.post("/submissions/<int:submission_id>/approve")
def approve_submission(submission_id: int) -> Any:
    found = _found(submission_id)
    try:
        approve(submission_id=submission_id, note=request.form.get("note", ""))
    except AlreadyDecided as problem:
        return _decided(problem.submission)
    except InvalidInput as problem:
        return _page(found, problem.errors, request.form), 422
    flash(_("Approved. Visitors see this version now, and the provider has been told."), "success")
    return redirect("/console", 303)


@console_pages.post("/submissions/<int:submission_id>/return")
def return_submission(submission_id: int) -> Any:
    found, form = _found(submission_id), request.form
    comments = {name.removeprefix(COMMENT): text for name, text in form.items()
                if name.startswith(COMMENT)}
    try:
        send_back(submission_id=submission_id, comments=comments, note=form.get("note", ""))
    except AlreadyDecided as problem:
        return _decided(problem.submission)
    except InvalidInput as problem:
        return _page(found, problem.errors, form), 422
    flash(_("Returned. The provider sees your comments at the fields."), "success")
    return redirect("/console", 303)


def _decided(found: Submission) -> Response:
    """Somebody else was first: say who, what and when, and keep what was typed in sight."""
    typed = [(field_label(name.removeprefix(COMMENT)) if name != "note" else _("Note"), text)
             for name, text in request.form.items()
             if text.strip() and (name.startswith(COMMENT) or name == "note")]
    return make_response(render("console/decided.html", submission=found, typed=typed), 409)
