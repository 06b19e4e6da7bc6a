"""Every text of the taxonomy that can be retrieved, with the code it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Category, CoreScenario, Scenario
from marketplace.taxonomy.registry import Taxonomy

Kind = Literal["core", "category", "scenario"]
KINDS: tuple[Kind, ...] = ("core", "category", "scenario")
WEIGHTS = {"name": 1.0, "expression": 1.0, "pain": 1.0, "summary": 0.6, "level": 0.5, "check": 0.5}
"""How much a text of each field counts: what people say counts in full, what we wrote less."""


class Label(NamedTuple):
    """A code that can be recognised, and its texts as (field, text)."""

    kind: Kind
    code: str
    texts: tuple[tuple[str, str], ...]


def labels(taxonomy: Taxonomy) -> Iterator[Label]:
    """All labels of core and plugins."""
    for core in taxonomy.core_scenarios.values():
        yield Label("core", core.code, tuple(_core(core)))
    for category in taxonomy.categories.values():
        yield Label("category", category.code, tuple(_category(category)))
    for industry in taxonomy.industries.values():
        for scenario in industry.scenarios.values():
            yield Label("scenario", scenario.code, tuple(_scenario(scenario)))


def _each(field: str, texts: Iterable[str | LocalizedText]) -> Iterator[tuple[str, str]]:
    for text in texts:
        for one in (text.zh, text.en) if isinstance(text, LocalizedText) else (text,):
            if one:
                yield field, one


def _core(core: CoreScenario) -> Iterator[tuple[str, str]]:
    yield from _each("name", (core.name,))
    yield from _each("summary", (core.summary,))
    yield from _each("pain", core.pain_points)
    yield from _each("level", (level.descriptor for level in core.levels))
    yield from _each("expression", core.expressions)


def _category(category: Category) -> Iterator[tuple[str, str]]:
    yield from _each("name", (category.name, *category.synonyms))
    yield from _each("summary", (category.summary,))
    yield from _each("expression", category.expressions)


def _scenario(scenario: Scenario) -> Iterator[tuple[str, str]]:
    yield from _each("name", (scenario.name,))
    yield from _each("summary", (scenario.summary,))
    yield from _each("pain", scenario.pain_points)
    yield from _each("check", (*scenario.kpis, *scenario.expert_checks))
    yield from _each("expression", scenario.expressions)
