"""An enquiry's deadline is put off, never brought forward: answers already sent were made in trust
of it, and sealed prices stay sealed until the new one."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import BEIJING, now, today
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.needs.anonymity import known_of
from marketplace.needs.enquiring import MOST_DAYS, REPLY_DAYS
from marketplace.needs.models import Enquiry, EnquiryInvitation
from marketplace.needs.operations import leak_errors
from marketplace.needs.queries import is_over
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify, open_task


def extend_deadline(*, enquiry: Enquiry, deadline_on: date | None, reason: str) -> None:
    """Put the deadline off. Every provider that may answer reads the reason, without names, and
    has two working days from now at least."""
    with transaction() as session:
        allow("enquiry.ask", enquiry)
        if is_over(enquiry):
            raise Conflict("This enquiry is over.")
        before, reason = enquiry.deadline_on, reason.strip()
        errors = [*_errors(before, deadline_on, reason),
                  *leak_errors("why", reason, known_of(enquiry.need),
                               anonymous=enquiry.need.anonymous)]
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        assert deadline_on is not None
        enquiry.deadline_on = deadline_on
        enquiry.extensions = [*enquiry.extensions, {
            "before": before.isoformat(), "day": deadline_on.isoformat(), "reason": reason,
            "at": now().isoformat()}]
        for invitation in enquiry.invitations:
            if invitation.state in ("invited", "answered"):
                _tell(invitation, reason)
        _questions_due(enquiry)
        record(session, actor=current_person().actor, action="enquiry.extend",
               subject=f"enquiry:{enquiry.id}", details={
                   "before": before.isoformat(), "after": deadline_on.isoformat(),
                   "reason": reason})


def _errors(before: date, deadline_on: date | None, reason: str) -> list[FieldError]:
    last = today() + timedelta(days=MOST_DAYS)
    errors = []
    if deadline_on is None or not before < deadline_on <= last:
        errors.append(FieldError("deadline_on", deadline_on or "", (
            f"choose a day after the present deadline, within {MOST_DAYS} days")))
    if not 0 < len(reason) <= 400:
        errors.append(FieldError("why", reason[:20], "write 1 to 400 characters"))
    return errors


def _tell(invitation: EnquiryInvitation, reason: str) -> None:
    enquiry = invitation.enquiry
    audience = Audience("provider", organisation_id=invitation.provider.organisation_id)
    path = f"/enquiries/{enquiry.id}"
    facts = {"need": enquiry.content["title"], "day": enquiry.deadline_on}
    notify("enquiry.extended", audience, path=path, reason=reason, **facts,
           key=f"invitation:{invitation.id}:extended:{len(enquiry.extensions)}")
    if invitation.state == "invited":
        invitation.due_on = min(working_day_after(REPLY_DAYS), enquiry.deadline_on)
        invitation.overdue_at = None
        open_task("enquiry.to_answer", audience, subject=f"invitation:{invitation.id}", path=path,
                  due_on=invitation.due_on, **facts)


def _questions_due(enquiry: Enquiry) -> None:
    """Replies were due by the old deadline at the latest."""
    for question in enquiry.questions:
        if not question.reply:
            asked = question.asked_at.astimezone(BEIJING).date()
            open_task("enquiry.question", Audience(
                "enterprise", organisation_id=enquiry.need.organisation_id),
                subject=f"question:{question.id}", path=f"/needs/enquiries/{enquiry.id}",
                due_on=min(enquiry.deadline_on, working_day_after(REPLY_DAYS, asked)),
                need=enquiry.need.title)
