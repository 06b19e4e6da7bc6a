"""The audit trail: filters, what changed, export."""

from __future__ import annotations

from datetime import date

from flask import Response, request
from flask import render_template as render

from marketplace.administration import audit_queries as queries
from marketplace.administration.audit_export import export
from marketplace.administration.audit_queries import PAGE, Filters, lines
from marketplace.administration.views import administration_pages
from marketplace.core.access_table import ROLES
from marketplace.core.audit_actions import ACTIONS
from marketplace.core.errors import FieldError
from marketplace.core.exports import CSV, XLSX
from marketplace.core.numbers import as_number

FIRST_YEAR, LAST_YEAR = 2000, 2999


def _filters() -> tuple[Filters, tuple[FieldError, ...]]:
    """The filters of the address; a day that is none is told and left out."""
    given, wrong, days = request.args, [], {}
    for name in ("from", "to"):
        word = given.get(name, "").strip()
        try:
            days[name] = _day(word) if word else None
        except ValueError:
            days[name] = None
            wrong.append(FieldError(name, word, "write a day such as 2026-10-01"))
    words = {name: given.get(name, "").strip()[:120]
             for name in ("who", "role", "action", "subject")}
    return Filters(words["who"], words["role"], words["action"], words["subject"],
                   days["from"], days["to"]), tuple(wrong)


def _day(word: str) -> date:
    """Raises `ValueError` for no day, or one outside the years a trail can speak of."""
    day = date.fromisoformat(word)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(word)
    return day


@administration_pages.get("/admin/audit")
def audit() -> tuple[str, int]:
    filters, errors = _filters()
    found = queries.events(filters, as_number(request.args.get("before")))
    shown = found[:PAGE]
    return render("administration/audit.html", filters=filters, events=shown, roles=ROLES,
                  errors=errors, lines=lines, actions=ACTIONS,
                  following=shown[-1].id if len(found) > PAGE else None), 422 if errors else 200


@administration_pages.get("/admin/audit/<int:event_id>")
def audit_event(event_id: int) -> str:
    found = queries.event(event_id)
    return render("administration/audit_event.html", event=found, lines=lines(found.details),
                  roles=ROLES, actions=ACTIONS)


@administration_pages.get("/admin/audit/export.<any(xlsx, csv):ending>")
def audit_export(ending: str) -> Response:
    filters, _errors = _filters()
    return Response(export(filters, ending), mimetype=XLSX if ending == "xlsx" else CSV, headers={
        "Content-Disposition": f"attachment; filename=audit.{ending}"})
