"""What became of sample enquiries: one story for each state that pages can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.catalog.models import Solution
from marketplace.core.clock import now, today
from marketplace.core.database import db
from marketplace.core.working_days import working_day_after
from marketplace.matching.matcher import Recommendation
from marketplace.needs.anonymity import public_need
from marketplace.needs.models import (
    Enquiry,
    EnquiryAnswer,
    EnquiryInvitation,
    EnquiryQuestion,
    SavedNeed,
)
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import open_task
from seeds.loader import ACTOR

Offer = tuple[Recommendation, Solution]
STORIES: Mapping[str, tuple[int, int, str, tuple[str, ...]]] = {
    "fresh": (0, 10, "open", ("drafting", "invited", "invited")),
    "answered": (5, 6, "open", ("answered", "answered", "invited")),
    "sealed": (4, 9, "open", ("answered", "answered", "invited")),
    "declined": (3, 8, "open", ("declined", "answered", "invited")),
    "late": (8, 5, "open", ("late", "answered", "declined", "dismissed")),
    "broker": (7, 9, "open", ("late", "late")),
    "proposed": (9, 12, "open", ("late", "declined", "proposed", "proposed")),
    "over": (25, -6, "closed", ("answered", "answered", "answered", "expired")),
    "opened": (25, -6, "closed", ("answered", "answered", "expired")),
    "withdrawn": (11, 4, "withdrawn", ("answered", "expired")),
}
"""By name: days since it was sent, days until the deadline, state, what each provider did."""
SEALED = ("sealed", "opened")
TELLS_CONTACT = ("answered", "over")
"""Stories in which the first provider was given the contact data."""
OPERATOR = "demo-operator"
IN_BROKERS_QUEUE = ("broker", "late")
DECLINED = "目前排期已满，三个月内进不了场。"
WITHDRAWN = "预算今年没批下来，先不做了。"


def tell(raw: Mapping[str, Any], saved: SavedNeed, ranked: Sequence[Offer]) -> Enquiry:
    """The enquiry of a sample need, as its story goes."""
    story = raw["enquiry"]
    ago, left, state, parts = STORIES[story]
    sent, deadline = now() - timedelta(days=ago), today() + timedelta(days=left)
    enquiry = Enquiry(
        need=saved, content=public_need(saved).as_dict(), text="请说明实施人员和培训安排。",
        deadline_on=deadline, sealed=story in SEALED, state=state, created_by=ACTOR,
        created_at=sent, reason=WITHDRAWN if state == "withdrawn" else "",
        broker_at=now() - timedelta(days=1) if story in IN_BROKERS_QUEUE else None,
        closed_at=None if state == "open" else now() - timedelta(days=2))
    db.session.add(enquiry)
    for number, (part, offer) in enumerate(zip(parts, ranked, strict=False)):
        enquiry.invitations.append(_invitation(part, offer, sent, deadline, number))
    if story in TELLS_CONTACT and enquiry.invitations:
        _tell_contact(enquiry.invitations[0], saved)
    if raw.get("question") and enquiry.invitations:
        db.session.flush()
        enquiry.questions.append(EnquiryQuestion(
            invitation_id=enquiry.invitations[0].id, text=raw["question"],
            asked_at=sent + timedelta(hours=5), reply=raw.get("reply", ""),
            replied_at=sent + timedelta(hours=20)))
    db.session.flush()
    if state == "open":
        _tasks(saved, enquiry)
    return enquiry


def _invitation(part: str, offer: Offer, sent: datetime, deadline: date,
                number: int) -> EnquiryInvitation:
    item, solution = offer
    asked = part not in ("proposed", "dismissed")
    invitation = EnquiryInvitation(
        provider=solution.provider, solution=solution,
        state="invited" if part in ("late", "drafting") else part,
        proposed_by=None if asked else OPERATOR, invited_at=sent if asked else None,
        due_on=min(working_day_after(2, sent.date()), deadline) if asked else None)
    if part == "late":
        invitation.overdue_at = now() - timedelta(days=1)
    if part in ("answered", "declined"):
        invitation.responded_at = sent + timedelta(hours=7 + 13 * number)
    if part == "declined":
        invitation.decline_reason = DECLINED
    if part in ("answered", "drafting"):
        invitation.answer = _answer(item, solution, invitation)
    return invitation


def _tell_contact(invitation: EnquiryInvitation, saved: SavedNeed) -> None:
    contact = saved.organisation.contacts[0]
    invitation.contact = {"organisation": str(saved.organisation.name), "name": contact["name"],
                          "email": contact["email"]}
    invitation.contact_released_at = invitation.responded_at


def _answer(item: Recommendation, solution: Solution,
            invitation: EnquiryInvitation) -> EnquiryAnswer:
    """What the solution's own entry says, as an answer; a draft has no days and no notes yet."""
    version, texts = solution.published, {
        key: o.text.zh for o in item.outcomes for key in o.wishes}
    assert version is not None
    points = [{"key": key, "says": "meets" if met else "partly", "evidence": texts.get(key, "")}
              for key, met in item.judged.items()]
    parts = [{"part": p.part, "unit": p.unit, "amount": float(p.amount), "from_year": p.from_year}
             for p in version.price_parts]
    if invitation.state == "invited":
        return EnquiryAnswer(state="draft", points=points[:2], price_parts=parts[:1], days=None,
                             solution=solution, saved_at=now() - timedelta(minutes=40))
    return EnquiryAnswer(
        state="sent", points=points, price_parts=parts, days=version.go_live_days or 60,
        notes="报价含税，三个月内有效。", solution=solution, saved_at=invitation.responded_at,
        sent_at=invitation.responded_at)


def _tasks(saved: SavedNeed, enquiry: Enquiry) -> None:
    """What waits for a provider, the operator or the enterprise stands on its desk."""
    title = enquiry.content["title"]
    for invitation in enquiry.invitations:
        if invitation.state == "invited":
            open_task("enquiry.to_answer", Audience(
                "provider", organisation_id=invitation.provider.organisation_id),
                subject=f"invitation:{invitation.id}", path=f"/enquiries/{enquiry.id}",
                due_on=invitation.due_on, need=title, day=enquiry.deadline_on)
    if enquiry.broker_at is not None:
        open_task("enquiry.broker", Audience("operator", industry=saved.industry),
                  subject=f"enquiry:{enquiry.id}", path=f"/console/enquiries/{enquiry.id}",
                  due_on=working_day_after(1), need=title)
    proposed = sum(i.state == "proposed" for i in enquiry.invitations)
    if proposed:
        open_task("enquiry.proposed", Audience(
            "enterprise", organisation_id=saved.organisation_id),
            subject=f"enquiry:{enquiry.id}", path=f"/needs/enquiries/{enquiry.id}",
            due_on=working_day_after(1), need=saved.title, count=proposed)
