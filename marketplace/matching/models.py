"""Tables of matching: adjusted weights, frozen decision sheets, counted events and gaps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Base


class MatchWeights(Base):
    """An operator's adjustment of an industry's weights; the highest number is in force."""

    __tablename__ = "match_weights"
    __table_args__ = (UniqueConstraint("industry", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    base_version: Mapped[str] = mapped_column(String(40))
    weights: Mapped[dict[str, Any]]
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
    """A solution was shown, opened, compared or put on a sheet after a match: its rank and rule
    scores then, no person, no text. Lets weights be learned later."""

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


class UnmetDemand(Base):
    """How often, on a day, a search or a need for a scenario found nothing."""

    __tablename__ = "unmet_demand"

    scenario: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    times: Mapped[int]
