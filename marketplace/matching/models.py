"""Tables of matching: adjusted weights and thresholds, decision sheets, counted events, gaps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Base

PROPOSAL_STATES = ("open", "accepted", "declined")


class MatchWeights(Base):
    """An operator's adjustment of an industry's weights and thresholds; the highest number is in
    force."""

    __tablename__ = "match_weights"
    __table_args__ = (UniqueConstraint("industry", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    base_version: Mapped[str] = mapped_column(String(40))
    weights: Mapped[dict[str, Any]]
    thresholds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    reason: Mapped[str] = mapped_column(String(400))
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class DecisionSheet(Base):
    """A frozen result behind an unguessable link: picks, prices, reasons, rule versions, week."""

    __tablename__ = "decision_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(43), unique=True)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class MatchEvent(Base):
    """A solution was shown, opened, compared, put on a sheet, shortlisted, enquired about or chosen
    after a match: its rank and rule scores then, no person, no text. Weights are learned from it.

    `list_key` is a random word that the events of one shown list share.
    """

    __tablename__ = "match_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(12))
    solution_id: Mapped[int] = mapped_column(ForeignKey("solution.id", ondelete="CASCADE"),
                                             index=True)
    industry: Mapped[str | None] = mapped_column(String(40))
    rank: Mapped[int | None]
    rule_version: Mapped[str] = mapped_column(String(60))
    scores: Mapped[dict[str, Any]]
    list_key: Mapped[str | None] = mapped_column(String(16), index=True)


class WeightProposal(Base):
    """Weights learned from events, for an operator to accept or not; never in force by itself.

    `before` and `after` are weights by rule, `evidence` says what they rest on: lists, figures of
    cross-validation, a sentence a rule. Accepting makes the next `MatchWeights`.
    """

    __tablename__ = "weight_proposal"
    __table_args__ = (CheckConstraint(f"state in {PROPOSAL_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40), index=True)
    rule_version: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8), default="open")
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]


class UnmetDemand(Base):
    """How often, on a day, a search or a need for a scenario found nothing."""

    __tablename__ = "unmet_demand"

    scenario: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]


class MissedTerm(Base):
    """How often, on a day, a search for a few words found nothing, by industry ("" for none).

    `key` is a hash of the words. The words themselves are kept only once they have been asked for
    on two days: what one person typed once is nobody's business.
    """

    __tablename__ = "missed_term"

    industry: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    times: Mapped[int]
    term: Mapped[str | None] = mapped_column(String(40))
