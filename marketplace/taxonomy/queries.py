"""Reads of the taxonomy's tables: what is paused, districts, the programme in force."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.errors import Conflict
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.models import (
    District,
    PauseRequest,
    PluginFailure,
    PluginPause,
    Programme,
    SubPlatformPage,
)
from marketplace.taxonomy.registry import GENERAL, taxonomy

SEEN_WITHIN = 1.0
"""Seconds after which every process has noticed a pause or resume."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A paused sub-platform: since when and why."""

    industry: str
    since: datetime
    reason: str


_seen: dict[Engine, tuple[float, Mapping[str, Pause]]] = {}


def paused() -> Mapping[str, Pause]:
    """Paused industries by code, at most `SEEN_WITHIN` seconds old."""
    engine = db.engine
    at, known = _seen.get(engine, (0.0, {}))
    if time.monotonic() - at < SEEN_WITHIN and at:
        return known
    with engine.connect() as connection:
        rows = connection.execute(
            select(PluginPause.industry, PluginPause.paused_at, PluginPause.reason)).all()
    known = {row.industry: Pause(row.industry, row.paused_at, row.reason) for row in rows}
    _seen[engine] = (time.monotonic(), known)
    return known


def forget_paused() -> None:
    """Look again at the next question (after a change in this process)."""
    _seen.clear()


def pauses_asked() -> Mapping[str, PauseRequest]:
    """Requests to pause that wait for the city, by industry."""
    return {r.industry: r for r in db.session.scalars(
        select(PauseRequest).where(PauseRequest.state == "waiting"))}


def active_industries() -> tuple[str, ...]:
    """Codes of industries that are installed and not paused, in order of plugin name."""
    off = paused()
    return tuple(code for code in taxonomy().industries if code not in off)


def not_paused(codes: Iterable[str]) -> list[str]:
    """Those of some industry codes whose sub-platform is not paused."""
    off = paused()
    return [code for code in codes if code not in off]


def refuse_if_paused(codes: Iterable[str]) -> None:
    """A new act for these industries is refused while the sub-platforms of all are paused.

    What serves another industry, or all of them, goes on there. Raises `Conflict`.
    """
    wanted, off = list(codes), paused()
    if wanted and all(code in off for code in wanted):
        found = off[wanted[0]]
        name, since = taxonomy().industry_name(found.industry), f"{found.since:%Y-%m-%d}"
        raise Conflict(str(LocalizedText(
            f"子平台“{name.zh}”自{since}起暂停：{found.reason}。恢复后才能提交新的内容，草稿会保留。",
            f"The sub-platform {name.en} is paused since {since}: {found.reason}. New entries "
            "wait until it resumes; drafts are kept.")))


def serves_active_industry(code: InstrumentedAttribute[str],
                           match: ColumnElement[bool]) -> ColumnElement[bool]:
    """A filter: a row with `match` names an active industry (or all of them) in `code`."""
    return exists().where(match, code.in_([*active_industries(), GENERAL]))


def districts() -> Sequence[District]:
    return db.session.scalars(
        select(District).where(District.enabled).order_by(District.position)).all()


def programmes() -> Sequence[Programme]:
    return db.session.scalars(select(Programme).order_by(Programme.starts_on)).all()


def current_programme(day: date | None = None) -> Programme | None:
    """The programme running on `day`; between programmes, the one that ended last."""
    day = day or today()
    running = select(Programme).where(Programme.starts_on <= day).order_by(
        (Programme.ends_on >= day).desc(), Programme.starts_on.desc())
    return db.session.scalars(running.limit(1)).first()


def recent_failures(limit: int = 20) -> Sequence[PluginFailure]:
    return db.session.scalars(
        select(PluginFailure).order_by(PluginFailure.id.desc()).limit(limit)).all()


def page_in_force(industry: str) -> SubPlatformPage | None:
    """What the operator says on the sub-platform's page at present."""
    return db.session.scalars(page_versions(industry).limit(1)).first()


def page_versions(industry: str) -> Select[SubPlatformPage]:
    """Every version of the sub-platform's page, the newest first."""
    return select(SubPlatformPage).where(SubPlatformPage.industry == industry).order_by(
        SubPlatformPage.number.desc())


def featured_now(page: SubPlatformPage | None) -> list[Mapping[str, Any]]:
    """The featured rows whose last day is not over."""
    rows = page.featured if page else []
    return [row for row in rows if row["until"] >= today().isoformat()]


def known_scenarios(codes: Collection[str]) -> list[str]:
    """Those of `codes` that belong to the core or to an active industry."""
    off, tree = paused(), taxonomy()
    return [c for c in codes if tree.scenario(c) and tree.scenario_owner.get(c) not in off]


