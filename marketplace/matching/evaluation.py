"""Measures need understanding on labelled statements. `marketplace match eval FILE` prints it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.matching.training import Sample, samples, train
from marketplace.matching.understand import conclude, knowledge
from marketplace.matching.understanding.knowledge import Knowledge
from marketplace.matching.understanding.labelled import read_labelled
from marketplace.matching.understanding.measuring import Answer, Figures, Miss, measure
from marketplace.matching.understanding.model import Model, shipped

REPEATS, FOLDS = 5, 5


@dataclass(frozen=True)
class Report:
    """Figures of cross-validation (None without it) and of the shipped weights, and misses.

    Misses are those of the first round of cross-validation, or of the shipped weights.
    """

    path: str
    lines: int
    cross_validated: Figures | None
    shipped: Figures
    misses: tuple[Miss, ...]

    def __str__(self) -> str:
        return "\n".join(self._rows())

    def _rows(self) -> Iterator[str]:
        yield f"{self.path}: {self.lines} statements"
        yield f"{'':34}{'cross-validated':>16}{'shipped weights':>17}"
        for name, value in self.shipped.named():
            crossed = "-"
            if self.cross_validated is not None:
                crossed = _figure(dict(self.cross_validated.named())[name])
            yield f"{name:34}{crossed:>16}{_figure(value):>17}"
        yield f"{len(self.misses)} misses (id, what, expected, got, text):"
        for miss in self.misses:
            yield f"{miss.id:6}{miss.what:12}{miss.expected:26}{miss.got:34}{miss.text[:60]}"


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def evaluate(path: Path | str, cross_validate: bool = True, repeats: int = REPEATS) -> Report:
    """All figures for the labelled file at `path`.

    Cross-validation learns weights and thresholds on four fifths and measures the rest,
    `repeats` times with other folds. Raises OSError or ValueError when the file cannot be read.
    """
    known = knowledge()
    data = samples(read_labelled(path), known)
    plain = _answers(data, shipped())
    crossed = list(_cross(data, known, repeats)) if cross_validate else []
    return Report(
        str(path), len(data),
        measure(crossed)[0] if crossed else None, measure(plain)[0],
        measure(crossed[:len(data)] or plain)[1],
    )


def _answers(data: Sequence[Sample], model: Model) -> list[Answer]:
    return [(s.line, conclude(s.seen, model)) for s in data]


def _cross(data: Sequence[Sample], known: Knowledge, repeats: int) -> Iterator[Answer]:
    for repeat in range(repeats):
        order = list(range(len(data)))
        random.Random(repeat).shuffle(order)
        for fold in range(FOLDS):
            held = set(order[fold::FOLDS])
            model = train([s for i, s in enumerate(data) if i not in held], known)
            yield from _answers([data[i] for i in sorted(held)], model)
