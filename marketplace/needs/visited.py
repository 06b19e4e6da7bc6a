"""A need that somebody wrote down on a visit, and the enterprise then said is its own."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from marketplace.needs.models import SavedNeed
from marketplace.needs.operations import default_title


def keep_visited_need(*, organisation: Organisation, text: str, entered_by: str,
                      confirmed_by: str) -> SavedNeed:
    """A draft at the enterprise's desk, in the caller's transaction and after its checks of
    permission.

    It belongs to the enterprise's first member; as long as nobody of it has an account, to whoever
    wrote it down (who sees it no more than before: the desk is the enterprise's).
    """
    need = need_of(understand(text, today=today()), people=organisation.staff,
                   district=organisation.district_code, gbt4754=organisation.gbt4754)
    saved = SavedNeed(
        organisation_id=organisation.id, owner_id=_owner(organisation, entered_by),
        title=default_title(text), text=text, facts=need.as_dict(), industry=need.industry,
        created_at=now(), updated_at=now())
    db.session.add(saved)
    db.session.flush()
    record(db.session, actor=confirmed_by, action="need.confirm", subject=f"need:{saved.id}",
           details={"entered_by": entered_by, "confirmed_by": confirmed_by})
    return saved


def _owner(organisation: Organisation, entered_by: str) -> int:
    member = db.session.scalar(select(Membership.user_id).where(
        Membership.organisation_id == organisation.id, Membership.state == "active",
        Membership.role == "enterprise").order_by(Membership.id).limit(1))
    return member or db.session.scalars(
        select(User.id).where(User.username == entered_by)).one()
