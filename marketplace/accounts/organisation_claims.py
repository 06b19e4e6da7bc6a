"""Claims: people say that an imported organisation is theirs, officers decide.

Where nobody runs it, an officer or operator in reach confirms. Where others run it the claim is
disputed: both sides say why, and only a district officer or the city decides.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import Organisation, OrganisationClaim
from marketplace.accounts.operations import put_on
from marketplace.accounts.organisation_members import (
    JOINED_BY_ASKING,
    active_people,
    administrators,
)
from marketplace.accounts.organisation_operations import administer
from marketplace.accounts.organisation_schemas import ReasonSchema
from marketplace.accounts.roles import ROLES_OF_KIND
from marketplace.accounts.schemas import load
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict


def claim_organisation(*, organisation: Organisation, reason: str) -> OrganisationClaim:
    """Say that an organisation is one's own, and why. Disputed when others run it."""
    with transaction() as session:
        allow("organisation.found")
        given = load(ReasonSchema(), {"reason": reason})
        people = active_people(organisation.id)
        _require_claimable(organisation)
        if any(m.user_id == current_person().user_id for m in people):
            raise Conflict("You belong to this organisation already.")
        if session.scalar(select(OrganisationClaim.id).where(
                OrganisationClaim.organisation_id == organisation.id,
                OrganisationClaim.user_id == current_person().user_id,
                OrganisationClaim.state == "waiting")):
            raise Conflict("You have claimed this organisation already; the decision is pending.")
        claim = OrganisationClaim(
            organisation=organisation, user_id=current_person().user_id, state="waiting",
            disputed=bool(people), created_at=now(), **given)
        session.add(claim)
        session.flush()
        record(session, actor=current_person().actor, action="organisation.claim",
               subject=f"organisation:{organisation.id}",
               details={**given, "disputed": claim.disputed})
        events.claim_made.send(claim=claim, administrators=administrators(organisation.id))
    return claim


def _require_claimable(organisation: Organisation) -> None:
    if organisation.deactivated_at is not None or organisation.kind not in JOINED_BY_ASKING:
        raise Conflict("This organisation cannot be claimed here. Ask the city administrator.")


def withdraw_claim(*, claim: OrganisationClaim) -> None:
    """Whoever claimed takes it back, for example because it was the wrong company."""
    with transaction() as session:
        allow("organisation.found")
        _require_waiting(claim)
        claim.state = "refused"
        claim.decided_at, claim.decided_by = now(), current_person().actor
        record(session, actor=current_person().actor, action="claim.withdraw",
               subject=f"organisation:{claim.organisation_id}")
        events.claim_withdrawn.send(claim=claim)


def answer_claim(*, claim: OrganisationClaim, reason: str) -> None:
    """The other side: those who run the organisation say why the claim is wrong, or right."""
    with transaction() as session:
        administer(claim.organisation)
        given = load(ReasonSchema(), {"reason": reason})
        _require_waiting(claim)
        claim.answer, claim.answered_by = given["reason"], current_person().actor
        record(session, actor=current_person().actor, action="claim.answer",
               subject=f"organisation:{claim.organisation_id}", details=given)


def decide_claim(*, claim: OrganisationClaim, granted: bool, reason: str) -> None:
    """Grant or refuse. Whoever is granted a claim administers the organisation; those who ran a
    disputed one stay as members."""
    with transaction() as session:
        allow("claim.decide", claim)
        _require_waiting(claim)
        claim.disputed = claim.disputed or bool(active_people(claim.organisation_id))
        if claim.disputed:
            allow("claim.decide_disputed", claim)
        given = load(ReasonSchema(), {"reason": reason})
        organisation = claim.organisation
        if granted:
            for other in administrators(organisation.id):
                other.administrator = False
            put_on(claim.user, organisation, ROLES_OF_KIND[organisation.kind][0],
                   administrator=True)
        claim.state, claim.decision = "granted" if granted else "refused", given["reason"]
        claim.decided_at, claim.decided_by = now(), current_person().actor
        session.flush()
        record(session, actor=current_person().actor, action="claim.decide",
               subject=f"organisation:{organisation.id}", details={
                   "granted": granted, "claimed_by": claim.user.username,
                   "disputed": claim.disputed, **given})
        events.claim_decided.send(claim=claim)


def _require_waiting(claim: OrganisationClaim) -> None:
    if claim.state != "waiting":
        raise Conflict("This claim has been decided already.")
