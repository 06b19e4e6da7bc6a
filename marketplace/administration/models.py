"""What administrators put on the pages: notices on top, and the site's own particulars."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Base
from marketplace.core.i18n import LocalizedText

NOTICE_KINDS = ("info", "warning")


class SiteNotice(Base):
    """A notice on top of all pages from `starts_at` until `ends_at`.

    `roles` limits it to people who act in one of these roles; empty is everybody.
    """

    __tablename__ = "site_notice"
    __table_args__ = (CheckConstraint(f"kind in {NOTICE_KINDS!r}", name="kind"),
                      CheckConstraint("starts_at < ends_at", name="period"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    text: Mapped[LocalizedText]
    roles: Mapped[list[str]] = mapped_column(default=list)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


class SiteSetting(Base):
    """One particular of the site, such as its name, in both languages."""

    __tablename__ = "site_setting"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[LocalizedText]
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]
