"""Every rule by a table: what it scores, what it says, when it vetoes, when it keeps silent."""

from __future__ import annotations

import re

import pytest

from marketplace.declarations import MatchRule
from marketplace.matching import attribute_rules, rules_fit, rules_terms
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need, Wish
from marketplace.matching.outcomes import Outcome
from marketplace.matching.rules import CORE
from marketplace.matching.weights import GENERAL_WEIGHTS, declared_weights
from marketplace.taxonomy.registry import taxonomy
from tests.matching.support import candidate, need


def rule(code: str) -> MatchRule:
    return next(r for i in taxonomy().industries.values() for r in i.rules if r.code == code)


def judged(code: str, asked: Need, item: Candidate) -> Outcome | None:
    own = rule(code)
    return attribute_rules.evaluate(own, attribute_rules.wanted_values(own, asked), asked, item)


def score(outcome: Outcome | None) -> float | None:
    return None if outcome is None else round(outcome.score, 3)


# --- Scenarios -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("tokens", "facts", "expected"), [
    ((), {}, None),
    (("core_scenario:OP-05",), {}, 1.0),
    (("core_scenario:OP-06",), {}, 0.0),
    (("core_scenario:OP-05", "core_scenario:OP-06"), {}, 0.5),
    # An industry scenario of the wished core scenario is half of it, unless it is wished itself.
    (("core_scenario:OP-07",), {"scenarios": [["ST-4.3", 0, 2]]}, 0.5),
    (("core_scenario:OP-07", "scenario:ST-4.3"), {"scenarios": [["ST-4.3", 0, 2]]}, 1.0),
    # Only the core scenario of the wished industry scenario: related, more so with its category.
    (("scenario:ST-4.3",), {"scenarios": [["OP-07", 0, 2]], "categories": ["LIMS"]}, 0.4),
    (("scenario:ST-4.3",), {"scenarios": [["OP-07", 0, 2]], "categories": ["OA"]}, 0.15),
])
def test_scenarios_count_by_confidence(tokens: tuple[str, ...], facts: dict,
                                       expected: float | None) -> None:
    assert score(rules_fit.scenario(need(*tokens), candidate(**facts))) == expected


@pytest.mark.parametrize(("present", "expected", "words"), [
    (0, 1.0, "从0级提升到3级"), (2, 1.0, "从0级提升到3级"), (3, 0.3, "您已在3级"),
])
def test_a_level_already_reached_is_not_a_lift(present: int, expected: float, words: str) -> None:
    found = rules_fit.scenario(need("core_scenario:OP-05", levels={"OP-05": present}), candidate())
    assert found is not None
    assert score(found) == expected
    assert words in found.text.zh


def test_the_descriptor_the_solution_brings_is_named() -> None:
    found = rules_fit.scenario(need("core_scenario:OP-05"), candidate())
    assert found is not None
    descriptor = taxonomy().core_scenarios["OP-05"].levels[2].descriptor
    assert descriptor.zh in found.text.zh
    assert descriptor.en in found.text.en


def test_a_hard_scenario_vetoes_and_a_soft_one_does_not() -> None:
    for hard in (True, False):
        asked = need("core_scenario:OP-06", hard=("core_scenario",) if hard else ())
        found = rules_fit.scenario(asked, candidate())
        assert found is not None
        assert bool(found.veto) is hard


def test_naming_the_industry_scenario_never_lowers_the_weight_of_the_topic() -> None:
    for confidence in (0.05, 0.3, 0.9):
        core = Wish("core_scenario", "OP-07", confidence=0.8)
        own = Wish("scenario", "ST-4.3", confidence=confidence)
        alone = sum(rules_fit.scenario_weights(Need("", (core,))).values())
        both = sum(rules_fit.scenario_weights(Need("", (core, own))).values())
        assert both >= alone - 1e-9


# --- Industry, words, category -------------------------------------------------------------------


@pytest.mark.parametrize(("served", "asked", "expected", "veto"), [
    (["steel"], need("industry:steel"), 1.0, False),
    (["general"], need("industry:steel"), 0.7, False),
    (["biopharma"], need("industry:steel"), 0.0, False),
    (["biopharma"], need("industry:steel", hard=("industry",)), 0.0, True),
    (["general"], need(), 1.0, False),
    (["steel", "biopharma"], need(), 0.7, False),
    (["steel"], need(), 0.4, False),
])
def test_industry(served: list[str], asked: Need, expected: float, veto: bool) -> None:
    found = rules_fit.industry(asked, candidate(industries=served))
    assert found is not None
    assert (score(found), bool(found.veto)) == (expected, veto)


