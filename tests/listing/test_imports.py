"""A provider imports its own solutions into drafts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.spreadsheet_export import export_catalogue
from marketplace.core import files, jobs
from marketplace.core.access import acting_as
from marketplace.core.database import db
from marketplace.core.jobs import Job
from marketplace.listing.imports import ask_for_import
from marketplace.listing.models import SolutionDraft
from marketplace.listing.submitting import submit
from tests.factories import make_provider, make_salesperson, make_solution, person
from tests.listing.test_submitting import written


def exported(folder: Path, change: dict[str, object] | None = None) -> bytes:
    """The whole catalogue as a workbook, some cells of the sheet `solutions` changed."""
    path = folder / "catalogue.xlsx"
    export_catalogue(path)
    book = load_workbook(path)
    sheet = book["solutions"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(4, sheet.max_row + 1):
        for key, value in (change or {}).items():
            sheet.cell(row, columns[key]).value = value
    book.save(path)
    return path.read_bytes()


def imported(provider_id: int, body: bytes) -> Job:
    """The job of an import by the provider's people. The session is emptied on the way."""
    provider = db.session.get_one(Provider, provider_id)
    with acting_as(person(make_salesperson(provider))):
        job_id = ask_for_import(stored=files.save(BytesIO(body), "自家产品.xlsx")).id
    assert jobs.do_next()
    return db.session.get_one(Job, job_id)


def drafts() -> dict[int, SolutionDraft]:
    return {d.solution_id: d for d in db.session.scalars(select(SolutionDraft))}


def test_only_own_rows_become_drafts_and_nothing_goes_public(app: Flask, tmp_path: Path) -> None:
    own, foreign = make_solution(go_live_days=30), make_solution(go_live_days=30)
    own_id, slug = own.id, foreign.slug
    job = imported(own.provider_id, exported(tmp_path, {"go_live_days": 12}))
    assert job.state == "done", job.error
    assert set(drafts()) == {own_id}
    assert drafts()[own_id].content["go_live_days"] == 12
    assert db.session.get_one(Solution, own_id).published.go_live_days == 30
    assert slug in {p["value"] for p in job.result["problems"]}
    assert job.result["sheets"]["solutions"] == {
        "new": 0, "changed": 1, "unchanged": 0, "wrong": 1}
    copy = load_workbook(BytesIO(files.read(job.result["checked"])))["solutions"]
    said = [c.comment.text for row in copy for c in row if c.comment]
    assert len(said) == 1
    assert said == ["是其他公司产品的地址，请换一个"]


def test_new_rows_become_solutions_of_the_own_company(app: Flask, tmp_path: Path) -> None:
    name = make_solution().published.name.zh
    body = exported(tmp_path, {"slug": "brand-new", "provider": None})
    provider_id = make_provider().id
    job = imported(provider_id, body)
    assert job.result["problems"] == []
    found = db.session.scalar(select(Solution).where(Solution.slug == "brand-new"))
    assert found is not None
    assert found.provider_id == provider_id
    assert found.published is None
    assert drafts()[found.id].content["name"]["zh"] == name
    with acting_as(person(make_salesperson(found.provider))):
        assert submit(solution=found).submission is not None


def test_a_wrong_cell_is_named_and_the_row_left_out(app: Flask, tmp_path: Path) -> None:
    own = make_solution()
    job = imported(own.provider_id, exported(tmp_path, {"go_live_days": "bald"}))
    assert [p["key"] for p in job.result["problems"]] == ["go_live_days"]
    assert not drafts()


def test_what_is_being_checked_stays_as_it_is(app: Flask, tmp_path: Path) -> None:
    own_id = make_solution().id
    body = exported(tmp_path, {"go_live_days": 12})
    own = db.session.get_one(Solution, own_id)
    with acting_as(person(make_salesperson(own.provider))):
        written(own, promise={"zh": "换了一句承诺"})
        submit(solution=own)
    job = imported(own.provider_id, body)
    assert "being checked" in job.result["problems"][0]["remedy"]
    assert drafts()[own_id].content["promise"]["zh"] == "换了一句承诺"


def test_what_is_no_workbook_of_the_catalogue_fails_with_its_reason(app: Flask) -> None:
    buffer = BytesIO()
    Workbook().save(buffer)
    job = imported(make_provider().id, buffer.getvalue())
    assert job.state == "done"
    assert "no sheet of the catalogue" in job.result["refused"]
