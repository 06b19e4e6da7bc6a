"""The pages of a solution in the workspace, as a provider's people use them."""

from __future__ import annotations

import html
import json
import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from marketplace.catalog.models import Solution
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.listing import queries
from marketplace.listing.forms import SECTIONS
from marketplace.listing.models import SolutionDraft, Submission, SubmissionComment
from tests.factories import (
    content,
    make_organisation,
    make_provider,
    make_salesperson,
    make_solution,
    make_user,
    sign_in_as,
)
from tests.listing.test_operations import PNG
from tests.support import IsolatedClient, sql_count


@pytest.fixture
def provider_browser(app: Flask, client: IsolatedClient) -> IsolatedClient:
    client.provider = make_provider(slug="own")  # type: ignore[attr-defined]
    return sign_in_as(client, make_salesperson(client.provider))  # type: ignore[attr-defined]


def draft_of(solution_id: int) -> SolutionDraft | None:
    """The draft as the requests have left it."""
    db.session.rollback()
    db.session.expire_all()
    return queries.draft_of(solution_id)


def last_submission(solution_id: int) -> Submission | None:
    db.session.rollback()
    db.session.expire_all()
    return queries.last_submission(solution_id)


def new_solution(browser: IsolatedClient, name: str = "智能排产") -> int:
    answer = browser.post("/workspace/solutions", data={"name.zh": name})
    assert answer.status_code == 303
    return int(re.findall(r"/solutions/(\d+)/", answer.location)[0])