@pytest.mark.parametrize(("rank", "expected", "zh", "en"), [
    (0, 1.0, "排第1", "1st"), (1, 0.923, "排第2", "2nd"), (10, 0.545, "排第11", "11th"),
    (12, 0.5, "排第13", "13th"), (21, 0.364, "排第22", "22nd"),
    (None, 0.0, "不算最接近", "not among the closest"),
])
def test_closeness_of_words(rank: int | None, expected: float, zh: str, en: str) -> None:
    found = rules_fit.relevance(need(text="想自动排产"), candidate(rank=rank))
    assert found is not None
    assert score(found) == expected
    assert zh in found.text.zh
    assert en in found.text.en


def test_words_are_named_as_the_person_wrote_them() -> None:
    found = rules_fit.relevance(need(text="我们要上DNC"), candidate(rank=0, words=("dnc",)))
    assert found is not None
    assert "“DNC”" in found.text.zh
    assert rules_fit.relevance(need("budget:10000"), candidate(rank=0)) is None


@pytest.mark.parametrize(("wishes", "own", "expected", "met", "veto"), [
    ((), ["APS"], None, None, False),
    ((Wish("category", "APS"),), ["APS"], 1.0, True, False),
    ((Wish("category", "APS"), Wish("category", "MES", confidence=0.4)), ["MES"], 1.0, True, False),
    # A kind that was hardly understood is a hint, not a wish.
    ((Wish("category", "APS"), Wish("category", "MES", confidence=0.1)), ["MES"], 0.1, False,
     False),
    ((Wish("category", "APS"),), ["OA"], 0.0, False, False),
    ((Wish("excluded_category", "ERP", hard=True),), ["ERP"], 0.0, None, True),
    ((Wish("excluded_category", "ERP"),), ["ERP"], 0.0, None, False),
    ((Wish("excluded_category", "ERP", hard=True),), ["APS"], 1.0, None, False),
    # A wanted product that also is of an excluded kind by the way stays.
    ((Wish("category", "APS"), Wish("excluded_category", "ERP", hard=True)), ["APS", "ERP"], 1.0,
     True, False),
])
def test_category(wishes: tuple[Wish, ...], own: list[str], expected: float | None,
                  met: bool | None, veto: bool) -> None:
    found = rules_fit.category(Need("", wishes), candidate(categories=own))
    assert score(found) == expected
    if found is not None:
        assert bool(found.veto) is veto
        assert found.wishes.get("category") is met


# --- Terms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cost", "hard", "share", "expected", "veto", "said"), [
    (50_000, True, 0, 1.0, False, "首年约5万元，您的预算6万元"),
    (60_000, True, 0, 1.0, False, "首年约6万元，您的预算6万元"),
    (60_100, True, 0, 0.698, True, "首年约6.01万元，您的预算6万元"),
    (60_100, False, 0, 0.698, False, "首年约6.01万元，您的预算6万元"),
    (600_000, False, 0, 0.0, False, "首年约60万元"),
    (100_000, True, 0.5, 1.0, False, "首年约5万元，已扣补助"),
    (6_600, True, 0, 1.0, False, "首年约6,600元"),
    (None, True, 0, 0.4, False, "须向服务商询价"),
])
def test_budget(cost: float | None, hard: bool, share: float, expected: float, veto: bool,
                said: str) -> None:
    asked = need("budget:60000", hard=("budget",) if hard else (), subsidy_share=share)
    found = rules_terms.budget(asked, candidate(cost=cost))
    assert found is not None
    assert (score(found), bool(found.veto)) == (expected, veto)
    assert said in found.text.zh


def test_an_unknown_price_is_no_judgement_on_the_wish() -> None:
    found = rules_terms.budget(need("budget:60000"), candidate(cost=None))
    assert found is not None
    assert not found.wishes


@pytest.mark.parametrize(("days", "hard", "expected", "veto", "en"), [
    (14, True, 1.0, False, "14 days to go-live, you have 60"),
    (1, True, 1.0, False, "1 day to go-live, you have 60"),
    (60, True, 1.0, False, "60 days to go-live, you have 60"),
    (66, True, 0.6, True, "66 days to go-live, you have 60"),
    (66, False, 0.6, False, "66 days to go-live, you have 60"),
    (None, True, 0.4, False, "not stated"),
])
def test_go_live(days: int | None, hard: bool, expected: float, veto: bool, en: str) -> None:
    found = rules_terms.go_live(need("deadline:60", hard=("deadline",) if hard else ()),
                                candidate(go_live_days=days))
    assert found is not None
    assert (score(found), bool(found.veto)) == (expected, veto)
    assert en in found.text.en


