"""The answer to a need: picks, ranking, near misses, bundle, ties, versions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from marketplace.catalog.indexer import Indexes
from marketplace.core import clock
from marketplace.matching import matcher
from marketplace.matching.candidates import MOST, candidates
from marketplace.matching.matcher import MatchResult, evaluate, match, ordered
from marketplace.matching.need import Need
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from marketplace.matching.weights import GENERAL_WEIGHTS, RuleBook
from marketplace.taxonomy.operations import pause_industry
from marketplace.taxonomy.queries import forget_paused
from tests.factories import bring_into_index, make_provider, make_solution
from tests.matching.support import candidate, need
from tests.support import sql_count

BOOK = RuleBook(None, "test", GENERAL_WEIGHTS)
WEIGHBRIDGE = "地磅作弊，司机和过磅员串通，想做无人值守，20万以内"


def indexes(app: Flask) -> Indexes:
    return app.extensions["indexes"]


def ask(app: Flask, text: str, **more: Any) -> MatchResult:
    return match(indexes(app), need_of(understand(text)), **more)


def of(asked: Need, *items: Any) -> list[matcher.Recommendation]:
    return [evaluate(asked, item, BOOK) for item in items]


# --- Scores --------------------------------------------------------------------------------------


def test_the_score_is_the_weighted_mean_of_the_rounded_scores() -> None:
    asked = need("core_scenario:OP-05", "budget:30000", text="排产")
    found = evaluate(asked, candidate(rank=2), BOOK)
    rows = [o.as_dict() for o in found.outcomes]
    by_hand = sum(r["score"] * r["weight"] for r in rows) / sum(r["weight"] for r in rows)
    assert found.score == round(by_hand, 4)


def test_wishes_are_counted_where_they_could_be_judged() -> None:
    asked = need("core_scenario:OP-05", "budget:60000", "deadline:10")
    found = evaluate(asked, candidate(cost=None), BOOK)
    assert found.judged == {"core_scenario:OP-05": True, "deadline": False}
    assert (found.met, len(found.judged)) == (1, 2)


# --- Order ---------------------------------------------------------------------------------------


def test_at_most_two_of_one_provider_among_the_first_ten_unless_asked() -> None:
    asked = need("core_scenario:OP-05")
    items = of(asked, *(candidate(n, provider=1) for n in range(6)),
               *(candidate(n, provider=n, scenarios=[]) for n in range(10, 22)))
    first = Counter(r.candidate.provider_id for r in ordered(items)[:10])
    assert first[1] == 2
    assert len(ordered(items)) == len(items)
    assert [r.candidate.provider_id for r in ordered(items, diversify=False)[:6]] == [1] * 6


def test_ties_change_with_the_week_and_not_with_the_order_found(
        monkeypatch: pytest.MonkeyPatch) -> None:
    items = of(need("core_scenario:OP-05"), *(candidate(n, provider=n) for n in range(12)))
    orders = {}
    for week in ("2026-W01", "2026-W02"):
        monkeypatch.setattr(matcher, "iso_week", lambda week=week: week)
        orders[week] = [r.candidate.id for r in ordered(items)]
        assert [r.candidate.id for r in ordered(reversed(items))] == orders[week]
    assert orders["2026-W01"] != orders["2026-W02"]


# --- Picks ---------------------------------------------------------------------------------------


def picks(asked: Need, *items: Any) -> dict[str, int]:
    scored = of(asked, *items)
    ranked = ordered(scored)
    topical = matcher._on_topic(asked, scored, ranked[0] if ranked else None)
    return {label: p.candidate.id for p in matcher._picks(asked, ranked, topical)
            for label in p.labels}


def test_cheapest_and_fastest_are_solutions_that_do_what_is_asked() -> None:
    asked = need("core_scenario:OP-05", text="排产")
    assert picks(
        asked, candidate(1, rank=0, provider=1, go_live_days=40),
        candidate(2, rank=1, provider=2, cost=20_000, go_live_days=30),
        candidate(3, rank=1, provider=3, cost=40_000, go_live_days=5),
        candidate(4, rank=0, provider=4, cost=100, go_live_days=1, scenarios=[["OP-09", 0, 1]]),
    ) == {"best_fit": 1, "cheapest": 2, "fastest": 3}


def test_one_solution_may_hold_all_labels_and_unknown_prices_none() -> None:
    asked = need("core_scenario:OP-05")
    assert picks(asked, candidate(1)) == {"best_fit": 1, "cheapest": 1, "fastest": 1}
    assert picks(asked, candidate(1, cost=None, go_live_days=None)) == {"best_fit": 1}
    assert picks(asked) == {}


def test_where_none_on_topic_states_a_price_the_next_of_the_kind_is_named(catalogue: Flask) -> None:
    found = ask(catalogue, "我们是60人的机加工厂，发那科和西门子840D都有，插单多、交期老拖，"
                           "想自动排产，预算20万以内，四个月内用上，数据不能出厂")
    labels = {label for pick in found.picks for label in pick.labels}
    assert {"best_fit", "cheapest", "fastest"} <= labels


def test_picks_are_made_up_to_three_by_the_next_that_fit_well() -> None:
    asked = need("core_scenario:OP-05", text="排产")
    found = [candidate(n, provider=n, rank=n, cost=1_000 * n, go_live_days=n) for n in range(1, 6)]
    scored = of(asked, *found)
    ranked = ordered(scored)
    chosen = matcher._picks(asked, ranked, matcher._on_topic(asked, scored, ranked[0]))
    assert [p.labels for p in chosen] == [("best_fit", "cheapest", "fastest"), ("also_fits",),
                                          ("also_fits",)]


def test_picks_keep_the_hard_wishes() -> None:
    asked = need("core_scenario:OP-05", "deadline:20", hard=("deadline",))
    assert picks(asked, candidate(1, go_live_days=10), candidate(2, cost=1, go_live_days=90)) == {
        "best_fit": 1, "cheapest": 1, "fastest": 1}


# --- Bundle --------------------------------------------------------------------------------------


def bundle(asked: Need, *items: Any) -> set[int]:
    return {r.candidate.id for r in matcher._bundle(asked, ordered(of(asked, *items)))}


THREE = ("core_scenario:OP-05", "core_scenario:OP-07", "core_scenario:OP-12")


def works_in(number: int, *codes: str, cost: float | None = 50_000) -> Any:
    return candidate(number, provider=number, cost=cost, scenarios=[[c, 0, 2] for c in codes])


def test_a_bundle_is_the_fewest_that_cover_all() -> None:
    one, two = works_in(1, "OP-05", "OP-07"), works_in(2, "OP-12")
    singles = [works_in(3, "OP-05"), works_in(4, "OP-07")]
    assert bundle(need(*THREE), one, two, *singles) == {1, 2}
    assert bundle(need(*THREE), two, *singles) == {2, 3, 4}


def test_no_bundle_where_one_covers_all_or_none_do() -> None:
    assert bundle(need(*THREE), works_in(1, "OP-05", "OP-07", "OP-12"), works_in(2, "OP-12")) \
        == set()
    assert bundle(need(*THREE), works_in(1, "OP-05"), works_in(2, "OP-07")) == set()
    assert bundle(need(THREE[0]), works_in(1, "OP-05")) == set()


def test_a_bundle_stays_within_the_budget() -> None:
    asked = need(*THREE, "budget:100000")
    dear, cheap = works_in(1, "OP-05", "OP-07", cost=90_000), works_in(2, "OP-12", cost=20_000)
    thrifty = works_in(3, "OP-05", "OP-07", cost=70_000)
    assert bundle(asked, dear, cheap) == set()
    assert bundle(asked, dear, cheap, thrifty) == {2, 3}
    assert bundle(asked, works_in(1, "OP-05", "OP-07", cost=None), cheap) == set()


# --- With the sample catalogue -------------------------------------------------------------------


def test_a_consultants_choice_comes_first(catalogue: Flask) -> None:
    for text, name in (
            (WEIGHBRIDGE, "过磅"), ("三坐标测量数据手抄，SPC没法做，数据不能出厂", "三坐标"),
            ("热处理炉温曲线不全，客户审核要每炉记录，30万以内", "炉温"),
            ("machine shop, we want offline programming of our welding robots", "离线编程")):
        first = ask(catalogue, text).recommendations[0].candidate
        assert name in first.name.zh, text


def test_a_veto_is_a_near_miss_and_says_why(catalogue: Flask) -> None:
    found = ask(catalogue, WEIGHBRIDGE + "，必须三天内上线")
    assert found.near_misses
    for item in found.near_misses:
        assert any(v.zh.startswith(("来不及", "超出预算")) for v in item.vetoes)
    vetoed = {r.candidate.id for r in found.near_misses}
    assert not vetoed & {r.candidate.id for r in (*found.recommendations, *found.picks,
                                                  *found.bundle)}


def test_limit_cuts_the_list_and_nothing_else(catalogue: Flask) -> None:
    long, short = ask(catalogue, WEIGHBRIDGE), ask(catalogue, WEIGHBRIDGE, limit=2)
    assert [r.candidate.id for r in short.recommendations] == [
        r.candidate.id for r in long.recommendations[:2]]
    assert short.fitting == long.fitting
    assert [p.labels for p in short.picks] == [p.labels for p in long.picks]


def test_rule_version_and_week_are_kept(catalogue: Flask) -> None:
    found = ask(catalogue, WEIGHBRIDGE)
    assert (found.rule_version, found.week) == ("steel-2026.1", clock.iso_week())
    assert ask(catalogue, "家具厂仓库账实不符，想扫码出入库").rule_version == "general-2026.1"


def test_a_match_needs_no_query(catalogue: Flask) -> None:
    asked = need_of(understand(WEIGHBRIDGE))
    match(indexes(catalogue), asked)
    with sql_count(1):  # what is paused, looked up at most once a second
        match(indexes(catalogue), asked)


def test_candidates_are_limited_and_served_once(catalogue: Flask) -> None:
    found = candidates(indexes(catalogue), need_of(understand(WEIGHBRIDGE)))
    ids = [c.id for c in found]
    assert len(ids) == len(set(ids)) <= MOST
    assert all("steel" in c.card["industries"] for c in found)


def test_paused_industries_never_appear(catalogue: Flask) -> None:
    asked = need_of(understand(WEIGHBRIDGE))
    pause_industry(industry="steel", reason="系统维护", actor="test")
    forget_paused()
    found = match(indexes(catalogue), need_of(understand(WEIGHBRIDGE)))
    shown = (*found.recommendations, *found.near_misses, *found.picks, *found.bundle)
    assert all("steel" not in r.candidate.card["industries"] for r in shown)
    assert all(not code.startswith("ST-") for r in shown for code in r.candidate.levels)
    assert all(r.candidate.card["industries"] for r in match(
        indexes(catalogue), asked).recommendations)


def test_what_fits_without_the_words_is_found(app: Flask) -> None:
    provider = make_provider()
    silent = make_solution(provider=provider, name={"zh": "磐石", "en": "Rock"},
                           promise={"zh": "省心", "en": "Ease"},
                           description={"zh": "好", "en": "Good"},
                           categories=["LIMS"], scenarios=[{"code": "ST-4.3", "from": 0, "to": 2}])
    bring_into_index()
    found = match(indexes(app), need("industry:steel", "scenario:ST-4.3", text="炉温曲线要留记录"))
    assert [r.candidate.id for r in found.recommendations] == [silent.id]
