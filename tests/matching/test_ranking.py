"""Rank quality: what counts as relevant, nDCG by hand, and the distance to plain search."""

from __future__ import annotations

from dataclasses import replace
from math import log2
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.matching.ranking import gain, ndcg, report
from marketplace.matching.rules import CORE
from marketplace.matching.understanding.labelled import Labelled
from tests.matching.support import candidate
from tests.support import ROOT

LABELLED = ROOT.parent / "shared" / "eval" / "needs_dev.jsonl"
NEED = Labelled("t1", "炉温曲线", "steel", ("OP-07", "OP-06"), ("ST-4.3",), ("LIMS", "SCADA"),
                ("ERP",), None, None, None)


def card(**changes: Any) -> Any:
    return candidate(**({"categories": ["LIMS"], "scenarios": [["ST-4.3", 0, 2]]}
                        | changes)).card


@pytest.mark.parametrize(("changes", "expected"), [
    ({}, 3), ({"categories": ["OA"]}, 2), ({"scenarios": [["OP-07", 0, 2]]}, 2),
    ({"scenarios": [["OP-06", 0, 2]]}, 1), ({"scenarios": []}, 1),
    ({"scenarios": [["OP-06", 0, 2]], "categories": ["OA"]}, 1),
    ({"scenarios": [], "categories": ["OA"]}, 0), ({"categories": ["LIMS", "ERP"]}, 0),
    ({"industries": ["biopharma"]}, 0), ({"industries": ["general"]}, 3),
])
def test_gain_follows_from_the_labels(changes: dict[str, Any], expected: int) -> None:
    assert gain(NEED, card(**changes)) == expected


@pytest.mark.parametrize(("stated", "facts", "expected"), [
    ({"budget": 40_000}, {"cost": 50_000}, 0), ({"budget": 50_000}, {"cost": 50_000}, 3),
    ({"budget": 1}, {"cost": None}, 3),
    ({"deadline_days": 20}, {}, 0), ({"deadline_days": 30}, {}, 3),
    ({"deadline_days": 20}, {"go_live_days": None}, 3),
    ({"deployment": "saas"}, {}, 0), ({"deployment": "private"}, {"deployments": ["edge"]}, 3),
])
def test_what_breaks_a_stated_wish_is_not_relevant(stated: dict[str, Any], facts: dict[str, Any],
                                                   expected: int) -> None:
    assert gain(replace(NEED, **stated), card(**facts)) == expected


def test_a_need_of_no_industry_takes_what_is_offered() -> None:
    assert gain(replace(NEED, industry=None, scenarios=()), card(scenarios=[["OP-07", 0, 1]])) == 2


def test_ndcg_by_hand() -> None:
    gains = {1: 3, 2: 1}
    assert ndcg([1, 2], gains) == 1
    assert ndcg([9, 1, 2], gains) == pytest.approx(
        (7 / log2(3) + 1 / log2(4)) / (7 + 1 / log2(3)))
    assert ndcg([9], gains) == 0
    assert ndcg([1], {}) is None


def test_matching_is_at_least_a_quarter_better_than_plain_search(catalogue: Flask) -> None:
    if not LABELLED.exists():
        pytest.skip("the labelled needs are not at hand")
    found = report(catalogue.extensions["indexes"], LABELLED, cross_validate=False)
    assert found.solutions == 150
    assert found.needs > 80
    assert found.ratio >= 1.25
    assert found.rows()[-1][2] == "1.00"
    assert {row[0] for row in found.ablation_rows()} >= set(CORE)
    assert found.without["scenario"] < found.ours


def test_a_file_that_is_none_is_named(app: Flask, tmp_path: Path) -> None:
    broken = tmp_path / "needs.jsonl"
    broken.write_text('{"id": 1}\n', "utf-8")
    with pytest.raises(ValueError, match="line 1"):
        report(app.extensions["indexes"], broken)
