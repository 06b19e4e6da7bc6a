"""What every page shows of the site: its particulars and the notices that are up.

Kept for five seconds a process, so that public pages pay no statement for it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import structlog
from flask import request
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from marketplace.administration.models import SiteNotice, SiteSetting
from marketplace.core.access import current_person
from marketplace.core.clock import now
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText

SEEN_WITHIN = 5.0
log = structlog.get_logger(__name__)
DISMISSED = "dismissed"
"""Cookie with the numbers of the notices somebody put away."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as pages show it. `version` changes with its text: a changed one comes back."""

    id: int
    version: str
    kind: str
    text: LocalizedText
    roles: tuple[str, ...]
    starts: float
    ends: float


@dataclass(frozen=True, slots=True)
class Site:
    """Particulars by key, and the notices that are not over."""

    particulars: dict[str, LocalizedText] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def text(self, key: str) -> LocalizedText:
        """A particular; empty when nobody wrote it."""
        return self.particulars.get(key, LocalizedText())


_seen: dict[Engine, tuple[float, Site]] = {}


def site() -> Site:
    """At most `SEEN_WITHIN` seconds old."""
    engine = db.engine
    at, known = _seen.get(engine, (0.0, Site()))
    if at and time.monotonic() - at < SEEN_WITHIN:
        return known
    try:
        known = _read(engine)
    except SQLAlchemyError as problem:  # an error page must not fail over its own frame
        log.warning("site_not_read", error=str(problem)[:200])
    _seen[engine] = (time.monotonic(), known)
    return known


def _read(engine: Engine) -> Site:
    with engine.connect() as connection:
        settings = connection.execute(select(SiteSetting.key, SiteSetting.value)).all()
        rows = connection.execute(
            select(SiteNotice.id, SiteNotice.changed_at, SiteNotice.kind, SiteNotice.text,
                   SiteNotice.roles, SiteNotice.starts_at, SiteNotice.ends_at)
            .where(SiteNotice.ends_at > now()).order_by(SiteNotice.id)).all()
    return Site(dict(settings), tuple(
        Notice(r.id, f"{r.id}-{r.changed_at.timestamp():.0f}", r.kind, r.text, tuple(r.roles),
               r.starts_at.timestamp(), r.ends_at.timestamp()) for r in rows))


def forget_site() -> None:
    """Look again at the next page (after a change in this process)."""
    _seen.clear()


def put_away() -> set[str]:
    """The notices this browser has put away."""
    return set(filter(None, request.cookies.get(DISMISSED, "").split(".")))


def notices_up() -> list[Notice]:
    """The notices for the current person, without those put away."""
    at, role, gone = now().timestamp(), current_person().role, put_away()
    return [n for n in site().notices if n.starts <= at < n.ends and n.version not in gone
            and (not n.roles or role in n.roles)]
