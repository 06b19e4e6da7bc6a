"""Needs an enterprise keeps, what it shortlists for them, whom it asks, and what is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation, User
from marketplace.catalog.models import Provider, Solution
from marketplace.core.database import Base
from marketplace.matching.models import DecisionSheet

NEED_STATES = ("draft", "published", "paused", "closed")
AUDIENCES = ("all", "industries", "invited")
ENQUIRY_STATES = ("open", "closed", "withdrawn")
INVITATION_STATES = ("proposed", "dismissed", "invited", "answered", "declined", "expired")
ANSWER_STATES = ("draft", "sent")
SAYS = ("meets", "partly", "no")
"""What a provider says of one wish."""
MOST_ANSWERS = 5
"""How many answers an enquiry takes unless the enterprise says otherwise."""


class ParkedNeed(Base):
    """What a visitor said in the wizard, kept while he signs in. `token` is a hash."""

    __tablename__ = "parked_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    form: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SavedNeed(Base):
    """A need an enterprise keeps. `facts` is `Need.as_dict()`: wishes and facts of the company.

    `industry` repeats the wish of that name for lists. Providers never see `title` and `text`, but
    `public_title` and `public_text`, confirmed by the enterprise (`confirmed_at`); of an anonymous
    need they see nothing else that names anybody. `outcome_asked` is the last of the days (30, 90)
    after publishing on which the outcome was asked for.
    """

    __tablename__ = "saved_need"
    __table_args__ = (CheckConstraint(f"state in {NEED_STATES!r}", name="state"),
                      CheckConstraint(f"audience in {AUDIENCES!r}", name="audience"),
                      Index("ix_saved_need_open", "state", "industry"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(4000))
    facts: Mapped[dict[str, Any]]
    industry: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="draft")
    audience: Mapped[str] = mapped_column(String(12), default="all")
    industries: Mapped[list[str]] = mapped_column(default=list)
    anonymous: Mapped[bool] = mapped_column(default=True)
    public_title: Mapped[str] = mapped_column(String(80), default="")
    public_text: Mapped[str] = mapped_column(String(4000), default="")
    confirmed_at: Mapped[datetime | None]
    district_shown: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    outcome_asked: Mapped[int] = mapped_column(default=0)
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    owner: Mapped[User] = relationship()
    candidates: Mapped[list[NeedCandidate]] = relationship(
        back_populates="need", order_by="NeedCandidate.id", cascade="all, delete-orphan")
    freezes: Mapped[list[NeedFreeze]] = relationship(
        back_populates="need", order_by="NeedFreeze.number", cascade="all, delete-orphan")
    enquiries: Mapped[list[Enquiry]] = relationship(
        back_populates="need", order_by="Enquiry.id", cascade="all, delete-orphan")


class NeedCandidate(Base):
    """A solution on the shortlist of a need: notes, why not this one, and how the rules saw it
    when it was put there (`rank` None: it was not recommended)."""

    __tablename__ = "need_candidate"
    __table_args__ = (UniqueConstraint("need_id", "solution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("saved_need.id", ondelete="CASCADE"))
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id"), index=True)
    note: Mapped[str] = mapped_column(String(1000), default="")
    why_not: Mapped[str] = mapped_column(String(1000), default="")
    rank: Mapped[int | None]
    score: Mapped[float | None]
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rule_version: Mapped[str] = mapped_column(String(60), default="")
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime]

    need: Mapped[SavedNeed] = relationship(back_populates="candidates")
    solution: Mapped[Solution] = relationship()


class NeedFreeze(Base):
    """A dated record of need, candidates, versions, scores and reasons for the file. Never changed:
    `digest` is the SHA-256 of the content. `sheet_id` is the decision sheet made from it."""

    __tablename__ = "need_freeze"
    __table_args__ = (UniqueConstraint("need_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("saved_need.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[str] = mapped_column(String(60))
    week: Mapped[str] = mapped_column(String(8))
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("decision_sheet.id"))

    need: Mapped[SavedNeed] = relationship(back_populates="freezes")
    sheet: Mapped[DecisionSheet | None] = relationship()


class Enquiry(Base):
    """A question to chosen providers. `content` keeps the need as providers see it, as it was when
    asked; `text` is what the enterprise adds. Prices of a `sealed` one open at the deadline.

    `broker_at`: since when an operator looks for further providers. `extensions`: each time the
    deadline was put off, the day before and after and the reason that providers read.
    """

    __tablename__ = "enquiry"
    __table_args__ = (CheckConstraint(f"state in {ENQUIRY_STATES!r}", name="state"),
                      CheckConstraint("max_answers between 1 and 20", name="max_answers"))

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("saved_need.id", ondelete="CASCADE"),
                                         index=True)
    content: Mapped[dict[str, Any]]
    text: Mapped[str] = mapped_column(String(2000), default="")
    deadline_on: Mapped[date]
    extensions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    max_answers: Mapped[int] = mapped_column(default=MOST_ANSWERS)
    sealed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12), default="open", index=True)
    reason: Mapped[str] = mapped_column(String(400), default="")
    broker_at: Mapped[datetime | None] = mapped_column(index=True)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    need: Mapped[SavedNeed] = relationship(back_populates="enquiries")
    invitations: Mapped[list[EnquiryInvitation]] = relationship(
        back_populates="enquiry", order_by="EnquiryInvitation.id", cascade="all, delete-orphan")
    questions: Mapped[list[EnquiryQuestion]] = relationship(
        back_populates="enquiry", order_by="EnquiryQuestion.id", cascade="all, delete-orphan")


class EnquiryInvitation(Base):
    """One provider asked. An operator's proposal is `proposed` until the enterprise confirms it
    (`invited`) or not (`dismissed`). `overdue_at`: the two working days are over, without a reply.

    `contact` is what the enterprise released to this provider, and nothing before.
    """

    __tablename__ = "enquiry_invitation"
    __table_args__ = (UniqueConstraint("enquiry_id", "provider_id"),
                      CheckConstraint(f"state in {INVITATION_STATES!r}", name="state"),
                      Index("ix_enquiry_invitation_due", "state", "due_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"))
    state: Mapped[str] = mapped_column(String(12), default="invited")
    proposed_by: Mapped[str | None] = mapped_column(String(80))
    invited_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    overdue_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(String(400), default="")
    contact: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contact_released_at: Mapped[datetime | None]

    enquiry: Mapped[Enquiry] = relationship(back_populates="invitations")
    provider: Mapped[Provider] = relationship()
    solution: Mapped[Solution | None] = relationship()
    answer: Mapped[EnquiryAnswer | None] = relationship(
        back_populates="invitation", cascade="all, delete-orphan")


class EnquiryAnswer(Base):
    """What a provider answers: `points` are (key of a wish, says, evidence), `price_parts` as in
    the catalogue, `days` from contract to go-live. A draft is seen by the provider alone."""

    __tablename__ = "enquiry_answer"
    __table_args__ = (CheckConstraint(f"state in {ANSWER_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("enquiry_invitation.id", ondelete="CASCADE"), unique=True)
    solution_id: Mapped[int | None] = mapped_column(ForeignKey("solution.id"))
    state: Mapped[str] = mapped_column(String(8), default="draft")
    points: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    price_parts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    days: Mapped[int | None]
    notes: Mapped[str] = mapped_column(String(2000), default="")
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    invitation: Mapped[EnquiryInvitation] = relationship(back_populates="answer")
    solution: Mapped[Solution | None] = relationship()


class EnquiryQuestion(Base):
    """A provider's question and the enterprise's reply. All invited read both, without names;
    `invitation_id` serves only to tell the asker of the reply."""

    __tablename__ = "enquiry_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry_id: Mapped[int] = mapped_column(ForeignKey("enquiry.id", ondelete="CASCADE"),
                                            index=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("enquiry_invitation.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[datetime]
    reply: Mapped[str] = mapped_column(String(1000), default="")
    replied_at: Mapped[datetime | None]

    enquiry: Mapped[Enquiry] = relationship(back_populates="questions")
