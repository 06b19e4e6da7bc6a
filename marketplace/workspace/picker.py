"""The scenario picker: every scenario a solution may serve, with what each level means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marketplace.declarations import CoreScenario, Scenario
from marketplace.listing.content import Content
from marketplace.taxonomy.registry import taxonomy


@dataclass(frozen=True)
class Line:
    """A scenario; `low` and `high` are the levels chosen so far, `descriptors` by level."""

    scenario: CoreScenario | Scenario
    low: int
    high: int | None
    descriptors: tuple[Any, ...]


def scenario_groups(content: Content) -> list[tuple[Any, list[Line]]]:
    """(group name, scenarios): the core's, then those of the chosen industries."""
    tree = taxonomy()
    chosen = {row.get("code"): row for row in content.get("scenarios") or ()}

    def line(scenario: CoreScenario | Scenario) -> Line:
        row = chosen.pop(scenario.code, {})
        levels = scenario.levels if isinstance(scenario, CoreScenario) else ()
        return Line(scenario, row.get("from") or 0, row.get("to"),
                    tuple(level.descriptor for level in levels))

    groups: list[tuple[Any, list[Line]]] = [
        (group.label, [line(s) for s in tree.core_scenarios.values() if s.group == group.code])
        for group in tree.core_groups]
    for code in content.get("industries") or ():
        industry = tree.industries.get(code)
        groups += [(f"{industry.name} · {g.name}", [line(s) for s in g.scenarios])
                   for g in industry.groups] if industry else []
    rest = [found for code in list(chosen) if (found := tree.scenario(str(code)))]
    if rest:
        groups.append(("", [line(s) for s in rest]))
    return groups
