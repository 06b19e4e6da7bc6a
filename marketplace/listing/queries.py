"""Reads of drafts and submissions, and who reaches which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.catalog.models import (
    Case,
    Provider,
    Solution,
    SolutionFile,
    SolutionIndustry,
    SolutionVersion,
)
from marketplace.catalog.queries import whole_solutions
from marketplace.core.access import Person, current_person, reach, scoped
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.i18n import LocalizedText
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.listing.standing import Standing, solution_name, standing
from marketplace.taxonomy.registry import GENERAL

PER_PAGE = 50


@scoped(SolutionDraft, "organisation")
def _own_drafts(person: Person) -> ColumnElement[bool]:
    return SolutionDraft.solution_id.in_(_own_ids(person))


@scoped(Submission, "organisation")
def _own_submissions(person: Person) -> ColumnElement[bool]:
    return Submission.solution_id.in_(_own_ids(person))


def _own_ids(person: Person) -> Select[int]:
    return select(Solution.id).join(Provider).where(
        Provider.organisation_id == person.organisation_id)


@scoped(Submission, "industries")
def _submissions_of_industries(person: Person) -> ColumnElement[bool]:
    """The submitted version serves one of the operator's industries, or all industries."""
    return Submission.version.has(SolutionVersion.industries.any(
        SolutionIndustry.code.in_([*person.industries, GENERAL])))


def stored_submission(submission_id: int) -> Submission | None:
    """A submission whatever its state; the caller asks who may see or decide it."""
    return db.session.get(Submission, submission_id)


def own_provider() -> Provider | None:
    """The provider record of the current person's organisation, if it has one yet."""
    return db.session.scalar(select(Provider).where(
        Provider.organisation_id == (current_person().organisation_id or 0)))


def own_solution(solution_id: int) -> Solution:
    """One of the organisation's solutions with everything its pages show; else `NotFound`."""
    found = db.session.scalars(whole_solutions().where(
        Solution.id == solution_id, reach("solution.draft", Solution))).unique().first()
    if found is None:
        raise NotFound("There is no such record.")
    return found


def draft_of(solution_id: int) -> SolutionDraft | None:
    return db.session.scalar(select(SolutionDraft).where(SolutionDraft.solution_id == solution_id))


def last_submission(solution_id: int) -> Submission | None:
    """The latest submission of a solution with its version and comments."""
    return db.session.scalars(
        select(Submission).where(Submission.solution_id == solution_id)
        .options(joinedload(Submission.version), selectinload(Submission.comments))
        .order_by(Submission.id.desc()).limit(1)).first()


def own_submission(submission_id: int) -> Submission:
    """A submission of the organisation; else `NotFound`."""
    found = db.session.scalar(select(Submission).where(
        Submission.id == submission_id, reach("solution.draft", Submission)))
    if found is None:
        raise NotFound("There is no such record.")
    return found


def solution_file(solution_id: int, file_id: int, *, action: str) -> SolutionFile:
    """An upload of a solution within reach of `action`; else `NotFound`."""
    found = db.session.scalar(select(SolutionFile).join(
        Solution, Solution.id == SolutionFile.solution_id).where(
            SolutionFile.id == file_id, Solution.id == solution_id, reach(action, Solution)))
    if found is None:
        raise NotFound("There is no such record.")
    return found


def files_of(solution_id: int) -> dict[int, SolutionFile]:
    """Every upload of a solution by id."""
    return {f.id: f for f in db.session.scalars(
        select(SolutionFile).where(SolutionFile.solution_id == solution_id))}


@dataclass(frozen=True)
class OwnSolution:
    """A solution in its provider's list, with its draft's and last submission's state."""

    solution: Solution
    name: LocalizedText
    standing: Standing


def own_solutions(page: int = 1, per_page: int = PER_PAGE) -> tuple[list[OwnSolution], int]:
    """A page of the organisation's solutions, the last touched first, and how many there are."""
    mine = reach("solution.draft", Solution)
    total = db.session.scalar(select(func.count()).select_from(Solution).where(mine)) or 0
    solutions = db.session.scalars(
        select(Solution).outerjoin(SolutionDraft).where(mine)
        .options(joinedload(Solution.published))
        .order_by(func.coalesce(SolutionDraft.updated_at, Solution.created_at).desc(),
                  Solution.id.desc())
        .limit(per_page).offset((page - 1) * per_page)).all()
    ids = [s.id for s in solutions]
    drafts = {d.solution_id: d for d in db.session.scalars(
        select(SolutionDraft).where(SolutionDraft.solution_id.in_(ids)))}
    latest = select(func.max(Submission.id)).where(
        Submission.solution_id.in_(ids)).group_by(Submission.solution_id)
    submissions = {s.solution_id: s for s in db.session.scalars(
        select(Submission).where(Submission.id.in_(latest)).options(
            joinedload(Submission.version).load_only(SolutionVersion.name)))}
    return [OwnSolution(s, solution_name(s, drafts.get(s.id), submissions.get(s.id)),
                        standing(s, drafts.get(s.id), submissions.get(s.id)))
            for s in solutions], total


def own_counts() -> dict[str, int]:
    """How many of the organisation's solutions are listed, in review, returned or not yet out."""
    rows = db.session.execute(
        select(Solution.published_version_id.is_not(None) & Solution.withdrawn_at.is_(None),
               Submission.state, SolutionDraft.id)
        .select_from(Solution).outerjoin(SolutionDraft)
        .outerjoin(Submission, Submission.id == select(func.max(Submission.id)).where(
            Submission.solution_id == Solution.id).correlate(Solution).scalar_subquery())
        .where(reach("solution.draft", Solution))).all()
    return {"all": len(rows), "listed": sum(bool(listed) for listed, _s, _d in rows),
            "in_review": sum(state == "waiting" for _l, state, _d in rows),
            "returned": sum(state == "returned" and bool(draft or not listed)
                            for listed, state, draft in rows)}


def versions_of(solution_id: int, limit: int = 20) -> Sequence[SolutionVersion]:
    """A solution's versions, the latest first."""
    return db.session.scalars(select(SolutionVersion).where(
        SolutionVersion.solution_id == solution_id)
        .order_by(SolutionVersion.number.desc()).limit(limit)).all()


def published_cases(provider_id: int, limit: int = 50) -> Sequence[tuple[Solution, Case]]:
    """The cases on a provider's public solutions."""
    rows = db.session.execute(
        select(Solution, Case).join(Case, Case.version_id == Solution.published_version_id)
        .where(Solution.provider_id == provider_id, Solution.withdrawn_at.is_(None))
        .order_by(Solution.sort_key, Case.id).limit(limit)).all()
    return [(solution, case) for solution, case in rows]
