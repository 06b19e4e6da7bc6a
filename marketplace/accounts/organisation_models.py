"""Checks of an organisation's licence: asked for, passed or returned with a reason."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.core.database import Base

CHECK_STATES = ("waiting", "passed", "returned", "ended")


class OrganisationCheck(Base):
    """One check of the papers. All of them stay: who asked, who decided, when and why.

    States: waiting, passed, returned (with a reason), ended (nobody needs it any more).
    """

    __tablename__ = "organisation_check"
    __table_args__ = (CheckConstraint(f"state in {CHECK_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting", index=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_role: Mapped[str] = mapped_column(String(24), default="")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")

    organisation: Mapped[Organisation] = relationship()
