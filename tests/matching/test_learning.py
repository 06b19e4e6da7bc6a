"""What events say of the ranking, and what they do not when they are few."""

from __future__ import annotations

import pytest

from marketplace.core.clock import iso_week
from marketplace.matching.events import record_followed
from marketplace.matching.learning import (
    FEW,
    quality_over_time,
    rule_lifts,
    shown_lists,
)
from tests.factories import make_solution
from tests.matching.synthetic_events import RULES, make_events


@pytest.fixture
def solutions(app) -> list[int]:
    return [make_solution().id for _ in range(4)]


def test_the_rule_people_follow_stands_out(solutions):
    make_events(solutions, lists=80, liked="go_live")
    lifts = {row.rule: row for row in rule_lifts(shown_lists("steel"))}
    assert next(iter(lifts)) == "go_live"
    lift = lifts["go_live"]
    assert lift.lift is not None
    assert lift.interval is not None
    assert lift.interval[0] > 0.2
    assert lift.interval[0] <= lift.lift <= lift.interval[1]
    assert all(lifts[rule].interval[0] < 0.1 for rule in RULES if rule != "go_live")
    assert lifts["industry"].spread == 0


def test_few_lists_give_no_figure(solutions):
    make_events(solutions, lists=FEW - 1)
    assert all(row.lift is None and row.interval is None for row in rule_lifts(shown_lists()))


def test_lists_nobody_followed_teach_nothing(solutions):
    make_events(solutions[:1], lists=5)
    assert shown_lists() == []


def test_lists_of_other_industries_are_apart(solutions):
    make_events(solutions, lists=3)
    make_events(solutions, lists=4, industry="biopharma", seed=2)
    assert len(shown_lists("steel")) == 3
    assert len(shown_lists()) == 7


def test_rank_quality_by_week_and_kind(solutions):
    for rank in (1, 2, 4):
        record_followed("chosen", solution_id=solutions[0], industry="steel", rank=rank)
    record_followed("chosen", solution_id=solutions[0], industry="steel")
    week, = quality_over_time("steel")
    assert (week.week, week.kind, week.events) == (iso_week(), "chosen", 3)
    assert week.mrr == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)
    assert week.mean_rank == pytest.approx(7 / 3)
    assert week.first_three == pytest.approx(2 / 3)
    assert quality_over_time("biopharma") == []


def test_what_decides_counts_more_than_a_look(solutions):
    make_events(solutions, lists=1, kind="opened")
    make_events(solutions, lists=1, kind="chosen", seed=3)
    gains = sorted(max(found.gains.values()) for found in shown_lists())
    assert gains == [1, 5]
