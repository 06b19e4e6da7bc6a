"""Import of people: a sheet up, the same sheet with a personal link each down."""

from __future__ import annotations

from flask import Response, current_app, request
from flask import render_template as render

from marketplace.accounts import people_sheet
from marketplace.administration.views import administration_pages
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.exports import XLSX


def _sheet(content: bytes, name: str) -> Response:
    return Response(content, mimetype=XLSX, headers={
        "Content-Disposition": f"attachment; filename={name}.xlsx"})


@administration_pages.get("/admin/people")
def people() -> str:
    return render("administration/people.html", errors=())


@administration_pages.get("/admin/people/template.xlsx")
def people_template() -> Response:
    return _sheet(people_sheet.template(), "people")


@administration_pages.post("/admin/people")
def import_people() -> Response | tuple[str, int]:
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput("The sheet cannot be read.", errors=(
                FieldError("file", None, "choose a file"),))
        done = people_sheet.import_people(
            sent.stream, site=current_app.extensions["settings"].public_url or request.url_root)
    except InvalidInput as problem:
        return render("administration/people.html", errors=problem.errors), 422
    return _sheet(done.workbook, "people-with-links")
