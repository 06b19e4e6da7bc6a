"""The learned combination: one log-linear model per stage over a few named features.

Weights belong to features, never to codes, so that a plugin added later is understood at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"
WEIGHTS_FILE = DATA / "understanding_weights.json"

Features = Mapping[str, float]


@dataclass(frozen=True)
class Model:
    """Feature weights by stage, decision thresholds, and how they came about."""

    version: str
    trained: Mapping[str, Any]
    stages: Mapping[str, Mapping[str, float]]
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def probabilities(self, stage: str, candidates: Sequence[Features]) -> list[float]:
        """Probability of each candidate; they add up to 1."""
        weights = self.stages[stage]
        return softmax([dot(weights, features) for features in candidates])

    def chance(self, stage: str, features: Features) -> float:
        """Probability of yes for a yes-or-no stage."""
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, dot(self.stages[stage], features)))))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Model:
        return cls(raw["version"], raw["trained"], raw["stages"], raw["thresholds"])


def dot(weights: Mapping[str, float], features: Features) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores, default=0.0)
    powers = [math.exp(s - top) for s in scores]
    total = sum(powers)
    return [p / total for p in powers]


@cache
def shipped() -> Model:
    """The model that ships with the product; raises OSError or ValueError when it is damaged."""
    return Model.of(json.loads(WEIGHTS_FILE.read_text("utf-8")))
