"""What an enterprise keeps at its desk: its file with every version, comparisons, sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation, User
from marketplace.core.database import Base
from marketplace.matching.models import DecisionSheet

FILE_STATES = ("proposed", "in_force", "confirmed", "corrected", "declined", "replaced")


class EnterpriseFile(Base):
    """One version of a company's file (一企一档): what was stated, by whom, in which role.

    The company's own entries take force at once (`in_force`). What an officer or operator entered
    during a visit is `proposed` until the company has confirmed it as it stands (`confirmed`),
    corrected it (`corrected`: the version that names it as `proposal` holds what the company says)
    or declined it; a newer visit makes it `replaced`. `link` is the hash of the link's secret.
    `need` is what the company was heard to need on the visit; once the company has confirmed it, it
    is the draft `need_id` on its desk.
    """

    __tablename__ = "enterprise_file"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),
                      CheckConstraint(f"state in {FILE_STATES!r}", name="state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(String(400), default="")
    need: Mapped[str] = mapped_column(String(4000), default="")
    need_id: Mapped[int | None] = mapped_column(ForeignKey("saved_need.id", ondelete="SET NULL"))
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_name: Mapped[str] = mapped_column(String(80))
    entered_role: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise_file.id"))
    link: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_expires_at: Mapped[datetime | None]
    decided_name: Mapped[str] = mapped_column(String(80), default="")
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    proposal: Mapped[EnterpriseFile | None] = relationship(remote_side=[id])


class KeptComparison(Base):
    """A comparison kept with a name: which solutions, for a company of which size."""

    __tablename__ = "kept_comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(400), default="")
    solution_ids: Mapped[str] = mapped_column(String(80))
    company: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship()


class KeptSheet(Base):
    """A decision sheet kept at the desk of an organisation or of one person."""

    __tablename__ = "kept_sheet"
    __table_args__ = (UniqueConstraint("user_id", "sheet_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("decision_sheet.id", ondelete="CASCADE"),
                                          index=True)
    note: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[datetime]

    user: Mapped[User] = relationship()
    sheet: Mapped[DecisionSheet] = relationship()
