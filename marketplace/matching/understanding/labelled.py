"""Labelled need statements: one JSON object a line, fields as in the evaluation data's README."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement and what an expert understood. `budget` in yuan; code lists best first."""

    id: str
    text: str
    industry: str | None
    core: tuple[str, ...]
    scenarios: tuple[str, ...]
    categories: tuple[str, ...]
    excluded_categories: tuple[str, ...]
    budget: int | None
    deadline_days: int | None
    deployment: str | None

    @property
    def is_need(self) -> bool:
        """Whether there is anything to find; texts that are no need have empty lists."""
        return bool(self.core or self.categories or self.scenarios)


def read_labelled(path: Path | str) -> list[Labelled]:
    """Read a labelled file. Raises OSError, or ValueError naming the line that is wrong."""
    lines = []
    for number, raw in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        if raw.strip():
            try:
                lines.append(_labelled(json.loads(raw)))
            except (KeyError, TypeError, ValueError) as problem:
                raise ValueError(f"{path}, line {number}: {problem!r}") from None
    return lines


def _labelled(raw: dict[str, Any]) -> Labelled:
    wan = raw["budget_wan"]
    return Labelled(
        str(raw["id"]), raw["text"], raw["industry"], tuple(raw["core"]), tuple(raw["scenarios"]),
        tuple(raw["categories"]), tuple(raw["excluded_categories"]),
        None if wan is None else round(wan * 10_000), raw["deadline_days"], raw["deployment"],
    )
