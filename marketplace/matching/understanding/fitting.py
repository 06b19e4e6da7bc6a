"""Fits log-linear models: conditional choice among candidates, and yes or no."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from marketplace.matching.understanding.model import Features, softmax

Choice = tuple[Mapping[str, Features], Mapping[str, float]]
"""Candidates with their features, and how much each is the right one (adds up to 1)."""
STEPS, RATE, RIDGE = 100, 0.15, 0.01


def fit_choice(choices: Sequence[Choice]) -> dict[str, float]:
    """Weights that make the right candidates likely, with a ridge penalty."""
    names = sorted({n for options, _ in choices for f in options.values() for n in f})
    if not choices:
        return {}
    rows = [([[f.get(n, 0.0) for n in names] for f in options.values()],
             [target.get(code, 0.0) for code in options]) for options, target in choices]
    goal = [0.0] * len(names)
    for options, target in rows:
        for features, share in zip(options, target, strict=True):
            if share:
                goal = [g + share * x for g, x in zip(goal, features, strict=True)]

    def gradient(weights: list[float]) -> list[float]:
        slope = [RIDGE * len(rows) * w - g for w, g in zip(weights, goal, strict=True)]
        for options, _ in rows:
            scores = [sum(map(float.__mul__, weights, features)) for features in options]
            for features, chance in zip(options, softmax(scores), strict=True):
                if chance > 1e-4:
                    slope = [s + chance * x for s, x in zip(slope, features, strict=True)]
        return [s / len(rows) for s in slope]

    return dict(zip(names, _descend(gradient, len(names)), strict=True))


def fit_yes_no(samples: Sequence[tuple[Features, bool, float]]) -> dict[str, float]:
    """Logistic regression over (features, answer, weight of the sample)."""
    names = sorted({n for f, _, _ in samples for n in f})
    rows = [([f.get(n, 0.0) for n in names], float(yes), weight) for f, yes, weight in samples]
    total = sum(weight for _, _, weight in rows)

    def gradient(weights: list[float]) -> list[float]:
        slope = [RIDGE * w for w in weights]
        for features, yes, weight in rows:
            score = sum(map(float.__mul__, weights, features))
            miss = weight / total * (1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - yes)
            slope = [s + miss * x for s, x in zip(slope, features, strict=True)]
        return slope

    return dict(zip(names, _descend(gradient, len(names)), strict=True))


def _descend(gradient: Callable[[list[float]], list[float]], size: int) -> list[float]:
    weights, mean, spread = [0.0] * size, [0.0] * size, [0.0] * size
    for step in range(1, STEPS + 1):
        for i, slope in enumerate(gradient(weights)):
            mean[i] = 0.9 * mean[i] + 0.1 * slope
            spread[i] = 0.99 * spread[i] + 0.01 * slope * slope
            push = mean[i] / (1 - 0.9 ** step)
            weights[i] -= RATE * push / (math.sqrt(spread[i] / (1 - 0.99 ** step)) + 1e-8)
    return weights
