"""Why is a solution not here? A fact about this need, for any solution by name."""

from __future__ import annotations

from flask import Flask

from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.queries import solution_by
from marketplace.matching.matcher import match
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from marketplace.matching.why_not import find_by_name, similar, why_not
from marketplace.taxonomy.operations import pause_industry
from marketplace.taxonomy.queries import forget_paused
from tests.factories import bring_into_index, full_price, make_solution
from tests.matching.support import need

ASKED = need("industry:steel", "core_scenario:OP-06", "budget:5000", text="车间排产",
             hard=("budget",))


def test_a_veto_is_said(app: Flask) -> None:
    dear = make_solution()
    bring_into_index()
    found = why_not(app.extensions["indexes"], ASKED, dear.id)
    assert found is not None
    assert found.verdict.zh.startswith("不符合硬性要求：超出预算：首年约1万元，您的预算5,000元")
    assert found.place is None


def test_a_recommended_one_has_its_place(app: Flask) -> None:
    cheap = make_solution(price_parts=full_price(900))
    bring_into_index()
    found = why_not(app.extensions["indexes"], ASKED, cheap.id)
    assert found is not None
    assert (found.place, found.verdict.en) == (1, "It is recommended, in place 1")


def test_a_lower_one_names_what_it_loses_by(catalogue: Flask) -> None:
    asked = need_of(understand("地磅作弊，想做无人值守过磅"))
    indexes = catalogue.extensions["indexes"]
    shown = {r.candidate.id for r in match(indexes, asked, limit=50).recommendations}
    other = next(s for i in range(1, 151) if i not in shown
                 and (s := solution_by(id=i)) and s.published)
    found = why_not(indexes, asked, other.id)
    assert found is not None
    assert found.place is None
    assert "失分最多的是" in found.verdict.zh
    assert found.item is not None


def test_reasons_are_those_of_the_match(catalogue: Flask) -> None:
    asked = need_of(understand("地磅作弊，想做无人值守过磅，必须三天内上线"))
    indexes = catalogue.extensions["indexes"]
    for missed in match(indexes, asked).near_misses:
        found = why_not(indexes, asked, missed.candidate.id)
        assert found is not None
        assert found.item is not None
        assert found.item.score == missed.score


def test_withdrawn_and_paused_ones_say_so(app: Flask) -> None:
    gone, here = make_solution(), make_solution()
    withdraw_solution(solution=gone, reason="停止维护", actor="test")
    found = why_not(app.extensions["indexes"], ASKED, gone.id)
    assert found is not None
    assert "停止维护" in found.verdict.zh
    pause_industry(industry="steel", reason="系统维护", actor="test")
    forget_paused()
    found = why_not(app.extensions["indexes"], ASKED, here.id)
    assert found is not None
    assert "暂停" in found.verdict.zh
    assert why_not(app.extensions["indexes"], ASKED, 999_999) is None


def test_it_is_found_by_slug_and_by_name(app: Flask) -> None:
    made = make_solution(slug="rolling-gear", name={"zh": "辊缝助手", "en": "Gap helper"})
    bring_into_index()
    indexes = app.extensions["indexes"]
    assert [s.id for s in find_by_name(indexes, "rolling-gear")] == [made.id]
    assert [s.id for s in find_by_name(indexes, "辊缝助手")] == [made.id]
    assert list(find_by_name(indexes, "zzzzzz")) == []


def test_similar_ones_do_the_same_and_are_others(catalogue: Flask) -> None:
    weighing = next(s for i in range(1, 151) if (s := solution_by(id=i)) and s.published
                    and any(c.code == "WEIGH" for c in s.published.categories[:1]))
    found = similar(catalogue.extensions["indexes"], weighing)
    assert found
    assert weighing.id not in {r.candidate.id for r in found}
    assert "WEIGH" in found[0].candidate.card["categories"]
    assert all(r.labels == () and r.reasons for r in found)
