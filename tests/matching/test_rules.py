"""Every rule of the core by a table: what it scores, says, vetoes, and when it keeps silent."""

from __future__ import annotations

import pytest

from marketplace.matching import rules_fit, rules_terms
from marketplace.matching.need import Need, Wish
from marketplace.matching.outcomes import Outcome
from marketplace.matching.rules import CORE
from marketplace.taxonomy.registry import taxonomy
from tests.matching.support import candidate, need


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
