"""What matching knows of a solution: read from the index's stored card, so no query is needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from marketplace.catalog.pricing import Price, ReferenceCompany, price
from marketplace.core.i18n import LocalizedText


class StatedPart(NamedTuple):
    part: str
    unit: str
    amount: float
    from_year: int


@dataclass(frozen=True)
class Candidate:
    """A solution under consideration. `rank` is its place (from 0) among `found` text matches,
    None when it was found by its facets only; `words` are the need's words in its name and line."""

    card: Mapping[str, Any]
    rank: int | None = None
    found: int = 0
    words: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        return int(self.card["id"])

    @property
    def provider_id(self) -> int:
        return int(self.card["provider"]["id"])

    @cached_property
    def name(self) -> LocalizedText:
        return LocalizedText.of(self.card["name"])

    @cached_property
    def levels(self) -> Mapping[str, tuple[int, int]]:
        """(from, to) by scenario code, core and industry ones."""
        return {code: (low, high) for code, low, high in self.card["scenarios"]}

    @property
    def facts(self) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = self.card["match"]
        return facts

    @property
    def attributes(self) -> Mapping[str, Any]:
        attributes: Mapping[str, Any] = self.facts["attributes"]
        return attributes

    def price(self, company: ReferenceCompany) -> Price:
        """What it costs this company; not comparable when parts are missing."""
        return price((StatedPart(*p) for p in self.facts["parts"]), company)
