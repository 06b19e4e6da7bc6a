"""What the core and plugins declare: industries, scenarios, attributes, rules, rubrics.

Declared once; forms, validation, facets, comparison, exports and the index are generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from marketplace.core.i18n import LocalizedText

AttributeType = Literal["text", "integer", "number", "boolean", "choice", "choices"]
Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list."""

    code: str
    label: LocalizedText


@dataclass(frozen=True)
class Attribute:
    """A property of a solution.

    `key` is unique over core and plugins and appears as `attr.<key>` in the API and as a column
    in spreadsheets. `better` says which end of a number is good, if one is. `recheck` means that
    changing it on a listed solution needs a new check by an operator.
    """

    key: str
    label: LocalizedText
    type: AttributeType
    group: Choice
    choices: tuple[Choice, ...] = ()
    unit: LocalizedText = LocalizedText()
    required: bool = False
    facet: bool = False
    compared: bool = True
    help: LocalizedText = LocalizedText()
    better: Better | None = None
    recheck: bool = False
    industry: str | None = None

    @cached_property
    def labels(self) -> Mapping[str, LocalizedText]:
        return {choice.code: choice.label for choice in self.choices}

    @property
    def is_number(self) -> bool:
        return self.type in ("integer", "number")


@dataclass(frozen=True, slots=True)
class Level:
    """What a company does in a scenario at one level, 1 to 4 (DOMAIN 1.3, edition 2024)."""

    level: int
    descriptor: LocalizedText


@dataclass(frozen=True, slots=True)
class CoreScenario:
    """One of the 16 application scenarios all industries share. `binding` is 约束性."""

    code: str
    name: LocalizedText
    group: str
    binding: bool
    link: str
    summary: LocalizedText
    pain_points: tuple[LocalizedText, ...]
    categories: tuple[str, ...]
    levels: tuple[Level, ...]
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """An industry's own scenario, linked to the core scenarios it belongs to."""

    code: str
    name: LocalizedText
    group: str
    core_scenarios: tuple[str, ...]
    categories: tuple[str, ...]
    summary: LocalizedText = LocalizedText()
    pain_points: tuple[LocalizedText, ...] = ()
    kpis: tuple[LocalizedText, ...] = ()
    expert_checks: tuple[LocalizedText, ...] = ()
    regulations: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioGroup:
    code: str
    name: LocalizedText
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """A product category, such as MES or QMS. `link` is one of the plan's four links."""

    code: str
    name: LocalizedText
    summary: LocalizedText
    link: str
    synonyms: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regulation:
    """A rule of the trade. Only `verified` ones are shown as established."""

    ref: str
    note: LocalizedText
    verified: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words in a need (`clues`) that ask for one of `values` of a rule's attribute.

    `beside` are words that mean it only in a list with another of the rule's triggers: 发那科 alone
    may be a robot, in 发那科和西门子840D it is a control.
    """

    clues: tuple[str, ...]
    values: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A plugin's rule: when a trigger's clue stands in the need, the attribute must offer a value.

    `veto` makes an unmet rule exclude the solution. `unstated` names the threshold that says what
    a solution scores that states nothing; without one it scores nothing. The rule does not apply
    to the GB/T 4754 classes in `except_classes` nor to needs that contain one of `except_clues`.
    """

    code: str
    label: LocalizedText
    explanation: LocalizedText
    weight: float
    attribute: str
    triggers: tuple[Trigger, ...]
    met: LocalizedText
    unmet: LocalizedText
    veto: bool = False
    except_classes: tuple[str, ...] = ()
    except_clues: tuple[str, ...] = ()
    unstated: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of the rules that an operator may move between its bounds; `explanation` says where
    it acts."""

    code: str
    label: LocalizedText
    explanation: LocalizedText
    unit: LocalizedText
    default: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Anchors:
    full: LocalizedText
    half: LocalizedText
    zero: LocalizedText


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    label: LocalizedText
    weight: float
    check: LocalizedText
    anchors: Anchors


@dataclass(frozen=True, slots=True)
class Rubric:
    """Review criteria whose weights add up to 100, and reasons to refuse outright."""

    code: str
    label: LocalizedText
    criteria: tuple[Criterion, ...]
    vetoes: tuple[LocalizedText, ...] = ()


@dataclass(frozen=True)
class Industry:
    """All an industry brings. `prefix` starts every scenario code; `hue` names its accent."""

    code: str
    prefix: str
    name: LocalizedText
    summary: LocalizedText
    hue: str
    gbt4754: tuple[Choice, ...]
    regulations: tuple[Regulation, ...]
    protocols: tuple[str, ...]
    groups: tuple[ScenarioGroup, ...]
    attributes: tuple[Attribute, ...]
    rule_version: str
    weights: Mapping[str, float]
    rules: tuple[MatchRule, ...]
    rubric_version: str
    rubrics: tuple[Rubric, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    dictionary: tuple[str, ...] = ()
    strong_words: tuple[str, ...] = ()
    weak_words: tuple[str, ...] = field(default=())
    thresholds: tuple[Threshold, ...] = ()

    @cached_property
    def scenarios(self) -> Mapping[str, Scenario]:
        return {s.code: s for group in self.groups for s in group.scenarios}
