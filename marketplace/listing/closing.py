"""What a provider offers goes off the lists with its organisation, and is offered for relisting
when the organisation comes back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_closing import Concerned
from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import reindex_provider
from marketplace.core.access import current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db
from marketplace.core.working_days import working_day_after
from marketplace.listing.models import Submission
from marketplace.listing.submitting import operators_of, take_back
from marketplace.listing.suspension import relisting, suspend
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

DAYS_TO_RELIST = 5
"""Working days within which operators look at what came back."""


def _provider(organisation: Organisation) -> Provider | None:
    return db.session.scalar(select(Provider).where(Provider.organisation_id == organisation.id))


def _published(provider: Provider) -> list[Solution]:
    return list(db.session.scalars(select(Solution).options(
        joinedload(Solution.published)).where(
        Solution.provider_id == provider.id, Solution.published_version_id.is_not(None))
        .order_by(Solution.id)))


@events.closing_asked.connect
def _concerned(sender: Any, organisation: Organisation) -> list[Concerned]:
    """Solutions on sale; of a closed organisation those that were taken off."""
    provider = _provider(organisation)
    if provider is None:
        return []
    found = [s for s in _published(provider)
             if (s.suspended_by if organisation.deactivated_at else not s.withdrawn_at)]
    return [Concerned(s.published.name, f"/solutions/{s.slug}", s.withdrawn_at)
            for s in found if s.published]


@events.deactivated.connect
def _take_off(sender: Any, organisation: Organisation, reason: str) -> None:
    """The provider and its solutions are suspended for the reason given; what waits for a check is
    taken back, so that nobody lists it meanwhile."""
    provider = _provider(organisation)
    if provider is None:
        return
    for waiting in db.session.scalars(select(Submission).join(Solution).where(
            Solution.provider_id == provider.id, Submission.state == "waiting")):
        take_back(waiting)
    suspend([s for s in _published(provider) if s.withdrawn_at is None], reason)
    if provider.listed_on is not None:
        provider.listed_on, provider.suspended_at = None, now()
        provider.suspended_reason = reason
        record(db.session, actor=current_person().actor, action="provider.suspend",
               subject=f"provider:{provider.id}", details={"reason": reason})
    reindex_provider(provider)
    close_tasks(relisting(organisation))


@events.reactivated.connect
def _offer(sender: Any, organisation: Organisation, **_more: Any) -> None:
    """Operators are asked to look at what was taken off; nothing is listed again by itself."""
    provider = _provider(organisation)
    if provider is None:
        return
    taken_off = [s for s in _published(provider) if s.suspended_by]
    if not taken_off and provider.suspended_at is None:
        return
    facts = {"provider": organisation.name, "num": len(taken_off)}
    path = f"/console/providers/{provider.id}"
    operators = list(dict.fromkeys(
        a for s in taken_off if s.published for a in operators_of(s.published)))
    for audience in operators:
        open_task("listing.to_relist", audience, subject=relisting(organisation), path=path,
                  due_on=working_day_after(DAYS_TO_RELIST), **facts)
    notify("listing.to_relist", Audience("provider", organisation_id=organisation.id),
           path="/workspace", key=f"listing.to_relist:{organisation.id}:{now().isoformat()}",
           **facts)
