"""What other weights would move is known before they are saved."""

from __future__ import annotations

from flask import Flask

from marketplace.matching.matcher import match
from marketplace.matching.need import Need, Wish
from marketplace.matching.sheets import create_sheet
from marketplace.matching.weight_preview import preview
from marketplace.matching.weights import declared_weights, rule_book
from marketplace.taxonomy.registry import taxonomy
from tests.factories import both, bring_into_index, full_price, make_solution

NEED = Need(text="某某轧钢厂要排产", wishes=(
    Wish("industry", "steel"), Wish("core_scenario", "OP-06"), Wish("budget", 20_000.0)))


def shelf(app: Flask) -> None:
    """One that fits the scenario and is dear, one for all trades that is cheap."""
    make_solution(name=both("贵而对口"), price_parts=full_price(60_000))
    make_solution(name=both("便宜而通用"), price_parts=full_price(5_000), industries=["general"],
                  scenarios=[{"code": "OP-06", "from": 1, "to": 2}])
    bring_into_index()


def test_the_same_weights_move_nothing(app: Flask) -> None:
    shelf(app)
    create_sheet(match(app.extensions["indexes"], NEED))
    found = preview(app.extensions["indexes"], "steel", rule_book("steel").weights)
    assert found[0].stored
    assert all(need.moves == () for need in found)


def test_a_stored_need_shows_what_would_move(app: Flask) -> None:
    shelf(app)
    create_sheet(match(app.extensions["indexes"], NEED))
    none = dict.fromkeys(declared_weights(taxonomy().industries["steel"]), 0.0)
    cheap, own = none | {"budget": 100.0}, none | {"industry": 100.0}
    moves = {}
    for name, weights in (("cheap", cheap), ("own", own)):
        need = next(n for n in preview(app.extensions["indexes"], "steel", weights)
                    if n.stored)
        assert "轧钢厂" not in need.title
        moves[name] = [(str(m.solution), m.before, m.after) for m in need.moves]
    assert sorted(map(len, moves.values())) == [0, 2]
    assert rule_book("steel").version == "steel-2026.1"


def test_without_stored_needs_the_pain_points_of_the_plugin_serve(app: Flask) -> None:
    shelf(app)
    found = preview(app.extensions["indexes"], "steel", rule_book("steel").weights)
    assert len(found) == 8
    assert not any(need.stored for need in found)
