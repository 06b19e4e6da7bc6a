"""Side by side: rows from declarations, honest marks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.catalog.comparison import Comparison, Row, compare
from marketplace.catalog.models import Solution
from marketplace.catalog.pricing import ReferenceCompany
from marketplace.catalog.queries import public_solutions
from tests.factories import full_price, make_solution


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def made(*solutions: Solution, company: ReferenceCompany | None = None) -> Comparison:
    found = public_solutions([s.id for s in solutions])
    return compare(found, company) if company else compare(found)


def row(comparison: Comparison, key: str) -> Row:
    return next(r for g in comparison.groups for r in g.rows if r.key == key)


def keys(comparison: Comparison) -> list[str]:
    return [r.key for g in comparison.groups for r in g.rows]


def test_best_is_marked_when_every_column_has_a_value() -> None:
    compared = made(*(make_solution(go_live_days=d) for d in (30, 14, 60)))
    days = row(compared, "go_live_days")
    assert [c.best for c in days.cells] == [False, True, False]
    assert days.basis


def test_best_is_not_marked_when_a_column_has_none() -> None:
    compared = made(make_solution(go_live_days=30), make_solution(go_live_days=None))
    days = row(compared, "go_live_days")
    assert [c.best for c in days.cells] == [False, False]
    assert days.cells[1].missing
    assert not days.basis


def test_best_is_not_marked_when_all_are_equal_or_alone() -> None:
    equal = made(make_solution(go_live_days=30), make_solution(go_live_days=30))
    assert not any(c.best for c in row(equal, "go_live_days").cells)
    alone = made(make_solution(go_live_days=30))
    assert not any(c.best for c in row(alone, "go_live_days").cells)


def test_best_is_marked_for_every_tied_column() -> None:
    compared = made(*(make_solution(go_live_days=d) for d in (14, 14, 60)))
    assert [c.best for c in row(compared, "go_live_days").cells] == [True, True, False]


def test_price_best_rests_on_the_company() -> None:
    seats = [{**p, "unit": "per_seat"} if p["part"] == "licence" else p for p in full_price(1_000)]
    a, b = make_solution(price_parts=seats), make_solution(price_parts=full_price(10_000))
    assert [c.best for c in row(made(a, b), "first_year").cells] == [False, True]
    small = made(a, b, company=ReferenceCompany(people=5, lines=1, seats=2))
    assert [c.best for c in row(small, "first_year").cells] == [True, False]
    assert "2" in row(small, "first_year").basis


def test_price_not_comparable_names_the_missing_parts() -> None:
    compared = made(make_solution(), make_solution(price_parts=full_price()[:6]))
    first_year = row(compared, "first_year")
    assert not any(c.best for c in first_year.cells)
    assert "维护费" in (first_year.cells[1].text or "")
    assert first_year.cells[1].number is None


def test_differs_only_where_values_differ() -> None:
    a = make_solution(interfaces=["OPC UA"], deployments=["saas"])
    b = make_solution(provider=a.provider, interfaces=["REST"], deployments=["saas"])
    compared = made(a, b)
    assert row(compared, "interfaces").differs
    assert not row(compared, "deployment").differs
    assert not row(compared, "provider").differs


def test_missing_is_missing_and_differs_from_a_value() -> None:
    compared = made(make_solution(interfaces=["OPC UA"]), make_solution(interfaces=[]))
    interfaces = row(compared, "interfaces")
    assert [c.missing for c in interfaces.cells] == [False, True]
    assert interfaces.differs


def test_row_nobody_fills_is_left_out() -> None:
    compared = made(make_solution(interfaces=[]), make_solution(interfaces=[]))
    assert "interfaces" not in keys(compared)
    assert "cases" not in keys(compared)


def test_scenarios_are_levels_core_first() -> None:
    a = make_solution(scenarios=[{"code": "ST-3.4", "from": 1, "to": 3},
                                 {"code": "OP-06", "from": 0, "to": 2}])
    b = make_solution(scenarios=[{"code": "OP-06", "from": 1, "to": 4}])
    compared = made(a, b)
    assert [k for k in keys(compared) if k.startswith("scenario.")] == [
        "scenario.OP-06", "scenario.ST-3.4"]
    assert [c.levels for c in row(compared, "scenario.OP-06").cells] == [(0, 2), (1, 4)]
    assert row(compared, "scenario.ST-3.4").cells[1].missing


def test_plugin_attributes_are_rows() -> None:
    a = make_solution(attributes={"process_stage": ["casting"], "trial_days": 30})
    b = make_solution(industries=["biopharma"], attributes={"trial_days": 10})
    compared = made(a, b)
    assert row(compared, "process_stage").cells[0].text == "连铸"
    assert row(compared, "process_stage").cells[1].missing
    assert row(compared, "trial_days").cells[0].best


def test_columns_keep_the_visitors_order() -> None:
    a, b, c = make_solution(), make_solution(), make_solution()
    assert made(c, a, b).ids == (c.id, a.id, b.id)


def test_solution_without_published_version_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="published"):
        compare([make_solution(publish=False)])


def test_admission_and_listing_are_two_facts() -> None:
    compared = made(make_solution(admitted=True), make_solution())
    assert [c.missing for c in row(compared, "listed").cells] == [False, False]
    assert [c.missing for c in row(compared, "admitted").cells] == [False, True]


def test_comparison_of_nothing_is_empty() -> None:
    assert compare([]).groups == ()
