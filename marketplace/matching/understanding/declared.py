"""What understanding a need yields. All frozen, all explainable by places in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from marketplace.core.i18n import LocalizedText

V = TypeVar("V", str, int)
Deployment = Literal["saas", "private", "edge", "hybrid"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that caused a finding: `length` characters of the original text from `start` on."""

    start: int
    length: int
    words: str

    def as_dict(self) -> dict[str, Any]:
        return {"start": self.start, "length": self.length, "words": self.words}


@dataclass(frozen=True, slots=True)
class Clue(Generic[V]):
    """One finding. `confidence` lies in [0, 1]; `hard` means that the text insists on it."""

    value: V
    confidence: float
    evidence: tuple[Evidence, ...] = ()
    hard: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "confidence": round(self.confidence, 3), "hard": self.hard,
                "evidence": [e.as_dict() for e in self.evidence]}


@dataclass(frozen=True, slots=True)
class Understanding:
    """A need in the terms of the taxonomy.

    Codes come best first. `budget` is an upper limit in yuan, `deadline` a number of days from
    today, `headcount` a number of people; `industry` is None for general manufacturing. A text
    that is no need has `is_need` False, a `reason` to show, and no findings.
    """

    text: str
    is_need: bool
    need_confidence: float
    reason: LocalizedText | None = None
    industry: Clue[str] | None = None
    core_scenarios: tuple[Clue[str], ...] = ()
    scenarios: tuple[Clue[str], ...] = ()
    categories: tuple[Clue[str], ...] = ()
    excluded_categories: tuple[Clue[str], ...] = ()
    budget: Clue[int] | None = None
    deadline: Clue[int] | None = None
    deployment: Clue[str] | None = None
    headcount: Clue[int] | None = None
    district: Clue[str] | None = None

    @property
    def deadline_days(self) -> int | None:
        return self.deadline.value if self.deadline else None

    def wishes(self) -> Iterator[tuple[str, Clue[str] | Clue[int]]]:
        """Every wish with its kind, as the person can turn it hard or soft."""
        for kind in ("budget", "deadline", "deployment"):
            clue = getattr(self, kind)
            if clue is not None:
                yield kind, clue
        for kind in ("core_scenarios", "scenarios", "categories", "excluded_categories"):
            for clue in getattr(self, kind):
                yield kind, clue

    def evidence(self) -> dict[str, list[dict[str, Any]]]:
        """Findings by kind, each with confidence, hardness and the words that caused it."""
        found: dict[str, list[dict[str, Any]]] = {}
        for kind in ("industry", "headcount", "district"):
            clue = getattr(self, kind)
            if clue is not None:
                found[kind] = [clue.as_dict()]
        for kind, wish in self.wishes():
            found.setdefault(kind, []).append(wish.as_dict())
        return found

    def as_dict(self) -> dict[str, Any]:
        """The `understanding` object of the API; codes as in the taxonomy, budget in yuan."""
        return {
            "is_need": self.is_need,
            "reason": self.reason.as_dict() if self.reason else None,
            "industry": self.industry.value if self.industry else None,
            "core_scenarios": [c.value for c in self.core_scenarios],
            "scenarios": [c.value for c in self.scenarios],
            "categories": [c.value for c in self.categories],
            "excluded_categories": [c.value for c in self.excluded_categories],
            "budget": self.budget.value if self.budget else None,
            "deadline_days": self.deadline_days,
            "deployment": self.deployment.value if self.deployment else None,
            "evidence": self.evidence(),
        }
