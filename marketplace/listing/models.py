"""Drafts of solutions and their way through the operator's check."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.core.database import Base

SUBMISSION_STATES = ("waiting", "approved", "returned", "withdrawn")


class SolutionDraft(Base):
    """What a provider is writing: the content in the authors' form, complete or not.

    `revision` counts saves, so that a second tab learns what changed meanwhile. `base_version_id`
    is the version the draft began from.
    """

    __tablename__ = "solution_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), unique=True)
    content: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    base_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("solution_version.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80))

    solution: Mapped[Solution] = relationship()


class Submission(Base):
    """A version handed in for listing (`listing`) or for an edit that needs a check (`edit`).

    States: waiting, approved, returned (with comments), withdrawn by the provider.
    """

    __tablename__ = "submission"
    __table_args__ = (CheckConstraint(f"state in {SUBMISSION_STATES!r}", name="state"),
                      CheckConstraint("kind in ('listing', 'edit')", name="kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    solution_id: Mapped[int] = mapped_column(
        ForeignKey("solution.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("solution_version.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(1000), default="")

    solution: Mapped[Solution] = relationship()
    version: Mapped[SolutionVersion] = relationship()
    comments: Mapped[list[SubmissionComment]] = relationship(
        back_populates="submission", order_by="SubmissionComment.id",
        cascade="all, delete-orphan")


class SubmissionComment(Base):
    """What the operator asks at one field, and the provider's answer."""

    __tablename__ = "submission_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(
        ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(1000))
    author: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship(back_populates="comments")
