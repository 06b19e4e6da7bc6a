"""The operator's queue and the page on which a submission is decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.core.access import acting_as
from marketplace.core.clock import moved, now
from marketplace.core.database import transaction
from marketplace.listing.decisions import approve
from marketplace.listing.models import SubmissionComment
from marketplace.taxonomy.operations import pause_industry
from tests.factories import (
    both,
    make_solution,
    make_submission,
    make_user,
    make_version,
    person,
    sign_in_as,
)
from tests.support import IsolatedClient, sql_count


@pytest.fixture
def desk(app: Flask, client: IsolatedClient) -> IsolatedClient:
    """A browser in which the operator of the steel industry is signed in."""
    return sign_in_as(client, make_user(username="steelop", role="operator", industries=["steel"]))


def test_the_queue_shows_the_most_urgent_first_and_marks_the_late(desk: IsolatedClient) -> None:
    make_submission(due=5, name=both("晚到的产品"))
    make_submission(due=-2, name=both("逾期的产品"))
    foreign = make_submission(due=1, name=both("制药的产品"), industries=["biopharma"])
    page = desk.get("/console").text
    assert page.index("逾期的产品") < page.index("晚到的产品")
    assert "逾期" in page
    assert "制药的产品" not in page
    assert desk.get(f"/console/submissions/{foreign.id}").status_code == 404
    assert desk.get(f"/console/submissions/{foreign.id}/preview").status_code == 404


def test_the_queue_filters_by_kind_and_state(desk: IsolatedClient) -> None:
    edit = make_submission(make_solution(name=both("原来的名字")), name=both("修改的产品"))
    make_submission(name=both("新的产品"))
    assert "新的产品" not in desk.get("/console?kind=edit").text
    desk.post(f"/console/submissions/{edit.id}/approve")
    assert "修改的产品" not in desk.get("/console").text
    assert "修改的产品" in desk.get("/console?state=approved").text
    assert "新的产品" not in desk.get("/console?state=approved").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queue_asks_the_database_as_often_for_one_row_as_for_three(desk: IsolatedClient,
                                                                       rows: int) -> None:
    for _ in range(rows):
        make_submission()
    desk.get("/console")
    with sql_count(11):
        assert desk.get("/console").status_code == 200


def test_the_page_shows_diff_hints_and_fields(desk: IsolatedClient) -> None:
    solution = make_solution(name=both("钢厂排产"), go_live_days=30)
    submission = make_submission(solution, name=both("钢厂排产"), go_live_days=45)
    page = desk.get(f"/console/submissions/{submission.id}").text
    assert "<del>30</del><ins>45</ins>" in page
    assert 'name="comment.go_live_days"' in page
    assert 'name="comment.attr.process_stage"' in page
    assert "小快轻准" in page


def test_the_preview_is_what_visitors_will_see(desk: IsolatedClient) -> None:
    submission = make_submission(name=both("还没上架"))
    page = desk.get(f"/console/submissions/{submission.id}/preview")
    assert page.status_code == 200
    assert "还没上架" in page.text
    assert desk.get(f"/solutions/{submission.solution.slug}").status_code == 404


def test_approval_from_the_page(desk: IsolatedClient) -> None:
    submission = make_submission()
    answer = desk.post(f"/console/submissions/{submission.id}/approve", data={"note": "可以"})
    assert (answer.status_code, answer.location) == (303, "/console")
    assert desk.get(f"/solutions/{submission.solution.slug}").status_code == 200


def test_a_return_without_comment_keeps_what_was_typed(desk: IsolatedClient) -> None:
    submission = make_submission()
    answer = desk.post(f"/console/submissions/{submission.id}/return",
                       data={"comment.name": "短", "note": "请再看看"})
    assert answer.status_code == 422
    assert "短</textarea>" in answer.text
    assert "请再看看</textarea>" in answer.text
    assert 'id="comment.name-error"' in answer.text
    good = desk.post(f"/console/submissions/{submission.id}/return",
                     data={"comment.name": "请写全称"})
    assert good.status_code == 303
    assert "请写全称" in desk.get(f"/console/submissions/{submission.id}").text


def test_the_second_operator_is_told_who_was_first(desk: IsolatedClient, app: Flask) -> None:
    submission = make_submission()
    other = person(make_user(username="colleague", role="operator", industries=["steel"]))
    with acting_as(other):
        approve(submission_id=submission.id)
    answer = desk.post(f"/console/submissions/{submission.id}/return",
                       data={"comment.name": "请写全称"})
    assert answer.status_code == 409
    assert "colleague" in answer.text
    assert "已通过" in answer.text
    assert "<dt>名称</dt><dd>请写全称</dd>" in answer.text


def test_long_texts_scroll_and_are_never_cut(desk: IsolatedClient) -> None:
    end = "最后一句也要看到"
    text = "炉前扫坯号，系统推算位置。" * 60 + end
    submission = make_submission(description=both(text, "short"))
    page = desk.get(f"/console/submissions/{submission.id}").text
    assert end in page
    assert 'class="tall" tabindex="0" role="region" aria-label="功能介绍（中文）"' in page


def test_earlier_comments_stand_at_their_field(desk: IsolatedClient) -> None:
    first = make_submission()
    desk.post(f"/console/submissions/{first.id}/return", data={"comment.promise": "太像广告"})
    make_version(first.solution)
    second = make_submission(first.solution)
    assert "太像广告" in desk.get(f"/console/submissions/{second.id}").text


def test_who_only_reads_finds_no_buttons(app: Flask, client: IsolatedClient) -> None:
    submission = make_submission()
    sign_in_as(client, make_user(role="auditor"))
    page = client.get(f"/console/submissions/{submission.id}")
    assert page.status_code == 200
    assert "/approve" not in page.text
    assert client.post(f"/console/submissions/{submission.id}/approve").status_code == 404


def test_the_console_stays_open_while_paused(desk: IsolatedClient) -> None:
    submission = make_submission()
    pause_industry(industry="steel", reason="年度整理", actor="admin")
    for path in ("/console", f"/console/submissions/{submission.id}", "/console/industries/steel",
                 "/console/industries/steel/weights"):
        assert desk.get(path).status_code == 200, path


def test_the_export_holds_what_the_console_shows(desk: IsolatedClient) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    waiting = make_submission(name=both("等待的产品"))
    other = make_submission(name=both("别家的产品"), industries=["biopharma"])
    with transaction():
        for found, text in ((waiting, "请写数字"), (other, "别家的意见")):
            found.comments = [SubmissionComment(field="promise", text=text, author="op",
                                                created_at=now())]
    with moved(timedelta(days=-1)):
        make_solution(name=both("上架的产品"))
    book = load_workbook(BytesIO(desk.get("/console/export.xlsx").data))
    cells = {str(c.value) for sheet in book for row in sheet for c in row}
    provider = str(waiting.solution.provider.organisation.name)
    assert {"等待的产品", "上架的产品", "预算", "请写数字", "一句话介绍", provider} <= cells
    assert not {"别家的产品", "别家的意见"} & cells
    assert len(book.sheetnames) == 10
