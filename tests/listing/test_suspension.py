"""Suspending is an operator's act with a reason on the public page; only operators undo it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.queries import is_public, provider_by
from marketplace.core.access import Person, acting_as
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.listing.decisions import approve
from marketplace.listing.suspension import (
    lift_provider,
    lift_solution,
    list_provider,
    suspend_provider,
    suspend_solution,
)
from tests.factories import (
    bring_into_index,
    make_organisation,
    make_provider,
    make_solution,
    make_submission,
    make_user,
    make_version,
    person,
)
from tests.support import IsolatedClient

REASON = "等保证书已过期，更新后恢复"


@pytest.fixture
def operator(app: Flask) -> Person:
    return person(make_user(role="operator", industries=["steel"]))


def test_a_suspended_solution_says_so_and_comes_back(operator: Person,
                                                     client: IsolatedClient) -> None:
    solution = make_solution()
    with acting_as(operator):
        suspend_solution(solution_id=solution.id, reason=REASON)
    bring_into_index()
    page = client.get(f"/solutions/{solution.slug}")
    assert page.status_code == 410
    assert REASON in page.text
    assert "暂停上架" in page.text
    assert client.get("/api/v1/solutions").json["total"] == 0
    with acting_as(operator):
        lift_solution(solution_id=solution.id)
    bring_into_index()
    assert client.get(f"/solutions/{solution.slug}").status_code == 200
    assert client.get("/api/v1/solutions").json["total"] == 1


def test_a_withdrawn_solution_is_told_apart(operator: Person, client: IsolatedClient) -> None:
    solution = make_solution()
    withdraw_solution(solution=solution, reason="产品停止销售", actor="provider")
    page = client.get(f"/solutions/{solution.slug}")
    assert page.status_code == 410
    assert "暂停上架" not in page.text
    with acting_as(operator), pytest.raises(Conflict):
        lift_solution(solution_id=solution.id)
    with acting_as(operator), pytest.raises(Conflict):
        suspend_solution(solution_id=solution.id, reason=REASON)


def test_publishing_does_not_undo_a_suspension_but_approval_does(operator: Person) -> None:
    solution = make_solution()
    with acting_as(operator):
        suspend_solution(solution_id=solution.id, reason=REASON)
    make_version(solution, publish=True)
    assert not is_public(solution)
    with acting_as(operator):
        approve(submission_id=make_submission(solution).id)
    assert is_public(solution)
    assert solution.suspended_by is None


def test_others_cannot_suspend(app: Flask) -> None:
    solution = make_solution()
    with acting_as(person(make_user(role="operator", industries=["biopharma"]))), \
            pytest.raises(NotFound):
        suspend_solution(solution_id=solution.id, reason=REASON)
    with acting_as(person(make_user(role="city_admin"))), pytest.raises(NotAllowed):
        suspend_solution(solution_id=solution.id, reason=REASON)
    assert is_public(solution)


def test_a_reason_is_needed(operator: Person) -> None:
    solution = make_solution()
    with acting_as(operator), pytest.raises(InvalidInput):
        suspend_solution(solution_id=solution.id, reason=" ")


def test_a_new_provider_is_listed_after_its_check(operator: Person) -> None:
    provider = make_provider(listed_on=None)
    assert provider_by(slug=provider.slug) is None
    with acting_as(operator), pytest.raises(Conflict, match="licence"):
        list_provider(provider_id=provider.id)
    provider.organisation.verified_at = make_organisation().verified_at
    db.session.commit()
    with acting_as(operator):
        list_provider(provider_id=provider.id)
    assert provider_by(slug=provider.slug) is not None


def test_a_suspended_provider_says_so_and_takes_its_solutions_along(
        operator: Person, client: IsolatedClient) -> None:
    provider = make_provider()
    solution = make_solution(provider=provider)
    foreign = make_solution(provider=provider, industries=["biopharma"])
    with acting_as(operator):
        suspend_provider(provider_id=provider.id, reason=REASON, with_solutions=True)
    page = client.get(f"/providers/{provider.slug}")
    assert page.status_code == 410
    assert REASON in page.text
    assert (is_public(solution), is_public(foreign)) == (False, True)
    with acting_as(operator):
        lift_provider(provider_id=provider.id)
    assert client.get(f"/providers/{provider.slug}").status_code == 200
    assert not is_public(solution)
