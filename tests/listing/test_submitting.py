"""Handing in, going live at once or after a check, taking back."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import Provider, Solution
from marketplace.core.access import acting_as
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.core.working_days import working_day_after
from marketplace.listing.decisions import approve
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.listing.operations import begin_draft, open_draft, save_draft
from marketplace.listing.queries import draft_of, last_submission
from marketplace.listing.submitting import pending_changes, submit, withdraw
from marketplace.notifications.models import Notification, Task
from tests.factories import (
    content,
    make_provider,
    make_salesperson,
    make_solution,
    make_user,
    person,
)


def written(solution: Solution, **fields: object) -> None:
    """The provider changes these parts of the draft."""
    draft = open_draft(solution=solution)
    keys = tuple(fields)
    save_draft(solution=solution, keys=keys, mine=fields,
               base={k: draft.content[k] for k in keys if k in draft.content})


def begun(provider: Provider, **changes: object) -> Solution:
    draft = begin_draft(name="新排产软件")
    whole = content(**changes)
    save_draft(solution=draft.solution, keys=tuple(whole), mine=whole, base=draft.content)
    return draft.solution


def open_tasks() -> list[Task]:
    return list(db.session.scalars(select(Task).where(Task.done_at.is_(None)).order_by(Task.id)))


def test_a_new_solution_waits_for_the_operators_of_its_industries(app: Flask) -> None:
    operator = make_user(role="operator", industries=["steel"])
    make_user(role="operator", industries=["biopharma"])
    provider = make_provider()
    with acting_as(person(make_salesperson(provider))):
        solution = begun(provider, industries=["steel", "cnc_robotics"])
        sent = submit(solution=solution)
        assert sent.submission is not None
        assert (sent.submission.kind, sent.submission.state) == ("listing", "waiting")
        assert sent.submission.due_on == working_day_after(5)
    assert sent.version.state == "in_review"
    assert solution.published is None
    assert {t.industry for t in open_tasks()} == {"steel", "cnc_robotics"}
    assert db.session.scalars(select(Notification.user_id)).all() == [operator.id]


def test_a_general_solution_waits_for_every_operator(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        submit(solution=begun(make_provider(), industries=["general"], attributes={}))
    assert len(open_tasks()) == 3


def test_an_unchecked_organisation_drafts_but_does_not_submit(app: Flask) -> None:
    provider = make_provider()
    with acting_as(person(make_salesperson(provider, verified=False))):
        solution = begun(provider)
        with pytest.raises(NotAllowed, match="not been checked"):
            submit(solution=solution)
    assert last_submission(solution.id) is None


def test_foreign_solutions_do_not_exist(app: Flask) -> None:
    foreign = make_solution()
    with acting_as(person(make_salesperson())):
        for act in (submit, open_draft):
            with pytest.raises(NotFound):
                act(solution=foreign)
    assert db.session.scalar(select(SolutionDraft.id)) is None


def test_what_is_missing_stands_at_its_field(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="半成品")
        with pytest.raises(InvalidInput) as caught:
            submit(solution=draft.solution)
    assert [e.field for e in caught.value.errors] == [
        "promise.zh", "description.zh", "industries", "categories", "deployments"]


def test_a_minor_edit_goes_live_at_once_with_a_version(app: Flask) -> None:
    solution = make_solution()
    with acting_as(person(make_salesperson(solution.provider))):
        written(solution, go_live_days=12, price_parts=[])
        sent = submit(solution=solution)
    assert sent.submission is None
    assert solution.published is not None
    assert (solution.published.number, solution.published.go_live_days) == (2, 12)
    assert draft_of(solution.id) is None
    assert not open_tasks()


@pytest.mark.parametrize("fields", [
    {"promise": {"zh": "换了一句承诺", "en": "Another promise"}},
    {"attributes": {"process_stage": ["cold_rolling"]}},
])
def test_an_edit_of_what_was_checked_waits_while_the_live_version_stays(
        app: Flask, fields: dict[str, object]) -> None:
    solution = make_solution()
    with acting_as(person(make_salesperson(solution.provider))):
        written(solution, **fields)
        sent = submit(solution=solution)
        assert sent.submission is not None
        assert sent.submission.kind == "edit"
        assert solution.published is not None
        assert solution.published.number == 1
        with pytest.raises(Conflict, match="being checked"):
            open_draft(solution=solution)


def test_submitting_nothing_new_is_refused(app: Flask) -> None:
    solution = make_solution()
    with acting_as(person(make_salesperson(solution.provider))):
        open_draft(solution=solution)
        with pytest.raises(Conflict, match="Nothing differs"):
            submit(solution=solution)


def test_withdrawing_closes_the_tasks_and_opens_the_draft(app: Flask) -> None:
    provider = make_provider()
    with acting_as(person(make_salesperson(provider))):
        solution = begun(provider)
        sent = submit(solution=solution)
        assert sent.submission is not None
        withdraw(submission=sent.submission)
        assert not open_tasks()
        assert open_draft(solution=solution).content["categories"] == ["APS"]
        with pytest.raises(Conflict, match="decided already"):
            withdraw(submission=sent.submission)
        again = submit(solution=solution)
    assert again.version.number == 2
    assert [s.state for s in db.session.scalars(select(Submission).order_by(Submission.id))] == [
        "withdrawn", "waiting"]


def test_after_approval_the_next_draft_begins_from_what_is_public(app: Flask) -> None:
    solution = make_solution()
    seller = person(make_salesperson(solution.provider))
    with acting_as(seller):
        written(solution, promise={"zh": "换了一句承诺"})
        sent = submit(solution=solution).submission
    assert sent is not None
    with acting_as(person(make_user(role="operator", industries=["steel"]))):
        approve(submission_id=sent.id)
    assert draft_of(solution.id) is None
    with acting_as(seller):
        draft = open_draft(solution=solution)
        assert draft.base_version_id == solution.published_version_id
        assert draft.content["promise"] == {"zh": "换了一句承诺"}
        assert not pending_changes(solution, draft.content)
