"""Shares of providers in first places and choices, and the index regulators know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.core.clock import moved
from marketplace.matching.concentration import DAYS, concentration, table
from marketplace.matching.events import record_followed
from tests.factories import make_provider, make_solution
from tests.matching.synthetic_events import make_events


def test_shares_and_index(app):
    one, other = make_provider(), make_provider()
    mine = [make_solution(provider=one).id, make_solution(provider=one).id]
    theirs = make_solution(provider=other).id
    make_events(mine, lists=3)
    make_events([theirs], lists=1, seed=2)
    record_followed("chosen", solution_id=theirs, industry="steel")
    found = concentration("steel")
    assert (found.firsts, found.choices) == (4, 1)
    assert [(r.provider_id, r.firsts, r.first_share, r.choices) for r in found.rows] == [
        (one.id, 3, pytest.approx(0.75), 0), (other.id, 1, pytest.approx(0.25), 1)]
    assert found.first_index == 75 ** 2 + 25 ** 2
    assert found.choice_index == 10_000
    assert [row[1] for row in table(found, "steel").rows] == [3, 1]


def test_other_industries_and_older_events_do_not_count(app):
    solution = make_solution().id
    make_events([solution], lists=2)
    assert concentration("biopharma").rows == ()
    assert concentration("biopharma").first_index is None
    with moved(timedelta(days=DAYS + 61)):
        assert concentration("steel").rows == ()
