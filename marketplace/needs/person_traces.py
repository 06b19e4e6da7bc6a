"""What needs hold of a person: who listed a candidate, made a record, gave contact data."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.accounts.person_traces import (
    NameColumn,
    erasing,
    keeps_names,
    organisations_of,
)
from marketplace.core.database import db
from marketplace.needs.models import (
    Enquiry,
    EnquiryInvitation,
    NeedCandidate,
    NeedFreeze,
    SavedNeed,
)


def _needs(user: User) -> Any:
    return select(SavedNeed.id).where(SavedNeed.organisation_id.in_(organisations_of(user)))


keeps_names(
    NameColumn(NeedCandidate.added_by, lambda user: NeedCandidate.need_id.in_(_needs(user))),
    NameColumn(NeedFreeze.created_by, lambda user: NeedFreeze.need_id.in_(_needs(user))))


@erasing.connect
def _released(sender: Any, user: User, names: set[str], pseudonym: str) -> None:
    """Contact data the person gave to providers, known by number or address."""
    own = {user.phone, user.email} - {None, ""}
    for found in db.session.scalars(select(EnquiryInvitation).join(Enquiry).where(
            EnquiryInvitation.contact_released_at.is_not(None),
            Enquiry.need_id.in_(_needs(user)))):
        if own & {found.contact.get("phone"), found.contact.get("email")}:
            found.contact = {"organisation": found.contact.get("organisation", ""),
                             "name": pseudonym}
