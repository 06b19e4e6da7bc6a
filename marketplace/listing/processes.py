"""What runs under a sub-platform: asked before it is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import aliased, joinedload

from marketplace.catalog.models import Solution, SolutionIndustry, SolutionVersion
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
    other = aliased(SolutionIndustry)
    elsewhere = select(other.code).where(
        other.version_id == Solution.published_version_id,
        other.code.in_([GENERAL, *(c for c in active_industries() if c != industry)])).exists()
    total, staying_total = db.session.execute(_serving(
        industry, func.count(), func.count().filter(elsewhere))).one()
    return Concerned(_some(industry, ~elsewhere), total - staying_total,
                     _some(industry, elsewhere), staying_total, _drafts(industry),
                     db.session.scalars(select(Submission).where(
                         Submission.state == "waiting", _submitted_for(industry)).options(
                             joinedload(Submission.version)).order_by(Submission.due_on)).all())


def _submitted_for(industry: str) -> ColumnElement[bool]:
    return Submission.version.has(SolutionVersion.industries.any(
        SolutionIndustry.code == industry))


def _serving(industry: str, *columns: Any) -> Select[Any]:
    """Of the published solutions that serve the industry; by key, since they may be many."""
    served = aliased(SolutionIndustry)
    return select(*columns).select_from(Solution).join(
        served, served.version_id == Solution.published_version_id).where(
            served.code == industry, Solution.withdrawn_at.is_(None))


def _some(industry: str, condition: ColumnElement[bool]) -> Sequence[Solution]:
    return db.session.scalars(_serving(industry, Solution).where(condition).options(
        joinedload(Solution.published).selectinload(SolutionVersion.industries))
        .order_by(Solution.published_version_id).limit(SHOWN)).all()


def _drafts(industry: str) -> list[SolutionDraft]:
    """Drafts that name the industry; the text search only narrows what is looked at."""
    found = db.session.scalars(
        select(SolutionDraft).where(cast(SolutionDraft.content, String).contains(f'"{industry}"'))
        .options(joinedload(SolutionDraft.solution, innerjoin=True).joinedload(
            Solution.provider, innerjoin=True))
        .order_by(SolutionDraft.id))
    return [d for d in found if industry in (d.content.get("industries") or ())]
