"""The form of a solution, a page a section, each saved by itself."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.catalog.labels import FILE_KINDS
from marketplace.catalog.models import Solution
from marketplace.core.clock import now
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.files import PICTURES
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_number
from marketplace.core.web import is_htmx
from marketplace.listing import operations, queries
from marketplace.listing.completeness import completeness
from marketplace.listing.content import key_of, part
from marketplace.listing.forms import SECTIONS, Section, attribute_groups
from marketplace.listing.standing import solution_name, written
from marketplace.workspace.picker import scenario_groups
from marketplace.workspace.solution_views import address
from marketplace.workspace.views import workspace_pages

_ANY = f"any({', '.join(SECTIONS)})"


@workspace_pages.get(f"/workspace/solutions/<int:solution_id>/edit/<{_ANY}:section>")
def section(solution_id: int, section: str) -> ResponseReturnValue:
    found = queries.own_solution(solution_id)
    last = queries.last_submission(solution_id)
    if last is not None and last.state == "waiting":
        flash(_("This solution is being checked. Withdraw it to go on editing."), "warning")
        return redirect(address(solution_id), 303)
    return section_page(found, section)


def section_page(found: Solution, code: str, *, content: Any = None, base: str | None = None,
                 errors: Any = (), conflicts: Any = (), taken: Any = (),
                 problem: str = "") -> str:
    """A page of the form. What is typed wrongly is marked; what is missing only counted. A
    `problem` keeps all of it from being saved; what was typed stays in sight."""
    draft, last = queries.draft_of(found.id), queries.last_submission(found.id)
    content = content if content is not None else written(found, draft, last)
    asked, complete = SECTIONS[code], completeness(content)
    wrong = tuple(e for e in complete.wrong if key_of(e.field) in asked.keys)
    comments = [c for c in last.comments if key_of(c.field) in asked.keys] \
        if last is not None and last.state == "returned" else []
    codes = list(SECTIONS)
    place = codes.index(code)
    return render(
        "workspace/section.html", solution=found, draft=draft, section=code, content=content,
        name=solution_name(found, draft, last), errors=(*errors, *wrong), complete=complete,
        problem=problem, base=base if base is not None else json.dumps(part(content, asked.keys)),
        conflicts=conflicts, taken=taken, comments=comments, sections=SECTIONS,
        previous=codes[place - 1] if place else None, file_kinds=FILE_KINDS, picture_types=PICTURES,
        following=codes[place + 1] if place + 1 < len(codes) else None,
        attribute_groups=attribute_groups(content), scenario_groups=scenario_groups(content),
        uploads=queries.files_of(found.id), saved_at=None)


@workspace_pages.post(f"/workspace/solutions/<int:solution_id>/edit/<{_ANY}:section>")
def save_section(solution_id: int, section: str) -> ResponseReturnValue:
    found, asked = queries.own_solution(solution_id), SECTIONS[section]
    before = written(found, queries.draft_of(solution_id), queries.last_submission(solution_id))
    mine, base = asked.read(request.form, before), _base(asked, before)
    choices: Any = {k.removeprefix("choice."): v for k, v in request.form.items()
                    if k.startswith("choice.") and v in ("mine", "theirs")}
    try:
        saved = operations.save_draft(solution=found, keys=asked.keys, mine=mine, base=base,
                                      choices=choices)
        _answers(solution_id)
    except InvalidInput as problem:
        return section_page(found, section, content={**before, **mine}, errors=problem.errors), 422
    except Conflict as problem:
        if is_htmx():
            return render("workspace/save_state.html", problem=problem.detail,
                          base=request.form.get("base", ""))
        return section_page(found, section, content={**before, **mine}, problem=problem.detail,
                            base=request.form.get("base", "")), 409
    return _after(found, asked, saved, before, mine)


def _after(found: Solution, asked: Section, saved: operations.Saved, before: Any,
           mine: Any) -> ResponseReturnValue:
    """Where saving leads: on, or back to what is wrong or asked."""
    sent = request.form.get("base", "")
    if is_htmx():
        # The page goes on showing what was typed here. With the merged content as its base the
        # next save would take another tab's change for one undone here, and undo it.
        base = sent if saved.conflicts else json.dumps(part(mine, asked.keys))
        return render("workspace/save_state.html", base=base, conflicts=saved.conflicts,
                      taken=saved.taken, saved_at=now(),
                      complete=None if saved.conflicts else completeness(saved.content))
    if saved.conflicts:
        rest = {k: v for k, v in before.items() if k not in asked.keys}
        return section_page(found, asked.code, content={**rest, **saved.content}, base=sent,
                            conflicts=saved.conflicts, taken=saved.taken), 409
    if any(key_of(e.field) in asked.keys for e in completeness(saved.content).wrong):
        return section_page(found, asked.code, content=saved.content), 422
    flash(_("Saved."), "success")
    wanted = request.form.get("then", "")
    target = ("edit", wanted) if wanted in SECTIONS else () if wanted == "overview" else \
        ("edit", asked.code)
    return redirect(address(found.id, *target), 303)


def _base(asked: Section, before: Any) -> Any:
    """The section as it stood when the form was opened."""
    try:
        base = json.loads(request.form.get("base", ""))
    except ValueError:
        base = None
    if not isinstance(base, dict):
        raise InvalidInput("The form was incomplete. Load the page again.", errors=(
            FieldError("base", None, "load the page again"),))
    return base


def _answers(solution_id: int) -> None:
    """Answers to the operator's comments stand in the same form, beside the fields."""
    typed = {number: v for k, v in request.form.items() if k.startswith("answer.")
             and (number := as_number(k.removeprefix("answer."))) is not None}
    last = queries.last_submission(solution_id) if typed else None
    if last is not None and last.state == "returned":
        operations.answer_comments(submission=last, answers=typed)
