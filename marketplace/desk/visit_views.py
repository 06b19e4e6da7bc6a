"""Pages for whoever visits enterprises: find one, or register one that is not here yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request
from flask import render_template as render
from werkzeug.wrappers import Response as Answer

from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_operations import register_on_visit
from marketplace.core.access import current_person, may
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.desk import visit_queries as queries
from marketplace.desk.file_operations import subject_of
from marketplace.notifications.queries import due_dates
from marketplace.taxonomy.queries import active_industries, districts

visit_pages = Blueprint("visits", __name__, template_folder="templates")
Page = str | Answer | tuple[str, int]


@visit_pages.get("/visits")
def visits() -> str:
    words = request.args.get("q", "").strip()[:80]
    own = queries.own_visits()
    return render("desk/visits.html", words=words, organisations=queries.to_visit(words), own=own,
                  dues=due_dates([subject_of(v.organisation_id) for v in own
                                  if v.state == "proposed"]))


@visit_pages.get("/visits/new")
def new() -> str:
    person = current_person()
    only = next(iter(person.industries)) if len(person.industries) == 1 else ""
    return _new_page({"district": person.district or "", "industry": only,
                      "name_zh": request.args.get("name", "")[:80]}, ())


def _new_page(typed: Mapping[str, Any], errors: tuple[FieldError, ...]) -> str:
    mine = current_person().industries
    return render("desk/visit_new.html", typed=typed, errors=errors, districts=districts(),
                  industries=[c for c in active_industries() if not mine or c in mine],
                  needs_industry=bool(mine))


@visit_pages.post("/visits/new")
def register() -> Page:
    try:
        found, made = register_on_visit(given=request.form.to_dict())
        if not made:
            _require_visitable(found)
    except InvalidInput as problem:
        return _new_page(request.form, problem.errors), 422
    flash(_("Registered, not checked yet. Now enter its file; at the end you get the link by which "
            "the company confirms.") if made else
          _("This credit code is here already: this is the company it belongs to."), "success")
    return redirect(f"/officer/organisations/{found.id}/file", 303)


def _require_visitable(found: Organisation) -> None:
    """A company that is here already must be one whose file may be entered."""
    if found.deactivated_at is not None:
        remedy = "belongs to an organisation that has been deactivated; the city can open it again"
    elif found.kind not in queries.VISITED_KINDS:
        remedy = "belongs to an organisation that is no enterprise"
    elif not may("enterprise_file.visit", found):
        remedy = ("is registered already in another district or industry; those who look after it "
                  "enter its file")
    else:
        return
    raise InvalidInput("Please correct this.", errors=(
        FieldError("credit_code", found.credit_code, remedy),))
