"""Handing a draft in for the operator's check, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.catalog.operations import publish_version, revise_solution
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.listing.content import Content, content_of
from marketplace.listing.diff import Change, changes
from marketplace.listing.models import Submission
from marketplace.listing.queries import draft_of, last_submission
from marketplace.listing.schemas import check
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task
from marketplace.taxonomy.queries import refuse_if_paused
from marketplace.taxonomy.registry import GENERAL, taxonomy

CHECK_DAYS = 5
"""Working days an operator has for a submission."""


@dataclass(frozen=True)
class Sent:
    """What submitting came to: a check by an operator, or (`submission` None) live at once."""

    version: SolutionVersion
    submission: Submission | None


def pending_changes(solution: Solution, content: Content) -> list[Change]:
    """What a draft would change for visitors."""
    return changes(content_of(solution.published) if solution.published else {}, content)


def submit(*, solution: Solution) -> Sent:
    """Hand the draft in. Where nothing that needs a check changed on a listed solution, the new
    version goes live at once; otherwise an operator decides and the live version stays meanwhile.

    Raises `InvalidInput` naming every field that is missing or wrong, `Conflict` when nothing
    changed or a submission is waiting already.
    """
    allow("solution.submit", solution)
    with transaction() as session:
        last, draft = last_submission(solution.id), draft_of(solution.id)
        if last is not None and last.state == "waiting":
            raise Conflict("This solution is being checked already.")
        if draft is None:
            raise Conflict("There is no draft to submit. Change something first.")
        checked = check(draft.content)
        if checked.loaded is None:
            raise InvalidInput("Something is still missing before this can be submitted.",
                               errors=checked.errors)
        refuse_if_paused(checked.loaded["industries"])
        listed = solution.published is not None and solution.withdrawn_at is None
        changed = pending_changes(solution, draft.content)
        if listed and not changed:
            raise Conflict("Nothing differs from what visitors see; there is nothing to submit.")
        if last is not None:
            close_tasks(f"submission:{last.id}")
        version = revise_solution(solution=solution, content=checked.loaded,
                                  actor=current_person().actor)
        if listed and not any(c.needs_check for c in changed):
            publish_version(version=version, actor=current_person().actor)
            session.delete(draft)
            return Sent(version, None)
        version.state = "in_review"
        found = Submission(
            solution=solution, version=version, kind="edit" if listed else "listing",
            submitted_at=now(), submitted_by=current_person().actor,
            due_on=working_day_after(CHECK_DAYS))
        session.add(found)
        session.flush()
        record(session, actor=current_person().actor, action="submission.submit",
               subject=f"submission:{found.id}", details={
                   "solution": solution.id, "version": version.number, "kind": found.kind,
                   "fields": [c.field for c in changed]})
        _tell_operators(found)
    return Sent(version, found)


def operators_of(version: SolutionVersion) -> list[Audience]:
    """The operators of each industry served; of all industries where it serves every trade."""
    codes = [i.code for i in version.industries if i.code != GENERAL]
    return [Audience("operator", industry=code) for code in codes or taxonomy().industries]


def _tell_operators(found: Submission) -> None:
    facts = {"solution": found.version.name,
             "provider": found.solution.provider.organisation.name}
    path = f"/console/submissions/{found.id}"
    operators = operators_of(found.version)
    notify("submission.waiting", operators, key=f"submission:{found.id}:waiting", path=path,
           **facts)
    for audience in operators:
        open_task("submission.waiting", audience, subject=f"submission:{found.id}", path=path,
                  due_on=found.due_on, **facts)


def withdraw(*, submission: Submission) -> None:
    """Take a submission back before it is decided; the draft can be edited again."""
    allow("submission.withdraw", submission)
    with transaction():
        db.session.refresh(submission)
        if submission.state != "waiting":
            raise Conflict("It has been decided already and cannot be withdrawn.")
        take_back(submission)


def take_back(submission: Submission) -> None:
    """The same in the caller's transaction and after its checks of permission."""
    submission.state, submission.decided_at = "withdrawn", now()
    submission.decided_by = current_person().actor
    submission.version.state = "archived"
    close_tasks(f"submission:{submission.id}")
    record(db.session, actor=current_person().actor, action="submission.withdraw",
           subject=f"submission:{submission.id}", details={"solution": submission.solution_id})
