"""Drafts: begun, saved from two tabs, discarded; uploads; answers."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import Solution
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.core.files import save
from marketplace.core.i18n import LocalizedText
from marketplace.listing.models import SubmissionComment
from marketplace.listing.operations import (
    add_file,
    answer_comments,
    begin_draft,
    discard_draft,
    open_draft,
    remove_file,
    replace_draft,
    save_draft,
)
from marketplace.listing.queries import draft_of
from marketplace.listing.submitting import submit
from tests.factories import content, make_salesperson, make_solution, person

PNG = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
       b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99"
       b"=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")
BASICS = ("name", "promise", "go_live_days")


def test_a_blank_draft_has_a_name_and_an_address(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        first, second = begin_draft(name="智能排产"), begin_draft(name="智能排产")
    assert first.solution.slug == "zhi-neng-pai-chan"
    assert second.solution.slug == "zhi-neng-pai-chan-2"
    assert first.solution.published is None


def test_a_copy_takes_everything_but_name_and_uploads(app: Flask) -> None:
    own, foreign = make_solution(go_live_days=7), make_solution()
    with acting_as(person(make_salesperson(own.provider))):
        draft = begin_draft(name="第二款", copy_of=own)
        with pytest.raises(NotFound):
            begin_draft(name="别家的", copy_of=foreign)
    assert draft.content["go_live_days"] == 7
    assert draft.content["name"] == {"zh": "第二款", "en": ""}


def test_no_name_no_solution(app: Flask) -> None:
    with acting_as(person(make_salesperson())), pytest.raises(InvalidInput):
        begin_draft(name=" ")
    assert db.session.scalar(select(Solution.id)) is None


def test_a_draft_of_a_listed_solution_begins_from_its_version(app: Flask) -> None:
    solution = make_solution(go_live_days=9)
    with acting_as(person(make_salesperson(solution.provider))):
        draft = open_draft(solution=solution)
    assert draft.content["go_live_days"] == 9
    assert draft.base_version_id == solution.published_version_id


def test_two_tabs_on_different_fields_lose_nothing(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="两个标签页")
        base = dict(draft.content)
        solution = draft.solution
        save_draft(solution=solution, keys=BASICS, mine={**base, "go_live_days": 30}, base=base)
        saved = save_draft(solution=solution, keys=BASICS, base=base,
                           mine={**base, "promise": {"zh": "当天出计划"}})
    assert not saved.conflicts
    assert saved.taken == ("go_live_days",)
    assert saved.draft.content["go_live_days"] == 30
    assert saved.draft.content["promise"] == {"zh": "当天出计划"}
    assert saved.draft.revision == 3


def test_two_tabs_on_one_field_are_asked(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="两个标签页")
        base, solution = dict(draft.content), draft.solution
        save_draft(solution=solution, keys=BASICS, mine={**base, "go_live_days": 30}, base=base)
        mine = {**base, "go_live_days": 20, "promise": {"zh": "当天出计划"}}
        saved = save_draft(solution=solution, keys=BASICS, mine=mine, base=base)
        assert [(c.field, c.theirs, c.mine) for c in saved.conflicts] == [("go_live_days", 30, 20)]
        assert solution.id
        assert draft_of(solution.id).content["go_live_days"] == 30
        for choice, result in (("theirs", 30), ("mine", 20)):
            save_draft(solution=solution, keys=BASICS, mine=mine, base=base,
                       choices={"go_live_days": choice})
            assert draft_of(solution.id).content["go_live_days"] == result
    assert draft_of(solution.id).content["promise"] == {"zh": "当天出计划"}


def test_saving_nothing_new_leaves_no_trace(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="没有改动")
        events = db.session.query(AuditEvent).count()
        save_draft(solution=draft.solution, keys=BASICS, mine=draft.content, base=draft.content)
    assert draft.revision == 1
    assert db.session.query(AuditEvent).count() == events


def test_a_program_must_know_the_latest_revision(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="接口写入")
        replace_draft(solution=draft.solution, content=content(), revision=1)
        with pytest.raises(Conflict, match="revision 2"):
            replace_draft(solution=draft.solution, content=content(), revision=1)


def test_discarding_what_nobody_saw_removes_it(app: Flask) -> None:
    listed = make_solution()
    with acting_as(person(make_salesperson(listed.provider))):
        gone = begin_draft(name="不要了").solution
        assert discard_draft(solution=gone)
        open_draft(solution=listed)
        assert not discard_draft(solution=listed)
    assert db.session.scalars(select(Solution)).all() == [listed]
    assert draft_of(listed.id) is None


def test_uploads_belong_to_their_solution(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        first, second = begin_draft(name="第一款"), begin_draft(name="第二款")
        stored = save(BytesIO(PNG), "看板.png")
        file = add_file(solution=first.solution, stored=stored, kind="picture",
                        title=LocalizedText("看板"))
        assert first.content["files"][0]["file"] == file.id
        save_draft(solution=second.solution, keys=("files",), base={}, mine={
            "files": [{"file": file.id, "kind": "picture", "title": {"zh": "偷来的"}}]})
        assert draft_of(second.solution.id).content.get("files") == []
        remove_file(solution=first.solution, file_id=file.id)
    assert draft_of(first.solution.id).content["files"] == []


def test_comments_are_answered_while_returned(app: Flask) -> None:
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="待审")
        replace_draft(solution=draft.solution, content=content(), revision=1)
        submission = submit(solution=draft.solution).submission
        assert submission is not None
        with transaction():
            submission.state = "returned"
            submission.comments = [SubmissionComment(
                field="promise", text="依据是什么？", author="op", created_at=now())]
        comment = submission.comments[0]
        assert answer_comments(submission=submission, answers={comment.id: "见测试报告"}) == 1
        assert answer_comments(submission=submission, answers={comment.id: "见测试报告"}) == 0
        with pytest.raises(InvalidInput):
            answer_comments(submission=submission, answers={comment.id: "长" * 1001})
    assert comment.answer == "见测试报告"


def test_a_figure_measured_only_afterwards_survives_saving(app: Flask) -> None:
    case = {"title": {"zh": "某厂"}, "summary": {"zh": "上线"}, "figures": [
        {"indicator": {"zh": "准时率"}, "before": None, "after": 95.5, "unit": {"zh": "%"}}]}
    with acting_as(person(make_salesperson())):
        draft = begin_draft(name="带案例")
        whole = content()
        save_draft(solution=draft.solution, keys=tuple(whole), mine=whole, base=draft.content)
        save_draft(solution=draft.solution, keys=("cases",), mine={"cases": [case]}, base={})
        assert submit(solution=draft.solution).version.cases[0].figures[0]["after"] == 95.5
