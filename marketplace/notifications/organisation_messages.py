"""Messages and tasks about organisations, from what the floor below says has happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import Membership, Organisation, OrganisationClaim
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.core.access import current_person
from marketplace.core.clock import now
from marketplace.core.working_days import working_day_after
from marketplace.notifications.account_messages import to_person
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

DAYS_TO_ANSWER = 3
"""Working days in which an administrator answers somebody who asks to join."""
DAYS_TO_DECIDE = 5
"""Working days in which a claim is decided."""


def _officers(organisation: Organisation, *, disputed: bool = False) -> list[Audience]:
    """On whose desks it stands: the district's officers, the industry's operators unless it is
    disputed; the city where neither is known."""
    found = []
    if organisation.district_code:
        found.append(Audience("district_officer", district=organisation.district_code))
    if organisation.industry and not disputed:
        found.append(Audience("operator", industry=organisation.industry))
    return found or [Audience("city_admin")]


def _to(membership: Membership) -> Audience:
    return Audience(membership.role, organisation_id=membership.organisation_id,
                    user_id=membership.user_id)


def _subject(organisation_id: int) -> str:
    return f"organisation:{organisation_id}"


def _members(organisation: Organisation) -> list[Audience]:
    roles = {m.role for m in organisation.memberships if m.state == "active"}
    return [Audience(role, organisation_id=organisation.id) for role in sorted(roles)]


@events.check_asked.connect
def _check_asked(sender: Any, check: OrganisationCheck) -> None:
    organisation = check.organisation
    close_tasks(_subject(organisation.id), "organisation.returned")
    for audience in _officers(organisation):
        open_task("organisation.to_verify", audience, subject=_subject(organisation.id),
                  path=f"/officer/organisations/{organisation.id}", due_on=check.due_on,
                  organisation=organisation.name)


@events.check_decided.connect
def _check_decided(sender: Any, check: OrganisationCheck) -> None:
    organisation = check.organisation
    close_tasks(_subject(organisation.id), "organisation.to_verify")
    kind = "organisation.verified" if check.state == "passed" else "organisation.returned"
    notify(kind, _members(organisation), key=f"{kind}:{check.id}", path="/organisation",
           organisation=organisation.name, reason=check.reason)
    if check.state == "returned":
        for membership in organisation.memberships:
            if membership.state == "active" and membership.administrator:
                open_task("organisation.returned", _to(membership), path="/organisation",
                          subject=_subject(organisation.id), organisation=organisation.name,
                          reason=check.reason)


@events.check_ended.connect
def _check_ended(sender: Any, organisation: Organisation) -> None:
    close_tasks(_subject(organisation.id))


@events.joining_asked.connect
def _joining_asked(sender: Any, membership: Membership,
                   administrators: Sequence[Membership]) -> None:
    facts = {"name": membership.user.shown_name, "organisation": membership.organisation.name}
    for administrator in administrators:
        open_task("membership.asked", _to(administrator), subject=f"membership:{membership.id}",
                  path="/organisation/people", due_on=working_day_after(DAYS_TO_ANSWER), **facts)
    notify("membership.asked", [_to(a) for a in administrators], path="/organisation/people",
           key=f"membership.asked:{membership.id}:{_instant()}", **facts)


@events.joining_decided.connect
def _joining_decided(sender: Any, membership: Membership) -> None:
    close_tasks(f"membership:{membership.id}")
    if membership.state == "left":
        if membership.decided_by != membership.user.username:
            notify("membership.removed", to_person(membership.user), path="/organisation",
                   key=f"membership.removed:{membership.id}:{_instant()}",
                   organisation=membership.organisation.name)
        return
    accepted = membership.state == "active"
    kind = "membership.accepted" if accepted else "membership.declined"
    audience = _to(membership) if accepted else Audience("member", user_id=membership.user_id)
    notify(kind, audience, key=f"{kind}:{membership.id}:{_instant()}",
           path="/organisation", organisation=membership.organisation.name)


@events.claim_made.connect
def _claim_made(sender: Any, claim: OrganisationClaim,
                administrators: Sequence[Membership]) -> None:
    organisation = claim.organisation
    facts = {"organisation": organisation.name, "name": claim.user.shown_name}
    kind = "claim.disputed" if claim.disputed else "claim.waiting"
    for audience in _officers(organisation, disputed=claim.disputed):
        open_task(kind, audience, subject=f"claim:{claim.id}",
                  path=f"/officer/organisations/{organisation.id}",
                  due_on=working_day_after(DAYS_TO_DECIDE), **facts)
    for administrator in administrators:
        open_task("claim.to_answer", _to(administrator), subject=f"claim:{claim.id}",
                  path="/organisation", due_on=working_day_after(DAYS_TO_ANSWER), **facts)


@events.claim_withdrawn.connect
def _claim_withdrawn(sender: Any, claim: OrganisationClaim) -> None:
    close_tasks(f"claim:{claim.id}")


@events.claim_decided.connect
def _claim_decided(sender: Any, claim: OrganisationClaim) -> None:
    close_tasks(f"claim:{claim.id}")
    granted = claim.state == "granted"
    kind = "claim.granted" if granted else "claim.refused"
    facts = {"organisation": claim.organisation.name, "reason": claim.decision}
    notify(kind, [Audience("member", user_id=claim.user_id), *(
        Audience(role, user_id=claim.user_id) for role in ("enterprise", "provider"))],
        key=f"{kind}:{claim.id}", path="/organisation", **facts)
    if claim.disputed:
        notify("claim.decided", _members(claim.organisation), key=f"claim.decided:{claim.id}",
               path="/organisation", **facts)


@events.administration_given.connect
def _administration_given(sender: Any, membership: Membership) -> None:
    notify("organisation.administrator", _to(membership), path="/organisation",
           key=f"organisation.administrator:{membership.id}:{_instant()}",
           organisation=membership.organisation.name)


@events.deactivated.connect
def _deactivated(sender: Any, organisation: Organisation, reason: str) -> None:
    for membership in organisation.memberships:
        if membership.state == "closed" and membership.user_id != current_person().user_id:
            notify("organisation.deactivated", to_person(membership.user), path="/organisation",
                   key=f"organisation.deactivated:{organisation.id}:{_instant()}",
                   organisation=organisation.name, reason=reason)


@events.reactivated.connect
def _reactivated(sender: Any, organisation: Organisation, reason: str,
                 administrators: Sequence[Membership]) -> None:
    notify("organisation.reactivated", [_to(a) for a in administrators], path="/organisation",
           key=f"organisation.reactivated:{organisation.id}:{_instant()}",
           organisation=organisation.name, reason=reason)


def _instant() -> str:
    """Lets the same thing be told again when it happens again."""
    return now().strftime("%Y%m%d%H%M%S")
