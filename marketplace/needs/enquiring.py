"""Enquiries as the enterprise makes them: ask providers, release contact data, reply, end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import User
from marketplace.catalog.models import Solution
from marketplace.core.access import allow, current_person, visible
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.matching.events import record_followed
from marketplace.needs.anonymity import known_of, public_need
from marketplace.needs.answering import answers_sent
from marketplace.needs.closing import end_enquiry
from marketplace.needs.models import (
    MOST_ANSWERS,
    Enquiry,
    EnquiryInvitation,
    EnquiryQuestion,
    SavedNeed,
)
from marketplace.needs.operations import leak_errors, refuse_while_paused
from marketplace.needs.queries import is_over
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

REPLY_DAYS = 2
"""Working days in which a provider is to reply, before an operator looks for others."""
MOST_ASKED, MOST_DAYS = 20, 180


def ask_providers(*, saved: SavedNeed, solution_ids: Sequence[int], deadline_on: date | None,
                  text: str = "", max_answers: int = MOST_ANSWERS,
                  sealed: bool = False) -> Enquiry:
    """Send the need, in its confirmed wording, to the providers of these solutions.

    `sealed` keeps the prices shut until the deadline's day is over. Contact data is not sent.
    """
    person = current_person()
    with transaction() as session:
        allow("enquiry.ask", saved)
        if saved.state != "published":
            raise Conflict("Publish the need first; it may be for invited providers only.")
        refuse_while_paused(saved)
        asked = _solutions(solution_ids)
        errors = [*_enquiry_errors(deadline_on, max_answers, text, asked),
                  *leak_errors("text", text, known_of(saved), anonymous=saved.anonymous)]
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        assert deadline_on is not None
        enquiry = Enquiry(
            need=saved, content=public_need(saved).as_dict(), text=text.strip(), sealed=sealed,
            deadline_on=deadline_on, max_answers=max_answers, created_by=person.actor,
            created_at=now())
        session.add(enquiry)
        session.flush()
        record(session, actor=person.actor, action="enquiry.ask", subject=f"enquiry:{enquiry.id}",
               details={"need": saved.id, "deadline": deadline_on.isoformat(), "sealed": sealed,
                        "max_answers": max_answers})
        for solution in asked:
            _invite(enquiry, solution)
    return enquiry


def _enquiry_errors(deadline_on: date | None, max_answers: int, text: str,
                    asked: Sequence[Solution]) -> list[FieldError]:
    errors = []
    if not asked:
        errors.append(FieldError("solution", "", "choose at least one provider"))
    if len(asked) > MOST_ASKED:
        errors.append(FieldError("solution", len(asked), "ask at most 20 providers"))
    if deadline_on is None or not (
            today() < deadline_on <= today() + timedelta(days=MOST_DAYS)):
        errors.append(FieldError("deadline_on", deadline_on or "",
                                 "choose a day from tomorrow on, within 180 days"))
    if not 1 <= max_answers <= MOST_ASKED:
        errors.append(FieldError("max_answers", max_answers, "choose 1 to 20"))
    if len(text) > 2000:
        errors.append(FieldError("text", text[:20] + "…", "write at most 2000 characters"))
    return errors


def _solutions(ids: Sequence[int]) -> list[Solution]:
    """Visible solutions in the order of `ids`, one a provider."""
    found = {s.id: s for s in db.session.scalars(
        select(Solution).where(Solution.id.in_(ids), visible(Solution))
        .options(joinedload(Solution.provider)))}
    by_provider: dict[int, Solution] = {}
    for i in ids:
        if i in found:
            by_provider.setdefault(found[i].provider_id, found[i])
    return list(by_provider.values())


def _invite(enquiry: Enquiry, solution: Solution,
            invitation: EnquiryInvitation | None = None) -> EnquiryInvitation:
    """Ask the solution's provider, or turn a proposal into an invitation."""
    if invitation is None:
        invitation = EnquiryInvitation(enquiry=enquiry, provider=solution.provider,
                                       solution=solution)
        db.session.add(invitation)
    invitation.state, invitation.invited_at = "invited", now()
    invitation.due_on = min(working_day_after(REPLY_DAYS), enquiry.deadline_on)
    db.session.flush()
    audience = Audience("provider", organisation_id=solution.provider.organisation_id)
    facts = {"need": enquiry.content["title"], "day": enquiry.deadline_on}
    path = f"/enquiries/{enquiry.id}"
    notify("enquiry.invited", audience, key=f"invitation:{invitation.id}", path=path, **facts)
    open_task("enquiry.to_answer", audience, subject=f"invitation:{invitation.id}", path=path,
              due_on=invitation.due_on, **facts)
    candidate = next((c for c in enquiry.need.candidates if c.solution_id == solution.id), None)
    record_followed("enquired", solution_id=solution.id, industry=enquiry.need.industry,
                    rank=candidate.rank if candidate else None,
                    rule_version=candidate.rule_version if candidate else "",
                    scores=candidate.scores if candidate else {})
    record(db.session, actor=current_person().actor, action="enquiry.invite",
           subject=f"enquiry:{enquiry.id}", details={"provider": solution.provider_id})
    return invitation


