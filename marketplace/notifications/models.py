"""Messages to people, their way through the channels, and tasks with due dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.core.database import Base

DELIVERY_STATES = ("waiting", "sending", "sent", "failed")


class Notification(Base):
    """One message to one person. Its words come from `kinds.KINDS` and `facts`, in the reader's
    language. `key` makes sending it twice impossible."""

    __tablename__ = "notification"
    __table_args__ = (UniqueConstraint("user_id", "key"),
                      Index("ix_notification_unread", "user_id", "read_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(160))
    facts: Mapped[dict[str, Any]]
    path: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]

    deliveries: Mapped[list[Delivery]] = relationship(back_populates="notification")


class Delivery(Base):
    """One message, or the summary of a day (`digest_on`), on its way to a person through a channel.

    The mark `sending` is set before and `sent` after, so that a crash in between shows and nothing
    goes out twice. `not_before` holds a failed one back until it is tried again.
    """

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("notification_id", "channel"),
                      UniqueConstraint("user_id", "role", "channel", "digest_on"),
                      CheckConstraint(f"state in {DELIVERY_STATES!r}", name="state"),
                      CheckConstraint("(notification_id is null) <> (digest_on is null)",
                                      name="content"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    notification_id: Mapped[int | None] = mapped_column(
        ForeignKey("notification.id", ondelete="CASCADE"))
    digest_on: Mapped[date | None]
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8), default="waiting", index=True)
    spooled: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    notification: Mapped[Notification | None] = relationship(back_populates="deliveries")
    user: Mapped[User] = relationship()


class Preference(Base):
    """Through which channels a person, in a role, wants messages, and whether as one summary a day.

    `digested_on` is the last day for which a summary was considered.
    """

    __tablename__ = "notification_preference"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    channels: Mapped[list[str]]
    digest: Mapped[bool] = mapped_column(default=False)
    digested_on: Mapped[date | None]


class Task(Base):
    """Something a role must do about one subject, until it is done or no longer needed.

    It stands on the desk of everybody who has the role and, where given, belongs to the
    organisation, runs the industry or looks after the district. `subject` is like
    `submission:12`. Done tasks leave the desks by themselves; `done_by` is the name of who did it.
    `soon_told` and `overdue_told` are the due dates of which people were reminded.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_open", "done_at", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(24))
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    industry: Mapped[str | None] = mapped_column(String(40))
    district_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    facts: Mapped[dict[str, Any]]
    path: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    soon_told: Mapped[date | None]
    overdue_told: Mapped[date | None]
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(String(80))
