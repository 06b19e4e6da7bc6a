"""Tables of subscriptions and of the index of open needs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Membership
from marketplace.core.database import Base
from marketplace.needs.models import SavedNeed

SUBSCRIPTION_KINDS = ("needs", "solutions")


class Subscription(Base):
    """Somebody wants to hear of new needs (a provider) or new solutions (an enterprise).

    `filters` holds lists of codes: `industries`, `categories`, `scenarios`; empty means any. With
    a `need_id` the need's own wishes are the filter. `token` ends it by one click without signing
    in. `seen_until` is the instant up to which everything has been told.
    """

    __tablename__ = "subscription"
    __table_args__ = (CheckConstraint(f"kind in {SUBSCRIPTION_KINDS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), index=True)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("saved_need.id", ondelete="CASCADE"))
    filters: Mapped[dict[str, Any]]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    created_at: Mapped[datetime]
    seen_until: Mapped[datetime]
    last_told_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    membership: Mapped[Membership] = relationship()
    need: Mapped[SavedNeed | None] = relationship()


class NeedTerm(Base):
    """A published need under a code it wishes (scenario or category), so that needs which fit a
    provider are found without reading all of them.

    Only needs open to more than invited providers are here. `industry` is the need's own, empty
    when none was recognised. `weight` is the confidence of the wish.
    """

    __tablename__ = "need_term"
    __table_args__ = (Index("ix_need_term_code", "code", "industry", "need_id", "weight"),)

    need_id: Mapped[int] = mapped_column(
        ForeignKey("saved_need.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    industry: Mapped[str] = mapped_column(String(40))
    weight: Mapped[float]
