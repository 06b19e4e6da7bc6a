"""The operator sees what a pause concerns before it happens, and undoes it."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.access import acting_as
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict
from marketplace.listing.models import SolutionDraft
from marketplace.listing.operations import begin_draft, save_draft
from marketplace.listing.processes import concerned_by_pause, waiting_submissions
from marketplace.listing.queries import draft_of, last_submission
from marketplace.listing.submitting import submit
from marketplace.taxonomy.operations import resume_industry
from marketplace.taxonomy.queries import paused, refuse_if_paused
from tests.factories import (
    both,
    content,
    make_provider,
    make_salesperson,
    make_solution,
    make_submission,
    make_user,
    person,
    sign_in_as,
)
from tests.support import IsolatedClient

PAUSE = "/console/industries/steel/pause"


@pytest.fixture
def desk(app: Flask, client: IsolatedClient) -> IsolatedClient:
    return sign_in_as(client, make_user(role="operator", industries=["steel"]))


def draft(name: str, industry: str) -> SolutionDraft:
    solution = make_solution(publish=False, industries=[industry])
    with transaction() as session:
        row = SolutionDraft(solution=solution, updated_at=now(), updated_by="provider",
                            content={"name": both(name), "industries": [industry]})
        session.add(row)
    return row


def test_the_preview_says_what_is_hidden_and_what_stays(desk: IsolatedClient) -> None:
    only, shared = make_solution(name=both("只在钢铁")), make_solution(
        name=both("两个行业"), industries=["steel", "cnc_robotics"])
    foreign = make_solution(industries=["biopharma"])
    submission = make_submission()
    mine, other = draft("钢铁草稿", "steel"), draft("制药草稿", "biopharma")
    found = concerned_by_pause("steel")
    assert ([s.id for s in found.hidden], found.hidden_total) == ([only.id], 1)
    assert ([s.id for s in found.staying], found.staying_total) == ([shared.id], 1)
    [running] = waiting_submissions(None, industry="steel")
    assert [p.path for p in running.processes] == [f"/console/submissions/{submission.id}"]
    assert [d.id for d in found.drafts] == [mine.id]
    assert (running.total, waiting_submissions(None, industry="biopharma")[0].total) == (1, 0)
    page = desk.get(PAUSE).text
    assert all(word in page for word in ("只在钢铁", "两个行业", "钢铁草稿"))
    assert str(foreign.versions[0].name) not in page
    assert str(other.content["name"]["zh"]) not in page


def test_pause_and_resume(desk: IsolatedClient) -> None:
    make_solution()
    assert desk.post(PAUSE, data={"reason": " "}).status_code == 422
    assert desk.post(PAUSE, data={"reason": "年度整理"}).status_code == 303
    assert "steel" in paused()
    assert desk.get("/industries/steel").status_code == 410
    assert "年度整理" in desk.get("/console/industries/steel").text
    assert desk.post(PAUSE, data={"reason": "再来一次"}).status_code == 409
    assert desk.post("/console/industries/steel/resume").status_code == 303
    assert desk.get("/industries/steel").status_code == 200


def test_new_acts_are_refused_while_all_their_sub_platforms_are_paused(
        desk: IsolatedClient) -> None:
    refuse_if_paused(["steel"])
    desk.post(PAUSE, data={"reason": "年度整理"})
    with pytest.raises(Conflict, match="年度整理"):
        refuse_if_paused(["steel"])
    refuse_if_paused(["steel", "cnc_robotics"])
    refuse_if_paused(["general"])
    refuse_if_paused([])


def test_submitting_is_refused_while_paused_and_the_draft_is_kept(desk: IsolatedClient) -> None:
    desk.post(PAUSE, data={"reason": "年度整理"})
    provider = make_provider()
    with acting_as(person(make_salesperson(provider))):
        begun, whole = begin_draft(name="新排产软件"), content()
        solution = begun.solution
        save_draft(solution=solution, keys=tuple(whole), mine=whole, base=begun.content)
        with pytest.raises(Conflict, match="年度整理"):
            submit(solution=solution)
        assert last_submission(solution.id) is None
        assert draft_of(solution.id).content["promise"] == whole["promise"]
        resume_industry(industry="steel", actor="admin")
        assert submit(solution=solution).submission is not None
