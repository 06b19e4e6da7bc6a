"""An operator approves or returns what a provider submitted, once, and everybody learns of it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.queries import is_public
from marketplace.core.access import Person, acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.audit_checking import broken_link
from marketplace.core.clock import moved, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.listing.decisions import AlreadyDecided, approve, send_back
from marketplace.listing.models import Submission
from marketplace.notifications.audience import Audience
from marketplace.notifications.models import Notification, Task
from marketplace.notifications.operations import open_task
from marketplace.taxonomy.operations import pause_industry
from tests.factories import make_provider, make_solution, make_submission, make_user, person


@pytest.fixture
def operator(app: Flask) -> Person:
    return person(make_user(username="steelop", role="operator", industries=["steel"]))


def waiting_task(submission: Submission) -> Task:
    return open_task("submission.waiting", Audience("operator", industry="steel"),
                     subject=f"submission:{submission.id}", path="/console")


def told(kind: str) -> list[Notification]:
    return list(db.session.scalars(select(Notification).where(Notification.kind == kind)))


def test_approval_lists_the_version_and_tells_the_provider(operator: Person) -> None:
    submission = make_submission()
    member = make_user(role="provider", organisation=submission.solution.provider.organisation)
    task = waiting_task(submission)
    with acting_as(operator):
        approve(submission_id=submission.id, note="资料齐全")
    solution = submission.solution
    assert is_public(solution)
    assert (solution.listed_on, solution.published) == (today(), submission.version)
    assert (submission.state, submission.decided_by, submission.note) == (
        "approved", "steelop", "资料齐全")
    db.session.refresh(task)
    assert task.done_at is not None
    assert [n.user_id for n in told("submission.approved")] == [member.id]
    event = db.session.scalars(select(AuditEvent).where(
        AuditEvent.action == "submission.approve")).one()
    assert (event.actor, event.role, event.details["before"]) == ("steelop", "operator", None)
    assert broken_link(db.session) is None


def test_approving_an_edit_replaces_the_live_version(operator: Person) -> None:
    solution = make_solution()
    first, submission = solution.published, make_submission(solution)
    with acting_as(operator):
        approve(submission_id=submission.id)
    assert (solution.published, first.state) == (submission.version, "archived")


def test_approval_lists_a_provider_that_was_never_listed(operator: Person) -> None:
    provider = make_provider(listed_on=None)
    submission = make_submission(make_solution(provider=provider, publish=False))
    with acting_as(operator):
        approve(submission_id=submission.id)
    assert provider.listed_on == today()


def test_returning_keeps_comments_and_opens_a_task(operator: Person) -> None:
    submission = make_submission()
    make_user(role="provider", organisation=submission.solution.provider.organisation)
    task = waiting_task(submission)
    with acting_as(operator):
        send_back(submission_id=submission.id, note="差一点",
                  comments={"price_parts": "请补上运维费", "name": "  "})
    assert submission.state == "returned"
    assert [(c.field, c.text, c.author) for c in submission.comments] == [
        ("price_parts", "请补上运维费", "steelop")]
    assert not is_public(submission.solution)
    assert len(told("submission.returned")) == 1
    db.session.refresh(task)
    assert task.done_at is not None
    todo = db.session.scalars(select(Task).where(Task.kind == "submission.returned")).one()
    assert todo.organisation_id == submission.solution.provider.organisation_id
    assert todo.done_at is None


@pytest.mark.parametrize(("comments", "field"), [
    ({}, "comments"), ({"name": "   "}, "comments"), ({"name": "x"}, "comment.name"),
    ({"name": "长" * 1001}, "comment.name"), ({"colour": "换个颜色"}, "comment.colour"),
    ({"attr.gmp_annex": "不适用"}, "comment.attr.gmp_annex")])
def test_a_return_needs_a_comment_at_a_field(operator: Person, comments: dict[str, str],
                                             field: str) -> None:
    submission = make_submission()
    with acting_as(operator), pytest.raises(InvalidInput) as problem:
        send_back(submission_id=submission.id, comments=comments)
    assert field in [e.field for e in problem.value.errors]
    assert db.session.get_one(Submission, submission.id).state == "waiting"


def test_others_cannot_decide(app: Flask) -> None:
    submission = make_submission()
    foreign = person(make_user(role="operator", industries=["biopharma"]))
    auditor = person(make_user(role="auditor"))
    for who, error in ((foreign, NotFound), (auditor, NotAllowed)):
        with acting_as(who):
            with pytest.raises(error):
                approve(submission_id=submission.id)
            with pytest.raises(error):
                send_back(submission_id=submission.id, comments={"name": "改名"})
    db.session.refresh(submission)
    assert submission.state == "waiting"


def test_the_second_decision_is_told_of_the_first(operator: Person) -> None:
    submission = make_submission()
    with acting_as(operator):
        send_back(submission_id=submission.id, comments={"name": "请改名"})
        with pytest.raises(AlreadyDecided) as problem:
            approve(submission_id=submission.id)
    assert problem.value.submission.decided_by == "steelop"
    assert not is_public(submission.solution)


def test_two_operators_at_the_same_moment_decide_once(app: Flask) -> None:
    submission = make_submission()
    people = [person(make_user(role="operator", industries=["steel"])) for _ in range(2)]
    number, gate = submission.id, threading.Barrier(2)
    results: list[object] = []
    db.session.rollback()

    def decide(who: Person, verb: str) -> None:
        with app.app_context(), acting_as(who):
            gate.wait()
            try:
                if verb == "approve":
                    approve(submission_id=number)
                else:
                    send_back(submission_id=number, comments={"name": "请改名"})
                results.append(who.username)
            except AlreadyDecided as problem:
                results.append(problem)
                results.append(problem.submission.decided_by)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=pair)
               for pair in zip(people, ("approve", "return"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [r for r in results if isinstance(r, str)]
    assert len([r for r in results if isinstance(r, AlreadyDecided)]) == 1
    assert names[0] == names[1]
    db.session.expire_all()
    assert db.session.get_one(Submission, number).decided_by == names[0]
    assert len(db.session.scalars(select(AuditEvent).where(
        AuditEvent.action.in_(("submission.approve", "submission.return")))).all()) == 1


def test_what_runs_can_be_finished_while_paused(operator: Person) -> None:
    submission = make_submission()
    pause_industry(industry="steel", reason="年度整理", actor="admin")
    with acting_as(operator):
        approve(submission_id=submission.id)
    assert submission.state == "approved"
    assert not is_public(submission.solution)


def test_a_suspended_provider_must_be_lifted_first(operator: Person) -> None:
    with moved(timedelta(days=-1)):
        submission = make_submission()
    with transaction():
        provider = submission.solution.provider
        provider.suspended_at, provider.suspended_reason = submission.submitted_at, "资质过期"
    with acting_as(operator), pytest.raises(Conflict):
        approve(submission_id=submission.id)
    assert db.session.get_one(Submission, submission.id).state == "waiting"
