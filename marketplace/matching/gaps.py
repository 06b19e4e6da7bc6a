"""The supply-gap map: scenario by level step, how many solutions lift there, what found nothing,
and how many saved needs wish it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.catalog.models import Solution, SolutionIndustry, SolutionScenario
from marketplace.core.access import visible
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.models import UnmetDemand
from marketplace.taxonomy.registry import GENERAL, taxonomy

STEPS = ((0, 1), (1, 2), (2, 3), (3, 4))
THIN = 2
"""Fewer solutions than this is a gap."""
DAYS = 90


@dataclass(frozen=True)
class GapRow:
    """A scenario: solutions by level step, searches and needs without result in `DAYS` days."""

    code: str
    name: LocalizedText
    counts: tuple[int, ...]
    searches: int
    needs: int
    saved: int = 0
    """Needs that enterprises keep open and that wish the scenario."""

    @property
    def demand(self) -> int:
        return self.searches + self.needs + self.saved


SavedNeedCounter = Callable[[str, Sequence[str]], Mapping[str, int]]
"""Given an industry and scenario codes: how many saved needs wish each."""
_counters: list[SavedNeedCounter] = []


def counts_saved_needs(function: SavedNeedCounter) -> SavedNeedCounter:
    """Decorator: this function knows saved needs. They live a floor above the map."""
    _counters.append(function)
    return function


def _saved(industry: str, codes: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for counter in _counters:
        for code, number in counter(industry, codes).items():
            counts[code] += number
    return counts


def gap_map(industry: str) -> list[GapRow]:
    """Rows for the core scenarios, then the industry's own, counted over its solutions."""
    tree = taxonomy()
    codes = [*tree.core_scenarios, *tree.industries[industry].scenarios]
    lifts = db.session.execute(
        select(SolutionScenario.code, SolutionScenario.from_level, SolutionScenario.to_level,
               func.count())
        .join(Solution, Solution.published_version_id == SolutionScenario.version_id)
        .where(visible(Solution), SolutionScenario.code.in_(codes),
               SolutionScenario.version_id.in_(
                   select(SolutionIndustry.version_id).where(
                       SolutionIndustry.code.in_([industry, GENERAL]))))
        .group_by(SolutionScenario.code, SolutionScenario.from_level,
                  SolutionScenario.to_level)).all()
    cells: dict[tuple[str, int], int] = defaultdict(int)
    for code, low, high, count in lifts:
        for step in range(low, high):
            cells[code, step] += count
    unmet, saved = _unmet(codes), _saved(industry, codes)
    return [GapRow(code, tree.scenario_name(code),
                   tuple(cells[code, low] for low, _high in STEPS),
                   unmet.get((code, "search"), 0), unmet.get((code, "need"), 0),
                   saved.get(code, 0))
            for code in codes]


def _unmet(codes: list[str]) -> dict[tuple[str, str], int]:
    since = today() - timedelta(days=DAYS)
    rows = db.session.execute(
        select(UnmetDemand.scenario, UnmetDemand.kind, func.sum(UnmetDemand.times))
        .where(UnmetDemand.day > since, UnmetDemand.scenario.in_(codes))
        .group_by(UnmetDemand.scenario, UnmetDemand.kind)).all()
    return {(code, kind): int(times) for code, kind, times in rows}


def cell_solutions(industry: str, code: str, step: int) -> list[int]:
    """Ids of the visible solutions behind a cell."""
    return list(db.session.scalars(
        select(Solution.id).join(
            SolutionScenario, SolutionScenario.version_id == Solution.published_version_id)
        .where(visible(Solution), SolutionScenario.code == code,
               SolutionScenario.from_level <= step, SolutionScenario.to_level > step,
               SolutionScenario.version_id.in_(
                   select(SolutionIndustry.version_id).where(
                       SolutionIndustry.code.in_([industry, GENERAL]))))
        .order_by(Solution.sort_key)))
