"""Learns the weights of need understanding from labelled statements.

`marketplace match train FILE` runs `train_file`. The stages are fitted one after another, each on
the probabilities of those before it; then thresholds are chosen on the same lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from marketplace.core.clock import now
from marketplace.matching.understand import knowledge
from marketplace.matching.understanding import features
from marketplace.matching.understanding.fitting import Choice, fit_choice, fit_yes_no
from marketplace.matching.understanding.inferring import (
    Inference,
    infer,
    infer_industry,
    infer_scenario,
    ranked,
)
from marketplace.matching.understanding.knowledge import Knowledge
from marketplace.matching.understanding.labelled import Labelled, read_labelled
from marketplace.matching.understanding.model import WEIGHTS_FILE, Features, Model
from marketplace.matching.understanding.needs import need_features
from marketplace.matching.understanding.observing import Observation

RECIPE = "1"
"""Version of features and fitting; raise it when either changes."""
SHARES = {"core": (1.0, 0.4, 0.25), "scenario": (1.0, 0.5, 0.35, 0.25),
          "category": (1.0, 0.5, 0.35, 0.25)}
"""How much each place of a label list counts as the right answer."""
LIMITS = (0.05, 0.07, 0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3, 0.35)
"""Probabilities that are tried as thresholds for naming a code."""


@dataclass(frozen=True)
class Sample:
    """A labelled line and what is seen in it."""

    line: Labelled
    seen: Observation

    @cached_property
    def industry(self) -> dict[str, Features]:
        return features.industry_features(self.seen)

    @cached_property
    def need(self) -> Features:
        return need_features(self.seen)


def samples(lines: Sequence[Labelled], known: Knowledge) -> list[Sample]:
    return [Sample(line, Observation.of(line.text, known)) for line in lines]


def train(data: Sequence[Sample], known: Knowledge, source: str = "") -> Model:
    """Learn a model from `data`; `source` is kept with it."""
    stages: dict[str, dict[str, float]] = {}
    model = Model(RECIPE, {"source": source, "lines": len(data)}, stages, {})
    needs = [s for s in data if s.line.is_need]
    stages["need"] = _fit_need(data, known)
    stages["industry"] = fit_choice([
        (s.industry, {s.line.industry or features.NONE: 1.0}) for s in needs])
    industry = {s.line.id: infer_industry(s.seen, model) for s in needs}
    stages["scenario"] = fit_choice([c for s in needs if (c := _choice(
        features.scenario_features(s.seen, industry[s.line.id]),
        s.line.scenarios or (features.NONE,), "scenario"))])
    scenario = {s.line.id: infer_scenario(s.seen, model, industry[s.line.id]) for s in needs}
    stages["core"] = fit_choice([c for s in needs if (c := _choice(
        features.core_features(s.seen, scenario[s.line.id]), s.line.core or (features.NONE,),
        "core"))])
    core = {s.line.id: dict(zip(options, model.probabilities("core", list(options.values())),
                                strict=True))
            for s in needs
            for options in [features.core_features(s.seen, scenario[s.line.id])]}
    stages["category"] = fit_choice([c for s in needs if (c := _choice(
        features.category_features(s.seen, scenario[s.line.id], core[s.line.id]),
        s.line.categories, "category"))])
    return Model(model.version, model.trained, stages, _thresholds(model, data))


def _choice(options: dict[str, Features], right: Sequence[str], kind: str) -> Choice | None:
    shares = {c: share for c, share in zip(right, SHARES[kind], strict=False) if c in options}
    total = sum(shares.values())
    return (options, {c: s / total for c, s in shares.items()}) if total else None


def _fit_need(data: Sequence[Sample], known: Knowledge) -> dict[str, float]:
    """The labelled lines, and the shipped texts that are no needs, each without itself."""
    strange = _strange(known)
    rows = [(s.need, s.line.is_need, 1.0) for s in data]
    rows += [(f, False, len(data) / 2 / len(strange)) for f in strange]
    return fit_yes_no(rows)


@cache
def _strange(known: Knowledge) -> tuple[Features, ...]:
    seen = (Observation.of(text, known) for text in known.lexicon.not_needs)
    return tuple(need_features(o, training=True) for o in seen if o.terms)


def _thresholds(model: Model, data: Sequence[Sample]) -> dict[str, float]:
    needs = [s for s in data if s.line.is_need]
    found = [(s.line, infer(s.seen, model)) for s in needs]
    chances = sorted(model.chance("need", s.need) for s in needs)
    lowest = chances[len(chances) // 100] if chances else 0.5
    return {
        "core": _best_limit(found, lambda i: i.core, lambda x: x.core, 3),
        "scenario": _best_limit(found, lambda i: i.scenario, lambda x: x.scenarios, 4),
        "category": 0.06,
        "need": round(min(0.5, max(0.1, lowest * 0.7)), 3),
    }


def _best_limit(found: Sequence[tuple[Labelled, Inference]],
                chances: Callable[[Inference], features.Chances],
                right: Callable[[Labelled], Sequence[str]], most: int) -> float:
    """The probability from which on a code is named.

    It gives the best sum of micro-F1 and the share of statements whose primary code is named.
    """
    best = (0.0, 0.2)
    for limit in LIMITS:
        hits = named = wanted = primary = 0
        for line, inference in found:
            table = chances(inference)
            codes = {c for c in ranked(table)[:most] if table[c] >= limit and c != features.NONE}
            hits += len(codes & set(right(line)))
            named += len(codes)
            wanted += len(right(line))
            primary += bool(set(right(line)[:1]) & codes)
        score = 2 * hits / ((named + wanted) or 1) + primary / (len(found) or 1)
        best = max(best, (score, limit))
    return best[1]


def train_file(path: Path | str, target: Path = WEIGHTS_FILE) -> Model:
    """Learn from a labelled file and write the weights to `target`.

    Raises OSError or ValueError when the file cannot be read.
    """
    known = knowledge()
    model = train(samples(read_labelled(path), known), known, Path(path).name)
    raw = model.as_dict()
    raw["trained"] = {**raw["trained"], "on": now().date().isoformat()}
    raw["stages"] = {stage: {n: round(w, 4) for n, w in weights.items()}
                     for stage, weights in raw["stages"].items()}
    target.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return Model.of(raw)
