"""Pages of what is kept: comparisons and decision sheets."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request
from flask import render_template as render
from werkzeug.wrappers import Response as Answer

from marketplace.catalog.queries import public_solutions
from marketplace.catalog.schemas import compared_ids
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.messages import gettext as _
from marketplace.desk import kept_operations as operations
from marketplace.desk import kept_queries as queries
from marketplace.desk.kept_operations import COMPANY
from marketplace.desk.models import KeptComparison

kept_pages = Blueprint("kept", __name__, template_folder="templates")
Page = str | Answer | tuple[str, int]


@kept_pages.get("/desk/comparisons")
def comparisons() -> str:
    return render("desk/comparisons.html", kept=queries.comparisons(), address=_address)


def _address(kept: KeptComparison) -> str:
    """Where a kept comparison opens, with the company its prices were computed for."""
    company = {k: kept.company[k] for k in COMPANY if k in kept.company}
    return f"/compare?{urlencode({'ids': kept.solution_ids, **company}, safe=',')}"


@kept_pages.get("/desk/comparisons/new")
def new_comparison() -> str:
    return _new_page(())


def _new_page(errors: tuple[FieldError, ...]) -> str:
    ids = request.values.get("ids", "")[:80]
    return render("desk/comparison_new.html", ids=ids, errors=errors, typed=request.form,
                  company=_company(), solutions=public_solutions(compared_ids([ids])[0]))


def _company() -> dict[str, int]:
    given = {k: request.values.get(k, "") for k in operations.COMPANY}
    return {k: int(v) for k, v in given.items() if v.isascii() and v.isdecimal() and len(v) < 7}


@kept_pages.post("/desk/comparisons")
def keep_comparison() -> Page:
    try:
        operations.keep_comparison(
            given={"name": request.form.get("name", ""), "note": request.form.get("note", ""),
                   "shared": request.form.get("shared") == "1"},
            ids=request.form.get("ids", ""), company=_company())
    except InvalidInput as problem:
        return _new_page(problem.errors), 422
    flash(_("The comparison is kept."), "success")
    return redirect("/desk/comparisons", 303)


@kept_pages.post("/desk/comparisons/<int:comparison_id>/forget")
def forget_comparison(comparison_id: int) -> Answer:
    operations.forget_comparison(kept=queries.own_comparison(comparison_id))
    flash(_("The comparison is deleted."), "success")
    return redirect("/desk/comparisons", 303)


@kept_pages.get("/desk/sheets")
def sheets() -> str:
    return render("desk/sheets.html", kept=queries.sheets())


@kept_pages.post("/desk/sheets")
def keep_sheet() -> Answer:
    operations.keep_sheet(token=request.form.get("token", ""),
                          note=request.form.get("note", "")[:400],
                          shared=request.form.get("shared") == "1")
    flash(_("The decision sheet is on your desk."), "success")
    return redirect("/desk/sheets", 303)


@kept_pages.post("/desk/sheets/<int:kept_sheet_id>/forget")
def forget_sheet(kept_sheet_id: int) -> Answer:
    operations.forget_sheet(kept=queries.own_sheet(kept_sheet_id))
    flash(_("The decision sheet is off your desk; its link goes on working."), "success")
    return redirect("/desk/sheets", 303)
