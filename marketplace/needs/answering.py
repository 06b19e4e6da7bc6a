"""Enquiries as a provider meets them: ask back, answer point by point, decline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.catalog.models import Solution
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.needs.anonymity import known_of_organisation
from marketplace.needs.models import Enquiry, EnquiryAnswer, EnquiryInvitation, EnquiryQuestion
from marketplace.needs.operations import leak_errors
from marketplace.needs.queries import is_over
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task


def _enterprise(enquiry: Enquiry) -> Audience:
    return Audience("enterprise", organisation_id=enquiry.need.organisation_id)


def answers_sent(enquiry: Enquiry) -> int:
    return sum(i.state == "answered" for i in enquiry.invitations)


def check_can_answer(invitation: EnquiryInvitation) -> None:
    """Raise `Conflict` where no answer can be given any more."""
    enquiry = invitation.enquiry
    if is_over(enquiry):
        raise Conflict("The deadline of this enquiry is over, or it has been ended.")
    if invitation.state not in ("invited", "answered"):
        raise Conflict("You have declined this enquiry.")
    if invitation.state == "invited" and answers_sent(enquiry) >= enquiry.max_answers:
        raise Conflict("This enquiry already has as many answers as it takes.")


def ask_back(*, invitation: EnquiryInvitation, text: str) -> EnquiryQuestion:
    """A question to the enterprise. All invited read it without the asker's name, so it may not
    stand in the text."""
    enquiry = invitation.enquiry
    with transaction() as session:
        allow("enquiry.answer", invitation)
        if is_over(enquiry) or invitation.state not in ("invited", "answered"):
            raise Conflict("This enquiry is over.")
        known = known_of_organisation(invitation.provider.organisation)
        errors = [] if 0 < len(text.strip()) <= 1000 else [
            FieldError("question", text[:20], "write 1 to 1000 characters")]
        errors += leak_errors("question", text, known, anonymous=True)
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        question = EnquiryQuestion(enquiry=enquiry, invitation_id=invitation.id, asked_at=now(),
                                   text=text.strip())
        session.add(question)
        session.flush()
        path, title = f"/needs/enquiries/{enquiry.id}", enquiry.need.title
        notify("enquiry.question", _enterprise(enquiry), key=f"question:{question.id}", path=path,
               need=title)
        open_task("enquiry.question", _enterprise(enquiry), subject=f"question:{question.id}",
                  path=path, due_on=min(enquiry.deadline_on, working_day_after(2)), need=title)
        record(session, actor=current_person().actor, action="enquiry.question",
               subject=f"enquiry:{enquiry.id}", details={"question": question.id})
    return question


def save_answer(*, invitation: EnquiryInvitation, content: Mapping[str, Any],
                revision: int | None = None, send: bool = False) -> EnquiryAnswer:
    """Keep an answer (`AnswerSchema`) as a draft, or `send` it. An answer once sent can be sent
    anew until the deadline. `revision` is the one the form began from."""
    enquiry = invitation.enquiry
    with transaction() as session:
        allow("enquiry.answer", invitation)
        check_can_answer(invitation)
        answer = invitation.answer
        if answer is not None and revision is not None and revision != answer.revision:
            raise Conflict("This answer has been changed in another window meanwhile; load it "
                           "again before you go on.")
        if answer is not None and answer.state == "sent" and not send:
            raise Conflict("This answer has been sent; send it anew to change it.")
        errors = _answer_errors(invitation, content, send)
        if errors:
            raise InvalidInput("Please correct this.", errors=tuple(errors))
        if answer is None:
            answer = EnquiryAnswer(invitation=invitation, revision=0, saved_at=now())
            session.add(answer)
        for name in ("points", "price_parts", "days", "notes", "solution_id"):
            setattr(answer, name, content[name])
        answer.revision, answer.saved_at = answer.revision + 1, now()
        if send:
            _sent(invitation, answer)
        record(session, actor=current_person().actor,
               action="enquiry.answer" if send else "enquiry.draft_answer",
               subject=f"enquiry:{enquiry.id}", details={
                   "provider": invitation.provider_id, "revision": answer.revision})
    return answer


def _answer_errors(invitation: EnquiryInvitation, content: Mapping[str, Any],
                   send: bool) -> list[FieldError]:
    errors = []
    own = content["solution_id"] is None or db.session.scalar(select(Solution.id).where(
        Solution.id == content["solution_id"], Solution.provider_id == invitation.provider_id))
    if not own:
        errors.append(FieldError("solution_id", content["solution_id"],
                                 "choose one of your own solutions"))
    asked = {w["key"] for w in invitation.enquiry.content["wishes"]}
    said = {p["key"] for p in content["points"] if p["says"]}
    if send:
        errors += [FieldError(f"says.{key}", "", "say whether you meet it")
                   for key in sorted(asked - said)]
        errors += [] if content["days"] else [
            FieldError("days", "", "say how many days from contract to go-live")]
        errors += [] if content["price_parts"] else [
            FieldError("price", "", "state at least one part of the price")]
    return errors


def _sent(invitation: EnquiryInvitation, answer: EnquiryAnswer) -> None:
    enquiry = invitation.enquiry
    answer.state, answer.sent_at = "sent", now()
    if invitation.state == "invited":
        invitation.state, invitation.responded_at = "answered", now()
    close_tasks(f"invitation:{invitation.id}")
    notify("enquiry.answered", _enterprise(enquiry), path=f"/needs/enquiries/{enquiry.id}",
           key=f"invitation:{invitation.id}:answer:{answer.revision}", need=enquiry.need.title,
           provider=invitation.provider.organisation.name)
    if answers_sent(enquiry) >= enquiry.max_answers:
        enquiry.broker_at = None
        close_tasks(f"enquiry:{enquiry.id}")
        for other in enquiry.invitations:
            if other.state == "invited":
                other.state = "expired"
                close_tasks(f"invitation:{other.id}")
                notify("enquiry.full", Audience(
                    "provider", organisation_id=other.provider.organisation_id),
                    key=f"invitation:{other.id}:full", path=f"/enquiries/{enquiry.id}",
                    need=enquiry.content["title"])


def decline(*, invitation: EnquiryInvitation, reason: str) -> None:
    """Say no, with the reason the enterprise reads."""
    enquiry = invitation.enquiry
    with transaction() as session:
        allow("enquiry.answer", invitation)
        if is_over(enquiry) or invitation.state != "invited":
            raise Conflict("This enquiry is over, or you have replied already.")
        if not 0 < len(reason.strip()) <= 400:
            raise InvalidInput("Please correct this.", errors=(
                FieldError("reason", reason[:20], "write 1 to 400 characters"),))
        invitation.state, invitation.responded_at = "declined", now()
        invitation.decline_reason = reason.strip()
        close_tasks(f"invitation:{invitation.id}")
        notify("enquiry.declined", _enterprise(enquiry), key=f"invitation:{invitation.id}:no",
               path=f"/needs/enquiries/{enquiry.id}", need=enquiry.need.title,
               provider=invitation.provider.organisation.name)
        record(session, actor=current_person().actor, action="enquiry.decline",
               subject=f"enquiry:{enquiry.id}", details={"provider": invitation.provider_id})
