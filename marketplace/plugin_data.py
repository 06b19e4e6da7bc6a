"""Reads a plugin's data files into declarations and refuses what is wrong, naming the file."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from marketplace.core.i18n import LocalizedText
from marketplace.declarations import (
    Attribute,
    Industry,
    MatchRule,
    Rubric,
    Scenario,
    ScenarioGroup,
    Threshold,
)

CORE_RULES = ("scenario", "industry", "relevance", "category", "budget", "go_live", "deployment",
              "company_size", "service", "provider_grade", "cases")
"""Match rules of the core that every plugin weighs."""
CORE_THRESHOLDS = ("budget_over", "deadline_late", "unstated", "prompt_answer", "least_score",
                   "topic_share", "pick_share", "bundle_sure")
"""Thresholds of the core, whose names a plugin cannot take."""


class PluginDataError(Exception):
    """A data file is wrong; the message names file, place, value and remedy."""


def structure(kind: Any, value: Any, place: str) -> Any:
    """Turn JSON into `kind` (a dataclass, tuple, Literal, union with None or plain type).

    Raises `PluginDataError` naming `place` for a missing key, an unknown key or a wrong type.
    """
    if kind is LocalizedText:
        if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(value.values()):
            raise PluginDataError(
                f'{place}: {value!r} must be {{"zh": "…", "en": "…"}}, both filled')
        return LocalizedText(value["zh"], value["en"])
    if dataclasses.is_dataclass(kind):
        return _structure_dataclass(typing.cast(type, kind), value, place)
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if not isinstance(value, list):
            raise PluginDataError(f"{place}: {value!r} must be a list")
        return tuple(structure(args[0], item, f"{place}[{n}]") for n, item in enumerate(value))
    if origin is typing.Literal:
        if value not in args:
            raise PluginDataError(f"{place}: {value!r} must be one of {', '.join(map(str, args))}")
        return value
    if origin in (types.UnionType, typing.Union):
        return None if value is None else structure(args[0], value, place)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise PluginDataError(f"{place}: {value!r} must be of type {kind.__name__}")
    return value


def _structure_dataclass(kind: type, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise PluginDataError(f"{place}: {value!r} must be an object")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    _no_unknown(value, fields, place)
    missing = [n for n, f in fields.items() if n not in value
               and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING]
    if missing:
        raise PluginDataError(f"{place}: key {missing[0]!r} is missing")
    label = value.get("code") or value.get("key") or ""
    return kind(**{n: structure(hints[n], v, f"{place}.{label + '.' if label else ''}{n}")
                   for n, v in value.items()})


def read_json(folder: Path, name: str) -> Any:
    """The content of `folder/name`; raises `PluginDataError` when absent or not JSON."""
    try:
        return json.loads((folder / name).read_text("utf-8"))
    except FileNotFoundError:
        raise PluginDataError(f"{folder / name}: file is missing") from None
    except ValueError as problem:
        raise PluginDataError(f"{folder / name}: not valid JSON ({problem})") from None


def load_industry(folder: Path) -> Industry:
    """Read `folder` (industry, scenarios, attributes, synonyms, dictionary, expressions, rules,
    rubrics) into one `Industry`. Raises `PluginDataError`. Cross-checks with the core follow in
    `check_industry`.
    """
    head = _holding(read_json(folder, "industry.json"), "industry.json", code=str, gbt4754=list)
    code = head["code"]
    vocabulary = _holding(head.pop("vocabulary", {}), "industry.json.vocabulary")
    head["gbt4754"] = [
        {"code": c.get("code"), "label": c.get("name")} for c in (
            _holding(c, "industry.json.gbt4754", code=str) for c in head["gbt4754"])]
    expressions = _holding(read_json(folder, "expressions.json"), "expressions.json")
    rules = _holding(read_json(folder, "match_rules.json"), "match_rules.json", weights=dict)
    rubrics = _holding(read_json(folder, "rubrics.json"), "rubrics.json")
    _no_unknown(head, {f.name for f in dataclasses.fields(Industry)}, "industry.json")
    scenarios = _holding(read_json(folder, "scenarios.json"), "scenarios.json", groups=list)
    attributes = tuple(
        dataclasses.replace(structure(Attribute, item, f"attributes.json[{n}]"), industry=code)
        for n, item in enumerate(read_json(folder, "attributes.json")))
    groups = [_group(g, expressions, n)
              for n, g in enumerate(scenarios["groups"])]
    fields: dict[str, Any] = {
        **head,
        "groups": [], "attributes": [], "rules": [], "rubrics": [], "thresholds": [],
        "weights": {}, "rule_version": rules.get("version"),
        "rubric_version": rubrics.get("version"),
        "synonyms": read_json(folder, "synonyms.json"),
        "dictionary": _words(folder / "dictionary.txt"),
        "strong_words": vocabulary.get("strong", []), "weak_words": vocabulary.get("weak", []),
    }
    weights = {k: structure(float, v, f"match_rules.json.weights.{k}")
               for k, v in rules["weights"].items()}
    hints = typing.get_type_hints(Industry)
    plain = {k: structure(hints[k], v, f"industry.json.{k}")
             for k, v in fields.items() if k != "weights"}
    return Industry(**{
        **plain, "weights": weights, "groups": tuple(groups), "attributes": attributes,
        "rules": structure(tuple[MatchRule, ...], rules.get("rules"), "match_rules.json.rules"),
        "thresholds": structure(tuple[Threshold, ...], rules.get("thresholds", []),
                                "match_rules.json.thresholds"),
        "rubrics": structure(tuple[Rubric, ...], rubrics.get("rubrics"), "rubrics.json.rubrics"),
    })


def _holding(value: Any, place: str, **kinds: type) -> dict[str, Any]:
    """`value`, which must be an object with a value of this type under each key of `kinds`."""
    if not isinstance(value, dict):
        raise PluginDataError(f"{place}: {value!r} must be an object")
    for key, kind in kinds.items():
        if not isinstance(value.get(key), kind):
            raise PluginDataError(f"{place}: {value.get(key)!r} under {key!r} must be of type "
                                  f"{kind.__name__}")
    return value


def _no_unknown(value: Iterable[str], known: Iterable[str], place: str) -> None:
    for key in value:
        if key not in known:
            raise PluginDataError(f"{place}: unknown key {key!r}; known are {', '.join(known)}")


def _words(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as problem:
        raise PluginDataError(f"{path}: cannot be read ({problem})") from None


def _group(raw: Any, expressions: dict[str, Any], number: int) -> ScenarioGroup:
    place = f"scenarios.json.groups[{number}]"
    _holding(raw, place, code=str, scenarios=list, name=dict)
    scenarios = []
    for n, item in enumerate(raw["scenarios"]):
        _holding(item, f"{place}.scenarios[{n}]", code=str)
        said = expressions.get(item["code"], {})
        item = {**item, "group": raw["code"],
                "expressions": said.get("zh", []) + said.get("en", [])}
        scenarios.append(structure(Scenario, item, f"{place}.scenarios[{n}]"))
    return ScenarioGroup(raw["code"], structure(LocalizedText, raw["name"], f"{place}.name"),
                         tuple(scenarios))


def check_industry(industry: Industry, *, core_scenarios: Iterable[str], categories: Iterable[str],
                   taken: Callable[[str], str | None]) -> None:
    """Cross-check with the core and with plugins loaded before.

    `taken(name)` tells who already uses an industry, scenario or attribute name. Raises
    `PluginDataError`.
    """
    known_core, known_categories = set(core_scenarios), set(categories)
    names = [industry.code, *industry.scenarios, *(g.code for g in industry.groups),
             *(f"attr.{a.key}" for a in industry.attributes)]
    codes = [s.code for g in industry.groups for s in g.scenarios]
    for name, times in Counter(codes + [a.key for a in industry.attributes]).items():
        if times > 1:
            raise PluginDataError(f"{industry.code}: {name!r} is declared {times} times")
    for name in names:
        owner = taken(name)
        if owner:
            raise PluginDataError(f"{industry.code}: {name!r} is already declared by {owner}")
    for scenario in industry.scenarios.values():
        _require(scenario.core_scenarios, known_core, industry, scenario.code, "core scenario")
        _require(scenario.categories, known_categories, industry, scenario.code, "category")
    _check_weights(industry)
    _check_thresholds(industry)
    keys = {a.key: a for a in industry.attributes}
    for rule in industry.rules:
        attribute = keys.get(rule.attribute)
        if attribute is None:
            raise PluginDataError(f"{industry.code}: match_rules.json rule {rule.code!r} names "
                                  f"unknown attribute {rule.attribute!r}")
        wanted = {v for t in rule.triggers for v in t.values}
        if attribute.choices:
            _require(wanted, set(attribute.labels), industry, rule.code, "attribute value")


def _check_weights(industry: Industry) -> None:
    unknown = set(industry.weights) - set(CORE_RULES)
    if unknown:
        raise PluginDataError(f"{industry.code}: match_rules.json weighs unknown rule "
                              f"{sorted(unknown)[0]!r}; known are {', '.join(CORE_RULES)}")
    total = sum(industry.weights.values()) + sum(r.weight for r in industry.rules)
    if abs(total - 100) > 1e-6:
        raise PluginDataError(f"{industry.code}: match_rules.json weights add up to {total:g}, "
                              "they must add up to 100")
    for rubric in industry.rubrics:
        total = sum(c.weight for c in rubric.criteria)
        if abs(total - 100) > 1e-6:
            raise PluginDataError(f"{industry.code}: rubrics.json {rubric.code!r} weights add up "
                                  f"to {total:g}, they must add up to 100")


def _check_thresholds(industry: Industry) -> None:
    place = f"{industry.code}: match_rules.json threshold"
    codes = [t.code for t in industry.thresholds]
    for threshold in industry.thresholds:
        if threshold.code in CORE_THRESHOLDS or codes.count(threshold.code) > 1:
            raise PluginDataError(f"{place} {threshold.code!r} is declared already")
        if not 0 <= threshold.minimum <= threshold.default <= threshold.maximum <= 100:
            raise PluginDataError(f"{place} {threshold.code!r} must keep 0 <= minimum <= default "
                                  "<= maximum <= 100")
    used = {rule.unstated for rule in industry.rules if rule.unstated}
    for code in sorted(used ^ set(codes)):
        raise PluginDataError(f"{place} {code!r} is "
                              + ("not declared" if code in used else "used by no rule"))


def _require(values: Iterable[str], known: set[str], industry: Industry, where: str,
             what: str) -> None:
    for value in values:
        if value not in known:
            raise PluginDataError(f"{industry.code}: {where} names unknown {what} {value!r}")
