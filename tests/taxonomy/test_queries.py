"""The programme in force, districts, what is paused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.core.database import transaction
from marketplace.taxonomy.models import Programme
from marketplace.taxonomy.operations import pause_industry
from marketplace.taxonomy.queries import (
    current_programme,
    districts,
    known_scenarios,
    paused,
    programmes,
)
from marketplace.taxonomy.registry import taxonomy
from tests.support import sql_count


@pytest.fixture
def successor(app: Flask) -> Programme:
    """A programme that begins a year before the first one ends."""
    first = programmes()[0]
    with transaction() as session:
        later = Programme(
            code="next", name=first.name, starts_on=first.ends_on - timedelta(days=365),
            ends_on=first.ends_on + timedelta(days=365), edition="2026", rule_version="2",
            level_rule=first.level_rule, targets=first.targets, source=first.source)
        session.add(later)
    return later


def test_programme_of_a_day_is_the_one_that_runs(app: Flask) -> None:
    programme = programmes()[0]
    assert current_programme(programme.starts_on) == programme
    assert current_programme(programme.ends_on) == programme
    assert current_programme(programme.starts_on - timedelta(days=1)) is None


def test_programme_after_its_end_is_still_the_last_one(app: Flask) -> None:
    programme = programmes()[0]
    assert current_programme(programme.ends_on + timedelta(days=400)) == programme


def test_successor_beside_it_takes_over(successor: Programme) -> None:
    first = programmes()[0]
    assert current_programme(successor.starts_on - timedelta(days=1)) == first
    assert current_programme(successor.starts_on) == successor
    assert current_programme(first.ends_on + timedelta(days=1)) == successor


def test_programme_has_targets_and_a_source(app: Flask) -> None:
    programme = programmes()[0]
    assert isinstance(programme.starts_on, date)
    assert len(programme.targets) >= 5
    assert programme.source.zh
    assert programme.name.zh
    assert programme.name.en


def test_districts_are_named_in_both_languages(app: Flask) -> None:
    found = districts()
    assert len(found) >= 10
    assert all(d.name.zh and d.name.en for d in found)
    assert [d.position for d in found] == sorted(d.position for d in found)


def test_paused_is_asked_at_most_once_a_second(app: Flask) -> None:
    with sql_count(1):
        for _ in range(20):
            paused()


def test_known_scenarios_leave_out_paused_and_unknown_ones(app: Flask) -> None:
    steel, robots = (next(iter(taxonomy().industries[c].scenarios))
                     for c in ("steel", "cnc_robotics"))
    assert known_scenarios(["OP-01", steel, robots, "XX-9"]) == ["OP-01", steel, robots]
    pause_industry(industry="steel", reason="等待检修", actor="admin")
    assert known_scenarios(["OP-01", steel, robots]) == ["OP-01", robots]
