"""The taxonomy: complete, in both languages, at the counts of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from marketplace.core.i18n import LocalizedText
from marketplace.declarations import CoreScenario
from marketplace.plugin_data import CORE_RULES
from marketplace.taxonomy.registry import GENERAL, Taxonomy, taxonomy

INDUSTRIES = {"steel": 27, "cnc_robotics": 28, "biopharma": 28}
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def tree() -> Taxonomy:
    return taxonomy()


def test_industries_are_the_three_bundled_ones(tree: Taxonomy) -> None:
    assert list(tree.industries) == sorted(INDUSTRIES)
    assert not tree.plugins.broken


@pytest.mark.parametrize(("code", "count"), INDUSTRIES.items())
def test_industry_has_its_whole_scenario_tree(tree: Taxonomy, code: str, count: int) -> None:
    industry = tree.industries[code]
    assert len(industry.scenarios) == count
    assert all(s.code.startswith(industry.prefix) for s in industry.scenarios.values())
    for scenario in industry.scenarios.values():
        assert scenario.core_scenarios, scenario.code
        assert scenario.pain_points, scenario.code
        assert scenario.categories, scenario.code
        assert scenario.kpis, scenario.code
        assert scenario.expert_checks, scenario.code


def test_core_scenarios_are_sixteen_of_which_ten_bind(tree: Taxonomy) -> None:
    assert len(tree.core_scenarios) == 16
    assert sum(s.binding for s in tree.core_scenarios.values()) == 10
    assert len(tree.core_groups) == 4
    assert {s.group for s in tree.core_scenarios.values()} == {g.code for g in tree.core_groups}


def test_core_scenarios_have_four_levels_each(tree: Taxonomy) -> None:
    for scenario in tree.core_scenarios.values():
        assert [level.level for level in scenario.levels] == [1, 2, 3, 4], scenario.code
        assert scenario.pain_points, scenario.code


def test_categories_are_thirty_eight_in_the_four_links(tree: Taxonomy) -> None:
    assert len(tree.categories) == 38
    assert [link.label.zh for link in tree.links] == [
        "研发设计", "生产制造", "经营管理", "运维服务"]
    links = {link.code for link in tree.links}
    assert {c.link for c in tree.categories.values()} == links
    assert {s.link for s in tree.core_scenarios.values()} <= links


@pytest.mark.parametrize("code", INDUSTRIES)
def test_industry_brings_six_to_twelve_attributes(tree: Taxonomy, code: str) -> None:
    attributes = tree.industries[code].attributes
    assert 6 <= len(attributes) <= 12
    assert all(a.industry == code for a in attributes)
    assert any(a.facet for a in attributes)


@pytest.mark.parametrize("code", INDUSTRIES)
def test_industry_brings_words_rules_and_rubrics(tree: Taxonomy, code: str) -> None:
    industry = tree.industries[code]
    assert industry.gbt4754
    assert all(re.fullmatch(r"\d{2,4}", c.code) for c in industry.gbt4754)
    assert industry.regulations
    assert industry.protocols
    assert len(industry.synonyms) > 20
    assert len(industry.dictionary) > 100
    assert industry.rules
    assert industry.rubrics
    assert set(industry.weights) <= set(CORE_RULES)
    assert sum(industry.weights.values()) + sum(r.weight for r in industry.rules) == pytest.approx(
        100)
    for rubric in industry.rubrics:
        assert sum(c.weight for c in rubric.criteria) == pytest.approx(100)


def texts(value: Any, place: str) -> Iterator[tuple[str, LocalizedText]]:
    """Every bilingual text of a declaration, with where it stands."""
    if isinstance(value, LocalizedText):
        yield place, value
    elif is_dataclass(value):
        label = getattr(value, "code", None) or getattr(value, "key", "")
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{place}/{label}.{field.name}")
    elif isinstance(value, (tuple, list)):
        for n, item in enumerate(value):
            yield from texts(item, f"{place}[{n}]")


OPTIONAL = (".unit", ".help", ".summary")


@pytest.mark.parametrize("code", INDUSTRIES)
def test_industry_texts_are_complete_in_both_languages(tree: Taxonomy, code: str) -> None:
    _complete(texts(tree.industries[code], code))


def test_core_texts_are_complete_in_both_languages(tree: Taxonomy) -> None:
    for what in (tree.core_scenarios, tree.categories):
        _complete(texts(list(what.values()), "core"))
    _complete(texts([tree.links, tree.core_groups, tree.core_attributes], "core"))


def _complete(found: Iterator[tuple[str, LocalizedText]]) -> None:
    missing, mixed = [], []
    for place, text in found:
        if not text and place.endswith(OPTIONAL):
            continue
        if not text.zh.strip() or not text.en.strip():
            missing.append(place)
        elif CHINESE.search(text.en):
            mixed.append(f"{place}: {text.en}")
    assert missing == []
    assert mixed == []


def test_codes_are_used_once(tree: Taxonomy) -> None:
    codes = [*tree.core_scenarios, *(s for i in tree.industries.values() for s in i.scenarios)]
    assert len(codes) == len(set(codes)) == 16 + 27 + 28 + 28
    keys = [a.key for a in tree.core_attributes] + [
        a.key for i in tree.industries.values() for a in i.attributes]
    assert len(keys) == len(set(keys))


def test_scenario_is_found_by_code_with_its_owner(tree: Taxonomy) -> None:
    core = tree.scenario("OP-06")
    assert isinstance(core, CoreScenario)
    own = next(iter(tree.industries["steel"].scenarios))
    assert tree.scenario(own) is tree.industries["steel"].scenarios[own]
    assert tree.scenario_owner[own] == "steel"
    assert tree.scenario("XX-1") is None


def test_names_of_unknown_codes_are_the_codes(tree: Taxonomy) -> None:
    assert str(tree.scenario_name("XX-1")) == "XX-1"
    assert str(tree.category_name("XX")) == "XX"
    assert str(tree.industry_name("xx")) == "xx"
    assert str(tree.industry_name(GENERAL)) == "通用"


def test_attributes_of_industries_are_the_core_s_and_their_own(tree: Taxonomy) -> None:
    found = list(tree.attributes_for(["steel"]))
    assert {a.industry for a in found} == {None, "steel"}
    assert len(found) == len(tree.core_attributes) + len(tree.industries["steel"].attributes)


def test_synonyms_and_dictionary_hold_the_plugins_words(tree: Taxonomy) -> None:
    words = set(tree.all_dictionary())
    groups = set(tree.all_synonyms())
    for industry in tree.industries.values():
        assert set(industry.dictionary) <= words
        assert set(industry.synonyms) <= groups
