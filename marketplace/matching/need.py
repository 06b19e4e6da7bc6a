"""A need: what the text says plus structured wishes, each hard or soft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from marketplace.catalog.pricing import REFERENCE, ReferenceCompany

WishKind = Literal["industry", "core_scenario", "scenario", "category", "excluded_category",
                   "budget", "deadline", "deployment"]
SINGLE: tuple[WishKind, ...] = ("industry", "budget", "deadline", "deployment")
"""Kinds of which a need has at most one."""
DEPLOYMENT_CODES = ("saas", "private", "hybrid", "edge")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing wanted. `confidence` in [0, 1]; `hard` wishes veto, soft ones weigh.

    `value` is a code, or yuan for a budget, or days for a deadline. `evidence` are (start, length)
    spans in the need's text.
    """

    kind: WishKind
    value: str | float
    hard: bool = False
    confidence: float = 1.0
    evidence: tuple[tuple[int, int], ...] = ()

    @property
    def key(self) -> str:
        """Names the wish within its need, for example `scenario:ST-3.5` or `budget`."""
        return self.kind if self.kind in SINGLE else f"{self.kind}:{self.value}"


@dataclass(frozen=True)
class Need:
    """What an enterprise is looking for.

    `people` is the headcount, `gbt4754` the four-digit class, `district` a district code,
    `levels` the present level (0 to 4) by core scenario, `subsidy_share` the part of the price
    paid by others (0 to 1). All optional: what is unknown is not held against anybody.
    """

    text: str = ""
    wishes: tuple[Wish, ...] = ()
    people: int | None = None
    gbt4754: str | None = None
    district: str | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    subsidy_share: float = 0.0

    def of(self, kind: WishKind) -> tuple[Wish, ...]:
        """The wishes of a kind, in order."""
        return tuple(w for w in self.wishes if w.kind == kind)

    def one(self, kind: WishKind) -> Wish | None:
        """The one wish of a single kind, if stated."""
        return next((w for w in self.wishes if w.kind == kind), None)

    @property
    def industry(self) -> str | None:
        wish = self.one("industry")
        return str(wish.value) if wish else None

    @property
    def scenarios(self) -> tuple[Wish, ...]:
        """Industry scenarios, and those core scenarios that none of them refines."""
        return self.of("scenario") + self.of("core_scenario")

    @property
    def company(self) -> ReferenceCompany:
        """The company prices are computed for: its own headcount, else the reference."""
        if self.people is None:
            return REFERENCE
        return ReferenceCompany(people=self.people, lines=REFERENCE.lines,
                                seats=max(1, round(self.people / 3)))

    def with_wish(self, wish: Wish) -> Need:
        """This need with a wish added; one of the same key is replaced."""
        return replace(self, wishes=(*(w for w in self.wishes if w.key != wish.key), wish))

    def as_dict(self) -> dict[str, Any]:
        """For storing: everything but the text, which may name people."""
        return {"wishes": [{"kind": w.kind, "value": w.value, "hard": w.hard,
                            "confidence": round(w.confidence, 3)} for w in self.wishes],
                "people": self.people, "gbt4754": self.gbt4754, "district": self.district,
                "levels": dict(self.levels), "subsidy_share": self.subsidy_share}
