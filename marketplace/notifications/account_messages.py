"""Messages about a person's own account, from what the floor below says has happened."""

from __future__ import annotations

from typing import Any

from marketplace.accounts import account_events as events
from marketplace.accounts.models import Invitation, Membership, User
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify


def to_person(user: User) -> list[Audience]:
    """The person, in whichever role."""
    roles = {m.role for m in user.memberships if m.state == "active"}
    return [Audience(role, user_id=user.id) for role in sorted(roles) or ["member"]]


@events.invited.connect
def _invited(sender: Any, invitation: Invitation, by: str) -> None:
    if invitation.user is not None and invitation.organisation is not None:
        notify("invitation.join", to_person(invitation.user), path="/organisation",
               key=f"invitation.join:{invitation.id}", name=by,
               organisation=invitation.organisation.name)


@events.address_wanted.connect
def _address_wanted(sender: Any, user: User, field: str) -> None:
    kind = f"account.{field}_wanted"
    notify(kind, to_person(user), key=f"{kind}:{user.id}:{now():%Y%m%d}", path="/account")


@events.second_factor_taken_off.connect
def _second_factor_taken_off(sender: Any, user: User) -> None:
    notify("account.second_factor_off", to_person(user), path="/account#second-factor",
           key=f"account.second_factor_off:{user.id}:{now():%Y%m%d%H%M%S}")


@events.role_given.connect
def _role_given(sender: Any, membership: Membership) -> None:
    _tell_of_role("account.role_given", membership, path="/desk", role=membership.role)


@events.role_taken.connect
def _role_taken(sender: Any, membership: Membership) -> None:
    _tell_of_role("account.role_taken", membership, path="/account")


def _tell_of_role(kind: str, membership: Membership, *, path: str, role: str = "") -> None:
    audience = [Audience(role, user_id=membership.user_id)] if role else to_person(membership.user)
    notify(kind, audience, path=path, role=ROLES[membership.role],
           key=f"{kind}:{membership.id}:{now().isoformat()}",
           organisation=membership.organisation.name)
