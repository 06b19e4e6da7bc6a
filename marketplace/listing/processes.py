"""What the catalogue holds of a sub-platform: asked before it is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from marketplace.catalog.models import Solution, SolutionIndustry, SolutionVersion
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.taxonomy.queries import active_industries
from marketplace.taxonomy.registry import GENERAL
from marketplace.taxonomy.running import SHOWN, Process, Running, running_asked

SUBMISSIONS = LocalizedText("正在审核的产品", "Submissions being checked")


@dataclass(frozen=True)
class Concerned:
    """What a pause would touch. `hidden` leaves the lists, `staying` remains under another
    industry; both hold the first `SHOWN` of the totals. `drafts` cannot be submitted meanwhile."""

    hidden: Sequence[Solution]
    hidden_total: int
    staying: Sequence[Solution]
    staying_total: int
    drafts: Sequence[SolutionDraft]


@running_asked.connect
def waiting_submissions(sender: Any, industry: str) -> list[Running]:
    """Submissions that wait for the operator's decision, the most urgent first."""
    found = db.session.execute(select(Submission, func.count().over()).where(
        Submission.state == "waiting", Submission.version.has(
            SolutionVersion.industries.any(SolutionIndustry.code == industry)))
        .options(joinedload(Submission.version))
        .order_by(Submission.due_on, Submission.id).limit(SHOWN)).all()
    return [Running(SUBMISSIONS, found[0][1] if found else 0, [
        Process(s.version.name, s.due_on, f"/console/submissions/{s.id}") for s, _total in found])]


def concerned_by_pause(industry: str) -> Concerned:
    """Everything a pause of this industry concerns."""
    other = aliased(SolutionIndustry)
    elsewhere = select(other.code).where(
        other.version_id == Solution.published_version_id,
        other.code.in_([GENERAL, *(c for c in active_industries() if c != industry)])).exists()
    total, staying_total = db.session.execute(_serving(
        industry, func.count(), func.count().filter(elsewhere))).one()
    return Concerned(_some(industry, ~elsewhere), total - staying_total,
                     _some(industry, elsewhere), staying_total, _drafts(industry))


def _serving(industry: str, *columns: Any) -> Select[Any]:
    """Of the published solutions that serve the industry; by key, since they may be many."""
    served = aliased(SolutionIndustry)
    return select(*columns).select_from(Solution).join(
        served, served.version_id == Solution.published_version_id).where(
            served.code == industry, Solution.withdrawn_at.is_(None))


def _some(industry: str, condition: ColumnElement[bool]) -> Sequence[Solution]:
    return db.session.scalars(_serving(industry, Solution).where(condition).options(
        load_only(Solution.slug),
        joinedload(Solution.published).options(
            load_only(SolutionVersion.name), selectinload(SolutionVersion.industries)))
        .order_by(Solution.published_version_id).limit(SHOWN)).all()


def _drafts(industry: str) -> list[SolutionDraft]:
    """Drafts that name the industry; the text search only narrows what is looked at."""
    found = db.session.scalars(
        select(SolutionDraft).where(cast(SolutionDraft.content, String).contains(f'"{industry}"'))
        .options(joinedload(SolutionDraft.solution, innerjoin=True).joinedload(
            Solution.provider, innerjoin=True))
        .order_by(SolutionDraft.id))
    return [d for d in found if industry in (d.content.get("industries") or ())]