def base_of(page: str) -> str:
    found = re.search(r'name="base" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


def save(browser: IsolatedClient, solution_id: int, section: str, base: str | None = None,
         headers: Any = None, **fields: Any) -> Any:
    path = f"/workspace/solutions/{solution_id}/edit/{section}"
    base = base or base_of(browser.get(path).text)
    return browser.post(path, data={"base": base, **fields}, headers=headers)


def fill(browser: IsolatedClient, solution_id: int) -> None:
    save(browser, solution_id, "basics", **{
        "name.zh": "智能排产", "promise.zh": "排产当天出", "description.zh": "把订单排到机台"})
    save(browser, solution_id, "industries", industries=["steel"], main_category="APS")
    save(browser, solution_id, "deployment", deployments=["saas"], interfaces="OPC UA\r\nMES")


def test_a_provider_without_a_profile_is_led_to_it(app: Flask, client: IsolatedClient) -> None:
    organisation = make_organisation(kind="provider")
    browser = sign_in_as(client, make_user(role="provider", organisation=organisation))
    assert "/workspace/company" in browser.get("/workspace").text
    assert browser.get("/workspace/solutions/new").location == "/workspace/company"
    typed = {"summary.zh": "做排产的", "description.zh": "二十人", "city.zh": "济南",
             "classes": ["product"], "qualifications": "ISO 9001 | ISO 9001\n\n",
             "service_districts": ["370102"]}
    wrong = browser.post("/workspace/company", data=typed | {"summary.zh": ""})
    assert wrong.status_code == 422
    assert "二十人" in wrong.text
    assert browser.post("/workspace/company", data=typed).status_code == 303
    page = browser.get("/workspace/company").text
    assert "ISO 9001" in page
    assert browser.get("/workspace/solutions/new").status_code == 200


def test_every_section_of_a_blank_and_a_full_draft_opens(provider_browser: IsolatedClient) -> None:
    full = make_solution(provider=provider_browser.provider, cases=[{  # type: ignore[attr-defined]
        "title": {"zh": "某轧钢厂"}, "summary": {"zh": "上线排产"}, "figures": [
            {"indicator": {"zh": "准时率"}, "before": None, "after": 95.5, "unit": {"zh": "%"}}]}],
        documents=[{"title": {"zh": "手册"}, "kind": "manual", "body": {"zh": "正文"}}])
    for solution_id in (new_solution(provider_browser), full.id):
        for section in SECTIONS:
            page = provider_browser.get(f"/workspace/solutions/{solution_id}/edit/{section}")
            assert page.status_code == 200, section
        for part in ("", "/preview", "/changes", "/statistics"):
            assert provider_browser.get(
                f"/workspace/solutions/{solution_id}{part}").status_code == 200


@pytest.mark.parametrize("section", list(SECTIONS))
def test_saving_a_page_unchanged_changes_nothing(provider_browser: IsolatedClient,
                                                 section: str) -> None:
    """What the form shows is what it sends: the HTML form is posted back as a browser would."""
    solution = make_solution(
        provider=provider_browser.provider,  # type: ignore[attr-defined]
        industries=["steel"], attributes={"process_stage": ["cold_rolling"],
                                          "interlock_untouched": False},
        interfaces=["OPC UA", "MES"], data_export={"zh": "可导出"}, cases=[{
            "title": {"zh": "某轧钢厂", "en": "A mill"}, "class": "3130", "company_size": 80,
            "summary": {"zh": "上线排产"}, "base_period": {"zh": "2025年"}, "figures": [
                {"indicator": {"zh": "准时率"}, "before": None, "after": 95.5,
                 "unit": {"zh": "%"}}]}],
        documents=[{"title": {"zh": "手册"}, "kind": "manual", "body": {"zh": "正\n\n文"}}])
    path = f"/workspace/solutions/{solution.id}/edit/{section}"
    page = provider_browser.get(path).text
    answer = provider_browser.post(path, data=as_typed(page))
    assert answer.status_code == 303
    draft = draft_of(solution.id)
    assert draft is not None
    assert draft.revision == 1, (draft.content, json.loads(base_of(page)))


def as_typed(page: str) -> dict[str, list[str]]:
    """The fields of the page's form as a browser sends them."""
    from html.parser import HTMLParser

    fields: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        inside, area, select = False, "", ""

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            a = dict(attrs)
            if tag == "form":
                self.inside = a.get("id") == "section-form"
            if not self.inside:
                return
            if tag == "textarea":
                self.area = a["name"]
                fields[self.area] = [""]
            if tag == "select":
                self.select = a["name"]
            if tag == "option" and self.select and (
                    "selected" in a or self.select not in fields):
                fields[self.select] = [a.get("value", "")]
            if tag == "input" and a.get("name"):
                ticked = a.get("type") not in ("checkbox", "radio") or "checked" in a
                if ticked:
                    fields.setdefault(a["name"], []).append(a.get("value", ""))

        def handle_data(self, data: str) -> None:
            if self.area:
                fields[self.area][0] += data

        def handle_endtag(self, tag: str) -> None:
            if tag == "form":
                self.inside = False
            if tag == "textarea":
                self.area = ""
            if tag == "select":
                self.select = ""

    Reader().feed(page)
    return fields


def test_what_is_wrong_is_kept_and_named(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    answer = save(provider_browser, number, "basics", **{
        "name.zh": "智能排产", "go_live_days": "一个月", "promise.zh": "快"})
    assert answer.status_code == 422
    assert 'value="一个月"' in answer.text
    assert "go_live_days-error" in answer.text
    figure = "cases.0.figures.0"
    cell = save(provider_browser, number, "cases", **{
        "cases.0.title.zh": "某厂", f"{figure}.indicator.zh": "停机", f"{figure}.before": "很久"})
    assert f'href="#{figure}.before"' in cell.text
    assert f'id="{figure}.before"' in cell.text
    assert draft_of(number).content["go_live_days"] == "一个月"


def test_the_missing_list_leads_to_the_fields(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    page = provider_browser.get(f"/workspace/solutions/{number}").text
    assert f"/workspace/solutions/{number}/edit/basics#promise.zh" in page
    assert f"/workspace/solutions/{number}/edit/industries#main_category" in page
    refused = provider_browser.post(f"/workspace/solutions/{number}/submit")
    assert refused.status_code == 422
    assert "edit/deployment#deployments" in refused.text


def test_submit_withdraw_and_submit_again(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    fill(provider_browser, number)
    assert provider_browser.post(f"/workspace/solutions/{number}/submit").status_code == 303
    submission = last_submission(number)
    assert submission is not None
    assert submission.state == "waiting"
    locked = provider_browser.get(f"/workspace/solutions/{number}/edit/basics")
    assert locked.location == f"/workspace/solutions/{number}"
    late = save(provider_browser, number, "basics", "{}", **{
        "name.zh": "智能排产", "promise.zh": "在别的页签里又写的"})
    assert late.status_code == 409
    assert "在别的页签里又写的" in late.text
    provider_browser.post(f"/workspace/submissions/{submission.id}/withdraw")
    assert last_submission(number).state == "withdrawn"
    assert provider_browser.post(f"/workspace/solutions/{number}/submit").status_code == 303
    assert last_submission(number).version.number == 2


def test_comments_are_answered_at_their_field(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    fill(provider_browser, number)
    provider_browser.post(f"/workspace/solutions/{number}/submit")
    with transaction():
        found = last_submission(number)
        assert found is not None
        found.state = "returned"
        found.comments = [SubmissionComment(field=field, text=text, author="op", created_at=now())
                          for field, text in (("promise", "依据是什么？"), ("files", "缺截图"))]
    comment = found.comments[0].id
    assert "缺截图" in provider_browser.get(f"/workspace/solutions/{number}/edit/documents").text
    page = provider_browser.get(f"/workspace/solutions/{number}/edit/basics").text
    assert "依据是什么？" in page
    save(provider_browser, number, "basics", **{
        "name.zh": "智能排产", "promise.zh": "排产两天出", "description.zh": "把订单排到机台",
        f"answer.{comment}": "已改为两天"})
    assert "已改为两天" in provider_browser.get(f"/workspace/solutions/{number}").text
    assert last_submission(number).comments[0].answer == "已改为两天"


def test_two_tabs_are_brought_together_or_asked(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    base = base_of(provider_browser.get(f"/workspace/solutions/{number}/edit/basics").text)
    named = {"name.zh": "智能排产"}
    save(provider_browser, number, "basics", base, **named, go_live_days="30")
    both = save(provider_browser, number, "basics", base, **named, **{"promise.zh": "当天出"})
    assert both.status_code == 303
    assert draft_of(number).content["go_live_days"] == 30
    asked = save(provider_browser, number, "basics", base, **named, **{
        "go_live_days": "20", "promise.zh": "当天出"})
    assert asked.status_code == 409
    assert 'name="choice.go_live_days"' in asked.text
    assert base_of(asked.text) == base
    auto = save(provider_browser, number, "basics", base, {"HX-Request": "true"}, **named, **{
        "go_live_days": "20", "promise.zh": "当天出"})
    assert auto.status_code == 200
    assert base_of(auto.text) == base
    settled = save(provider_browser, number, "basics", base, **named, **{
        "go_live_days": "20", "promise.zh": "当天出", "choice.go_live_days": "mine"})
    assert settled.status_code == 303
    assert draft_of(number).content["go_live_days"] == 20


def test_saving_by_itself_never_undoes_what_another_tab_wrote(
        provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    base = base_of(provider_browser.get(f"/workspace/solutions/{number}/edit/basics").text)
    named, quietly = {"name.zh": "智能排产"}, {"HX-Request": "true"}
    save(provider_browser, number, "basics", base, **named, go_live_days="30")
    for promise in ("当天出", "当天出计划"):  # this tab still shows no days
        answer = save(provider_browser, number, "basics", base, quietly, **named, **{
            "promise.zh": promise})
        base = base_of(answer.text)
    assert draft_of(number).content["go_live_days"] == 30
    asked = save(provider_browser, number, "basics", base, quietly, **named, go_live_days="20")
    assert "另一个标签页也改了" in asked.text
    assert draft_of(number).content["go_live_days"] == 30


def test_what_a_tab_does_not_show_is_not_emptied_by_it(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    at = f"/workspace/solutions/{number}"
    save(provider_browser, number, "industries", industries=["steel"])
    save(provider_browser, number, "attributes", **{
        "asked": "process_stage", "attr.process_stage": ["cold_rolling"]})
    save(provider_browser, number, "industries", industries=["biopharma"])
    tab = as_typed(provider_browser.get(f"{at}/edit/attributes").text)
    files = as_typed(provider_browser.get(f"{at}/edit/documents").text)
    save(provider_browser, number, "industries", industries=["steel"])
    provider_browser.post(f"{at}/files", data={
        "file": (BytesIO(PNG), "看板.png"), "kind": "picture", "title": "看板"})
    assert provider_browser.post(f"{at}/edit/attributes", data=tab).status_code == 303
    assert provider_browser.post(f"{at}/edit/documents", data=files).status_code == 303
    content = draft_of(number).content
    assert content["attributes"] == {"process_stage": ["cold_rolling"]}
    assert content["files"][0]["title"]["zh"] == "看板"
    save(provider_browser, number, "attributes", asked="process_stage")  # nothing ticked
    assert "attributes" not in draft_of(number).content


def test_autosave_answers_with_a_new_base(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    answer = save(provider_browser, number, "basics", None, {"HX-Request": "true"},
                  **{"name.zh": "智能排产", "go_live_days": "12"})
    assert json.loads(base_of(answer.text))["go_live_days"] == 12
    assert "<html" not in answer.text


def test_uploads_are_private_until_published(provider_browser: IsolatedClient, app: Flask) -> None:
    number = new_solution(provider_browser)
    fill(provider_browser, number)
    at = f"/workspace/solutions/{number}/files"
    sent = {"file": (BytesIO(PNG), "看板.png"), "kind": "picture", "title": "看板"}
    assert provider_browser.post(at, data=sent).status_code == 303
    file = draft_of(number).content["files"][0]["file"]
    assert provider_browser.get(f"{at}/{file}").data == PNG
    bad = {"file": (BytesIO(b"MZ not a picture"), "x.png"), "kind": "picture"}
    refused = provider_browser.post(at, data=bad)
    assert refused.status_code == 422
    assert "文件没有上传成功" in refused.text
    assert "已存入草稿" not in refused.text
    assert "只有名称像 png" in refused.text
    # What answers a form leads on to the page it belongs to, in the other language as well.
    page = f'href="/workspace/solutions/{number}'
    assert f'{page}?lang=en"' in refused.text
    assert f'{page}"' in provider_browser.get(at).text
    slug = db.session.get(Solution, number).slug
    assert f"{at}/{file}" in provider_browser.get(f"/workspace/solutions/{number}/preview").text
    stranger = sign_in_as(app.test_client(), make_salesperson())
    assert stranger.get(f"{at}/{file}").status_code == 404
    assert stranger.get(f"/solutions/{slug}/files/{file}").status_code == 404
    operator = sign_in_as(app.test_client(), make_user(role="operator", industries=["steel"]))
    assert operator.get(f"{at}/{file}").status_code == 404
    provider_browser.post(f"/workspace/solutions/{number}/submit")
    assert operator.get(f"{at}/{file}").data == PNG
    from marketplace.catalog.operations import publish_version
    publish_version(version=last_submission(number).version, actor="test")
    assert stranger.get(f"/solutions/{slug}/files/{file}").data == PNG
    assert f"/solutions/{slug}/files/{file}" in stranger.get(f"/solutions/{slug}").text


@pytest.mark.parametrize("path", [
    "", "/preview", "/changes", "/statistics", "/edit/basics", "/edit/documents"])
def test_foreign_solutions_answer_404(provider_browser: IsolatedClient, path: str) -> None:
    foreign = make_solution()
    assert provider_browser.get(f"/workspace/solutions/{foreign.id}{path}").status_code == 404
    assert provider_browser.post(f"/workspace/solutions/{foreign.id}/submit").status_code == 404


def test_an_unchecked_organisation_is_told(app: Flask, client: IsolatedClient) -> None:
    browser = sign_in_as(client, make_salesperson(verified=False))
    number = new_solution(browser)
    fill(browser, number)
    assert "/submit" in browser.get(f"/workspace/solutions/{number}").text
    assert browser.post(f"/workspace/solutions/{number}/submit").status_code == 403
    assert last_submission(number) is None


def test_a_draft_is_thrown_away_after_a_tick(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    provider_browser.post(f"/workspace/solutions/{number}/discard")
    assert draft_of(number) is not None
    answer = provider_browser.post(f"/workspace/solutions/{number}/discard", data={"sure": "1"})
    assert answer.location == "/workspace"
    assert draft_of(number) is None


def test_what_was_submitted_outlives_its_draft(provider_browser: IsolatedClient) -> None:
    number = new_solution(provider_browser)
    fill(provider_browser, number)
    at = f"/workspace/solutions/{number}"
    provider_browser.post(f"{at}/submit")
    provider_browser.post(f"/workspace/submissions/{last_submission(number).id}/withdraw")
    assert "将整个删除" not in provider_browser.get(at).text
    assert provider_browser.post(f"{at}/discard", data={"sure": "1"}).location == at
    assert "智能排产" in provider_browser.get("/workspace").text
    assert "排产当天出" in provider_browser.get(f"{at}/edit/basics").text
    save(provider_browser, number, "basics", **{
        "name.zh": "智能排产", "promise.zh": "两天出", "description.zh": "把订单排到机台"})
    assert draft_of(number).content["industries"] == ["steel"]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_whatever_their_length(provider_browser: IsolatedClient,
                                                   count: int) -> None:
    for n in range(count):
        make_solution(provider=provider_browser.provider, **content(  # type: ignore[attr-defined]
            name={"zh": f"产品{n}"}))
        new_solution(provider_browser, f"草稿{n}")
    provider_browser.get("/workspace")
    with sql_count(11):
        assert f"草稿{count - 1}" in provider_browser.get("/workspace").text
    with sql_count(10):
        assert f"产品{count - 1}" in provider_browser.get("/workspace/statistics").text


def test_a_provider_takes_its_solution_off_the_lists_and_back(
        provider_browser: IsolatedClient, app: Flask) -> None:
    solution = make_solution(provider=provider_browser.provider)  # type: ignore[attr-defined]
    at, public = f"/workspace/solutions/{solution.id}", f"/solutions/{solution.slug}"
    assert provider_browser.post(f"{at}/bring-back", follow_redirects=True).status_code == 200
    refused = provider_browser.post(f"{at}/take-off", data={"reason": "停"})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    assert provider_browser.post(f"{at}/take-off", data={"reason": "停产换代"}).location == at
    visitor = app.test_client()
    assert "停产换代" in visitor.get(public).text
    assert visitor.get(public).status_code == 410
    assert "已自行下架" in provider_browser.get("/workspace").text
    assert "恢复上架" in provider_browser.get(at).text
    provider_browser.post(f"{at}/bring-back")
    assert visitor.get(public).status_code == 200
    with transaction():
        solution = db.session.get(Solution, solution.id)
        solution.withdrawn_at, solution.suspended_by = now(), "operator"
        solution.withdrawn_reason = "证书过期"
    provider_browser.post(f"{at}/bring-back")
    assert visitor.get(public).status_code == 410
