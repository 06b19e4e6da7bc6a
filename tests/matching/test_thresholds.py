"""Thresholds that operators move: their bounds, where they act, and that nothing moves unasked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace import plugin_data
from marketplace.core.errors import InvalidInput
from marketplace.matching.attribute_rules import evaluate, wanted_values
from marketplace.matching.matcher import evaluate_all, ordered
from marketplace.matching.models import MatchWeights
from marketplace.matching.rules_terms import budget, go_live, service
from marketplace.matching.thresholds import CORE_THRESHOLDS, DEFAULTS
from marketplace.matching.weights import (
    GENERAL_WEIGHTS,
    RuleBook,
    _kept_thresholds,
    adjust_weights,
    declared_thresholds,
    rule_book,
)
from marketplace.plugin_data import PluginDataError, _check_thresholds
from marketplace.taxonomy.registry import taxonomy
from tests.matching.support import candidate, need

WHY = "试点阶段放宽预算"


def adjust(**thresholds: float) -> None:
    book = rule_book("steel")
    adjust_weights(industry="steel", weights=book.weights, reason=WHY, actor="operator",
                   thresholds={**book.thresholds, **thresholds})


def test_the_core_names_its_thresholds_once() -> None:
    assert tuple(CORE_THRESHOLDS) == plugin_data.CORE_THRESHOLDS
    for threshold in CORE_THRESHOLDS.values():
        assert threshold.minimum <= threshold.default <= threshold.maximum
        assert all((threshold.label.zh, threshold.label.en,
                    threshold.explanation.zh, threshold.explanation.en))


def test_every_plugin_declares_thresholds_its_rules_use(app: Flask) -> None:
    for code in ("steel", "cnc_robotics", "biopharma"):
        own = taxonomy().industries[code]
        assert {r.unstated for r in own.rules if r.unstated} == {t.code for t in own.thresholds}
        assert own.thresholds


@pytest.mark.parametrize(("change", "says"), [
    ({"code": "budget_over"}, "declared already"), ({"default": 90.0}, "must keep"),
    ({"minimum": -1.0}, "must keep"), ({"code": "nobody_asks"}, "not declared")])
def test_a_wrong_threshold_of_a_plugin_is_named(app: Flask, change: dict[str, Any],
                                                says: str) -> None:
    own = taxonomy().industries["steel"]
    wrong = (replace(own.thresholds[0], **change), *own.thresholds[1:])
    with pytest.raises(PluginDataError, match=says):
        _check_thresholds(replace(own, thresholds=wrong))


def test_an_unused_threshold_of_a_plugin_is_named(app: Flask) -> None:
    own = taxonomy().industries["steel"]
    extra = replace(own.thresholds[0], code="spare")
    with pytest.raises(PluginDataError, match="'spare' is used by no rule"):
        _check_thresholds(replace(own, thresholds=(*own.thresholds, extra)))


def test_the_reach_of_a_soft_limit_moves_its_score() -> None:
    asked, over = need("budget:100000", "deadline:100"), candidate(cost=120_000, go_live_days=120)
    scores = [(budget(asked, over, reach), go_live(asked, over, reach)) for reach in (10, 70, 140)]
    assert [(round(b.score, 3), round(g.score, 3)) for b, g in scores if b and g] == [
        (0.0, 0.0), (0.5, 0.5), (0.6, 0.6)]


def test_what_is_not_stated_and_how_soon_is_prompt_are_thresholds() -> None:
    silent = budget(need("budget:60000"), candidate(cost=None), 70, 10)
    assert silent
    assert silent.score == pytest.approx(0.1)
    speed = [service(need(), candidate(response_hours=6), prompt) for prompt in (4, 8)]
    assert [s.score for s in speed if s] == [0.8, 1.0]


def test_the_least_score_leaves_out_what_scores_less() -> None:
    asked = need("budget:100000")
    book = RuleBook(None, "test", GENERAL_WEIGHTS)
    scored = evaluate_all(asked, [candidate(1, cost=90_000), candidate(2, cost=300_000)], book)
    assert len(ordered(scored)) == 2
    least = 100 * min(r.score for r in scored) + 1
    assert len(ordered(scored, limits={**DEFAULTS, "least_score": least})) == 1


def test_a_plugin_rule_scores_what_is_not_stated(app: Flask) -> None:
    rule = next(r for r in taxonomy().industries["steel"].rules if r.code == "heat_dust")
    asked = need("industry:steel", text=rule.triggers[0].clues[0])
    values = wanted_values(rule, asked)
    silent = candidate(industries=("steel",))
    found = [evaluate(rule, values, asked, silent, share) for share in (0.0, 30.0)]
    assert [o.score for o in found if o] == [0.0, 0.3]
    assert [o.wishes for o in found if o] == [{"rule:heat_dust": False}] * 2


def test_an_adjustment_is_a_version_and_reaches_only_its_industry(session: Session) -> None:
    adjust(budget_over=40)
    assert rule_book("steel").version == "steel-2026.1+1"
    assert rule_book("steel").thresholds["budget_over"] == 40
    assert rule_book("biopharma").thresholds["budget_over"] == DEFAULTS["budget_over"]
    weights = rule_book("steel").weights
    adjust_weights(industry="steel", weights=weights, reason=WHY, actor="proposal")
    assert rule_book("steel").thresholds["budget_over"] == 40, "weights alone keep the thresholds"


@pytest.mark.parametrize(("code", "value"), [
    ("budget_over", 9.9), ("budget_over", 201.0), ("heat_dust_unstated", 61.0),
    ("least_score", float("nan")), ("charm", 1.0)])
def test_out_of_bounds_is_an_error_at_the_field(session: Session, code: str,
                                                value: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        adjust(**{code: value})
    assert [e.field for e in refused.value.errors] == [f"threshold.{code}"]
    assert rule_book("steel").version == "steel-2026.1"


def test_a_version_keeps_to_bounds_that_the_plugin_narrowed(app: Flask) -> None:
    own = taxonomy().industries["steel"]
    narrower = replace(own, thresholds=tuple(replace(t, maximum=20) for t in own.thresholds))
    kept = _kept_thresholds(narrower, MatchWeights(thresholds={"heat_dust_unstated": 60}))
    assert kept == {**declared_thresholds(own), "heat_dust_unstated": 20}
