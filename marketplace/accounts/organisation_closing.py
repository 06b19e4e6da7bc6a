"""Closing an organisation and opening it again; nothing is deleted by either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import (
    ApiToken,
    Membership,
    Organisation,
    OrganisationClaim,
)
from marketplace.accounts.organisation_checks import ask_for_check, end_checks
from marketplace.accounts.organisation_operations import administer
from marketplace.accounts.organisation_schemas import ReasonSchema
from marketplace.accounts.schemas import load
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict
from marketplace.core.i18n import LocalizedText


@dataclass(frozen=True, slots=True)
class Concerned:
    """Something public that stands or falls with an organisation, such as a solution on sale."""

    name: LocalizedText
    path: str
    since: datetime | None = None
    """Since when it is off the lists; None while visitors see it."""


def concerned(organisation: Organisation) -> list[Concerned]:
    """What goes off the lists with the organisation, or went; the floors above tell."""
    answers: Sequence[tuple[object, list[Concerned]]] = events.closing_asked.send(
        organisation=organisation)
    return [one for _receiver, found in answers for one in found]


def deactivate_organisation(*, organisation: Organisation, reason: str) -> None:
    """Close an organisation: its people lose their access, what it offers goes off the lists,
    nothing is deleted.

    By its own administrator or by the city; officers out of reach get `NotFound`. While somebody
    claims it, its administrator cannot close it: that would decide the claim.
    """
    with transaction() as session:
        official = current_person().role in ("city_admin", "security_admin")
        if official:
            allow("organisation.close", organisation)
        else:
            administer(organisation)
        given = load(ReasonSchema(), {"reason": reason})
        if organisation.deactivated_at is not None:
            raise Conflict("This organisation is deactivated already.")
        claims = session.scalars(select(OrganisationClaim).where(
            OrganisationClaim.organisation_id == organisation.id,
            OrganisationClaim.state == "waiting")).all()
        if claims and not official:
            raise Conflict("Somebody claims this organisation; it can be deactivated once that "
                           "claim has been decided.")
        for claim in claims:
            _refuse(claim, given["reason"])
        people = session.scalars(select(Membership).where(
            Membership.organisation_id == organisation.id,
            Membership.state.in_(("active", "asked")))).all()
        for membership in people:
            _close(membership)
        end_checks(organisation)
        organisation.deactivated_at = now()
        record(session, actor=current_person().actor, action="organisation.deactivate",
               subject=f"organisation:{organisation.id}",
               details={**given, "people": len(people)})
        session.flush()
        events.deactivated.send(organisation=organisation, reason=given["reason"])


def _refuse(claim: OrganisationClaim, reason: str) -> None:
    claim.state, claim.decision = "refused", reason
    claim.decided_at, claim.decided_by = now(), current_person().actor
    db.session.flush()
    events.claim_decided.send(claim=claim)


def _close(membership: Membership) -> None:
    """Who belonged may come back with the organisation; who only asked to, asks again."""
    asked = membership.state == "asked"
    membership.state = "refused" if asked else "closed"
    membership.decided_at, membership.decided_by = now(), current_person().actor
    if asked:
        db.session.flush()
        events.joining_decided.send(membership=membership)
        return
    db.session.execute(update(ApiToken).where(
        ApiToken.membership_id == membership.id, ApiToken.revoked_at.is_(None)).values(
            revoked_at=now()))


def reactivate_organisation(*, organisation: Organisation, reason: str) -> None:
    """Open a closed organisation again, with the people it had; a licence that nobody has checked
    is checked again. What it offered comes back one by one, by whoever lists it.
    """
    with transaction() as session:
        allow("organisation.reopen", organisation)
        given = load(ReasonSchema(), {"reason": reason})
        closed_at = organisation.deactivated_at
        if closed_at is None:
            raise Conflict("This organisation is not deactivated.")
        organisation.deactivated_at = None
        people = session.scalars(select(Membership).where(
            Membership.organisation_id == organisation.id, Membership.state == "closed")).all()
        for membership in people:
            membership.state = "active"
            membership.decided_at, membership.decided_by = now(), current_person().actor
        record(session, actor=current_person().actor, action="organisation.reactivate",
               subject=f"organisation:{organisation.id}", details={
                   **given, "people": len(people), "deactivated_at": closed_at.isoformat()})
        if not organisation.verified and people:
            ask_for_check(organisation=organisation)
        session.flush()
        events.reactivated.send(organisation=organisation, reason=given["reason"],
                                administrators=[m for m in people if m.administrator])
