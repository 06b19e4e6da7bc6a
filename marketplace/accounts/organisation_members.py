"""People of an organisation: ask to join, accept, decline, hand over, leave."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import Membership, Organisation, User
from marketplace.accounts.operations import leave
from marketplace.accounts.organisation_operations import administer
from marketplace.accounts.roles import ROLES_OF_KIND
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput

JOINED_BY_ASKING = ("enterprise", "provider", "chain_leader")
"""Kinds one can ask to join; into the others people are invited, for their roles reach further."""


def active_people(organisation_id: int) -> Sequence[Membership]:
    """The active memberships of an organisation, of people whose account is open."""
    return db.session.scalars(select(Membership).join(User).where(
        Membership.organisation_id == organisation_id, Membership.state == "active",
        User.active).order_by(Membership.id)).all()


def administrators(organisation_id: int) -> list[Membership]:
    return [m for m in active_people(organisation_id) if m.administrator]


def ask_to_join(*, organisation: Organisation, note: str) -> Membership:
    """A person asks; an administrator of the organisation decides.

    Raises `Conflict` where nobody runs it yet (then it is claimed) or the person belongs already.
    """
    note = note.strip()
    if not 4 <= len(note) <= 400:
        raise InvalidInput("Say who you are.", errors=(
            FieldError("reason", note, "write 4 to 400 characters"),))
    with transaction() as session:
        allow("organisation.found")
        _require_open_to_asking(organisation)
        role, user_id = ROLES_OF_KIND[organisation.kind][0], current_person().user_id
        membership = session.scalar(select(Membership).where(
            Membership.user_id == user_id, Membership.organisation_id == organisation.id,
            Membership.role == role))
        if membership is not None and membership.state in ("active", "asked"):
            raise Conflict("You belong to this organisation or have asked already.")
        if membership is None:
            membership = Membership(user_id=user_id, organisation=organisation, role=role,
                                    created_at=now())
            session.add(membership)
        membership.state, membership.note, membership.administrator = "asked", note, False
        membership.decided_at = membership.decided_by = None
        session.flush()
        record(session, actor=current_person().actor, action="membership.ask",
               subject=f"organisation:{organisation.id}", details={"role": role, "note": note})
        events.joining_asked.send(membership=membership,
                                  administrators=administrators(organisation.id))
    return membership


def _require_open_to_asking(organisation: Organisation) -> None:
    if organisation.deactivated_at is not None:
        raise Conflict("This organisation is deactivated.")
    if organisation.kind not in JOINED_BY_ASKING:
        raise Conflict("People of this kind of organisation are invited by its administrator.")
    if not administrators(organisation.id):
        raise Conflict("Nobody runs this organisation here yet. If it is yours, claim it.")


def withdraw_request(*, membership: Membership) -> None:
    """Whoever asked to join takes it back."""
    with transaction():
        allow("organisation.found", membership)
        if membership.state != "asked":
            raise Conflict("This request has been decided already.")
        leave(membership)
        _tell(membership, "membership.withdraw")


def accept_member(*, membership: Membership) -> None:
    """The administrator knows the person."""
    _decide(membership, "active", "membership.accept")


def decline_member(*, membership: Membership) -> None:
    """The administrator does not know the person, or does not want them here."""
    _decide(membership, "refused", "membership.decline")


def _decide(membership: Membership, state: str, action: str) -> None:
    with transaction() as session:
        allow("organisation.manage", membership)
        administer(membership.organisation)
        if membership.state != "asked":
            raise Conflict("This request has been decided already.")
        membership.state, membership.decided_at = state, now()
        membership.decided_by = current_person().actor
        session.flush()
        _tell(membership, action)


def _tell(membership: Membership, action: str) -> None:
    """On record at the organisation, and to the person."""
    record(db.session, actor=current_person().actor, action=action,
           subject=f"organisation:{membership.organisation_id}",
           details={"person": membership.user.username, "role": membership.role})
    events.joining_decided.send(membership=membership)


def hand_over(*, membership: Membership, keep_own: bool) -> None:
    """Another member becomes administrator; unless kept, one's own administration ends."""
    with transaction() as session:
        allow("organisation.manage", membership)
        administer(membership.organisation)
        if membership.state != "active" or membership.administrator:
            raise Conflict("Choose an active member who is not administrator yet.")
        membership.administrator = True
        own = session.get_one(Membership, current_person().membership_id)
        own.administrator = keep_own
        session.flush()
        record(session, actor=current_person().actor, action="organisation.hand_over",
               subject=f"organisation:{membership.organisation_id}",
               details={"to": membership.user.username, "kept_own": keep_own})
        events.administration_given.send(membership=membership)


def remove_member(*, membership: Membership) -> None:
    """The administrator ends a colleague's membership."""
    with transaction() as session:
        allow("organisation.manage", membership)
        administer(membership.organisation)
        if membership.user_id == current_person().user_id:
            raise Conflict("To go yourself, use “leave”.")
        _end(membership, "membership.remove")
        session.flush()


def leave_organisation(*, membership: Membership) -> None:
    """A person leaves; the last administrator hands over first, while others stay."""
    with transaction():
        allow("organisation.leave", membership)
        _end(membership, "membership.leave")


def _end(membership: Membership, action: str) -> None:
    if membership.state not in ("active", "asked"):
        raise Conflict("This membership has ended already.")
    others = [m for m in active_people(membership.organisation_id) if m.id != membership.id]
    left_alone = others and not any(m.administrator for m in others)
    if membership.administrator and left_alone:
        raise Conflict("You are the last administrator while others stay. Hand the administration "
                       "over first.")
    leave(membership)
    _tell(membership, action)
