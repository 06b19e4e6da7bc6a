"""One solution in the workspace: where it stands, its preview, its changes, and its way out."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.catalog.operations import fill_version
from marketplace.catalog.views import solution_page, stored_file
from marketplace.core import files
from marketplace.core.clock import now
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.listing import operations, queries, submitting, withdrawing
from marketplace.listing.completeness import completeness
from marketplace.listing.content import content_of
from marketplace.listing.diff import changes
from marketplace.listing.forms import SECTIONS, section_of
from marketplace.listing.models import Submission
from marketplace.listing.schemas import shown_content
from marketplace.listing.standing import solution_name, standing, written
from marketplace.workspace.views import workspace_pages


def address(solution_id: int, *more: str) -> str:
    return "/".join((f"/workspace/solutions/{solution_id}", *more))


def _page(solution: Solution, errors: Any = (), title: str = "") -> str:
    draft, last = queries.draft_of(solution.id), queries.last_submission(solution.id)
    content = written(solution, draft, last)
    return render(
        "workspace/solution.html", solution=solution, draft=draft, last=last, errors=errors,
        error_title=title, name=solution_name(solution, draft, last), content=content,
        standing=standing(solution, draft, last), complete=completeness(content),
        sections=SECTIONS, section_of=section_of,
        changed=_changed(solution, last, content if draft else None),
        history=queries.versions_of(solution.id))


def _changed(solution: Solution, last: Submission | None, content: Any) -> list[Any]:
    """What is on its way to visitors, compared with what they see."""
    live = content_of(solution.published) if solution.published else {}
    if last is not None and last.state == "waiting":
        return changes(live, content_of(last.version)) if live else []
    return changes(live, content) if live and content else []


@workspace_pages.get("/workspace/solutions/<int:solution_id>")
def solution(solution_id: int) -> str:
    return _page(queries.own_solution(solution_id))


@workspace_pages.get("/workspace/solutions/<int:solution_id>/preview")
def preview(solution_id: int) -> str:
    found = queries.own_solution(solution_id)
    content = written(found, queries.draft_of(solution_id), queries.last_submission(solution_id))
    last = max((v.number for v in found.versions), default=0)
    version = SolutionVersion(number=last + 1, state="draft", created_at=now())
    loaded = shown_content(content)
    fill_version(version, loaded)
    version.files = loaded["files"]
    return solution_page(found, version, preview=address(solution_id),
                         files_at=address(solution_id, "files"))


@workspace_pages.get("/workspace/solutions/<int:solution_id>/changes")
def show_changes(solution_id: int) -> str:
    found = queries.own_solution(solution_id)
    draft, last = queries.draft_of(solution_id), queries.last_submission(solution_id)
    waiting = last is not None and last.state == "waiting"
    content = content_of(last.version) if waiting and last else written(found, draft, last)
    live = content_of(found.published) if found.published else {}
    return render("workspace/changes.html", solution=found, name=solution_name(found, draft, last),
                  waiting=waiting, last=last, changes=changes(live, content))


@workspace_pages.post("/workspace/solutions/<int:solution_id>/submit")
def submit(solution_id: int) -> ResponseReturnValue:
    found = queries.own_solution(solution_id)
    try:
        sent = submitting.submit(solution=found)
    except InvalidInput as problem:
        return _page(found, problem.errors, problem.detail), 422
    except Conflict as problem:
        flash(problem.detail, "error")
    else:
        flash(_("The change is public now; it needed no check.") if sent.submission is None else
              _("Submitted. The industry operator checks it; you will be told here."), "success")
    return redirect(address(solution_id), 303)


@workspace_pages.post("/workspace/submissions/<int:submission_id>/withdraw")
def withdraw(submission_id: int) -> ResponseReturnValue:
    found = queries.own_submission(submission_id)
    try:
        submitting.withdraw(submission=found)
        flash(_("Withdrawn. You can go on editing."), "success")
    except Conflict as problem:
        flash(problem.detail, "error")
    return redirect(address(found.solution_id), 303)


@workspace_pages.post("/workspace/solutions/<int:solution_id>/take-off")
def take_off(solution_id: int) -> ResponseReturnValue:
    found = queries.own_solution(solution_id)
    try:
        withdrawing.take_off(solution=found, reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _page(found, problem.errors, problem.detail), 422
    except Conflict as problem:
        flash(problem.detail, "error")
    else:
        flash(_("Taken off the lists. Its page says so with your reason."), "success")
    return redirect(address(solution_id), 303)


@workspace_pages.post("/workspace/solutions/<int:solution_id>/bring-back")
def bring_back(solution_id: int) -> ResponseReturnValue:
    try:
        withdrawing.bring_back(solution=queries.own_solution(solution_id))
        flash(_("Listed again."), "success")
    except Conflict as problem:
        flash(problem.detail, "error")
    return redirect(address(solution_id), 303)


@workspace_pages.post("/workspace/solutions/<int:solution_id>/discard")
def discard(solution_id: int) -> ResponseReturnValue:
    found = queries.own_solution(solution_id)
    if request.form.get("sure") != "1":
        flash(_("Tick the box to confirm that the draft is thrown away."), "error")
        return redirect(address(solution_id) + "#discard", 303)
    try:
        gone = operations.discard_draft(solution=found)
    except Conflict as problem:
        flash(problem.detail, "error")
        return redirect(address(solution_id), 303)
    flash(_("The draft has been thrown away."), "success")
    return redirect("/workspace" if gone else address(solution_id), 303)


@workspace_pages.post("/workspace/solutions/<int:solution_id>/files")
def upload(solution_id: int) -> ResponseReturnValue:
    found = queries.own_solution(solution_id)
    from marketplace.workspace.section_views import section_page

    try:
        stored = files.save_sent(request.files.get("file"))
        operations.open_draft(solution=found)
        operations.add_file(solution=found, stored=stored, kind=request.form.get("kind", ""),
                            title=LocalizedText(request.form.get("title", "").strip()[:200]))
    except InvalidInput as problem:
        return section_page(found, "documents", errors=problem.errors), 422
    flash(_("The file has been added to the draft."), "success")
    return redirect(address(solution_id, "edit", "documents"), 303)


@workspace_pages.get("/workspace/solutions/<int:solution_id>/files/<int:file_id>")
def file(solution_id: int, file_id: int) -> Response:
    return stored_file(queries.solution_file(solution_id, file_id, action="solution.file"))


@workspace_pages.post("/workspace/solutions/<int:solution_id>/files/<int:file_id>/remove")
def remove_file(solution_id: int, file_id: int) -> ResponseReturnValue:
    operations.remove_file(solution=queries.own_solution(solution_id), file_id=file_id)
    flash(_("The file has been taken out of the draft."), "success")
    return redirect(address(solution_id, "edit", "documents"), 303)
