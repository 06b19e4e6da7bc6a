"""Lists of the console: who sees what, and the same number of statements for one row and three."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.catalog.models import Provider
from marketplace.core.access import acting_as
from marketplace.core.database import db
from marketplace.listing.suspension import suspend_solution
from tests.factories import (
    both,
    make_provider,
    make_solution,
    make_submission,
    make_user,
    person,
    sign_in_as,
)
from tests.support import IsolatedClient, sql_count


@pytest.fixture
def desk(app: Flask, client: IsolatedClient) -> IsolatedClient:
    return sign_in_as(client, make_user(role="operator", industries=["steel"]))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "statements"), [
    ("/console/solutions", 8), ("/console/providers", 6),
    ("/console/industries/steel/pause", 14), ("/console/industries/steel/words", 7)])
def test_lists_ask_as_often_for_one_row_as_for_three(desk: IsolatedClient, path: str,
                                                     statements: int, rows: int) -> None:
    for _ in range(rows):
        make_solution()
        make_solution(industries=["steel", "cnc_robotics"])
        make_submission()
    desk.get(path)
    with sql_count(statements):
        assert desk.get(path).status_code == 200


@pytest.mark.parametrize("comments", [1, 3])
def test_a_submission_asks_as_often_for_one_comment_as_for_three(desk: IsolatedClient,
                                                                 comments: int) -> None:
    fields = ("name", "promise", "description")[:comments]
    submission = make_submission()
    desk.post(f"/console/submissions/{submission.id}/return",
              data={f"comment.{field}": "请再改改" for field in fields})
    path = f"/console/submissions/{submission.id}"
    desk.get(path)
    with sql_count(15):
        assert desk.get(path).status_code == 200


def test_solutions_are_narrowed_by_state_and_words(desk: IsolatedClient) -> None:
    make_solution(name=both("上架的产品"))
    gone = make_solution(name=both("停下的产品"))
    make_solution(name=both("别家的产品"), industries=["biopharma"])
    with acting_as(person(make_user(role="operator", industries=["steel"]))):
        suspend_solution(solution_id=gone.id, reason="等保过期")
    page = desk.get("/console/solutions").text
    assert ("上架的产品" in page, "停下的产品" in page, "别家的产品" in page) == (True, True, False)
    only = desk.get("/console/solutions?state=suspended").text
    assert ("上架的产品" in only, "停下的产品" in only) == (False, True)
    assert "停下的产品" not in desk.get("/console/solutions?q=上架").text
    foreign = desk.get(f"/console/solutions/{gone.id + 1}")
    assert foreign.status_code == 404


def test_a_solution_is_suspended_and_brought_back_from_its_page(desk: IsolatedClient) -> None:
    solution = make_solution()
    path = f"/console/solutions/{solution.id}"
    short = desk.post(f"{path}/suspend", data={"reason": "短"})
    assert short.status_code == 422
    assert "短</textarea>" in short.text
    assert desk.post(f"{path}/suspend", data={"reason": "等保证书过期"}).status_code == 303
    assert "等保证书过期" in desk.get(f"/solutions/{solution.slug}").text
    assert desk.post(f"{path}/lift").status_code == 303
    assert desk.post(f"{path}/lift").status_code == 409
    assert desk.get(f"/solutions/{solution.slug}").status_code == 200


def test_new_providers_stand_first_and_foreign_ones_nowhere(desk: IsolatedClient) -> None:
    old, new = make_provider(name=both("老牌")), make_provider(name=both("新来"), listed_on=None)
    foreign = make_provider(name=both("外行"))
    make_solution(provider=old)
    make_solution(provider=foreign, industries=["biopharma"])
    page = desk.get("/console/providers").text
    assert page.index("新来") < page.index("老牌")
    assert "外行" not in page
    assert desk.get(f"/console/providers/{foreign.id}").status_code == 404
    assert desk.post(f"/console/providers/{new.id}/list").status_code == 409
    assert desk.post(f"/console/providers/{old.id}/suspend",
                     data={"reason": "资质被吊销"}).status_code == 303
    assert "资质被吊销" in desk.get(f"/providers/{old.slug}").text
    assert desk.post(f"/console/providers/{old.id}/lift").status_code == 303
    db.session.rollback()
    assert db.session.get_one(Provider, old.id, populate_existing=True).listed_on is not None
