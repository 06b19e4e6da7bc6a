"""Prices as parts, made comparable for a stated reference company.

First-year payment = one-off parts + the first year of yearly parts. Three-year total adds the two
further years. A price is comparable only when all seven parts are stated (0 means included or not
needed); otherwise it is shown as "price not comparable".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

PARTS = ("licence", "subscription", "implementation", "interface", "training", "hardware",
         "maintenance")
YEARLY = ("subscription", "maintenance")
UNITS = ("flat", "per_seat", "per_line", "per_person")
COST_CLASSES = ("software", "implementation", "cloud", "consulting", "data_capture_hardware",
                "other")
"""Cost classes a contract line is filed under (DOMAIN 7.5)."""
DEFAULT_COST_CLASS = {
    "licence": "software", "subscription": "cloud", "implementation": "implementation",
    "interface": "implementation", "training": "consulting", "hardware": "data_capture_hardware",
    "maintenance": "software",
}
YEARS = 3


@dataclass(frozen=True, slots=True)
class ReferenceCompany:
    """The company a price is computed for; the visitor can change it."""

    people: int = 60
    lines: int = 2
    seats: int = 20

    def quantity(self, unit: str) -> int:
        return {"flat": 1, "per_seat": self.seats, "per_line": self.lines,
                "per_person": self.people}[unit]


REFERENCE = ReferenceCompany()


class Part(Protocol):
    """A stated part; `amount` in yuan per unit, yearly parts per year from `from_year` on."""

    @property
    def part(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def amount(self) -> float: ...
    @property
    def from_year(self) -> int: ...


@dataclass(frozen=True, slots=True)
class PartCost:
    """What one part costs the reference company in each of the three years, in yuan."""

    part: str
    years: tuple[float, float, float]

    @property
    def total(self) -> float:
        return sum(self.years)


@dataclass(frozen=True, slots=True)
class Price:
    """The computed price. `missing` names the parts not stated; then it is not comparable."""

    costs: tuple[PartCost, ...]
    missing: tuple[str, ...]

    @property
    def comparable(self) -> bool:
        return not self.missing

    @property
    def first_year(self) -> float | None:
        return sum(c.years[0] for c in self.costs) if self.comparable else None

    @property
    def three_years(self) -> float | None:
        return sum(c.total for c in self.costs) if self.comparable else None


def price(parts: Iterable[Part], company: ReferenceCompany = REFERENCE) -> Price:
    """Compute what `parts` cost `company` over three years."""
    stated = {p.part: p for p in parts}
    costs = tuple(_cost(stated[name], company) for name in PARTS if name in stated)
    return Price(costs, tuple(name for name in PARTS if name not in stated))


def _cost(part: Part, company: ReferenceCompany) -> PartCost:
    once = part.amount * company.quantity(part.unit)
    if part.part not in YEARLY:
        return PartCost(part.part, (once, 0.0, 0.0))
    first, second, third = (once if year >= part.from_year else 0.0 for year in (1, 2, 3))
    return PartCost(part.part, (first, second, third))


PRICE_BANDS = ((0, 10_000), (10_000, 50_000), (50_000, 100_000), (100_000, 300_000),
               (300_000, None))
"""Three-year price bands in yuan used as a facet: [from, to)."""
GO_LIVE_BANDS = ((0, 14), (15, 30), (31, 60), (61, 90), (91, None))
"""Days from contract to go-live used as a facet, both ends included."""


def price_band(amount: float | None) -> str | None:
    """The facet value of a three-year price, such as `10000-50000`; None when not comparable."""
    if amount is None:
        return None
    low, high = next((lo, hi) for lo, hi in PRICE_BANDS if hi is None or amount < hi)
    return f"{low}-{high or ''}"


def go_live_band(days: int | None) -> str | None:
    """The facet value of days to go-live, such as `15-30`."""
    if days is None:
        return None
    low, high = next((lo, hi) for lo, hi in GO_LIVE_BANDS if hi is None or days <= hi)
    return f"{low}-{high or ''}"