@pytest.mark.parametrize(("wanted", "offered", "expected", "met"), [
    ("saas", ["saas", "private"], 1.0, True), ("saas", ["private"], 0.0, False),
    ("private", ["edge"], 1.0, True), ("private", ["hybrid"], 0.5, False),
    ("edge", ["private"], 0.7, False), ("saas", ["hybrid"], 0.7, False),
    ("saas", [], 0.0, False),
])
def test_deployment(wanted: str, offered: list[str], expected: float, met: bool) -> None:
    for hard in (True, False):
        found = rules_terms.deployment(
            need(f"deployment:{wanted}", hard=("deployment",) if hard else ()),
            candidate(deployments=offered))
        assert found is not None
        assert (score(found), found.wishes["deployment"]) == (expected, met)
        assert bool(found.veto) is (hard and not met)


@pytest.mark.parametrize(("people", "sizes", "expected"), [
    (None, ["small"], None), (80, ["small", "medium"], 1.0), (8, ["small"], 0.2),
    (5_000, ["medium"], 1.0), (80, [], 0.4),
])
def test_company_size(people: int | None, sizes: list[str], expected: float | None) -> None:
    item = candidate(attributes={"company_sizes": sizes})
    assert score(rules_terms.company_size(need(people=people), item)) == expected


@pytest.mark.parametrize(("hours", "areas", "district", "expected"), [
    (None, [], None, None), (2, [], None, 1.0), (8, [], None, 0.8), (24, [], None, 0.6),
    (72, [], None, 0.3), (2, ["all"], "370102", 1.0), (2, ["370102"], "370102", 1.0),
    (None, ["370102"], "370102", 0.75), (2, ["370103"], "370102", 0.25),
])
def test_service(app: object, hours: int | None, areas: list[str], district: str | None,
                 expected: float | None) -> None:
    item = candidate(response_hours=hours, districts=areas)
    assert score(rules_terms.service(need(district=district), item)) == expected


def test_hours_read_well() -> None:
    said = {h: rules_terms.service(need(), candidate(response_hours=h)) for h in (1, 4)}
    assert [o.text.en for o in said.values() if o] == [
        "The provider answers within 1 hour", "The provider answers within 4 hours"]


@pytest.mark.parametrize(("grade", "expected"), [
    (None, None), ("A", 1.0), ("B", 0.75), ("C", 0.5)])
def test_an_unrated_provider_is_neutral(grade: str | None, expected: float | None) -> None:
    assert score(rules_terms.provider_grade(need(), candidate(grade=grade))) == expected


@pytest.mark.parametrize(("known", "asked", "expected", "en"), [
    ([], need(), 0.0, "No case"),
    ([[None, True]], need(), 1.0, "1 case, with confirmed results"),
    ([["3120", True], ["3120", False]], need("industry:steel"), 1.0,
     "2 cases in your trade, 1 of them with confirmed results"),
    ([["3120", False]], need("industry:steel"), 0.6,
     "1 case in your trade, declared by the provider"),
    ([["2720", True]], need("industry:steel"), 0.2, "No case in your trade, 1 in other trades"),
    ([["3120", True]], need("industry:steel", gbt4754="3130"), 0.2, "No case in your trade"),
])
def test_cases(known: list, asked: Need, expected: float, en: str) -> None:
    found = rules_terms.cases(asked, candidate(cases=known))
    assert found is not None
    assert score(found) == expected
    assert found.text.en.startswith(en)


def test_where_a_provider_is_registered_never_counts() -> None:
    for city in ("济南", "深圳"):
        item = candidate(provider=7, listed=city == "济南", admitted=city == "济南")
        outcomes = [r.evaluate(need("core_scenario:OP-05", text="排产"), item)
                    for r in CORE.values()]
        assert [score(o) for o in outcomes if o] == [1.0, 0.4, 0.0, 0.0]


# --- Plugins' rules ------------------------------------------------------------------------------

GMP = "GMP车间要电子批记录"


@pytest.mark.parametrize(("text", "class_", "package", "expected", "veto"), [
    (GMP, None, "iq_oq_pq", 1.0, False), (GMP, None, "iq_oq", 1.0, False),
    (GMP, None, "none", 0.0, True), (GMP, None, None, 0.0, True), (GMP, "2720", None, 0.0, True),
    # Veterinary drugs, hygiene materials, excipients and packaging are not held to it.
    (GMP, "2750", None, None, False), (GMP, "2770", None, None, False),
    (GMP, "2780", None, None, False), ("兽药GMP，要批记录", None, None, None, False),
    ("口罩厂，GMP文件要管起来", None, None, None, False),
    ("仓库想扫码出入库", None, None, None, False),
])
def test_validation_vetoes_in_gxp_scope(text: str, class_: str | None, package: str | None,
                                        expected: float | None, veto: bool) -> None:
    asked = need("industry:biopharma", text=text, gbt4754=class_)
    found = judged("validation_package", asked, candidate(
        industries=["biopharma"], attributes={"validation_package": package}))
    assert score(found) == expected
    assert bool(found and found.veto) is veto


