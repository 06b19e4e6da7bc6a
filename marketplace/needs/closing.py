"""How an enquiry ends: who was still asked is told, and no task about it stays on a desk."""

from __future__ import annotations

from marketplace.core.access import current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.needs.models import Enquiry
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify


def end_enquiry(enquiry: Enquiry, state: str, *, note: str = "") -> None:
    """`closed` or `withdrawn`: invitations without an answer expire; their providers are told.

    To be called inside an operation's transaction, after its checks.
    """
    with transaction() as session:
        enquiry.state, enquiry.closed_at, enquiry.broker_at = state, now(), None
        enquiry.reason = note[:400]
        for invitation in enquiry.invitations:
            close_tasks(f"invitation:{invitation.id}")
            if invitation.state == "proposed":
                invitation.state = "dismissed"
            if invitation.state == "invited":
                invitation.state = "expired"
                notify("enquiry.ended", Audience(
                    "provider", organisation_id=invitation.provider.organisation_id),
                    key=f"enquiry:{enquiry.id}:ended", path=f"/enquiries/{enquiry.id}",
                    need=enquiry.content["title"])
        close_tasks(f"enquiry:{enquiry.id}")
        record(session, actor=current_person().actor, action=f"enquiry.{state}",
               subject=f"enquiry:{enquiry.id}")