def _running(enquiry: Enquiry) -> None:
    if is_over(enquiry):
        raise Conflict("This enquiry is over.")
    if answers_sent(enquiry) >= enquiry.max_answers:
        raise Conflict("This enquiry already has as many answers as it takes.")


def invite_more(*, enquiry: Enquiry, solution_ids: Sequence[int]) -> int:
    """Ask further providers; those already asked are left out. Returns how many are new."""
    with transaction():
        allow("enquiry.ask", enquiry)
        _running(enquiry)
        known = {i.provider_id for i in enquiry.invitations if i.state != "dismissed"}
        new = [s for s in _solutions(solution_ids) if s.provider_id not in known]
        if len(known) + len(new) > MOST_ASKED:
            raise InvalidInput("Please correct this.", errors=(
                FieldError("solution", len(known) + len(new), "ask at most 20 providers"),))
        passed = {i.provider_id: i for i in enquiry.invitations if i.state == "dismissed"}
        for solution in new:
            _invite(enquiry, solution, passed.get(solution.provider_id))
    return len(new)


def confirm_proposal(*, invitation: EnquiryInvitation) -> None:
    """The enterprise agrees to ask a provider that the operator proposed."""
    with transaction():
        allow("enquiry.ask", invitation)
        _proposed(invitation)
        _running(invitation.enquiry)
        if invitation.solution is None:
            raise Conflict("The proposed solution is no longer offered.")
        _invite(invitation.enquiry, invitation.solution, invitation)
        _proposals_done(invitation.enquiry)


def dismiss_proposal(*, invitation: EnquiryInvitation) -> None:
    """The enterprise does not want to ask a provider that the operator proposed."""
    with transaction() as session:
        allow("enquiry.ask", invitation)
        _proposed(invitation)
        invitation.state = "dismissed"
        record(session, actor=current_person().actor, action="enquiry.dismiss",
               subject=f"enquiry:{invitation.enquiry_id}",
               details={"provider": invitation.provider_id})
        _proposals_done(invitation.enquiry)


def _proposed(invitation: EnquiryInvitation) -> None:
    if invitation.state != "proposed":
        raise Conflict("This is no longer a proposal.")


def _proposals_done(enquiry: Enquiry) -> None:
    if not any(i.state == "proposed" for i in enquiry.invitations):
        close_tasks(f"enquiry:{enquiry.id}", "enquiry.proposed")


