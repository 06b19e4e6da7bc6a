"""The features of each stage: what speaks for an industry, scenario, core scenario, category.

Relative scores compare a label with the best of its kind. Probabilities of an earlier stage are
features of the next: industry -> industry scenario -> core scenario -> category.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from marketplace.matching.understanding.items import Kind
from marketplace.matching.understanding.model import Features
from marketplace.matching.understanding.observing import Observation

CANDIDATES = 14
"""Industry scenarios that are considered at all."""
NONE = ""
"""Candidate for "none of them"."""
LATER = 0.5
"""How much the second core scenario of an industry scenario counts against its first."""
Chances = Mapping[str, float]
_SCENARIO: Kind = "scenario"


def industry_features(seen: Observation) -> dict[str, Features]:
    """Per industry code, and `NONE` for general manufacturing."""
    owner = seen.knowledge.taxonomy.scenario_owner
    general = max((s.near6 for table in (seen.scores["core"], seen.scores["category"])
                   for s in table.values()), default=0.0)
    nearest = dict.fromkeys(seen.knowledge.industries, 0.0)
    for code, s in seen.scores["scenario"].items():
        nearest[owner[code]] = max(nearest[owner[code]], s.near6)
    language = seen.language
    found: dict[str, Features] = {NONE: {
        "none": 1.0, "none_quiet": float(not seen.strong), "none_trade": float(seen.other_trade)}}
    for code in seen.knowledge.industries:
        found[code] = {
            "strong": math.log1p(len({f.phrase for f in seen.strong.get(code, ())})),
            "weak": math.log1p(len({f.phrase for f in seen.weak.get(code, ())})),
            "nearest": math.log((nearest[code] + 0.2) / (general + 0.2)),
            "language": language[code] / seen.size,
        }
    return found


def scenario_features(seen: Observation, industry: Chances) -> dict[str, Features]:
    """Of the most likely industry scenarios, and `NONE` for none of them."""
    owner = seen.knowledge.taxonomy.scenario_owner
    prior = {code: math.log(industry.get(code, 0.0) + 0.02) for code in seen.knowledge.industries}
    relative = seen.relative["scenario"]
    best = sorted(relative, key=lambda c: (
        -relative[c]["near"] - relative[c]["words"] - 0.3 * prior[owner[c]], c))
    found: dict[str, Features] = {
        code: {**relative[code], "industry": prior[owner[code]]} for code in best[:CANDIDATES]}
    found[NONE] = {
        "none": 1.0,
        "none_industry": math.log(industry[NONE] + 0.02),
        "none_core": _excess(seen, "core"), "none_category": _excess(seen, "category"),
    }
    return found


def _excess(seen: Observation, kind: Kind) -> float:
    """How much better the best label of `kind` fits than the best industry scenario."""
    best, other = (max((s.near6 for s in seen.scores[k].values()), default=0.0)
                   for k in (kind, _SCENARIO))
    return _log_ratio(best, other)


def _log_ratio(one: float, other: float) -> float:
    return math.log((one + 0.5) / (other + 0.5))


def _own(relative: Mapping[str, Features]) -> dict[str, float]:
    """What the texts of the labels themselves make likely, when no industry scenario fits."""
    powers = {code: features["near"] ** 4 for code, features in relative.items()}
    total = sum(powers.values()) or 1.0
    return {code: power / total for code, power in powers.items()}


def core_features(seen: Observation, scenario: Chances) -> dict[str, Features]:
    """Per core scenario, and `NONE` for needs no core scenario covers."""
    taxonomy = seen.knowledge.taxonomy
    relative, categories = seen.relative["core"], seen.relative["category"]
    linked = {c: scenario[NONE] * own for c, own in _own(relative).items()}
    for code, chance in scenario.items():
        if code != NONE:
            for rank, core in enumerate(seen.knowledge.scenarios[code].core_scenarios):
                linked[core] += chance * (LATER if rank else 1.0)
    found: dict[str, Features] = {}
    for code, core_scenario in taxonomy.core_scenarios.items():
        found[code] = {
            **relative[code],
            "log_linked": math.log(linked[code] + 0.02),
            "categories": max((categories[c]["near"] * (1 - 0.15 * rank)
                               for rank, c in enumerate(core_scenario.categories)), default=0.0),
        }
    orphans = seen.knowledge.orphans
    shares = _own(categories)
    unlinked = scenario[NONE] * sum(shares[c] for c in orphans)
    found[NONE] = {
        "no_core": 1.0, "log_linked": math.log(unlinked + 0.02),
        "orphan": max((categories[c]["near"] for c in orphans), default=0.0),
        "orphan_excess": _log_ratio(
            max((seen.scores["category"][c].near6 for c in orphans), default=0.0),
            max((s.near6 for s in seen.scores["core"].values()), default=0.0)),
        "orphan_named": float(any(seen.wanted[c] for c in orphans)),
    }
    return found


def category_features(seen: Observation, scenario: Chances, core: Chances) -> dict[str, Features]:
    """Per category that the text does not refuse."""
    taxonomy = seen.knowledge.taxonomy
    relative = seen.relative["category"]
    by_scenario = {c: scenario[NONE] * own for c, own in _own(relative).items()}
    by_core = dict.fromkeys(taxonomy.categories, 0.0)
    for code, chance in scenario.items():
        if code != NONE:
            for rank, category in enumerate(seen.knowledge.scenarios[code].categories):
                by_scenario[category] += chance / (1 + 0.5 * rank)
    for code, chance in core.items():
        if code != NONE:
            for rank, category in enumerate(taxonomy.core_scenarios[code].categories):
                by_core[category] += chance / (1 + 0.5 * rank)
    any_trade = seen.nearest_of_categories()
    return {code: {
        **relative[code],
        "log_scenario": math.log(by_scenario[code] + 0.02),
        "log_core": math.log(by_core[code] + 0.02),
        "any_trade": any_trade.get(code, 0.0),
        "named": float(min(1, seen.wanted[code])),
        "orphan_core": core.get(NONE, 0.0) * (code in seen.knowledge.orphans),
    } for code in taxonomy.categories if code not in seen.refused}
