"""Weights are data: adjusted by an operator, versioned, checked, on record."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.errors import InvalidInput, NotFound
from marketplace.matching.matcher import match
from marketplace.matching.reading import need_of
from marketplace.matching.sheets import create_sheet, sheet_by
from marketplace.matching.understand import understand
from marketplace.matching.weights import (
    GENERAL_VERSION,
    adjust_weights,
    declared_weights,
    rule_book,
)
from marketplace.taxonomy.registry import taxonomy

REASON = "价格在试点中更重要"


def shifted(industry: str = "steel") -> dict[str, float]:
    """The plugin's weights with five points taken from words and given to the budget."""
    weights = declared_weights(taxonomy().industries[industry])
    return weights | {"relevance": weights["relevance"] - 5, "budget": weights["budget"] + 5}


def test_the_plugins_weights_are_in_force_until_adjusted(app: Flask) -> None:
    book = rule_book("steel")
    assert (book.version, book.weights) == ("steel-2026.1", declared_weights(
        taxonomy().industries["steel"]))
    assert rule_book(None).version == rule_book("unknown").version == GENERAL_VERSION


def test_each_adjustment_is_a_version_of_its_own(app: Flask) -> None:
    adjust_weights(industry="steel", weights=shifted(), reason=REASON, actor="operator")
    assert rule_book("steel").version == "steel-2026.1+1"
    assert rule_book("steel").weights["budget"] == shifted()["budget"]
    back = declared_weights(taxonomy().industries["steel"])
    adjust_weights(industry="steel", weights=back, reason="试点结束", actor="operator")
    assert rule_book("steel").version == "steel-2026.1+2"
    assert rule_book("steel").weights == back
    assert rule_book("biopharma").version == "biopharma-2026.1"


def test_an_adjustment_is_on_record_with_before_and_after(app: Flask) -> None:
    adjust_weights(industry="steel", weights=shifted(), reason=REASON, actor="operator")
    event = db.session.scalars(select(AuditEvent).where(
        AuditEvent.action == "match.weights")).one()
    assert (event.actor, event.subject) == ("operator", "industry:steel")
    assert event.details["after"]["budget"] - event.details["before"]["budget"] == 5
    assert event.details["reason"] == REASON


@pytest.mark.parametrize(("change", "reason", "field"), [
    ({"budget": 50}, REASON, "weights"), ({"budget": -4}, REASON, "budget"),
    ({"budget": 101}, REASON, "budget"), ({"charm": 0}, REASON, "charm"),
    ({"budget": float("nan")}, REASON, "budget"), ({}, "x", "reason"), ({}, " " * 20, "reason"),
    ({}, "x" * 401, "reason"),
])
def test_bad_weights_are_refused_and_named(app: Flask, change: dict[str, float], reason: str,
                                           field: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        adjust_weights(industry="steel", weights=shifted() | change, reason=reason, actor="x")
    assert field in {e.field for e in problem.value.errors}
    assert rule_book("steel").version == "steel-2026.1"


def test_a_missing_rule_is_refused(app: Flask) -> None:
    weights = shifted()
    weights["relevance"] += weights.pop("cases")
    with pytest.raises(InvalidInput) as problem:
        adjust_weights(industry="steel", weights=weights, reason=REASON, actor="x")
    assert [e.field for e in problem.value.errors] == ["cases"]


def test_an_unknown_industry_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        adjust_weights(industry="bakery", weights={}, reason=REASON, actor="x")


def test_new_weights_change_scores_and_leave_sheets_alone(catalogue: Flask) -> None:
    asked = need_of(understand("地磅作弊，想做无人值守过磅，20万以内"))
    indexes = catalogue.extensions["indexes"]
    before = match(indexes, asked)
    token = create_sheet(before).token
    kept = sheet_by(token).content
    adjust_weights(industry="steel", weights=shifted(), reason=REASON, actor="operator")
    after = match(indexes, asked)
    assert [r.score for r in after.recommendations] != [r.score for r in before.recommendations]
    assert after.rule_version == "steel-2026.1+1"
    db.session.expire_all()
    assert sheet_by(token).content == kept
    assert kept["rule_version"] == "steel-2026.1"
