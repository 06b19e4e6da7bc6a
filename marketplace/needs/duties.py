"""What the clock does to needs and enquiries. Doing it twice changes nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.duties import every
from marketplace.core.working_days import working_day_after
from marketplace.needs.answering import answers_sent
from marketplace.needs.closing import end_enquiry
from marketplace.needs.models import Enquiry, EnquiryInvitation, SavedNeed
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify, open_task

OUTCOME_AFTER = (30, 90)
"""Days after publishing on which the enterprise is asked, once each, what came of its need."""
BROKER_DAYS = 2
CLOCK = "clock"


@every(600)
def end_enquiries() -> int:
    """Close the enquiries whose deadline is over; the enterprise may compare, prices are open."""
    with transaction():
        due = db.session.scalars(select(Enquiry).where(
            Enquiry.state == "open", Enquiry.deadline_on < today())).all()
        for enquiry in due:
            end_enquiry(enquiry, "closed")
            notify("enquiry.over", Audience(
                "enterprise", organisation_id=enquiry.need.organisation_id),
                key=f"enquiry:{enquiry.id}:over", path=f"/needs/enquiries/{enquiry.id}",
                need=enquiry.need.title, count=answers_sent(enquiry))
    return len(due)


@every(600)
def hand_to_brokers() -> int:
    """Enquiries with providers that let their two working days pass go to the operator's queue."""
    with transaction() as session:
        late = session.scalars(
            select(EnquiryInvitation).join(Enquiry).where(
                Enquiry.state == "open", Enquiry.deadline_on >= today(),
                EnquiryInvitation.state == "invited", EnquiryInvitation.overdue_at.is_(None),
                EnquiryInvitation.due_on < today())
            .options(joinedload(EnquiryInvitation.enquiry).selectinload(Enquiry.invitations))
            .order_by(EnquiryInvitation.id)).all()
        enquiries = {i.enquiry_id: i.enquiry for i in late}
        for invitation in late:
            invitation.overdue_at = now()
        for enquiry in enquiries.values():
            if enquiry.broker_at is None and answers_sent(enquiry) < enquiry.max_answers:
                _hand_over(enquiry)
    return len(enquiries)


def _hand_over(enquiry: Enquiry) -> None:
    enquiry.broker_at = now()
    open_task("enquiry.broker", Audience("operator", industry=enquiry.need.industry),
              subject=f"enquiry:{enquiry.id}", path=f"/console/enquiries/{enquiry.id}",
              due_on=working_day_after(BROKER_DAYS), need=enquiry.content["title"])
    notify("enquiry.late", Audience("enterprise", organisation_id=enquiry.need.organisation_id),
           key=f"enquiry:{enquiry.id}:late:{today().isoformat()}",
           path=f"/needs/enquiries/{enquiry.id}", need=enquiry.need.title)
    record(db.session, actor=CLOCK, action="enquiry.hand_over", subject=f"enquiry:{enquiry.id}")


@every(600)
def ask_outcomes() -> int:
    """Ask for the outcome of needs published 30 and 90 days ago, once each."""
    asked = 0
    with transaction() as session:
        for saved in session.scalars(
                select(SavedNeed).where(
                    SavedNeed.state.in_(("published", "paused")),
                    SavedNeed.published_at <= now() - timedelta(days=OUTCOME_AFTER[0]),
                    SavedNeed.outcome_asked < OUTCOME_AFTER[-1])
                .options(selectinload(SavedNeed.candidates)).order_by(SavedNeed.id)):
            assert saved.published_at is not None
            days = max(d for d in OUTCOME_AFTER if saved.published_at + timedelta(d) <= now())
            if days <= saved.outcome_asked:
                continue
            saved.outcome_asked = days
            enterprise = Audience("enterprise", organisation_id=saved.organisation_id)
            notify("need.outcome", enterprise, key=f"need:{saved.id}:outcome:{days}",
                   path=f"/needs/{saved.id}/close", need=saved.title, days=days)
            open_task("need.outcome", enterprise, subject=f"need:{saved.id}", need=saved.title,
                      days=days, path=f"/needs/{saved.id}/close", due_on=working_day_after(5))
            asked += 1
    return asked
