"""Subscriptions: a provider hears of new needs, an enterprise of new solutions.

Once a day each gets one message with what is new, the same message never twice. A link in the
message ends the subscription without signing in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from marketplace.core.access import Person, allow, current_person, reach, scoped
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.needs.models import SavedNeed
from marketplace.needs.queries import need_by
from marketplace.needs.subscriptions_models import Subscription
from marketplace.taxonomy.registry import taxonomy

FILTERS = ("industries", "categories", "scenarios")
MOST = 20
"""Subscriptions a person may keep."""
KIND_OF_ROLE: Mapping[str, str] = {"provider": "needs", "enterprise": "solutions"}


@scoped(Subscription, "self")
def _own(person: Person) -> ColumnElement[bool]:
    return Subscription.membership_id == person.membership_id


def own_subscriptions(kind: str | None = None) -> Sequence[Subscription]:
    """The current person's subscriptions that still run, the latest first."""
    found = select(Subscription).where(
        reach("subscription.own", Subscription), Subscription.ended_at.is_(None)).options(
            joinedload(Subscription.need))
    if kind:
        found = found.where(Subscription.kind == kind)
    return db.session.scalars(found.order_by(Subscription.id.desc())).all()


def subscribe(*, filters: Mapping[str, Sequence[str]], need_id: int | None = None) -> Subscription:
    """Hear of what is new: needs for a provider, solutions for an enterprise.

    Raises `InvalidInput` for codes nobody knows, `NotFound` for a need that is not one's own,
    `Conflict` for a subscription that exists already or is one too many.
    """
    allow("subscription.own")
    person = current_person()
    kind = KIND_OF_ROLE.get(person.role)
    if kind is None or person.membership_id is None:
        raise InvalidInput("Only providers and enterprises subscribe.")
    chosen = _checked(filters)
    need = need_by(need_id) if need_id is not None and kind == "solutions" else None
    with transaction() as session:
        running = own_subscriptions()
        if len(running) >= MOST:
            raise Conflict("You have twenty subscriptions; end one first.")
        if any(s.filters == chosen and s.need_id == (need.id if need else None) for s in running):
            raise Conflict("You have this subscription already.")
        row = Subscription(
            kind=kind, membership_id=person.membership_id, need_id=need.id if need else None,
            filters=chosen, token=secrets.token_urlsafe(32), created_at=now(), seen_until=now())
        session.add(row)
        session.flush()
        record(session, actor=person.actor, action="subscription.begin",
               subject=f"subscription:{row.id}", details={"kind": kind, "filters": chosen})
    return row


def _checked(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    tree = taxonomy()
    known: Mapping[str, Any] = {
        "industries": tree.industries, "categories": tree.categories,
        "scenarios": {**tree.core_scenarios, **tree.scenario_owner}}
    chosen = {name: sorted(set(filters.get(name, ()))) for name in FILTERS}
    errors = tuple(FieldError(name, code, "choose from the list") for name in FILTERS
                   for code in chosen[name] if code not in known[name])
    if errors:
        raise InvalidInput("This subscription cannot be kept.", errors=errors)
    return chosen


def end_subscription(*, subscription_id: int) -> Subscription:
    """No more of it. Ending twice changes nothing."""
    with transaction() as session:
        found = session.get(Subscription, subscription_id)
        if found is None:
            raise NotFound("There is no such subscription.")
        allow("subscription.own", found)
        _end(found, current_person().actor)
    return found


def subscription_by_token(token: str) -> Subscription:
    """The subscription behind a link of a message. Raises `NotFound`."""
    found = db.session.scalar(select(Subscription).where(Subscription.token == token))
    if found is None:
        raise NotFound("There is no such subscription.")
    return found


def end_by_token(*, token: str) -> Subscription:
    """One click in a message ends it; whoever holds the link may."""
    with transaction():
        found = subscription_by_token(token)
        _end(found, "link")
    return found


def _end(found: Subscription, actor: str) -> None:
    if found.ended_at is None:
        found.ended_at = now()
        record(db.session, actor=actor, action="subscription.end",
               subject=f"subscription:{found.id}", details={})


def describe(filters: Mapping[str, Sequence[str]], need: SavedNeed | None = None) -> str:
    """A subscription in words, in the reader's language."""
    if need is not None:
        return need.title
    tree = taxonomy()
    names = [str(tree.industry_name(c)) for c in filters.get("industries", ())]
    names += [str(tree.category_name(c)) for c in filters.get("categories", ())]
    names += [str(tree.scenario_name(c)) for c in filters.get("scenarios", ())]
    return " · ".join(names)
