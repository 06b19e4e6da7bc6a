"""Searching the sample catalogue: golden cases, facets, prices, sorts, fair order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.search import Filters, Results, mark, search, suggest
from marketplace.core.clock import moved
from marketplace.core.errors import Unavailable
from marketplace.core.i18n import set_language
from marketplace.taxonomy.registry import taxonomy
from tests.factories import bring_into_index, make_solution
from tests.support import sql_count


@pytest.fixture
def indexes(catalogue: Flask) -> Indexes:
    return catalogue.extensions["indexes"]


def slugs(results: Results) -> list[str]:
    return [c.data["slug"] for c in results.cards]


def find(indexes: Indexes, q: str = "", **more: object) -> Results:
    return search(indexes, SOLUTIONS, Filters(q=q, per_page=100, **more))  # type: ignore[arg-type]


# --- golden cases --------------------------------------------------------------------------------


def test_exact_name_is_first_for_every_solution(indexes: Indexes) -> None:
    everything = [c.data for page in (1, 2) for c in search(
        indexes, SOLUTIONS, Filters(page=page, per_page=100), with_facets=False).cards]
    assert len(everything) == 150
    for data in everything:
        for name in (data["name"]["zh"], data["name"]["en"]):
            best = search(indexes, SOLUTIONS, Filters(q=name, per_page=3), with_facets=False)
            assert best.cards[0].data["name"]["zh"] == data["name"]["zh"] or (
                best.cards[0].data["name"]["en"] == data["name"]["en"]), name


@pytest.mark.parametrize(("text", "first"), [
    ("棒线材车间执行系统", "lizha-bar-mill-mes"),
    ("Bar and wire mill execution system", "lizha-bar-mill-mes"),
    ("bar AND WIRE mill execution system", "lizha-bar-mill-mes"),
    ("棒线材执行", "lizha-bar-mill-mes"),
])
def test_golden_first(indexes: Indexes, text: str, first: str) -> None:
    assert slugs(find(indexes, text))[0] == first


@pytest.mark.parametrize(("words", "category"), [
    (("制造执行系统", "MES", "manufacturing execution"), "MES"),
    (("仓储管理系统", "WMS"), "WMS"), (("质量管理系统", "QMS"), "QMS"),
])
def test_synonyms_find_all_of_their_category(indexes: Indexes, words: tuple[str, ...],
                                             category: str) -> None:
    wanted = set(slugs(find(indexes, chosen={"category": (category,)})))
    assert len(wanted) > 3
    for text in words:
        assert wanted <= set(slugs(find(indexes, text))), text


def test_latin_typo_is_found_and_said(indexes: Indexes) -> None:
    typo, right = find(indexes, "schedulng"), find(indexes, "scheduling")
    assert right.total > 0
    assert typo.total >= right.total
    assert typo.did_you_mean == "scheduling"
    assert right.did_you_mean is None


def test_prefix_finds_the_word(indexes: Indexes) -> None:
    named = {c.data["slug"] for c in find(indexes, "scheduling").cards
             if "scheduling" in c.data["name"]["en"].lower()}
    assert named
    assert named <= set(slugs(find(indexes, "schedul")))


def test_phrase_is_stricter_than_words(indexes: Indexes) -> None:
    words = find(indexes, "wire mill")
    phrase = find(indexes, '"wire mill"')
    assert "lizha-bar-mill-mes" in slugs(phrase)
    assert not phrase.relaxed
    assert 0 < phrase.total <= words.total


def test_negation_takes_away(indexes: Indexes) -> None:
    plain, less = find(indexes, "MES"), find(indexes, "MES -steel")
    gone = set(slugs(plain)) - set(slugs(less))
    assert less.total < plain.total
    assert gone
    assert set(slugs(less)) < set(slugs(plain))


@pytest.mark.parametrize("text", ["😀😀", "，。！", '""', "---"])
def test_junk_finds_nothing(indexes: Indexes, text: str) -> None:
    found = find(indexes, text)
    assert (found.total, found.cards) == (0, ())


def test_unknown_words_find_nothing_or_say_they_were_relaxed(indexes: Indexes) -> None:
    assert find(indexes, "qqzzxxvv").total == 0
    relaxed = find(indexes, "MES qqzzxxvv")
    assert relaxed.relaxed
    assert relaxed.total > 0


def test_highlights_mark_the_words_in_the_language_shown(indexes: Indexes) -> None:
    assert "<mark>" in str(find(indexes, "棒线材").cards[0].name)
    set_language("en")
    assert "<mark>" in str(find(indexes, "wire mill").cards[0].name)


def test_mark_escapes_what_authors_wrote() -> None:
    assert mark("a<b>&c", [(1, 3)]) == "a<mark>&lt;b&gt;</mark>&amp;c"
    assert mark("a", []) == "a"


# --- facets --------------------------------------------------------------------------------------


def test_every_visible_count_equals_its_list(indexes: Indexes) -> None:
    for q, chosen in (("", {}), ("MES", {}), ("", {"industry": ("steel",)}),
                      ("质量", {"industry": ("biopharma",), "deployment": ("private",)})):
        shown = search(indexes, SOLUTIONS, Filters(q=q, chosen=chosen))
        if shown.relaxed:
            continue
        for group in shown.groups:
            param = group.facet.param
            others = {k: v for k, v in chosen.items() if k != param}
            for option in group.options[:8]:
                listed = search(indexes, SOLUTIONS, Filters(
                    q=q, chosen={**others, param: (option.value,)}), with_facets=False)
                assert listed.total == option.count, (q, chosen, param, option.value)


def test_every_visible_count_of_providers_equals_its_list(indexes: Indexes) -> None:
    for group in search(indexes, PROVIDERS, Filters()).groups:
        for option in group.options:
            listed = search(indexes, PROVIDERS, Filters(
                chosen={group.facet.param: (option.value,)}), with_facets=False)
            assert listed.total == option.count, (group.facet.param, option.value)


def test_facets_are_disjunctive(indexes: Indexes) -> None:
    free = {o.value: o.count for g in find(indexes).groups if g.facet.param == "deployment"
            for o in g.options}
    narrowed = find(indexes, chosen={"deployment": ("saas",)})
    group = next(g for g in narrowed.groups if g.facet.param == "deployment")
    assert {o.value: o.count for o in group.options} == free
    assert [o.value for o in group.options if o.chosen] == ["saas"]
    other = next(g for g in narrowed.groups if g.facet.param == "industry")
    assert sum(o.count for o in other.options) >= narrowed.total
    both = find(indexes, chosen={"deployment": ("saas", "edge")})
    assert both.total >= max(free["saas"], free["edge"])


def test_facets_hide_empty_values_and_keep_the_chosen(indexes: Indexes) -> None:
    narrowed = find(indexes, "钢", chosen={"industry": ("biopharma",)})
    for group in narrowed.groups:
        assert all(o.count > 0 or o.chosen for o in group.options)


def test_facets_of_a_plugin_show_with_its_industry(indexes: Indexes) -> None:
    def params(results: Results) -> set[str]:
        return {g.facet.param for g in results.groups}

    own = {f"attr.{a.key}" for a in taxonomy().industries["steel"].attributes}
    assert not own & params(find(indexes))
    assert "attr.process_stage" in params(find(indexes, chosen={"industry": ("steel",)}))
    assert not own & params(find(indexes, chosen={"industry": ("biopharma",)}))


def test_attribute_filter_narrows(indexes: Indexes) -> None:
    steel = find(indexes, chosen={"industry": ("steel",)})
    rolling = find(indexes, chosen={"attr.process_stage": ("hot_rolling",)})
    assert 0 < rolling.total < steel.total
    assert set(slugs(rolling)) <= set(slugs(steel))


def test_scenario_group_holds_its_scenarios(indexes: Indexes) -> None:
    tree = taxonomy()
    group = tree.core_groups[0].code
    inside = [s.code for s in tree.core_scenarios.values() if s.group == group]
    whole = set(slugs(find(indexes, chosen={"scenario": (group,)})))
    parts = {s for code in inside for s in slugs(find(indexes, chosen={"scenario": (code,)}))}
    assert whole == parts


# --- prices and sorts ----------------------------------------------------------------------------


def test_price_filter_says_how_many_lack_a_price(app: Flask) -> None:
    for amount in (9_000, 60_000):
        make_solution(price_parts=[{"part": p, "amount": amount if p == "licence" else 0} for p in (
            "licence", "subscription", "implementation", "interface", "training", "hardware",
            "maintenance")])
    make_solution(price_parts=[])
    make_solution(price_parts=[{"part": "licence", "amount": 1}], deployments=["edge"])
    bring_into_index()
    indexes = app.extensions["indexes"]
    assert find(indexes).lacking_price is None
    cheap = find(indexes, price_max=10_000)
    assert (cheap.total, cheap.lacking_price) == (1, 2)
    band = find(indexes, chosen={"price": ("50000-100000",)})
    assert (band.total, band.lacking_price) == (1, 2)
    narrowed = find(indexes, sort="price", chosen={"deployment": ("saas",)})
    assert (narrowed.total, narrowed.lacking_price) == (3, 1)


@pytest.mark.parametrize(("sort", "value", "descending"), [
    ("price", "three_years", False), ("go_live", "go_live_days", False)])
def test_sort_puts_missing_values_last(indexes: Indexes, sort: str, value: str,
                                       descending: bool) -> None:
    values = [c.data[value] for page in (1, 2) for c in search(
        indexes, SOLUTIONS, Filters(sort=sort, page=page, per_page=100),
        with_facets=False).cards]
    known = [v for v in values if v is not None]
    assert len(values) == 150
    assert known == sorted(known, reverse=descending)
    assert values[:len(known)] == known


def test_sort_newest_is_by_publication(app: Flask) -> None:
    made = []
    for days in (-3, -1, -2):
        with moved(timedelta(days=days)):
            made.append(make_solution(slug=f"age{-days}"))
    bring_into_index()
    assert slugs(find(app.extensions["indexes"], sort="newest")) == ["age1", "age2", "age3"]


def test_ties_keep_their_order_within_a_week_and_turn_with_the_next(indexes: Indexes) -> None:
    def order() -> list[str]:
        return slugs(find(indexes))

    first = order()
    assert order() == first
    with moved(timedelta(days=7)):
        second = order()
    assert second != first
    assert order() == first


def test_pages_show_every_result_once(indexes: Indexes) -> None:
    seen = [s for page in range(1, 9) for s in slugs(search(
        indexes, SOLUTIONS, Filters(page=page), with_facets=False))]
    assert len(seen) == len(set(seen)) == 150


# --- suggestions, failures, cost -----------------------------------------------------------------


def test_suggestions_are_of_four_kinds(indexes: Indexes) -> None:
    kinds = {s.kind for text in ("MES", "质量", "济南") for s in suggest(indexes, text)}
    assert kinds == {"solution", "provider", "scenario", "category"}
    assert suggest(indexes, "  ") == []


def test_suggestions_lead_somewhere(indexes: Indexes, catalogue: Flask) -> None:
    client = catalogue.test_client()
    for text in ("MES", "质量", "排产", "济南"):
        for suggestion in suggest(indexes, text):
            assert client.get(suggestion.path).status_code == 200, suggestion


def test_index_that_does_not_answer_is_unavailable(app: Flask) -> None:
    indexes = app.extensions["indexes"]
    indexes.close()
    folder = app.extensions["settings"].data_dir / "index"
    folder.rename(folder.with_name("away"))
    with pytest.raises(Unavailable, match="in a minute"):
        find(indexes)


def test_search_asks_the_database_only_what_is_paused(indexes: Indexes) -> None:
    find(indexes, "MES")
    with sql_count(1):
        find(indexes, "MES", chosen={"industry": ("steel",)})