def contact_to_release(saved: SavedNeed) -> dict[str, str]:
    """What one click would release: the organisation's name and how to reach the person asking."""
    user = db.session.get(User, current_person().user_id or 0)
    own = saved.organisation
    first = own.contacts[0] if own.contacts else {}
    found = {"organisation": str(own.name), "name": user.shown_name if user else "",
             "phone": (user.phone if user else "") or str(first.get("phone") or ""),
             "email": (user.email if user else "") or str(first.get("email") or "")}
    return {k: v for k, v in found.items() if v}


def release_contact(*, invitation: EnquiryInvitation) -> None:
    """Give one invited provider the contact data of the person who clicks; nobody else gets it."""
    with transaction() as session:
        allow("enquiry.ask", invitation)
        if invitation.state not in ("invited", "answered"):
            raise Conflict("Contact data goes to providers that are asked or have answered.")
        if invitation.contact_released_at is not None:
            return
        contact = contact_to_release(invitation.enquiry.need)
        if not contact.get("phone") and not contact.get("email"):
            raise Conflict("There is no phone number or e-mail to release. Add one to your "
                           "account or your organisation first.")
        invitation.contact, invitation.contact_released_at = contact, now()
        notify("enquiry.contact", Audience(
            "provider", organisation_id=invitation.provider.organisation_id),
            key=f"invitation:{invitation.id}:contact", path=f"/enquiries/{invitation.enquiry_id}",
            need=invitation.enquiry.content["title"])
        record(session, actor=current_person().actor, action="enquiry.release_contact",
               subject=f"enquiry:{invitation.enquiry_id}",
               details={"provider": invitation.provider_id})


def reply(*, question: EnquiryQuestion, text: str) -> None:
    """Answer a question; all invited providers read it, and may not learn who asks."""
    enquiry = question.enquiry
    with transaction() as session:
        allow("enquiry.ask", enquiry)
        if enquiry.state == "withdrawn":
            raise Conflict("This enquiry is over.")
        errors = [] if 0 < len(text.strip()) <= 1000 else [
            FieldError("reply", text[:20], "write 1 to 1000 characters")]
        errors += leak_errors("reply", text, known_of(enquiry.need),
                              anonymous=enquiry.need.anonymous)
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        question.reply, question.replied_at = text.strip(), now()
        close_tasks(f"question:{question.id}")
        for invitation in enquiry.invitations:
            if invitation.state in ("invited", "answered"):
                notify("enquiry.reply", Audience(
                    "provider", organisation_id=invitation.provider.organisation_id),
                    key=f"question:{question.id}:reply", path=f"/enquiries/{enquiry.id}",
                    need=enquiry.content["title"])
        record(session, actor=current_person().actor, action="enquiry.reply",
               subject=f"enquiry:{enquiry.id}", details={"question": question.id})


def close_enquiry(*, enquiry: Enquiry) -> None:
    """Take no further answers. Sealed prices stay shut until the deadline all the same."""
    with transaction():
        allow("enquiry.read", enquiry)
        if enquiry.state != "open":
            raise Conflict("This enquiry is over.")
        end_enquiry(enquiry, "closed")


def withdraw_enquiry(*, enquiry: Enquiry, reason: str) -> None:
    """Take the enquiry back; providers read why."""
    with transaction():
        allow("enquiry.ask", enquiry)
        if enquiry.state != "open":
            raise Conflict("This enquiry is over.")
        errors = [] if 0 < len(reason.strip()) <= 400 else [
            FieldError("reason", reason[:20], "write 1 to 400 characters")]
        errors += leak_errors("reason", reason, known_of(enquiry.need),
                              anonymous=enquiry.need.anonymous)
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        answered = [i for i in enquiry.invitations if i.state == "answered"]
        end_enquiry(enquiry, "withdrawn", note=reason.strip())
        for invitation in answered:
            notify("enquiry.ended", Audience(
                "provider", organisation_id=invitation.provider.organisation_id),
                key=f"enquiry:{enquiry.id}:ended", path=f"/enquiries/{enquiry.id}",
                need=enquiry.content["title"])
