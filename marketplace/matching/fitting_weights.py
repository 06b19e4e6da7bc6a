"""Fits rule weights to what people followed: within bounds, adding up to 100, by plain ascent.

The score stays the weighted mean of the rules. No weight falls below zero, so a rule that is met
better never lowers a solution, whatever the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from marketplace.matching.learning import Scores, ShownList

STEPS, STEP = 60, 6.0
SHARP = 12.0
"""How strongly a difference of scores tells which of a list is followed."""
Weights = Mapping[str, float]
Bounds = Mapping[str, tuple[float, float]]


def score(scores: Scores, weights: Weights) -> float:
    """The weighted mean over the rules that judged."""
    total = sum(weights.get(rule, 0.0) for rule in scores)
    return sum(weights.get(r, 0.0) * s for r, s in scores.items()) / total if total else 0.0


def fit(lists: Sequence[ShownList], start: Weights, bounds: Bounds) -> dict[str, float]:
    """The weights within `bounds` under which what was followed comes out best."""
    weights = dict(start)
    for step in range(STEPS):
        slope = _slope(lists, weights)
        size = max((abs(v) for v in slope.values()), default=0.0)
        if not size:
            break
        pace = STEP / (1 + step / 10) / size
        weights = within({r: w + pace * slope.get(r, 0.0) for r, w in weights.items()}, bounds)
    return weights


def _slope(lists: Sequence[ShownList], weights: Weights) -> dict[str, float]:
    """How the mean log-likelihood of what was followed changes with each weight."""
    slope = dict.fromkeys(weights, 0.0)
    for found in lists:
        points = {i: score(s, weights) for i, s in found.scores.items()}
        top = max(points.values())
        odds = {i: exp(SHARP * (p - top)) for i, p in points.items()}
        whole, wanted = sum(odds.values()), found.weights
        gained = sum(wanted.values())
        for i, scores in found.scores.items():
            pull = wanted.get(i, 0.0) / gained - odds[i] / whole
            total = sum(weights.get(r, 0.0) for r in scores) or 1.0
            for rule, s in scores.items():
                if rule in slope:
                    slope[rule] += pull * (s - points[i]) / total
    return slope


def within(weights: Weights, bounds: Bounds, total: float = 100.0) -> dict[str, float]:
    """The nearest weights that keep the bounds and add up to `total`."""
    low, high = -200.0, 200.0
    shifted: dict[str, float] = {}
    for _round in range(60):
        shift = (low + high) / 2
        shifted = {r: min(max(w + shift, bounds[r][0]), bounds[r][1]) for r, w in weights.items()}
        if sum(shifted.values()) < total:
            low = shift
        else:
            high = shift
    return shifted


def rounded(weights: Weights, bounds: Bounds) -> dict[str, float]:
    """Weights to one decimal that still add up to 100 and keep their bounds."""
    tenths = {r: round(w * 10) for r, w in weights.items()}
    rest = 1000 - sum(tenths.values())
    for rule in sorted(weights, key=lambda r: -weights[r]) * 2:
        if not rest:
            break
        step = 1 if rest > 0 else -1
        if bounds[rule][0] <= (tenths[rule] + step) / 10 <= bounds[rule][1]:
            tenths[rule] += step
            rest -= step
    return {r: t / 10 for r, t in tenths.items()}


def reciprocal_rank(lists: Sequence[ShownList], weights: Weights) -> float:
    """Mean reciprocal rank of what was followed when the lists are put in order anew; what counts
    more, counts more here too. Equal scores share the mean of their places."""
    said = counted = 0.0
    for found in lists:
        points = {i: score(s, weights) for i, s in found.scores.items()}
        for i, gain in found.weights.items():
            above = sum(p > points[i] + 1e-9 for p in points.values())
            equal = sum(abs(p - points[i]) <= 1e-9 for p in points.values())
            said += gain / (above + (equal + 1) / 2)
            counted += gain
    return said / counted if counted else 0.0
