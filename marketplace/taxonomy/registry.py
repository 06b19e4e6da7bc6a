"""The taxonomy in memory: what the core ships and what the installed plugins bring."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from marketplace.core.i18n import LocalizedText
from marketplace.declarations import (
    Attribute,
    Category,
    Choice,
    CoreScenario,
    Industry,
    Scenario,
)
from marketplace.plugin_data import read_json, structure
from marketplace.plugins import PluginManager

DATA = Path(__file__).parent / "data"
Coded = TypeVar("Coded", CoreScenario, Category)
GENERAL = "general"
"""Industry code of solutions that serve every trade."""


@dataclass(frozen=True)
class Taxonomy:
    """Everything declared, indexed by code. `attributes` are the core's own."""

    edition: str
    links: tuple[Choice, ...]
    core_groups: tuple[Choice, ...]
    core_scenarios: Mapping[str, CoreScenario]
    categories: Mapping[str, Category]
    core_attributes: tuple[Attribute, ...]
    plugins: PluginManager
    synonyms: tuple[tuple[str, ...], ...]
    dictionary: tuple[str, ...]

    @property
    def industries(self) -> Mapping[str, Industry]:
        return self.plugins.industries

    @cached_property
    def scenario_owner(self) -> Mapping[str, str]:
        """Industry code of every industry scenario."""
        return {code: i.code for i in self.industries.values() for code in i.scenarios}

    def scenario(self, code: str) -> CoreScenario | Scenario | None:
        if code in self.core_scenarios:
            return self.core_scenarios[code]
        owner = self.scenario_owner.get(code)
        return self.industries[owner].scenarios[code] if owner else None

    def scenario_name(self, code: str) -> LocalizedText:
        found = self.scenario(code)
        return found.name if found else LocalizedText(code, code)

    def industry_name(self, code: str) -> LocalizedText:
        if code == GENERAL:
            return LocalizedText("通用", "All industries")
        found = self.industries.get(code)
        return found.name if found else LocalizedText(code, code)

    def category_name(self, code: str) -> LocalizedText:
        found = self.categories.get(code)
        return found.name if found else LocalizedText(code, code)

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """Every attribute by key: the core's first, then each plugin's."""
        plugins = (a for i in self.industries.values() for a in i.attributes)
        return {a.key: a for a in (*self.core_attributes, *plugins)}

    def attributes_for(self, industries: Collection[str]) -> Iterator[Attribute]:
        """The attributes a solution of these industries has."""
        return (a for a in self.attributes.values()
                if a.industry is None or a.industry in industries)

    def new_manager(self) -> PluginManager:
        """A plugin manager beside this core, without any plugin."""
        return _manager(self.core_scenarios, self.categories, self.core_groups,
                        self.core_attributes)

    def all_synonyms(self) -> tuple[tuple[str, ...], ...]:
        names = ((c.name.zh, c.name.en, c.code, *c.synonyms) for c in self.categories.values())
        plugin_groups = (g for i in self.industries.values() for g in i.synonyms)
        return (*self.synonyms, *names, *plugin_groups)

    def all_dictionary(self) -> tuple[str, ...]:
        words = set(self.dictionary)
        for industry in self.industries.values():
            words.update(industry.dictionary)
        return tuple(sorted(words))


def _by_code(items: Iterable[Coded]) -> dict[str, Coded]:
    return {item.code: item for item in items}


def build(manager: PluginManager | None = None) -> Taxonomy:
    """Read the core's data files and load the plugins; `manager` replaces the installed ones."""
    core = read_json(DATA, "core_scenarios.json")
    said = read_json(DATA, "core_expressions.json")
    scenarios = _by_code(
        structure(CoreScenario, {**raw, "expressions": _both(said.get(raw["code"]))},
                  f"core_scenarios.json[{n}]") for n, raw in enumerate(core["scenarios"]))
    categories = _by_code(
        structure(Category, {**raw, "expressions": _both(raw.get("expressions"))},
                  f"categories.json[{n}]")
        for n, raw in enumerate(read_json(DATA, "categories.json")))
    attributes = structure(tuple[Attribute, ...], read_json(DATA, "attributes.json"),
                           "attributes.json")
    groups = _choices(core["groups"], "core_scenarios.json.groups")
    manager = manager or _manager(scenarios, categories, groups, attributes).load_installed()
    return Taxonomy(
        edition=core["edition"],
        links=_choices(read_json(DATA, "links.json"), "links.json"),
        core_groups=groups,
        core_scenarios=scenarios,
        categories=categories,
        core_attributes=attributes,
        plugins=manager,
        synonyms=structure(tuple[tuple[str, ...], ...], read_json(DATA, "synonyms.json"),
                           "synonyms.json"),
        dictionary=tuple((DATA / "dictionary.txt").read_text("utf-8").split()),
    )


def _manager(scenarios: Collection[str], categories: Collection[str], groups: Iterable[Choice],
             attributes: Iterable[Attribute]) -> PluginManager:
    taken = [GENERAL, *(g.code for g in groups), *(f"attr.{a.key}" for a in attributes)]
    return PluginManager(scenarios, categories, frozenset(taken))


def _both(said: Mapping[str, Any] | None) -> list[str]:
    return [*said.get("zh", []), *said.get("en", [])] if said else []


def _choices(raw: list[dict[str, Any]], place: str) -> tuple[Choice, ...]:
    return tuple(Choice(item["code"], structure(LocalizedText, item["name"], f"{place}[{n}].name"))
                 for n, item in enumerate(raw))


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy of this process, built at first use."""
    return build()
