"""Pausing and resuming sub-platforms; recording plugin failures."""

from __future__ import annotations

from sqlalchemy import insert

from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.plugins import HookFailure
from marketplace.taxonomy.models import PluginFailure, PluginPause
from marketplace.taxonomy.queries import forget_paused
from marketplace.taxonomy.registry import taxonomy

REASON_LENGTH = (4, 400)


def pause_industry(*, industry: str, reason: str, actor: str) -> PluginPause:
    """Pause a sub-platform. Nothing is deleted; every process notices within two seconds."""
    _require_installed(industry)
    reason = checked_reason(reason)
    with transaction() as session:
        if session.get(PluginPause, industry):
            raise Conflict("This sub-platform is paused already.")
        row = PluginPause(industry=industry, paused_at=now(), reason=reason, paused_by=actor)
        session.add(row)
        record(session, actor=actor, action="industry.pause", subject=f"industry:{industry}",
               details={"reason": reason})
    forget_paused()
    return row


def checked_reason(reason: str) -> str:
    """The reason of a pause as it is stored. Raises `InvalidInput` for a bad length."""
    reason, (low, high) = reason.strip(), REASON_LENGTH
    if not low <= len(reason) <= high:
        raise InvalidInput("A pause needs a reason that others can read.", errors=(FieldError(
            "reason", reason, f"write {low} to {high} characters"),))
    return reason


def resume_industry(*, industry: str, actor: str) -> None:
    """Resume a paused sub-platform; every number comes back as it was."""
    _require_installed(industry)
    with transaction() as session:
        row = session.get(PluginPause, industry)
        if row is None:
            raise Conflict("This sub-platform is not paused.")
        session.delete(row)
        record(session, actor=actor, action="industry.resume", subject=f"industry:{industry}",
               details={"paused_at": row.paused_at.isoformat(), "reason": row.reason})
    forget_paused()


def record_failure(failure: HookFailure) -> None:
    """Keep a hook failure for the health page, outside whatever transaction is running."""
    with db.engine.begin() as connection:
        connection.execute(insert(PluginFailure).values(
            plugin=failure.plugin[:80], hook=failure.hook[:80], error=failure.error[:400],
            happened_at=now()))


def _require_installed(industry: str) -> None:
    installed = taxonomy().industries
    if industry not in installed:
        raise NotFound(f"No plugin brings the industry {industry!r}; installed are "
                       f"{', '.join(installed) or 'none'}.")
