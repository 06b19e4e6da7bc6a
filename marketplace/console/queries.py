"""What the operator's console lists: submissions, solutions and providers within reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, load_only, selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution, SolutionIndustry, SolutionVersion
from marketplace.core.access import reach
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.listing.models import SUBMISSION_STATES, Submission, SubmissionComment

SHOWN = 100
KINDS = ("listing", "edit")
PARTS = (SolutionVersion.industries, SolutionVersion.categories, SolutionVersion.scenarios,
         SolutionVersion.price_parts, SolutionVersion.cases, SolutionVersion.documents)
LISTING_STATES = ("listed", "suspended", "withdrawn", "unlisted")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue is wanted. An empty industry or kind means all; state "all" any."""

    industry: str = ""
    kind: str = ""
    state: str = "waiting"


def _serving(industry: str) -> ColumnElement[bool]:
    return Submission.version.has(SolutionVersion.industries.any(SolutionIndustry.code == industry))


def _wanted(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions = [reach("submission.read", Submission)]
    if wanted.industry:
        conditions.append(_serving(wanted.industry))
    if wanted.kind in KINDS:
        conditions.append(Submission.kind == wanted.kind)
    if wanted.state in SUBMISSION_STATES:
        conditions.append(Submission.state == wanted.state)
    return conditions


def queue(wanted: QueueFilter, limit: int = SHOWN) -> Sequence[Submission]:
    """Submissions within reach: those that wait, oldest due first, then the latest decided."""
    return db.session.scalars(
        select(Submission).where(*_wanted(wanted)).options(
            joinedload(Submission.version, innerjoin=True).selectinload(SolutionVersion.industries),
            joinedload(Submission.solution, innerjoin=True).joinedload(
                Solution.provider, innerjoin=True))
        .order_by(Submission.state != "waiting", Submission.decided_at.desc(), Submission.due_on,
                  Submission.id).limit(limit)).all()


def queue_size(wanted: QueueFilter) -> tuple[int, int]:
    """How many submissions a filter means, and how many of them are late."""
    late = (Submission.state == "waiting") & (Submission.due_on < today())
    total, late_ones = db.session.execute(select(
        func.count(), func.count().filter(late)).select_from(Submission).where(
            *_wanted(wanted))).one()
    return int(total), int(late_ones)


def one_submission(submission_id: int) -> Submission | None:
    """A submission within reach, whatever its state."""
    return db.session.scalars(select(Submission).where(
        Submission.id == submission_id, reach("submission.read", Submission)).options(
            joinedload(Submission.solution, innerjoin=True).joinedload(
                Solution.provider, innerjoin=True))).first()


def compared_versions(found: Submission) -> tuple[SolutionVersion, SolutionVersion | None]:
    """The submitted version, and the one that was live when it came, if any; with all parts."""
    other = aliased(SolutionVersion)
    number = select(other.number).where(other.id == found.version_id).scalar_subquery()
    last = select(func.max(other.number)).where(
        other.solution_id == found.solution_id, other.published_at.is_not(None),
        other.number < number).scalar_subquery()
    versions = db.session.scalars(select(SolutionVersion).where(
        SolutionVersion.solution_id == found.solution_id,
        (SolutionVersion.id == found.version_id) | (SolutionVersion.number == last)).options(
            *(selectinload(part) for part in PARTS))).all()
    by_id = {v.id: v for v in versions}
    version = by_id.pop(found.version_id)
    return version, next(iter(by_id.values()), None)


def comments_until(found: Submission) -> Sequence[SubmissionComment]:
    """What was said at fields of this solution in this and earlier submissions, latest first."""
    return db.session.scalars(
        select(SubmissionComment).join(Submission).where(
            Submission.solution_id == found.solution_id, Submission.id <= found.id)
        .order_by(SubmissionComment.id.desc())).all()


def all_comments(wanted: QueueFilter, limit: int) -> Sequence[SubmissionComment]:
    """What was said at fields of the submissions a filter means, latest first."""
    return db.session.scalars(
        select(SubmissionComment).join(Submission).where(*_wanted(wanted)).options(
            contains_eager(SubmissionComment.submission).joinedload(
                Submission.version, innerjoin=True).load_only(SolutionVersion.name))
        .order_by(SubmissionComment.id.desc()).limit(limit)).all()


def _state(state: str) -> ColumnElement[bool]:
    """The few that are not listed are looked up by their own index, not in the order of names."""
    if state == "listed":
        return Solution.published_version_id.is_not(None) & Solution.withdrawn_at.is_(None)
    few = {"suspended": Solution.suspended_by.is_not(None),
           "withdrawn": Solution.withdrawn_at.is_not(None) & Solution.suspended_by.is_(None),
           "unlisted": Solution.published_version_id.is_(None)}[state]
    return Solution.id.in_(select(Solution.id).where(few).correlate(None))


def solutions(industry: str = "", state: str = "", text: str = "") -> Select[Solution]:
    """Solutions within reach, with their newest version and provider, by name."""
    conditions = [reach("listing.read", Solution)]
    if industry:
        conditions.append(Solution.versions.any(SolutionVersion.industries.any(
            SolutionIndustry.code == industry)))
    if state in LISTING_STATES:
        conditions.append(_state(state))
    if text:
        named = aliased(SolutionVersion)
        conditions.append(Solution.id.in_(select(named.solution_id).where(
            cast(named.name, String).contains(text, autoescape=True))))
    return select(Solution).where(*conditions).options(
        selectinload(Solution.versions).options(
            load_only(SolutionVersion.number, SolutionVersion.name),
            selectinload(SolutionVersion.industries)),
        joinedload(Solution.provider, innerjoin=True)).order_by(Solution.sort_key, Solution.id)


def providers(state: str = "", text: str = "") -> Select[Provider]:
    """Providers within reach: those that wait for their listing first, then by name."""
    conditions = [reach("listing.read", Provider)]
    states = {"listed": Provider.listed_on.is_not(None),
              "suspended": Provider.suspended_at.is_not(None),
              "new": Provider.listed_on.is_(None) & Provider.suspended_at.is_(None)}
    if state in states:
        conditions.append(states[state])
    if text:
        conditions.append(Provider.organisation.has(or_(
            cast(Organisation.name, String).contains(text, autoescape=True),
            Organisation.credit_code == text)))
    return select(Provider).where(*conditions).order_by(
        Provider.listed_on.is_not(None), Provider.sort_key, Provider.id)


def one_solution(solution_id: int) -> Solution | None:
    """A solution within reach, whatever its state."""
    return db.session.scalars(select(Solution).where(
        Solution.id == solution_id, reach("listing.read", Solution)).options(
            selectinload(Solution.versions).selectinload(SolutionVersion.industries),
            joinedload(Solution.provider, innerjoin=True))).unique().first()


def one_provider(provider_id: int) -> Provider | None:
    """A provider within reach, whatever its state."""
    return db.session.scalars(select(Provider).where(
        Provider.id == provider_id, reach("listing.read", Provider))).unique().first()


def new_providers() -> int:
    """Providers within reach that nobody has listed yet."""
    return db.session.scalar(select(func.count()).select_from(Provider).where(
        Provider.listed_on.is_(None), Provider.suspended_at.is_(None),
        reach("listing.read", Provider))) or 0
