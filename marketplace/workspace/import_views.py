"""Import of a provider's own solutions: upload, progress, result."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.catalog.list_export import download
from marketplace.catalog.spreadsheet_columns import PROVIDERS, sheets
from marketplace.catalog.spreadsheet_export import write_template
from marketplace.core import files
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.exports import XLSX
from marketplace.core.web import is_htmx
from marketplace.listing.imports import ask_for_import
from marketplace.listing.queries import own_provider
from marketplace.workspace import queries
from marketplace.workspace.views import workspace_pages


def _page(errors: tuple[FieldError, ...] = ()) -> str:
    return render("workspace/import.html", errors=errors, provider=own_provider(),
                  imports=queries.own_imports())


@workspace_pages.get("/workspace/import")
def import_page() -> str:
    return _page()


@workspace_pages.post("/workspace/import")
def start_import() -> ResponseReturnValue:
    try:
        stored = files.save_sent(request.files.get("file"), allowed=(XLSX,))
    except InvalidInput as problem:
        return _page(problem.errors), 422
    return redirect(f"/workspace/import/{ask_for_import(stored=stored).id}", 303)


@workspace_pages.get("/workspace/import/<int:job_id>")
def import_job(job_id: int) -> str:
    part = "import_state" if is_htmx() else "import_job"
    return render(f"workspace/{part}.html", job=queries.own_import(job_id))


@workspace_pages.get("/workspace/import/<int:job_id>/checked.xlsx")
def import_checked(job_id: int) -> Response:
    found = queries.own_import(job_id)
    key = found.result.get("checked")
    if not key:
        raise NotFound("There is no such record.")
    name = f"{Path(str(found.arguments['name'])).stem}-checked.xlsx"
    body = Response(files.read(str(key)), mimetype=XLSX)
    body.headers.set("Content-Disposition", "attachment", filename=name)
    return body


@workspace_pages.get("/workspace/import/template.xlsx")
def import_template() -> Response:
    names = [name for name in sheets({}) if name != PROVIDERS]
    with TemporaryDirectory() as folder:
        body = write_template(Path(folder) / "solutions.xlsx", names)[0].read_bytes()
    return download(body, "solutions.xlsx")
