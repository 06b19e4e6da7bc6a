"""The daily message of every subscription: what is new since the last one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.catalog.models import (
    Provider,
    Solution,
    SolutionIndustry,
    SolutionVersion,
)
from marketplace.core.access import Person, visible
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.duties import every
from marketplace.needs.models import SavedNeed
from marketplace.needs.queries import open_to_provider
from marketplace.needs.subscriptions_models import Subscription
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify
from marketplace.taxonomy.registry import GENERAL

NAMED = 5
"""How many of the new ones a message names."""
BATCH = 100


@every(3600)
def tell_subscribers() -> int:
    """Send today's messages; returns how many. However often it runs, each is told once a day."""
    ids = db.session.scalars(select(Subscription.id).where(
        Subscription.ended_at.is_(None), or_(Subscription.last_told_on.is_(None),
                                             Subscription.last_told_on < today()))
        .order_by(Subscription.id)).all()
    return sum(_tell(subscription_id) for subscription_id in ids)


def _tell(subscription_id: int) -> bool:
    """One message in one transaction: what is told is marked with it."""
    with transaction() as session:
        found = session.get(Subscription, subscription_id)
        if found is None or found.ended_at is not None or found.last_told_on == today():
            return False
        until = now()
        titles = (new_needs(found, until) if found.kind == "needs"
                  else new_solutions(found, until))
        if not titles:
            return False
        member = found.membership
        told = member.state == "active" and notify(
            f"subscription.{found.kind}", Audience(
                member.role, organisation_id=member.organisation_id, user_id=member.user_id),
            key=f"subscription:{found.id}:{today()}", path=_path(found), count=len(titles),
            names="；".join(titles[:NAMED]),
            stop=f"{current_app.extensions['settings'].address}/subscriptions/stop/{found.token}")
        found.seen_until, found.last_told_on = until, today()
    return bool(told)


def _path(found: Subscription) -> str:
    if found.kind == "needs":
        return "/workspace/needs"
    return f"/needs/{found.need_id}" if found.need_id else "/solutions?sort=newest"


def new_needs(found: Subscription, until: datetime) -> list[str]:
    """Public titles of needs published since the last message that the subscriber may see."""
    member = found.membership
    person = Person(user_id=member.user_id, role=member.role, membership_id=member.id,
                    organisation_id=member.organisation_id)
    served = db.session.scalars(
        select(SolutionIndustry.code).distinct()
        .join(Solution, Solution.published_version_id == SolutionIndustry.version_id)
        .join(Provider).where(Provider.organisation_id == member.organisation_id,
                              Solution.withdrawn_at.is_(None))).all()
    rows = db.session.scalars(
        select(SavedNeed).where(
            SavedNeed.published_at > found.seen_until, SavedNeed.published_at <= until,
            open_to_provider(person, served)).order_by(SavedNeed.published_at.desc()))
    return [need.public_title for need in rows if _wanted(
        found, [need.industry] if need.industry else [],
        {str(w["value"]) for w in need.facts.get("wishes", ())})]


def new_solutions(found: Subscription, until: datetime) -> list[str]:
    """Names of solutions published for the first time since the last message."""
    before = aliased(SolutionVersion)
    earlier = exists().where(before.solution_id == Solution.id,
                             before.published_at <= found.seen_until)
    rows = db.session.scalars(
        select(Solution).join(SolutionVersion, Solution.published_version_id == SolutionVersion.id)
        .where(visible(Solution), SolutionVersion.published_at > found.seen_until,
               SolutionVersion.published_at <= until, ~earlier)
        .options(joinedload(Solution.published).options(
            selectinload(SolutionVersion.industries), selectinload(SolutionVersion.categories),
            selectinload(SolutionVersion.scenarios)))
        .order_by(Solution.id.desc())).all()
    return [str(version.name) for s in rows if (version := s.published) and _wanted(
        found, [i.code for i in version.industries],
        {*(c.code for c in version.categories), *(x.code for x in version.scenarios)})]


def _wanted(found: Subscription, industries: Sequence[str], codes: Iterable[str]) -> bool:
    """Whether something of these industries and codes is what the subscription is for."""
    filters = _of_need(found.need) if found.need else found.filters
    wished = {*filters.get("categories", ()), *filters.get("scenarios", ())}
    fits = not filters.get("industries") or bool(
        {*filters["industries"], GENERAL} & set(industries)) or not industries
    return fits and (not wished or bool(wished & set(codes)))


def _of_need(need: SavedNeed) -> dict[str, list[str]]:
    """A saved need as filters: its industry, and the scenarios and categories it wishes."""
    wishes = need.facts.get("wishes", ())
    return {"industries": [need.industry] if need.industry else [],
            "categories": [str(w["value"]) for w in wishes if w["kind"] == "category"],
            "scenarios": [str(w["value"]) for w in wishes
                          if w["kind"] in ("scenario", "core_scenario")]}
