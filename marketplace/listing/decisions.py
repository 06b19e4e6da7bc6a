"""The operator's decision on a submission: it goes live, or back with comments at fields.

This is listing (上架), an operator's check. Admission (入库) is decided by a round only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import scoped_session

from marketplace.catalog.models import Provider
from marketplace.catalog.operations import publish_version, reindex_provider
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.listing.commentable import commentable_fields
from marketplace.listing.models import SolutionDraft, Submission, SubmissionComment
from marketplace.listing.queries import stored_submission
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

COMMENT_LENGTH = (2, 1000)
NOTE_LENGTH = 1000


class AlreadyDecided(Conflict):
    """Somebody else was first. `submission` says who decided what, and when."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(f"Submission {submission.id} is {submission.state} already.")
        self.submission = submission


def approve(*, submission_id: int, note: str = "") -> Submission:
    """List what was submitted: visitors see this version from now on.

    A suspension of the solution ends with it, and a provider that was never listed is listed too.
    Raises `AlreadyDecided`, or `Conflict` while the provider itself is suspended.
    """
    with transaction() as session:
        found = _waiting(submission_id)
        _check_note(note)
        solution, version = found.solution, found.version
        before = solution.published.number if solution.published else None
        _list_provider(session, solution.provider)
        if solution.suspended_by is not None:
            solution.suspended_by = solution.withdrawn_at = solution.withdrawn_reason = None
        publish_version(version=version, actor=current_person().actor)
        # The draft was locked meanwhile and says the same; the next one begins from this version.
        session.execute(delete(SolutionDraft).where(SolutionDraft.solution_id == solution.id))
        _decide(found, "approved", note)
        record(session, actor=current_person().actor, action="submission.approve",
               subject=f"submission:{found.id}",
               details={"solution": solution.id, "version": version.number, "before": before,
                        "note": found.note})
        _tell(found, "submission.approved")
    return found


def send_back(*, submission_id: int, comments: Mapping[str, str], note: str = "") -> Submission:
    """Return a submission with comments by field, at least one; blank ones do not count.

    Raises `AlreadyDecided`, or `InvalidInput` with errors at `comment.<field>`.
    """
    with transaction() as session:
        found = _waiting(submission_id)
        _check_note(note)
        written = _checked(found, comments)
        person = current_person()
        found.comments += [SubmissionComment(field=field, text=text, author=person.actor,
                                             created_at=now()) for field, text in written.items()]
        found.version.state = "archived"
        _decide(found, "returned", note)
        record(session, actor=person.actor, action="submission.return",
               subject=f"submission:{found.id}",
               details={"solution": found.solution_id, "version": found.version.number,
                        "comments": written, "note": found.note})
        _tell(found, "submission.returned")
        open_task("submission.returned", _provider_of(found), path=_path(found),
                  subject=f"submission:{found.id}", solution=found.version.name)
    return found


def _waiting(submission_id: int) -> Submission:
    """The submission, still to be decided by this person. Read inside the write transaction, so
    that of two operators at the same moment the second learns of the first."""
    found = stored_submission(submission_id)
    if found is None:
        raise NotFound("There is no such record.")
    allow("submission.decide", found)
    if found.state != "waiting":
        raise AlreadyDecided(found)
    return found


def _check_note(note: str) -> None:
    if len(note.strip()) > NOTE_LENGTH:
        raise InvalidInput("The decision was not saved.", errors=(
            FieldError("note", note, f"write at most {NOTE_LENGTH} characters"),))


def _checked(found: Submission, comments: Mapping[str, str]) -> dict[str, str]:
    known = commentable_fields([i.code for i in found.version.industries])
    written = {field: text.strip() for field, text in comments.items() if text.strip()}
    low, high = COMMENT_LENGTH
    errors = [FieldError(f"comment.{field}", text, f"write {low} to {high} characters")
              for field, text in written.items() if not low <= len(text) <= high]
    errors += [FieldError(f"comment.{field}", text, "is no field of this solution")
               for field, text in written.items() if field not in known]
    if not written:
        errors.append(FieldError("comments", "", "say at one field at least what to change"))
    if errors:
        raise InvalidInput("The submission was not returned.", errors=tuple(errors))
    return written


def _list_provider(session: scoped_session[Any], provider: Provider) -> None:
    if provider.suspended_at is not None:
        raise Conflict("The provider's listing is suspended. Lift that suspension first.")
    if provider.listed_on is None:
        provider.listed_on = today()
        reindex_provider(provider)
        record(session, actor=current_person().actor, action="provider.list",
               subject=f"provider:{provider.id}", details={"with": "its first solution"})


def _decide(found: Submission, state: str, note: str) -> None:
    found.state, found.note = state, note.strip()
    found.decided_at, found.decided_by = now(), current_person().actor
    close_tasks(f"submission:{found.id}")


def _provider_of(found: Submission) -> Audience:
    return Audience("provider", organisation_id=found.solution.provider.organisation_id)


def _path(found: Submission) -> str:
    return f"/workspace/solutions/{found.solution_id}"


def _tell(found: Submission, kind: str) -> None:
    notify(kind, _provider_of(found), key=f"submission:{found.id}:{found.state}",
           path=_path(found), solution=found.version.name)
