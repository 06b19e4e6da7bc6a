"""What may happen to a solution, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from marshmallow import ValidationError
from sqlalchemy import select

from marketplace.catalog.content_schema import SolutionContentSchema
from marketplace.catalog.models import ComparisonCount
from marketplace.catalog.operations import (
    count_comparison,
    find_solution,
    publish_version,
    sort_key,
    withdraw_solution,
)
from marketplace.catalog.queries import most_compared
from marketplace.core.clock import moved, today
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.core.i18n import LocalizedText
from tests.factories import content, full_price, make_solution, make_version


def test_create_makes_a_draft(app: Flask) -> None:
    solution = make_solution(publish=False)
    assert [v.state for v in solution.versions] == ["draft"]
    assert solution.published is None
    assert solution.listed_on is None


def test_create_with_a_taken_address_is_a_conflict(app: Flask) -> None:
    make_solution(slug="same")
    with pytest.raises(Conflict, match="'same' is taken"):
        make_solution(slug="same")


def test_publish_archives_the_version_before(app: Flask) -> None:
    solution = make_solution()
    make_version(solution, publish=True)
    db.session.refresh(solution)
    assert [(v.number, v.state) for v in solution.versions] == [(1, "archived"), (2, "published")]
    assert solution.published is not None
    assert solution.published.number == 2
    assert solution.listed_on == today()


@pytest.mark.parametrize("state", ["published", "archived"])
def test_publish_of_what_is_no_draft_is_a_conflict(app: Flask, state: str) -> None:
    solution = make_solution()
    if state == "archived":
        make_version(solution, publish=True)
    with pytest.raises(Conflict, match=state):
        publish_version(version=solution.versions[0], actor="test")


def test_revision_leaves_the_published_version(app: Flask) -> None:
    solution = make_solution()
    make_version(solution)
    assert solution.published is not None
    assert solution.published.number == 1


def test_withdraw_needs_a_readable_reason(app: Flask) -> None:
    solution = make_solution()
    with pytest.raises(InvalidInput) as caught:
        withdraw_solution(solution=solution, reason=" 无 ", actor="test")
    assert caught.value.errors[0].field == "reason"
    assert solution.withdrawn_at is None


def test_withdraw_twice_is_a_conflict_and_publishing_brings_it_back(app: Flask) -> None:
    solution = make_solution()
    withdraw_solution(solution=solution, reason="不再销售", actor="test")
    with pytest.raises(Conflict):
        withdraw_solution(solution=solution, reason="不再销售", actor="test")
    make_version(solution, publish=True)
    assert solution.withdrawn_at is None
    assert solution.withdrawn_reason is None


def test_prices_are_computed_at_every_write(app: Flask) -> None:
    solution = make_solution(price_parts=full_price(12_000))
    assert solution.published is not None
    assert (solution.published.first_year, solution.published.three_years) == (12_000, 12_000)
    version = make_version(solution, price_parts=full_price()[:3])
    assert (version.first_year, version.three_years) == (None, None)


def test_comparisons_are_counted_by_day(app: Flask) -> None:
    a, b = make_solution(), make_solution()
    count_comparison(solution_ids=[a.id, b.id])
    count_comparison(solution_ids=[b.id, a.id, a.id])
    count_comparison(solution_ids=[a.id])
    rows = db.session.execute(select(ComparisonCount.solution_id, ComparisonCount.times)).all()
    assert sorted(rows) == [(a.id, 2), (b.id, 2)]


def test_most_compared_counts_ninety_days_of_public_solutions(app: Flask) -> None:
    a, b, old, hidden, other = (make_solution(), make_solution(), make_solution(), make_solution(),
                                make_solution(industries=["biopharma"]))
    with moved(timedelta(days=-89)):
        count_comparison(solution_ids=[a.id, b.id])
    with moved(timedelta(days=-91)):
        count_comparison(solution_ids=[old.id, b.id])
    count_comparison(solution_ids=[a.id, hidden.id, other.id])
    withdraw_solution(solution=hidden, reason="不再销售", actor="test")
    assert most_compared("steel") == [(a.id, 2), (b.id, 1)]
    assert most_compared("biopharma") == [(other.id, 1)]


def test_find_by_slug_or_id(app: Flask) -> None:
    solution = make_solution(slug="findable")
    assert find_solution("findable") == find_solution(str(solution.id)) == solution
    with pytest.raises(NotFound, match="among 1"):
        find_solution("lost")


@pytest.mark.parametrize(("name", "key"), [
    (LocalizedText("济南钢铁", "Jinan Steel"), "jinangangtie"),
    (LocalizedText("MES 系统", ""), "mes xitong"), (LocalizedText("", "Alpha"), "alpha")])
def test_sort_key_is_pinyin(name: LocalizedText, key: str) -> None:
    assert sort_key(name) == key


@pytest.mark.parametrize(("changes", "field"), [
    ({"name": {"zh": "", "en": "x"}}, "name"), ({"name": "x"}, "name"),
    ({"name": {"zh": "长" * 81}}, "name"), ({"industries": []}, "industries"),
    ({"industries": ["shoes"]}, "industries"), ({"categories": ["XXX"]}, "categories"),
    ({"categories": ["MES"] * 7}, "categories"), ({"deployments": ["moon"]}, "deployments"),
    ({"scenarios": [{"code": "OP-99", "from": 1, "to": 2}]}, "scenarios"),
    ({"scenarios": [{"code": "OP-06", "from": 2, "to": 2}]}, "scenarios"),
    ({"scenarios": [{"code": "OP-06", "from": 1, "to": 2}] * 2}, "scenarios"),
    ({"scenarios": [{"code": "OP-06", "from": 1, "to": 5}]}, "scenarios"),
    ({"price_parts": [{"part": "licence", "amount": -1}]}, "price_parts"),
    ({"price_parts": [{"part": "bribe", "amount": 1}]}, "price_parts"),
    ({"price_parts": [{"part": "licence", "amount": 1}] * 2}, "price_parts"),
    ({"price_parts": [{"part": "licence", "amount": float("inf")}]}, "price_parts"),
    ({"go_live_days": 0}, "go_live_days"),
    ({"attributes": {"colour": "red"}}, "attr.colour"),
    ({"attributes": {"gxp_scope": ["gmp"]}}, "attr.gxp_scope"),
    ({"attributes": {"trial_days": -1}}, "attr.trial_days"),
    ({"attributes": {"process_stage": ["boiling"]}}, "attr.process_stage"),
    ({"surprise": 1}, "surprise"),
])
def test_content_that_is_wrong_names_its_field(app: Flask, changes: dict[str, object],
                                               field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        SolutionContentSchema().load(content(**changes))
    assert field in caught.value.messages_dict
