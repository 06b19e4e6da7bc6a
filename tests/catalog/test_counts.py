"""Views and exports are counted without a write by the page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog import counts, list_export
from marketplace.catalog.models import SolutionCount
from marketplace.core import counting
from marketplace.core.clock import today
from marketplace.core.database import db
from tests.factories import bring_into_index, make_salesperson, make_solution, sign_in_as
from tests.support import IsolatedClient, sql_count


def counted(app: Flask) -> dict[tuple[int, str], int]:
    app.extensions["counts"].flush()
    return {(c.solution_id, c.what): c.times for c in db.session.scalars(
        select(SolutionCount).where(SolutionCount.day == today()))}


def test_a_page_view_is_counted_without_a_statement(app: Flask, client: IsolatedClient) -> None:
    solution = make_solution()
    client.get(f"/solutions/{solution.slug}")
    with sql_count(10) as sent:
        client.get(f"/solutions/{solution.slug}")
    assert not [s for s in sent if not s.startswith("SELECT")]
    assert counted(app) == {(solution.id, "view"): 2}
    client.get(f"/solutions/{solution.slug}")
    assert counted(app) == {(solution.id, "view"): 3}


def test_ones_own_people_are_not_counted(app: Flask, client: IsolatedClient) -> None:
    solution = make_solution()
    sign_in_as(client, make_salesperson(solution.provider)).get(f"/solutions/{solution.slug}")
    assert counted(app) == {}


def test_exports_are_counted(app: Flask, client: IsolatedClient) -> None:
    first, second = make_solution(), make_solution()
    client.get(f"/compare.xlsx?ids={first.id},{second.id}")
    assert counted(app) == {(first.id, "export"): 1, (second.id, "export"): 1}


def test_a_solution_that_went_meanwhile_does_not_stop_the_others(app: Flask) -> None:
    solution = make_solution()
    app.extensions["counts"].add("view", [solution.id, 999_999])
    assert counted(app) == {(solution.id, "view"): 1}


def test_what_has_gathered_writes_itself(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    solution, gathered = make_solution(), app.extensions["counts"]
    monkeypatch.setattr(counts, "GATHER", 0.01)
    monkeypatch.setitem(app.config, "TESTING", False)
    gathered.add("view", [solution.id])
    gathered._timer.join()
    assert [c.times for c in db.session.scalars(select(SolutionCount))] == [1]
    assert gathered._timer is None


def test_an_exported_list_counts_its_first_solutions(app: Flask, client: IsolatedClient,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_export, "COUNTED", 2)
    solutions = [make_solution() for _n in range(3)]
    bring_into_index()
    for kind in ("xlsx", "csv"):
        client.get(f"/solutions/export.{kind}")
    assert not db.session.scalars(select(SolutionCount)).all()
    found = counted(app)
    assert sorted(found.values()) == [2, 2]
    assert {i for i, _what in found} < {s.id for s in solutions}
    client.get("/providers/export.csv")
    assert counted(app) == found


def test_more_counts_than_one_statement_takes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 2)
    ids = [make_solution().id for _n in range(5)]
    app.extensions["counts"].add("export", ids)
    assert counted(app) == {(i, "export"): 1 for i in ids}
