"""The plugins' rules by tables: what they ask, what they say, when they veto and for whom not."""

from __future__ import annotations

import re

import pytest

from marketplace.declarations import MatchRule
from marketplace.matching import attribute_rules
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
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


@pytest.mark.parametrize(("text", "brands"), [
    ("发那科和西门子840D", ["fanuc", "siemens_840d"]),
    ("车间里发那科、三菱、广数都有", ["fanuc", "mitsubishi", "gsk"]),
    ("Fanuc and Siemens 840D machines", ["fanuc", "siemens_840d"]),
    # Robots, and a part of the country, are no controls.
    ("西门子840D和发那科机器人要联网", ["siemens_840d"]), ("发那科机器人和安川机器人", []),
    ("西门子S7-1200和发那科机器人", []), ("给华中地区客户供货，广数机床", ["gsk"]),
])
def test_controllers_in_a_list(text: str, brands: list[str]) -> None:
    assert attribute_rules.wanted_values(rule("controllers"), need(text=text)) == [
        (b,) for b in brands]


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
