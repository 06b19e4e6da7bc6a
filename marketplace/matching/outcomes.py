"""What a rule says of a candidate, and how outcomes become one score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from marketplace.core.i18n import LocalizedText


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's verdict. `score` in [0, 1]; `wishes` tells which wishes were met (True) or not
    (False), a wish left out could not be judged; `veto` excludes and says why."""

    rule: str
    score: float
    text: LocalizedText
    weight: float = 0.0
    wishes: Mapping[str, bool] = field(default_factory=dict)
    veto: LocalizedText | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "score": round(self.score, 4), "weight": self.weight,
                "text": self.text.as_dict()}


def listed(texts: Iterable[LocalizedText]) -> LocalizedText:
    """Several names as one text: 甲、乙 and A, B."""
    found = list(texts)
    return LocalizedText("、".join(t.zh for t in found), ", ".join(t.en for t in found))


def weighted_mean(outcomes: Iterable[Outcome | Mapping[str, Any]]) -> float:
    """The score: the mean of the rules' rounded scores by weight, and nothing else.

    Takes outcomes or their stored form in any order (`fsum` does not depend on it), so a stored
    breakdown recomputes to the same number.
    """
    rows = [o.as_dict() if isinstance(o, Outcome) else o for o in outcomes]
    total = fsum(row["weight"] for row in rows)
    if not total:
        return 0.0
    return float(round(fsum(row["score"] * row["weight"] for row in rows) / total, 4))
