"""A match as data: for the API, for stored sheets, for the command line. One form everywhere."""

from __future__ import annotations

from typing import Any

from marketplace.core.i18n import LocalizedText
from marketplace.matching.matcher import MatchResult, Recommendation
from marketplace.taxonomy.registry import taxonomy

LABELS = {
    "best_fit": LocalizedText("最合适", "Best fit"),
    "cheapest": LocalizedText("最省钱", "Cheapest that fits"),
    "fastest": LocalizedText("最快上线", "Fastest"),
    "also_fits": LocalizedText("也合适", "Also fits"),
}


def recommendation(item: Recommendation) -> dict[str, Any]:
    """A recommendation with its breakdown; `score` recomputes from `reasons`."""
    card = {k: v for k, v in item.candidate.card.items() if k != "match"}
    return {
        "solution": card, "score": item.score, "labels": list(item.labels),
        "met": item.met, "judged": len(item.judged),
        "reasons": [o.as_dict() for o in item.reasons],
        "uncovered": list(item.uncovered),
    }


def near_miss(item: Recommendation) -> dict[str, Any]:
    """A candidate that a veto stopped, with the veto."""
    return recommendation(item) | {"vetoes": [v.as_dict() for v in item.vetoes]}


def answer(result: MatchResult) -> dict[str, Any]:
    """The whole result as data, rule version and week included."""
    return {
        "picks": [recommendation(r) for r in result.picks],
        "recommendations": [recommendation(r) for r in result.recommendations],
        "near_misses": [near_miss(r) for r in result.near_misses],
        "bundle": [recommendation(r) for r in result.bundle],
        "considered": result.considered, "fitting": result.fitting,
        "rule_version": result.rule_version, "week": result.week,
    }


def scenario_names(codes: list[str] | tuple[str, ...]) -> list[LocalizedText]:
    return [taxonomy().scenario_name(code) for code in codes]
