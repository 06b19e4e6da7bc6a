"""Pausing a sub-platform: at once, or after the city's word while others are in a process there.

The city confirms what an operator asks wherever a kind of running process demands it
(`Running.city_confirms`). The system administrator, who meets faults, pauses at once; the city is
told.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.core.access import current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.working_days import working_day_after
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task
from marketplace.taxonomy.models import PauseRequest, PluginPause
from marketplace.taxonomy.operations import checked_reason, pause_industry, resume_industry
from marketplace.taxonomy.queries import pauses_asked
from marketplace.taxonomy.reach import require_industry
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.running import running_in

PAUSE, CONFIRM = "industry.pause", "industry.pause.confirm"
CONFIRM_DAYS = 2
"""Working days in which the city confirms or declines."""


def last_request(industry: str) -> PauseRequest | None:
    """The latest request, decided or not."""
    return db.session.scalars(select(PauseRequest).where(
        PauseRequest.industry == industry).order_by(PauseRequest.id.desc()).limit(1)).first()


def pause(*, industry: str, reason: str) -> PauseRequest | None:
    """Pause a sub-platform, or ask the city to confirm it; returns the request in that case.

    A paused one leaves lists and takes no new acts; what runs can be finished.
    """
    require_industry(PAUSE, industry)
    reason = checked_reason(reason)
    with transaction() as session:
        if industry in pauses_asked():
            raise Conflict("The city has been asked already. Withdraw that request first.")
        if session.get(PluginPause, industry) is not None:
            raise Conflict("This sub-platform is paused already.")
        weighty = [r for r in running_in(industry) if r.city_confirms and r.total]
        facts = {"industry": _name(industry), "name": current_person().name, "reason": reason}
        path, city = _path(industry), Audience("city_admin")
        if not weighty or current_person().role != "operator":
            row = pause_industry(industry=industry, reason=reason, actor=current_person().actor)
            if weighty:
                notify("pause.made", city, path=path, **facts,
                       key=f"pause:{industry}:{row.paused_at.isoformat()}")
            return None
        request = PauseRequest(
            industry=industry, reason=reason, asked_at=now(),
            asked_by=current_person().actor, due_on=working_day_after(CONFIRM_DAYS),
            running=[{"label": r.label.as_dict(), "total": r.total} for r in weighty])
        session.add(request)
        session.flush()
        _record(request, "ask", reason=reason, running=request.running)
        open_task("pause.to_confirm", city, subject=_subject(request), path=path,
                  due_on=request.due_on, **facts)
        notify("pause.to_confirm", city, key=_subject(request), path=path, **facts)
    return request


def confirm_pause(*, industry: str) -> None:
    """The city agrees: the sub-platform is paused for the operator's reason."""
    with transaction() as session:
        request = _waiting(CONFIRM, industry)
        _decide(request, "confirmed")
        if session.get(PluginPause, industry) is None:
            pause_industry(industry=industry, reason=request.reason,
                           actor=current_person().actor)
        _tell(request, "pause.confirmed")


def decline_pause(*, industry: str, reason: str) -> None:
    """The city does not agree; whoever asked reads why."""
    with transaction():
        request = _waiting(CONFIRM, industry)
        request.answer = checked_reason(reason)
        _decide(request, "declined", reason=request.answer)
        _tell(request, "pause.declined", reason=request.answer)


def withdraw_pause(*, industry: str) -> None:
    """The request is taken back before the city has decided."""
    with transaction():
        _decide(_waiting(PAUSE, industry), "withdrawn")


def resume(*, industry: str) -> None:
    """Everything is back as it was."""
    require_industry(PAUSE, industry)
    resume_industry(industry=industry, actor=current_person().actor)


def _waiting(action: str, industry: str) -> PauseRequest:
    require_industry(action, industry)
    request = pauses_asked().get(industry)
    if request is None:
        raise NotFound("No request to pause waits here; it was decided or withdrawn meanwhile.")
    return request


def _decide(request: PauseRequest, state: str, **details: str) -> None:
    request.state, request.decided_at = state, now()
    request.decided_by = current_person().actor
    _record(request, state, **details)
    close_tasks(_subject(request))


def _tell(request: PauseRequest, kind: str, **facts: str) -> None:
    notify(kind, Audience("operator", industry=request.industry),
           key=f"{_subject(request)}:decided", path=_path(request.industry),
           industry=_name(request.industry), **facts)


def _record(request: PauseRequest, what: str, **details: object) -> None:
    record(db.session, actor=current_person().actor, action=f"industry.pause.{what}",
           subject=f"industry:{request.industry}", details={"request": request.id, **details})


def _subject(request: PauseRequest) -> str:
    return f"pause_request:{request.id}"


def _path(industry: str) -> str:
    return f"/console/industries/{industry}/pause"


def _name(industry: str) -> object:
    return taxonomy().industry_name(industry)
