"""Import of people in the background; the sheet of personal links is kept a day, for the one who
asked only.

No secret of a link stands in the database: when a worker dies, the next one makes new slips for the
accounts that exist already, and the lost ones end.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.accounts.invitations import renew
from marketplace.accounts.models import User
from marketplace.accounts.people_sheet import (
    COLUMNS,
    Row,
    invite,
    outcome_of,
    read_rows,
    refusal,
    workbook,
)
from marketplace.core import files
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.duties import every
from marketplace.core.errors import InvalidInput, MarketplaceError, NotFound
from marketplace.core.i18n import DEFAULT_LANGUAGE, Language, current_language, speaking
from marketplace.core.jobs import Job, ask_for, job

IMPORT = "people.import"
LINKS_KEPT = timedelta(hours=24)
SHOWN_PROBLEMS = 200
"""Problems kept with the job; the answer sheet holds all."""
HOUR = 3600


def ask_for_people(*, stored: files.StoredFile, site: str) -> Job:
    """Queue the import of an uploaded sheet; `site` is where the links lead."""
    allow("user.import")
    with transaction() as session:
        asked = ask_for(IMPORT, file=stored.key, name=stored.name, site=site,
                        language=current_language())
        record(session, actor=current_person().actor, action="user.import",
               subject=f"job:{asked.id}", details={"name": stored.name})
    return asked


@job(IMPORT)
def import_in_background(asked: Job) -> Mapping[str, Any]:
    """Invite everybody, each in a transaction of their own; gives counts, problems, and the key of
    the answer sheet; or why the file as a whole was refused."""
    job_id, given = asked.id, dict(asked.arguments)
    language: Language = "en" if given.get("language") == "en" else DEFAULT_LANGUAGE
    made: dict[str, int] = dict(asked.cursor.get("made") or {})
    try:
        rows = read_rows(io.BytesIO(files.read(given["file"])))
    except InvalidInput as problem:
        return {"refused": str(problem.errors[0].remedy)}
    answer: list[Mapping[str, str]] = []
    problems: list[dict[str, Any]] = []
    with speaking(language):
        for at, row in enumerate(rows, 1):
            try:
                outcome = _made(job_id, row, given["site"], made, at, len(rows))
            except MarketplaceError as problem:
                outcome = refusal(problem)
                problems += _problems(row, problem)
            answer.append({**row.values, **outcome})
        kept = files.save(io.BytesIO(workbook(answer)), "people-with-links.xlsx")
    refused = len({p["row"] for p in problems})
    return {"made": len(rows) - refused, "rows_refused": refused, "links": kept.key,
            "until": (now() + LINKS_KEPT).isoformat(), "problems": problems[:SHOWN_PROBLEMS],
            "problem_count": len(problems)}


def _made(job_id: int, row: Row, site: str, made: dict[str, int], at: int,
          total: int) -> dict[str, str]:
    """The account and how far the work is are kept together, or neither is."""
    with transaction() as session:
        before = made.get(str(row.number))
        slip = invite(row) if before is None else renew(user=session.get_one(User, before))
        if slip.invitation.kind == "activate" and slip.invitation.user_id is not None:
            made[str(row.number)] = slip.invitation.user_id
        session.get_one(Job, job_id).report(at, total, made=dict(made))
        return outcome_of(slip, site)


def _problems(row: Row, problem: MarketplaceError) -> list[dict[str, Any]]:
    where = {"sheet": row.sheet, "row": row.number}
    return [{**where, "column": COLUMNS.get(e.field, e.field),
             "value": row.values.get(e.field, ""), "remedy": str(e.remedy)}
            for e in problem.errors] or [
                {**where, "column": "", "value": "", "remedy": problem.detail}]


def own_import(job_id: int) -> Job:
    """An import the current person asked for. Raises `NotFound` for another's."""
    found = db.session.scalar(select(Job).where(
        Job.id == job_id, Job.kind == IMPORT, Job.user_id == (current_person().user_id or 0)))
    if found is None:
        raise NotFound("There is no such record.")
    return found


def own_imports(limit: int = 10) -> Sequence[Job]:
    """The current person's latest imports."""
    return db.session.scalars(select(Job).where(
        Job.kind == IMPORT, Job.user_id == (current_person().user_id or 0))
        .order_by(Job.id.desc()).limit(limit)).all()


def links_of(asked: Job) -> bytes:
    """The sheet with the links, on record each time. Raises `NotFound` once its day is over."""
    allow("user.import")
    key = asked.result.get("links")
    if not key or _over(asked):
        raise NotFound("The sheet with the links is kept for 24 hours only. Give new slips to "
                       "those who have none.")
    with transaction() as session:
        record(session, actor=current_person().actor, action="user.import_links",
               subject=f"job:{asked.id}", details={"made": asked.result.get("made")})
    return files.read(str(key))


def _over(asked: Job) -> bool:
    return asked.finished_at is not None and asked.finished_at < now() - LINKS_KEPT


@every(HOUR)
def forget_links() -> None:
    """Sheets sent and sheets with links go from the store once their day is over."""
    for asked in db.session.scalars(select(Job).where(
            Job.kind == IMPORT, Job.finished_at < now() - LINKS_KEPT)).all():
        if asked.result.get("forgotten"):
            continue
        for key in (asked.arguments.get("file"), asked.result.get("links")):
            if key:
                files.forget(str(key))
        with transaction() as session:
            found = session.get_one(Job, asked.id)
            found.result = {**found.result, "links": None, "forgotten": True}
