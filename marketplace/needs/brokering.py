"""When nobody replies: the operator of the industry looks for further providers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.catalog.indexer import Indexes
from marketplace.catalog.models import Solution
from marketplace.core.access import allow, current_person, visible
from marketplace.core.audit import record
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.matching.matcher import MAX_LIMIT, Recommendation, match
from marketplace.needs.anonymity import shown_need
from marketplace.needs.models import Enquiry, EnquiryInvitation
from marketplace.needs.queries import is_over
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

NEXT = 6
"""So many next candidates are shown."""


def next_candidates(indexes: Indexes, enquiry: Enquiry, limit: int = NEXT) -> list[Recommendation]:
    """The best recommendations whose providers have not been asked, one a provider."""
    known = {i.provider_id for i in enquiry.invitations}
    found: list[Recommendation] = []
    for item in match(indexes, shown_need(enquiry.need), limit=MAX_LIMIT).recommendations:
        if item.candidate.provider_id not in known:
            known.add(item.candidate.provider_id)
            found.append(item)
    return found[:limit]


def propose(*, enquiry: Enquiry, solution_ids: Sequence[int]) -> int:
    """Propose further providers to the enterprise, which confirms each before it is asked."""
    person = current_person()
    with transaction() as session:
        allow("enquiry.broker", enquiry)
        _waiting(enquiry)
        known = {i.provider_id for i in enquiry.invitations}
        chosen = [s for s in session.scalars(
            select(Solution).where(Solution.id.in_(list(solution_ids)), visible(Solution))
            .options(joinedload(Solution.provider)).order_by(Solution.id))
            if s.provider_id not in known]
        new = {s.provider_id: s for s in chosen}
        if not new:
            raise InvalidInput("Please correct this.", errors=(
                FieldError("solution", "", "choose at least one provider that was not asked"),))
        for solution in new.values():
            session.add(EnquiryInvitation(enquiry=enquiry, provider=solution.provider,
                                          solution=solution, state="proposed",
                                          proposed_by=person.actor))
        enterprise = Audience("enterprise", organisation_id=enquiry.need.organisation_id)
        path, facts = f"/needs/enquiries/{enquiry.id}", {"need": enquiry.need.title,
                                                         "count": len(new)}
        session.flush()
        notify("enquiry.proposed", enterprise, path=path, **facts,
               key=f"enquiry:{enquiry.id}:proposed:{max(i.id for i in enquiry.invitations)}")
        _done(enquiry)
        open_task("enquiry.proposed", enterprise, subject=f"enquiry:{enquiry.id}", path=path,
                  due_on=min(enquiry.deadline_on, working_day_after(2)), **facts)
        record(session, actor=person.actor, action="enquiry.propose",
               subject=f"enquiry:{enquiry.id}", details={"providers": sorted(new)})
    return len(new)


def leave(*, enquiry: Enquiry, reason: str) -> None:
    """The operator knows nobody else; the enterprise is told why."""
    with transaction() as session:
        allow("enquiry.broker", enquiry)
        _waiting(enquiry)
        if not 0 < len(reason.strip()) <= 200:
            raise InvalidInput("Please correct this.", errors=(
                FieldError("reason", reason[:20], "write 1 to 200 characters"),))
        notify("enquiry.nobody", Audience(
            "enterprise", organisation_id=enquiry.need.organisation_id),
            key=f"enquiry:{enquiry.id}:nobody:{enquiry.broker_at:%Y%m%d%H%M}",
            path=f"/needs/enquiries/{enquiry.id}", need=enquiry.need.title, reason=reason.strip())
        _done(enquiry)
        record(session, actor=current_person().actor, action="enquiry.leave",
               subject=f"enquiry:{enquiry.id}", details={"reason": reason.strip()})


def _waiting(enquiry: Enquiry) -> None:
    if enquiry.broker_at is None or is_over(enquiry):
        raise Conflict("This enquiry no longer waits for a broker.")


def _done(enquiry: Enquiry) -> None:
    enquiry.broker_at = None
    close_tasks(f"enquiry:{enquiry.id}", "enquiry.broker")
    db.session.flush()
