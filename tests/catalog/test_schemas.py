"""Any address is answered; what was understood can be said back as an address."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from marketplace.catalog.facets import facets_for, number_attributes
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.schemas import (
    MAX_COMPARED,
    compared_ids,
    list_schema,
    page_filters,
    to_filters,
)
from marketplace.catalog.search import PER_PAGE, SORTS, Filters
from marketplace.core.errors import InvalidInput
from marketplace.taxonomy.registry import taxonomy
from tests.support import IsolatedClient

ACTIVE = ("biopharma", "cnc_robotics", "steel")
SHARED = settings(max_examples=40, deadline=None,
                  suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = [*list_schema(SOLUTIONS, ACTIVE).fields, "attr", "lang", "x", "attr.", "page[]"]
VALUES = st.one_of(
    st.text(max_size=12), st.sampled_from([
        "1", "0", "-1", "1e9", "9" * 40, "nan", "inf", "..", "5..", "..5", "9..1", "5..x", "true",
        "steel", "MES", "OP-06", "OP-", "0-10000", "300000-", "relevance", "price", "table", "yes",
        "q" * 1001, "\x00", "%", "' OR 1=1", "<script>", "质量"]))
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6)


@SHARED
@given(QUERIES)
def test_page_of_any_query_string_is_answered(catalogue: Flask, client: IsolatedClient,
                                              pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs, errors="surrogatepass")
    assert client.get(f"/solutions?{query}").status_code == 200
    assert client.get(f"/providers?{query}").status_code == 200


@SHARED
@given(QUERIES)
def test_api_of_any_query_string_is_answered_or_names_the_field(
        catalogue: Flask, client: IsolatedClient, pairs: list[tuple[str, str]]) -> None:
    answer = client.get(f"/api/v1/solutions?{urlencode(pairs, errors='surrogatepass')}")
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.mimetype == "application/problem+json"
        assert {e["field"] for e in answer.json["errors"]} <= {name for name, _value in pairs}


@pytest.mark.parametrize("path", ["/suggest", "/compare", "/compare.xlsx", "/solutions/export.csv",
                                  "/api/v1/suggest", "/api/v1/compare", "/api/v1/providers"])
@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.sampled_from(["q", "ids", "industry", "people", "seats"]),
                                VALUES), max_size=4))
def test_other_addresses_never_fail(catalogue: Flask, client: IsolatedClient, path: str,
                                    pairs: list[tuple[str, str]]) -> None:
    query = urlencode(pairs, errors="surrogatepass")
    assert client.get(f"{path}?{query}").status_code in (200, 302, 404, 422)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    """Anything a visitor can ask for."""
    declared = [f for f in facets_for(SOLUTIONS, ACTIVE) if f.order]
    chosen = {}
    for facet in draw(st.lists(st.sampled_from(declared), max_size=3, unique_by=id)):
        known = ("yes",) if facet.flag else facet.order
        chosen[facet.param] = tuple(draw(st.lists(
            st.sampled_from(known), min_size=1, max_size=3, unique=True)))
    if draw(st.booleans()):
        chosen["category"] = ("MES",)
    ends = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False))
    ranges = {f"attr.{a.key}": (draw(ends), draw(ends)) for a in draw(st.lists(
        st.sampled_from(number_attributes(ACTIVE)), max_size=2, unique_by=id))}
    text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
    return Filters(
        q=draw(text.map(str.strip)), chosen=chosen, ranges=ranges,
        price_max=draw(st.one_of(st.none(), st.floats(0, 1e12, allow_nan=False))),
        sort=draw(st.sampled_from(list(SORTS))), page=draw(st.integers(1, 100)),
        per_page=draw(st.sampled_from(PER_PAGE)), view=draw(st.sampled_from(["cards", "table"])))


@settings(max_examples=100, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=filters())
def test_filters_survive_their_address(app: Flask, asked: Filters) -> None:
    query = asked.query_string(page=asked.page)
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    understood, errors = page_filters(SOLUTIONS, MultiDict(pairs))
    assert errors == ()
    order = {f.param: n for n, f in enumerate(facets_for(SOLUTIONS, ACTIVE))}
    assert dict(understood.chosen) == dict(sorted(asked.chosen.items(), key=lambda i: order[i[0]]))
    unbounded = {k: v for k, v in asked.ranges.items() if v != (None, None)}
    assert {k: v for k, v in understood.ranges.items() if v != (None, None)} == unbounded
    for name in ("q", "price_max", "sort", "page", "per_page", "view"):
        assert getattr(understood, name) == getattr(asked, name), name


def test_filters_changed_go_back_to_the_first_page() -> None:
    asked = Filters(q="MES", page=4)
    assert asked.query_string() == "?q=MES"
    assert asked.query_string(page=5) == "?q=MES&page=5"
    assert asked.query_string(sort="price") == "?q=MES&sort=price"
    assert Filters().query_string() == "?"


def test_filters_without_take_away_one_value() -> None:
    asked = Filters(q="a", chosen={"category": ("MES", "QMS")}, ranges={"attr.x": (1, 2)},
                    price_max=5, page=3)
    assert asked.without("category", "MES").chosen == {"category": ("QMS",)}
    assert asked.without("category").chosen == {}
    assert asked.without("attr.x").ranges == {}
    assert asked.without("price_max").price_max is None
    assert asked.without("q").q == ""
    assert asked.without("q").page == 1


@pytest.mark.parametrize(("args", "field", "kept"), [
    ([("category", "MES"), ("category", "XXX")], "category", {"category": ("MES",)}),
    ([("industry", "shoes")], "industry", {}),
    ([("sort", "luck"), ("deployment", "saas")], "sort", {"deployment": ("saas",)}),
    ([("page", "0")], "page", {}), ([("page", "x")], "page", {}),
    ([("per_page", "7")], "per_page", {}), ([("price_max", "-1")], "price_max", {}),
    ([("price_max", "cheap")], "price_max", {}),
    ([("attr.trial_days", "many")], "attr.trial_days", {}),
    ([("attr.process_stage", "boiling")], "attr.process_stage", {}),
    ([("q", "x" * 1001)], "q", {}),
    ([("page", "501")], "page", {}),
])
def test_page_drops_only_what_is_wrong_and_names_it(app: Flask, args: list[tuple[str, str]],
                                                    field: str, kept: dict[str, object]) -> None:
    understood, errors = page_filters(SOLUTIONS, MultiDict(args))
    assert [e.field for e in errors] == [field]
    assert errors[0].remedy
    assert dict(understood.chosen) == kept
    assert understood.page == 1


def test_page_ignores_foreign_and_empty_parameters(app: Flask) -> None:
    understood, errors = page_filters(SOLUTIONS, MultiDict([
        ("utm_source", "x"), ("q", "  "), ("category", ""), ("lang", "en")]))
    assert (understood, errors) == (Filters(), ())


def test_attributes_reach_the_filters(app: Flask) -> None:
    """marshmallow nests dotted names: a filter once vanished without a word."""
    loaded = list_schema(SOLUTIONS, ACTIVE).load({
        "attr.process_stage": ["casting"], "attr.trial_days": "5..20"})
    made = to_filters(SOLUTIONS, loaded)
    assert made.chosen == {"attr.process_stage": ("casting",)}
    assert made.ranges == {"attr.trial_days": (5.0, 20.0)}


def test_every_faceted_attribute_is_a_parameter() -> None:
    declared = list_schema(SOLUTIONS, ACTIVE).fields
    for attribute in taxonomy().attributes.values():
        if attribute.facet or attribute.is_number:
            assert f"attr.{attribute.key}" in declared


def test_pages_beyond_ten_thousand_results_are_refused(app: Flask) -> None:
    with pytest.raises(InvalidInput) as caught:
        to_filters(PROVIDERS, {"page": 101, "per_page": 100})
    assert caught.value.errors[0].field == "page"
    assert "100" in caught.value.errors[0].remedy


@pytest.mark.parametrize(("values", "ids", "wrong"), [
    ([], [], []), ([""], [], []), (["1,2"], [1, 2], []), (["1", "2,1"], [1, 2], []),
    (["1,x"], [1], ["x"]), (["-1"], [], ["-1"]), (["1,2,3,4,5,6,7"], [1, 2, 3, 4, 5, 6],
                                                    ["1,2,3,4,5,6,7"]),
    (["9" * 30], [], ["9" * 30]), (["²"], [], ["²"]),
])
def test_compared_ids(values: list[str], ids: list[int], wrong: list[str]) -> None:
    found, errors = compared_ids(values)
    assert found == ids
    assert [e.value for e in errors] == wrong
    assert len(found) <= MAX_COMPARED
