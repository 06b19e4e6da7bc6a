"""An operator takes a listing off, says why on the public page, and brings it back.

A suspended solution or provider is not a withdrawn one: withdrawing is the provider's own act.
"""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import public_reason, reindex_provider, reindex_solutions
from marketplace.core.access import allow, current_person, reach
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, NotFound
from marketplace.core.i18n import LocalizedText
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify

NEEDS_REASON = "A suspension needs a reason that visitors can read."
ACTION = "listing.suspend"


def suspend_solution(*, solution_id: int, reason: str) -> Solution:
    """Take a listed solution off the lists; its page says since when and why."""
    reason = public_reason(reason, NEEDS_REASON)
    with transaction():
        solution = _solution(solution_id)
        if solution.withdrawn_at is not None or solution.published is None:
            raise Conflict("This solution is not listed at present.")
        suspend([solution], reason)
        _tell(solution.provider, "solution.suspended", f"/workspace/solutions/{solution.id}",
              solution.published.name, reason)
    return solution


def lift_solution(*, solution_id: int) -> Solution:
    """A suspended solution is listed again, as it was."""
    with transaction() as session:
        solution = _solution(solution_id)
        if solution.suspended_by is None:
            raise Conflict("This solution is not suspended.")
        _require_open(solution.provider)
        reason = solution.withdrawn_reason
        solution.suspended_by = solution.withdrawn_at = solution.withdrawn_reason = None
        reindex_solutions([solution])
        record(session, actor=current_person().actor, action="solution.lift",
               subject=f"solution:{solution.id}", details={"reason": reason})
        _relisted(solution.provider)
        if solution.published:
            _tell(solution.provider, "listing.lifted", f"/workspace/solutions/{solution.id}",
                  solution.published.name, "")
    return solution


def list_provider(*, provider_id: int) -> Provider:
    """The operator has checked a new provider's entry: it is listed (上架).

    Raises `Conflict` for one that is listed or suspended, or whose licence nobody has checked.
    """
    with transaction() as session:
        provider = _provider(provider_id)
        if provider.listed_on is not None or provider.suspended_at is not None:
            raise Conflict("This provider is listed or suspended already.")
        if not provider.organisation.verified:
            raise Conflict("The organisation's licence has not been checked yet.")
        provider.listed_on = today()
        reindex_provider(provider)
        record(session, actor=current_person().actor, action="provider.list",
               subject=f"provider:{provider.id}")
        _tell(provider, "provider.listed", f"/providers/{provider.slug}",
              provider.organisation.name, "")
    return provider


def suspend_provider(*, provider_id: int, reason: str, with_solutions: bool = False) -> Provider:
    """Take a provider off the lists; `with_solutions` also those of its solutions in reach."""
    reason = public_reason(reason, NEEDS_REASON)
    with transaction() as session:
        provider = _provider(provider_id)
        if provider.listed_on is None:
            raise Conflict("This provider is not listed at present.")
        solutions = list(session.scalars(select(Solution).where(
            Solution.provider_id == provider.id, Solution.withdrawn_at.is_(None),
            Solution.published_version_id.is_not(None), reach(ACTION, Solution)))
        ) if with_solutions else []
        provider.listed_on, provider.suspended_at = None, now()
        provider.suspended_reason = reason
        if solutions:
            suspend(solutions, reason)
        reindex_provider(provider)
        record(session, actor=current_person().actor, action="provider.suspend",
               subject=f"provider:{provider.id}",
               details={"reason": reason, "solutions": [s.id for s in solutions]})
        _tell(provider, "provider.suspended", f"/providers/{provider.slug}",
              provider.organisation.name, reason)
    return provider


def lift_provider(*, provider_id: int) -> Provider:
    """A suspended provider is listed again; its suspended solutions are lifted one by one."""
    with transaction() as session:
        provider = _provider(provider_id)
        if provider.suspended_at is None:
            raise Conflict("This provider is not suspended.")
        _require_open(provider)
        reason = provider.suspended_reason
        provider.listed_on = today()
        provider.suspended_at = provider.suspended_reason = None
        reindex_provider(provider)
        record(session, actor=current_person().actor, action="provider.lift",
               subject=f"provider:{provider.id}", details={"reason": reason})
        close_tasks(relisting(provider.organisation))
        _tell(provider, "listing.lifted", f"/providers/{provider.slug}",
              provider.organisation.name, "")
    return provider


def suspend(solutions: list[Solution], reason: str) -> None:
    """Take them off in the caller's transaction and after its checks of permission."""
    actor = current_person().actor
    for solution in solutions:
        solution.withdrawn_at, solution.withdrawn_reason = now(), reason
        solution.suspended_by = actor
        record(db.session, actor=actor, action="solution.suspend",
               subject=f"solution:{solution.id}", details={"reason": reason})
    reindex_solutions(solutions)


def relisting(organisation: Organisation) -> str:
    """The subject of the tasks to look at what went off the lists with an organisation."""
    return f"relist:{organisation.id}"


def _relisted(provider: Provider) -> None:
    """Once nothing of the provider is suspended any more, nobody needs to look."""
    db.session.flush()
    if db.session.scalar(select(Solution.id).where(
            Solution.provider_id == provider.id, Solution.suspended_by.is_not(None))
            .limit(1)) is None:
        close_tasks(relisting(provider.organisation))


def _require_open(provider: Provider) -> None:
    if provider.organisation.deactivated_at is not None:
        raise Conflict("The organisation is deactivated. Once the city has opened it again, its "
                       "solutions can be listed again.")


def _solution(solution_id: int) -> Solution:
    found = db.session.get(Solution, solution_id)
    if found is None:
        raise NotFound("There is no such record.")
    allow(ACTION, found)
    return found


def _provider(provider_id: int) -> Provider:
    found = db.session.get(Provider, provider_id)
    if found is None:
        raise NotFound("There is no such record.")
    allow(ACTION, found)
    return found


def _tell(provider: Provider, kind: str, path: str, name: LocalizedText, reason: str) -> None:
    notify(kind, Audience("provider", organisation_id=provider.organisation_id),
           key=f"{kind}:{path}:{now().isoformat()}", path=path, name=name, reason=reason)
