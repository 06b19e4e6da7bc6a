"""Runs the stages of the model over one observation."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.matching.understanding.features import (
    NONE,
    Chances,
    category_features,
    core_features,
    industry_features,
    scenario_features,
)
from marketplace.matching.understanding.model import Features, Model
from marketplace.matching.understanding.observing import Observation


@dataclass(frozen=True)
class Inference:
    """Probabilities of every stage. `NONE` means none of them."""

    industry: Chances
    scenario: Chances
    core: Chances
    category: Chances


def ranked(chances: Chances) -> list[str]:
    """Codes by falling probability; equal ones by code."""
    return sorted(chances, key=lambda code: (-chances[code], code))


def chances_of(model: Model, stage: str, features: dict[str, Features]) -> dict[str, float]:
    return dict(zip(features, model.probabilities(stage, list(features.values())), strict=True))


def infer_industry(seen: Observation, model: Model, given: str | None = None) -> Chances:
    """Probability per industry; all on `given` when the person chose it."""
    if given is not None:
        codes = (NONE, *seen.knowledge.industries)
        chosen = given if given in codes else NONE
        return {code: float(code == chosen) for code in codes}
    return chances_of(model, "industry", industry_features(seen))


def infer_scenario(seen: Observation, model: Model, industry: Chances) -> Chances:
    """Probability per industry scenario and of none."""
    return chances_of(model, "scenario", scenario_features(seen, industry))


def infer(seen: Observation, model: Model, given: str | None = None) -> Inference:
    industry = infer_industry(seen, model, given)
    scenario = infer_scenario(seen, model, industry)
    core = chances_of(model, "core", core_features(seen, scenario))
    category = chances_of(model, "category", category_features(seen, scenario, core))
    return Inference(industry, scenario, core, category)
