"""Figures of a provider's solutions by day; nobody who looked is recorded anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.catalog.counts import EXPORT, VIEW
from marketplace.catalog.models import ComparisonCount, Solution, SolutionCount
from marketplace.core.access import current_person, reach
from marketplace.core.clock import BEIJING, today
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.jobs import Job
from marketplace.listing.imports import IMPORT
from marketplace.needs.models import EnquiryInvitation, NeedCandidate
from marketplace.needs.queries import ASKED

FIGURES = ("views", "comparisons", "shortlists", "enquiries", "exports")
PERIODS = (1, 30, 90)
"""Days over which figures are added up; today counts as one."""
LONGEST = max(PERIODS)


@dataclass(frozen=True)
class Figures:
    """`by_day` has a row for each of the last `LONGEST` days, the latest first."""

    by_day: Mapping[date, Mapping[str, int]]

    def over(self, days: int) -> dict[str, int]:
        """The sums of the last `days` days."""
        since = today() - timedelta(days=days - 1)
        return {name: sum(row[name] for day, row in self.by_day.items() if day >= since)
                for name in FIGURES}


def figures(solution_ids: Sequence[int]) -> dict[int, Figures]:
    """The figures of each of these solutions, whose reach the caller has asked for."""
    first = today() - timedelta(days=LONGEST - 1)
    counts: Counter[tuple[int, date, str]] = Counter()
    for solution_id, day, what, times in db.session.execute(
            select(SolutionCount.solution_id, SolutionCount.day, SolutionCount.what,
                   SolutionCount.times)
            .where(SolutionCount.solution_id.in_(solution_ids), SolutionCount.day >= first)):
        name = {VIEW: "views", EXPORT: "exports"}.get(what)
        if name:
            counts[solution_id, day, name] += times
    for solution_id, day, times in db.session.execute(
            select(ComparisonCount.solution_id, ComparisonCount.day, ComparisonCount.times)
            .where(ComparisonCount.solution_id.in_(solution_ids), ComparisonCount.day >= first)):
        counts[solution_id, day, "comparisons"] += times
    for solution_id, at in db.session.execute(
            select(NeedCandidate.solution_id, NeedCandidate.added_at)
            .where(NeedCandidate.solution_id.in_(solution_ids))):
        counts[solution_id, at.astimezone(BEIJING).date(), "shortlists"] += 1
    for asked_for, asked_at in db.session.execute(
            select(EnquiryInvitation.solution_id, EnquiryInvitation.invited_at)
            .where(EnquiryInvitation.solution_id.in_(solution_ids),
                   EnquiryInvitation.state.in_(ASKED))):
        if asked_for is not None and asked_at is not None:
            counts[asked_for, asked_at.astimezone(BEIJING).date(), "enquiries"] += 1
    days = [today() - timedelta(days=n) for n in range(LONGEST)]
    return {i: Figures({day: {name: counts[i, day, name] for name in FIGURES} for day in days})
            for i in solution_ids}


def own_listed(limit: int = 500) -> Sequence[Solution]:
    """The organisation's solutions that visitors have seen, by name."""
    return db.session.scalars(
        select(Solution).where(reach("solution.statistics", Solution),
                               Solution.published_version_id.is_not(None))
        .options(joinedload(Solution.published)).order_by(Solution.sort_key)
        .limit(limit)).all()


def own_imports(limit: int = 10) -> Sequence[Job]:
    """The organisation's latest imports."""
    return db.session.scalars(select(Job).where(
        Job.kind == IMPORT, Job.organisation_id == (current_person().organisation_id or 0))
        .order_by(Job.id.desc()).limit(limit)).all()


def own_import(job_id: int) -> Job:
    """An import of the organisation; else `NotFound`."""
    found = db.session.scalar(select(Job).where(
        Job.id == job_id, Job.kind == IMPORT,
        Job.organisation_id == (current_person().organisation_id or 0)))
    if found is None:
        raise NotFound("There is no such record.")
    return found
