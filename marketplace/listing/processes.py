"""What runs under a sub-platform: asked before it is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import joinedload

from marketplace.catalog.models import Solution, SolutionIndustry, SolutionVersion
from marketplace.core.access import visible
from marketplace.core.database import db
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.taxonomy.queries import active_industries
from marketplace.taxonomy.registry import GENERAL

SHOWN = 50


@dataclass(frozen=True)
class Concerned:
    """What a pause would touch. `hidden` leaves the lists, `staying` remains under another
    industry; both hold the first `SHOWN` of the totals. What runs can be finished."""

    hidden: Sequence[Solution]
    hidden_total: int
    staying: Sequence[Solution]
    staying_total: int
    drafts: Sequence[SolutionDraft]
    submissions: Sequence[Submission]


def running_processes(industry: str) -> int:
    """How many processes of an industry are under way: submissions that wait for a decision."""
    return db.session.scalar(select(func.count()).select_from(Submission).where(
        Submission.state == "waiting", _submitted_for(industry))) or 0


def concerned_by_pause(industry: str) -> Concerned:
    """Everything a pause of this industry concerns."""
    elsewhere = Solution.published.has(SolutionVersion.industries.any(SolutionIndustry.code.in_(
        [GENERAL, *(c for c in active_industries() if c != industry)])))
    serving = (visible(Solution)) & Solution.published.has(
        SolutionVersion.industries.any(SolutionIndustry.code == industry))
    hidden, hidden_total = _some(serving & ~elsewhere)
    staying, staying_total = _some(serving & elsewhere)
    return Concerned(hidden, hidden_total, staying, staying_total, _drafts(industry),
                     db.session.scalars(select(Submission).where(
                         Submission.state == "waiting", _submitted_for(industry)).options(
                             joinedload(Submission.version)).order_by(Submission.due_on)).all())


def _submitted_for(industry: str) -> ColumnElement[bool]:
    return Submission.version.has(SolutionVersion.industries.any(
        SolutionIndustry.code == industry))


def _some(condition: ColumnElement[bool]) -> tuple[Sequence[Solution], int]:
    wanted: Select[Solution] = select(Solution).where(condition)
    total = db.session.scalar(select(func.count()).select_from(Solution).where(condition)) or 0
    return db.session.scalars(wanted.options(joinedload(Solution.published).selectinload(
        SolutionVersion.industries)).order_by(Solution.sort_key).limit(SHOWN)).all(), total


def _drafts(industry: str) -> list[SolutionDraft]:
    """Drafts that name the industry; the text search only narrows what is looked at."""
    found = db.session.scalars(
        select(SolutionDraft).where(cast(SolutionDraft.content, String).contains(f'"{industry}"'))
        .options(joinedload(SolutionDraft.solution).joinedload(Solution.provider))
        .order_by(SolutionDraft.id))
    return [d for d in found if industry in (d.content.get("industries") or ())]
