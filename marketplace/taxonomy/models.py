"""Tables of the taxonomy that a city fills: districts, programmes, paused sub-platforms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Base
from marketplace.core.i18n import LocalizedText

PAUSE_REQUEST_STATES = ("waiting", "confirmed", "declined", "withdrawn")


class District(Base):
    """A district, county or functional zone; figures roll up by it (DOMAIN 7.8)."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[LocalizedText]
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    enabled: Mapped[bool] = mapped_column(default=True)
    pilot_focus: Mapped[list[str]]


class Programme(Base):
    """A pilot programme with its own dates, targets and rule version; every figure hangs on one."""

    __tablename__ = "programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[LocalizedText]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    edition: Mapped[str] = mapped_column(String(8))
    rule_version: Mapped[str] = mapped_column(String(16))
    level_rule: Mapped[dict[str, Any]]
    targets: Mapped[list[dict[str, Any]]]
    source: Mapped[LocalizedText]


class PluginPause(Base):
    """A row means: this industry's sub-platform is paused."""

    __tablename__ = "plugin_pause"

    industry: Mapped[str] = mapped_column(String(40), primary_key=True)
    paused_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(400))
    paused_by: Mapped[str] = mapped_column(String(80))


class PauseRequest(Base):
    """An operator asks the city to confirm a pause, since others are in a process there.

    `running` keeps how many processes of each kind ran when it was asked (labels zh and en);
    `answer` is the city's reason for declining.
    """

    __tablename__ = "pause_request"
    __table_args__ = (
        CheckConstraint(f"state in {PAUSE_REQUEST_STATES!r}", name="state"),
        Index("uq_pause_request_waiting", "industry", unique=True,
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")))

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(400))
    running: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(400), default="")
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]


class PluginFailure(Base):
    """A hook that raised, whichever process it happened in; the health page lists the latest."""

    __tablename__ = "plugin_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(String(80))
    hook: Mapped[str] = mapped_column(String(80))
    error: Mapped[str] = mapped_column(String(400))
    happened_at: Mapped[datetime]


class SubPlatformPage(Base):
    """What an operator says on its sub-platform's page; the highest number is in force.

    `landing` is Markdown. `featured` holds rows of `solution` (id), `reason` (zh, en) and `until`
    (ISO date, the last day): shown as 运营推荐, never part of search or match order.
    """

    __tablename__ = "sub_platform_page"
    __table_args__ = (UniqueConstraint("industry", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    landing: Mapped[LocalizedText]
    featured: Mapped[list[dict[str, Any]]]
    reason: Mapped[str] = mapped_column(String(400))
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]


class TradeWord(Base):
    """A group of `synonyms`, or one `word` that segmentation keeps whole, added by an operator."""

    __tablename__ = "trade_word"
    __table_args__ = (CheckConstraint("kind in ('synonyms', 'word')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    industry: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    words: Mapped[list[str]]
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