def test_alternatives_read_as_alternatives() -> None:
    found = judged("validation_package", need("industry:biopharma", text=GMP), candidate(
        industries=["biopharma"], attributes={"validation_package": "none"}))
    assert found is not None
    assert re.search("“.*或.*”", found.text.zh)
    assert not found.text.zh.endswith("。")


@pytest.mark.parametrize(("brands", "expected"), [
    (["fanuc", "siemens_840d"], 1.0), (["fanuc"], 0.5), (["gsk"], 0.0), (None, 0.0),
])
def test_each_controller_asked_for_counts(brands: list[str] | None, expected: float) -> None:
    asked = need("industry:cnc_robotics", text="发那科系统和西门子840D都有")
    found = judged("controllers", asked, candidate(
        industries=["cnc_robotics"], attributes={"supported_controllers": brands}))
    assert found is not None
    assert score(found) == expected
    assert found.veto is None
    names = taxonomy().attributes["supported_controllers"].labels
    had, _but, lacking = found.text.zh.partition("；但")
    if expected == 0.5:
        assert names["fanuc"].zh in had
        assert names["siemens_840d"].zh not in had
        assert names["siemens_840d"].zh in lacking


@pytest.mark.parametrize(("rule_code", "industry", "text", "key", "good", "bad", "veto"), [
    ("heat_dust", "steel", "加热炉旁边又热灰又大，粉尘", "heat_dust_suitability", "hot_dusty",
     "office", False),
    ("interlock", "steel", "煤气区域，联锁不能动", "interlock_untouched", True, False, True),
    ("retrofit", "steel", "不能停产", "retrofit_window", "online", "overhaul", False),
    ("plc_brand", "steel", "西门子S7-1500", "plc_brands", ["siemens"], ["abb"], False),
    ("emission_link", "steel", "超低排放评级", "ultra_low_emission_link", True, False, False),
    ("high_mix", "cnc_robotics", "单件小批", "high_mix_fit", ["batch_1_10"], ["batch_100_plus"],
     False),
    ("must_send_programs", "cnc_robotics", "必须能下发程序", "access_rights", "read_write",
     "read_only", True),
    ("robot_brands", "cnc_robotics", "库卡机器人", "robot_brands", ["kuka"], ["abb"], False),
    ("audit_trail", "biopharma", "数据能删，审计追踪不过关", "audit_trail", "always_on", "none",
     False),
])
def test_rules_of_the_trades(rule_code: str, industry: str, text: str, key: str, good: object,
                             bad: object, veto: bool) -> None:
    asked = need(f"industry:{industry}", text=text)
    for value, expected in ((good, 1.0), (bad, 0.0), (None, 0.0)):
        found = judged(rule_code, asked, candidate(industries=[industry],
                                                   attributes={key: value}))
        assert found is not None
        assert score(found) == expected
        assert bool(found.veto) is (veto and expected == 0)
        assert "{" not in found.text.zh + found.text.en
    silent = need(f"industry:{industry}", text="想把账算清楚")
    assert judged(rule_code, silent, candidate(industries=[industry])) is None


def test_a_solution_of_another_trade_is_not_judged_by_a_plugin() -> None:
    asked = need("industry:steel", text="联锁不能动")
    assert judged("interlock", asked, candidate(industries=["biopharma"])) is None


@pytest.mark.parametrize("text", ["BOFA数据", "在ABBYY上", "reBOF"])
def test_clues_of_letters_stand_alone(text: str) -> None:
    asked = need("industry:steel", text=text)
    assert not attribute_rules.wanted_values(rule("heat_dust"), asked)


def test_every_rule_is_weighed_and_weights_add_up() -> None:
    assert sum(GENERAL_WEIGHTS.values()) == 100
    assert set(GENERAL_WEIGHTS) == set(CORE)
    for own in taxonomy().industries.values():
        weights = declared_weights(own)
        assert sum(weights.values()) == pytest.approx(100)
        assert set(weights) == {*CORE, *(r.code for r in own.rules)}


def test_every_trigger_names_values_its_attribute_knows() -> None:
    tree = taxonomy()
    for own in tree.industries.values():
        for r in own.rules:
            labels = tree.attributes[r.attribute].labels or {"true": 1, "false": 1}
            assert all(v in labels for t in r.triggers for v in t.values), r.code
