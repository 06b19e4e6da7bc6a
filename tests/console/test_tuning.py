"""Landing text, featured solutions, weights and words of a sub-platform: versioned, with a way
back, and only for those who run it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import Solution
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import moved, today
from marketplace.core.database import db
from marketplace.core.jobs import Job
from marketplace.matching.weights import declared_weights, rule_book
from marketplace.taxonomy.models import TradeWord
from marketplace.taxonomy.registry import taxonomy
from tests.factories import both, make_solution, make_user, sign_in_as
from tests.support import IsolatedClient

PAGE, WEIGHTS, WORDS = (f"/console/industries/steel/{p}" for p in ("page", "weights", "words"))
WHY = {"reason": "试点要求调整"}


@pytest.fixture
def desk(app: Flask, client: IsolatedClient) -> IsolatedClient:
    return sign_in_as(client, make_user(username="steelop", role="operator", industries=["steel"]))


def featured(solution: Solution, n: int = 0, days: int = 7, **changes: str) -> dict[str, str]:
    name = f"featured.{n}"
    return {f"{name}.solution": f"/solutions/{solution.slug}", f"{name}.reason.zh": "本地服务快",
            f"{name}.until": (today() + timedelta(days=days)).isoformat()} | {
                f"{name}.{k}": v for k, v in changes.items()}


def test_landing_text_and_featured_solutions_stand_on_the_public_page(desk: IsolatedClient) -> None:
    solution = make_solution(name=both("推荐的产品"))
    form = {"landing.zh": "## 欢迎\n<script>alert(1)</script>", **featured(solution), **WHY}
    assert desk.post(PAGE, data=form).status_code == 303
    page = desk.get("/industries/steel").text
    assert "<h2>欢迎</h2>" in page
    assert "<script>alert" not in page
    assert "运营推荐" in page
    assert "本地服务快" in page
    with moved(timedelta(days=8)):
        assert "运营推荐" not in desk.get("/industries/steel").text


def test_featuring_never_touches_the_order_of_search(desk: IsolatedClient) -> None:
    from tests.factories import bring_into_index

    chosen = [make_solution(name=both(f"排产{n}")) for n in range(3)]
    bring_into_index()

    def order() -> list[int]:
        return [i["id"] for i in desk.get("/api/v1/solutions?q=排产").json["items"]]

    before = order()
    desk.post(PAGE, data={**featured(chosen[2]), **WHY})
    bring_into_index()
    assert order() == before


@pytest.mark.parametrize(("change", "field"), [
    ({"featured.0.reason.zh": "短"}, "featured.0.reason.zh"),
    ({"featured.0.until": "2020-01-01"}, "featured.0.until"),
    ({"featured.0.until": "morgen"}, "featured.0.until"),
    ({"featured.0.solution": "no-such-thing"}, "featured.0.solution"),
    ({"landing.zh": "长" * 8001}, "landing.zh"), ({"reason": ""}, "reason")])
def test_the_page_is_checked_at_its_fields(desk: IsolatedClient, change: dict[str, str],
                                           field: str) -> None:
    form = {**featured(make_solution()), **WHY, **change}
    answer = desk.post(PAGE, data=form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text


def test_only_listed_solutions_of_the_industry_can_be_featured(desk: IsolatedClient) -> None:
    foreign, draft = make_solution(industries=["biopharma"]), make_solution(publish=False)
    for solution in (foreign, draft):
        assert desk.post(PAGE, data={**featured(solution), **WHY}).status_code == 422
    shared = make_solution(industries=["general"])
    twice = {**featured(shared), **featured(shared, 1), **WHY}
    assert desk.post(PAGE, data=twice).status_code == 422


def test_there_is_a_way_back_to_an_earlier_page(desk: IsolatedClient) -> None:
    desk.post(PAGE, data={"landing.zh": "第一版文字", **WHY})
    desk.post(PAGE, data={"landing.zh": "第二版文字", **WHY})
    assert "第二版文字" in desk.get("/industries/steel").text
    assert desk.post(f"{PAGE}/back", data={"number": "1", "reason": ""}).status_code == 422
    assert desk.post(f"{PAGE}/back", data={"number": "9", **WHY}).status_code == 404
    assert desk.post(f"{PAGE}/back", data={"number": "1", **WHY}).status_code == 303
    assert "第一版文字" in desk.get("/industries/steel").text
    page = desk.get(PAGE).text
    assert page.count("steelop") >= 3
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "industry.page"))
    assert [e.details["number"] for e in events] == [1, 2, 3]


def shifted() -> dict[str, str]:
    weights = declared_weights(taxonomy().industries["steel"])
    weights |= {"relevance": weights["relevance"] - 5, "budget": weights["budget"] + 5}
    return {code: f"{weight:g}" for code, weight in weights.items()}


def test_weights_are_changed_previewed_and_taken_back(desk: IsolatedClient) -> None:
    before = dict(rule_book("steel").weights)
    preview = desk.post(WEIGHTS, data={**shifted(), "preview": "1"})
    assert preview.status_code == 200
    assert "名次会怎么变" in preview.text
    assert rule_book("steel").weights == before
    assert desk.post(WEIGHTS, data={**shifted(), **WHY}).status_code == 303
    assert rule_book("steel").version == "steel-2026.1+1"
    assert "steelop" in desk.get(WEIGHTS).text
    assert desk.post(f"{WEIGHTS}/back", data={"number": "0", **WHY}).status_code == 303
    assert (rule_book("steel").version, rule_book("steel").weights) == ("steel-2026.1+2", before)


def test_thresholds_are_changed_previewed_and_taken_back(desk: IsolatedClient) -> None:
    moved = {**shifted(), "threshold.budget_over": "20", "threshold.heat_dust_unstated": "30"}
    assert desk.post(WEIGHTS, data={**moved, "preview": "1"}).status_code == 200
    assert rule_book("steel").thresholds["budget_over"] == 70
    assert desk.post(WEIGHTS, data={**moved, **WHY}).status_code == 303
    assert rule_book("steel").thresholds["budget_over"] == 20
    page = desk.get(WEIGHTS).text
    assert "预算可超出 70 → 20 %" in page
    assert "未说明高温粉尘适应性时的得分 0 → 30 %" in page
    assert "未说明高温粉尘适应性时的得分" in desk.get("/how-matching-works").text
    assert desk.post(f"{WEIGHTS}/back", data={"number": "0", **WHY}).status_code == 303
    assert rule_book("steel").thresholds["budget_over"] == 70


@pytest.mark.parametrize("typed", ["201", "viel", "-1", ""])
def test_a_threshold_out_of_bounds_is_an_error_at_its_field(desk: IsolatedClient,
                                                            typed: str) -> None:
    answer = desk.post(WEIGHTS, data={**shifted(), "threshold.budget_over": typed, **WHY})
    assert answer.status_code == 422
    assert 'id="threshold.budget_over-error">请填10至200</p>' in answer.text
    assert f'name="threshold.budget_over" value="{typed}"' in answer.text
    assert rule_book("steel").version == "steel-2026.1"


def test_wrong_weights_keep_what_was_typed(desk: IsolatedClient) -> None:
    answer = desk.post(WEIGHTS, data={**shifted(), "budget": "viel", **WHY})
    assert answer.status_code == 422
    assert 'id="budget-error"' in answer.text
    assert 'value="viel"' in answer.text
    high = desk.post(WEIGHTS, data={**shifted(), "budget": "99", **WHY})
    assert high.status_code == 422
    assert "各项合计应为 100" in high.text
    assert desk.post(WEIGHTS, data=shifted()).status_code == 422
    assert rule_book("steel").version == "steel-2026.1"


def test_words_are_kept_and_ask_for_one_rebuild(desk: IsolatedClient) -> None:
    for kind, words in (("synonyms", "打包带机，捆扎机"), ("word", "打包带机")):
        assert desk.post(WORDS, data={"kind": kind, "words": words}).status_code == 303
    assert [w.words for w in db.session.scalars(select(TradeWord))] == [
        ["打包带机", "捆扎机"], ["打包带机"]]
    jobs = db.session.scalars(select(Job).where(Job.kind == "search.rebuild")).all()
    assert [j.state for j in jobs] == ["queued"]
    assert "索引即将重建" in desk.get(WORDS).text
    word = db.session.scalars(select(TradeWord)).first()
    assert "移除“打包带机 = 捆扎机”？" in desk.get(WORDS).text, "removing asks first"
    assert desk.post(f"{WORDS}/{word.id}/remove").status_code == 303
    db.session.rollback()
    assert len(db.session.scalars(select(TradeWord)).all()) == 1


@pytest.mark.parametrize(("kind", "text"), [
    ("synonyms", "一个"), ("synonyms", "，，"), ("synonyms", "甲，乙"), ("word", "两个，词语"),
    ("word", "长" * 41), ("word", "!!"), ("colour", "红色"), ("word", "MES"),
    ("synonyms", ",".join(f"词语{n}" for n in range(11)))])
def test_words_are_checked(desk: IsolatedClient, kind: str, text: str) -> None:
    if text == "MES":
        text = taxonomy().dictionary[0]
    assert desk.post(WORDS, data={"kind": kind, "words": text}).status_code == 422
    assert db.session.scalars(select(TradeWord)).all() == []


@pytest.mark.parametrize("path", ["", "/pause", "/page", "/weights", "/words", "/missed"])
def test_a_foreign_sub_platform_does_not_exist(desk: IsolatedClient, path: str) -> None:
    assert desk.get(f"/console/industries/steel{path}").status_code == 200
    for industry in ("biopharma", "shoes"):
        assert desk.get(f"/console/industries/{industry}{path}").status_code == 404


def test_nothing_of_a_foreign_sub_platform_can_be_changed(desk: IsolatedClient) -> None:
    foreign = "/console/industries/biopharma"
    for path, form in (("/page", WHY), ("/page/back", {"number": "1", **WHY}), ("/pause", WHY),
                       ("/weights", WHY), ("/weights/back", {"number": "0", **WHY}),
                       ("/words", {"kind": "word", "words": "捆扎机"}), ("/words/1/remove", {}),
                       ("/resume", {})):
        assert desk.post(foreign + path, data=form).status_code == 404, path
    assert rule_book("biopharma").version == "biopharma-2026.1"


def test_who_oversees_reads_all_and_changes_nothing(app: Flask, client: IsolatedClient) -> None:
    sign_in_as(client, make_user(role="city_admin"))
    for path in ("", "/page", "/weights", "/words", "/missed", "/pause"):
        assert client.get(f"/console/industries/steel{path}").status_code == 200
    assert client.post(WEIGHTS, data={**shifted(), **WHY}).status_code == 404
