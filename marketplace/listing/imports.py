"""Import of a provider's own solutions from the catalogue's spreadsheet, in the background.

What is read becomes drafts: the provider looks at them and submits. Wrong cells are given back in
a copy of the file.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from marketplace.catalog.models import Solution
from marketplace.catalog.operations import sort_key
from marketplace.catalog.spreadsheet_checked import write_checked
from marketplace.catalog.spreadsheet_import import Contents, Desk, import_drafts
from marketplace.catalog.spreadsheet_records import CONTENT, raw_of
from marketplace.catalog.spreadsheet_report import ImportReport
from marketplace.core import files
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.i18n import (
    DEFAULT_LANGUAGE,
    Language,
    LocalizedText,
    current_language,
    speaking,
)
from marketplace.core.jobs import Job, ask_for, job
from marketplace.listing.content import FILES, content_of, flat, unflat
from marketplace.listing.models import SolutionDraft
from marketplace.listing.queries import draft_of, last_submission, own_provider

IMPORT = "listing.import"
SHOWN_PROBLEMS = 200
"""Problems kept with the job; the corrected copy holds all."""
REPORT_EVERY = 0.5
"""Seconds between two words on how far the work is."""
WAITING = "is being checked; withdraw it first"


def ask_for_import(*, stored: files.StoredFile) -> Job:
    """Queue the import of an uploaded workbook."""
    allow("solution.import")
    with transaction() as session:
        if own_provider() is None:
            raise Conflict("Fill in the company profile first; solutions belong to it.")
        asked = ask_for(IMPORT, file=stored.key, name=stored.name, language=current_language())
        record(session, actor=current_person().actor, action="listing.import",
               subject=f"job:{asked.id}", details={"name": stored.name})
    return asked


@job(IMPORT)
def import_solutions(asked: Job) -> Mapping[str, Any]:
    """Read the workbook into drafts; gives counts, problems, and the key of the corrected copy,
    whose comments are in the language in which the import was asked for; or why the file as a
    whole was refused and which columns of its head are wrong."""
    provider = own_provider()
    if provider is None:
        raise Conflict("The company has no profile any more.")
    job_id, key, name = asked.id, asked.arguments["file"], asked.arguments["name"]
    language: Language = "en" if asked.arguments.get("language") == "en" else DEFAULT_LANGUAGE
    desk = Desk(provider.slug, _take, _objection)
    with TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).stem[:80] + ".xlsx")
        path.write_bytes(files.read(key))
        try:
            report = import_drafts(path, desk, progress=_teller(job_id))
        except InvalidInput as problem:
            return {"refused": problem.detail, "head": [
                {"key": str(e.value), "remedy": str(e.remedy)} for e in problem.errors]}
        checked = None
        if report.problems:
            with speaking(language):
                copy = write_checked(report)
            with copy.open("rb") as file:
                checked = files.save(file, copy.name).key
    return _result(report, checked)


def _teller(job_id: int) -> Any:
    last = 0.0

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last < REPORT_EVERY and done < total:
            return
        last = time.monotonic()
        # The importer empties the session between batches, so the job is looked up anew.
        db.session.get_one(Job, job_id).report(done, total)

    return tell


def _objection(solution: Solution) -> str | None:
    last = last_submission(solution.id)
    return WAITING if last is not None and last.state == "waiting" else None


def _take(contents: Contents) -> None:
    session, actor = db.session, current_person().actor
    for solution, loaded in contents:
        content = unflat(flat(raw_of(CONTENT, loaded)))
        if solution.id is None:
            solution.sort_key = sort_key(LocalizedText.of(content["name"]))
            solution.sample = solution.provider.organisation.sample
            session.add(solution)
            session.flush()
        draft = draft_of(solution.id)
        if draft is None:
            before = content_of(solution.published) if solution.published else {}
            draft = SolutionDraft(solution=solution, revision=0, content={},
                                  base_version_id=solution.published_version_id)
            session.add(draft)
        else:
            before = draft.content
        draft.content = {**content, FILES: before.get(FILES) or []}
        draft.revision += 1
        draft.updated_at, draft.updated_by = now(), actor
        record(session, actor=actor, action="draft.import", subject=f"solution:{solution.id}",
               details={"slug": solution.slug})


def _result(report: ImportReport, checked: str | None) -> dict[str, Any]:
    return {
        "sheets": {name: {"new": c.new, "changed": c.changed, "unchanged": c.unchanged,
                          "wrong": c.wrong} for name, c in report.sheets.items()},
        "problems": [p.as_dict() for p in report.problems[:SHOWN_PROBLEMS]],
        "problem_count": len(report.problems), "notes": report.notes, "checked": checked}
