"""The supply-gap map: what is offered step by step, and what was looked for in vain."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.core.clock import today
from marketplace.core.database import transaction
from marketplace.matching.events import count_unmet
from marketplace.matching.gaps import DAYS, GapRow, cell_solutions, gap_map
from marketplace.matching.models import UnmetDemand
from marketplace.taxonomy.registry import taxonomy
from tests.factories import make_solution
from tests.support import sql_count


def rows(industry: str = "steel") -> dict[str, GapRow]:
    return {row.code: row for row in gap_map(industry)}


def test_rows_are_the_cores_and_the_industrys_scenarios(app: Flask) -> None:
    tree = taxonomy()
    assert list(rows()) == [*tree.core_scenarios, *tree.industries["steel"].scenarios]
    assert all(row.counts == (0, 0, 0, 0) for row in rows().values())


def test_a_solution_counts_at_every_step_it_lifts(app: Flask) -> None:
    found = make_solution(scenarios=[{"code": "OP-06", "from": 1, "to": 3}])
    everywhere = make_solution(industries=["general"],
                               scenarios=[{"code": "OP-06", "from": 2, "to": 4}])
    make_solution(industries=["biopharma"], scenarios=[{"code": "OP-06", "from": 0, "to": 4}])
    make_solution(publish=False, scenarios=[{"code": "OP-06", "from": 0, "to": 4}])
    assert rows()["OP-06"].counts == (0, 1, 2, 1)
    assert [set(cell_solutions("steel", "OP-06", step)) for step in range(4)] == [
        set(), {found.id}, {found.id, everywhere.id}, {everywhere.id}]


def test_what_found_nothing_counts_for_a_while(app: Flask) -> None:
    for _time in range(2):
        count_unmet("need", ["ST-4.3", "OP-07", "ST-4.3"])
    count_unmet("search", ["ST-4.3"])
    with transaction() as session:
        session.add(UnmetDemand(scenario="ST-4.3", kind="need", times=40,
                                day=today() - timedelta(days=DAYS)))
    row = rows()["ST-4.3"]
    assert (row.searches, row.needs) == (1, 2)
    assert (rows()["OP-07"].searches, rows()["OP-07"].needs) == (0, 2)


def test_the_map_takes_the_same_few_questions_however_much_is_offered(app: Flask) -> None:
    for number in (1, 3):
        for _n in range(number):
            make_solution()
        with sql_count(4):  # paused industries, lifts, unmet demand
            gap_map("steel")
