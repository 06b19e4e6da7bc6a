"""Reads of drafts and submissions, and who reaches which."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from marketplace.catalog.models import Provider, Solution, SolutionIndustry, SolutionVersion
from marketplace.core.access import Person, scoped
from marketplace.core.database import db
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.taxonomy.registry import GENERAL


@scoped(SolutionDraft, "organisation")
def _own_drafts(person: Person) -> ColumnElement[bool]:
    return SolutionDraft.solution.has(Solution.provider.has(
        Provider.organisation_id == person.organisation_id))


@scoped(Submission, "organisation")
def _own_submissions(person: Person) -> ColumnElement[bool]:
    return Submission.solution.has(Solution.provider.has(
        Provider.organisation_id == person.organisation_id))


@scoped(Submission, "industries")
def _submissions_of_industries(person: Person) -> ColumnElement[bool]:
    """The submitted version serves one of the operator's industries, or all industries."""
    return Submission.version.has(SolutionVersion.industries.any(
        SolutionIndustry.code.in_([*person.industries, GENERAL])))


def stored_submission(submission_id: int) -> Submission | None:
    """A submission whatever its state; the caller asks who may see or decide it."""
    return db.session.get(Submission, submission_id)
