"""A provider takes a listed solution off the lists itself, and lists it again as it was.

An operator's suspension is another thing (`suspension`): a provider cannot end it.
"""

from __future__ import annotations

from marketplace.catalog.models import Solution
from marketplace.catalog.operations import reindex_solutions, withdraw_solution
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict
from marketplace.listing.queries import last_submission

ACTION = "solution.withdraw"


def take_off(*, solution: Solution, reason: str) -> None:
    """Visitors no longer find it; its page says since when and why.

    Raises `Conflict` for one that is not on the lists, or while a change of it is being checked:
    approving that would list it again.
    """
    allow(ACTION, solution)
    with transaction():
        if solution.published is None or solution.withdrawn_at is not None:
            raise Conflict("This solution is not listed at present.")
        last = last_submission(solution.id)
        if last is not None and last.state == "waiting":
            raise Conflict("This solution is being checked. Withdraw it first.")
        withdraw_solution(solution=solution, reason=reason, actor=current_person().actor)


def bring_back(*, solution: Solution) -> None:
    """List it again as it was: this version has been checked. Raises `Conflict` for one that an
    operator suspended, or that is listed."""
    allow(ACTION, solution)
    with transaction() as session:
        if solution.withdrawn_at is None or solution.suspended_by is not None:
            raise Conflict("Only what you took off the lists yourself can be listed again by you.")
        reason = solution.withdrawn_reason
        solution.withdrawn_at = solution.withdrawn_reason = None
        reindex_solutions([solution])
        record(session, actor=current_person().actor, action="solution.relist",
               subject=f"solution:{solution.id}", details={"reason": reason})
