"""Import of people: a sheet up, progress, the same sheet with a personal link each down."""

from __future__ import annotations

from flask import Response, redirect, request
from flask import render_template as render
from werkzeug.wrappers import Response as Answer

from marketplace.accounts import people_import, people_sheet
from marketplace.administration.views import administration_pages
from marketplace.core import files
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.exports import XLSX
from marketplace.core.web import is_htmx, site_address


def _sheet(content: bytes, name: str) -> Response:
    return Response(content, mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename={name}.xlsx"})


def _page(errors: tuple[FieldError, ...] = ()) -> str:
    return render("administration/people.html", errors=errors,
                  imports=people_import.own_imports())


@administration_pages.get("/admin/people")
def people() -> str:
    return _page()


@administration_pages.get("/admin/people/template.xlsx")
def people_template() -> Response:
    return _sheet(people_sheet.template(), "people")


@administration_pages.post("/admin/people")
def import_people() -> Answer | tuple[str, int]:
    try:
        stored = files.save_sent(request.files.get("file"), allowed=(XLSX,))
    except InvalidInput as problem:
        return _page(problem.errors), 422
    asked = people_import.ask_for_people(stored=stored, site=site_address())
    return redirect(f"/admin/people/{asked.id}", 303)


@administration_pages.get("/admin/people/<int:job_id>")
def people_job(job_id: int) -> str:
    part = "_people" if is_htmx() else "people_job"
    return render(f"administration/{part}.html", job=people_import.own_import(job_id))


@administration_pages.get("/admin/people/<int:job_id>/links.xlsx")
def people_links(job_id: int) -> Response:
    return _sheet(people_import.links_of(people_import.own_import(job_id)), "people-with-links")
