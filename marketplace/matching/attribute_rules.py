"""Plugins' match rules: data in, outcomes out. No code of a plugin runs here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from marketplace.catalog.labels import BOOLEAN
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute, MatchRule
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome
from marketplace.taxonomy.registry import taxonomy


@cache
def _pattern(clues: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for many clues; a clue that ends in a Latin letter or digit must end there."""
    if not clues:
        return None
    parts = [f"{r'(?<![a-z0-9])' if c[0].isascii() and c[0].isalnum() else ''}{re.escape(c)}"
             f"{r'(?![a-z0-9])' if c[-1].isascii() and c[-1].isalnum() else ''}"
             for c in (clue.casefold() for clue in sorted(clues, key=len, reverse=True))]
    return re.compile("|".join(parts))


def found(clues: tuple[str, ...], text: str) -> bool:
    """Whether one of the clues stands in the text (already case-folded)."""
    pattern = _pattern(clues)
    return bool(pattern and pattern.search(text))


_GOES_ON = (r"\s*(?:的|系统|数控)?\s*(?:、|和|与|及|以及|跟|还有|或|,|，|/|&|\+|and\b|or\b"
            r"|$|[。；;!！?？)）]|都|两种|三种|几种|系统|数控)")
"""What follows a word that stands in a list, or at its end."""


@cache
def _list_pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    pattern = _pattern(words)
    return re.compile(f"(?:{pattern.pattern}){_GOES_ON}") if pattern else None


def _in_list(words: tuple[str, ...], text: str) -> bool:
    """Whether one of the words stands in a list of things, not before another noun."""
    pattern = _list_pattern(words)
    return bool(pattern and pattern.search(text))


def wanted_values(rule: MatchRule, need: Need) -> list[tuple[str, ...]]:
    """What the need asks of the rule's attribute: for each trigger whose clue stands in the text
    the values of which one must be offered. Empty when the rule does not apply."""
    text = need.text.casefold()
    named = [t for t in rule.triggers if found(t.clues, text) or _in_list(t.beside, text)]
    asked = [t.values for t in named if len(named) > 1 or found(t.clues, text)]
    if not asked or need.gbt4754 in rule.except_classes or found(rule.except_clues, text):
        return []
    return list(dict.fromkeys(asked))


def _held(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {str(value).lower()}
    if isinstance(value, list):
        return {str(v) for v in value}
    return set() if value is None else {str(value)}


def _label(attribute: Attribute, value: str) -> LocalizedText:
    if attribute.type == "boolean":
        return BOOLEAN["yes" if value == "true" else "no"]
    return attribute.labels.get(value, LocalizedText(value, value))


def _joined(labels: Iterable[LocalizedText]) -> LocalizedText:
    """Several values; set apart by semicolons where a value itself holds a comma."""
    found = list(labels)
    zh = "；" if any("、" in t.zh for t in found) else "、"
    en = "; " if any("," in t.en for t in found) else ", "
    return LocalizedText(zh.join(t.zh for t in found), en.join(t.en for t in found))


def _either(attribute: Attribute, asked: Iterable[tuple[str, ...]]) -> LocalizedText:
    """The values of each trigger as alternatives: 甲或乙; A or B."""
    groups = [[_label(attribute, v) for v in values] for values in asked]
    return _joined(LocalizedText("或".join(t.zh for t in g), " or ".join(t.en for t in g))
                   for g in groups)


def _fill(text: LocalizedText, wanted: LocalizedText, own: LocalizedText) -> LocalizedText:
    """A plugin's sentence with its values, without the full stop, as the core's sentences are."""
    return LocalizedText(
        text.zh.replace("{values}", wanted.zh).replace(
            "{solution_values}", own.zh or "未说明").rstrip("。"),
        text.en.replace("{values}", wanted.en).replace(
            "{solution_values}", own.en or "not stated").rstrip("."))


def evaluate(rule: MatchRule, asked: Sequence[tuple[str, ...]], need: Need,
             candidate: Candidate, unstated: float = 0.0) -> Outcome | None:
    """What a plugin's rule says of a candidate, `asked` being the rule's `wanted_values`; None
    when nothing is asked. The score is the share of the triggers whose value is offered, or
    `unstated` percent of a full score where the solution states nothing.

    A solution that does not serve the plugin's industry is not judged by its rules.
    """
    if not asked or need.industry not in candidate.card["industries"]:
        return None
    attribute = taxonomy().attributes[rule.attribute]
    held = _held(candidate.attributes.get(rule.attribute))
    offered = [values for values in asked if held & set(values)]
    lacking = [values for values in asked if not held & set(values)]
    own = _joined(_label(attribute, v) for v in _in_order(attribute, held))
    had = _joined(_label(attribute, v) for v in _in_order(
        attribute, held & {v for values in offered for v in values}))
    met = _fill(rule.met, had, own)
    if not lacking:
        return Outcome(rule.code, 1.0, met, wishes={f"rule:{rule.code}": True})
    text = _unmet(rule, attribute, _either(attribute, lacking), own)
    veto = text if rule.veto else None
    if offered:
        text = LocalizedText(f"{met.zh}；但{text.zh}", f"{met.en}. But: {text.en}")
    score = len(offered) / len(asked) if held else unstated / 100
    return Outcome(rule.code, score, text,
                   wishes={f"rule:{rule.code}": False}, veto=veto)


def _unmet(rule: MatchRule, attribute: Attribute, wanted: LocalizedText,
           own: LocalizedText) -> LocalizedText:
    if own or rule.veto or "{solution_values}" not in rule.unmet.zh:
        return _fill(rule.unmet, wanted, own)
    return LocalizedText(f"方案没有说明{attribute.label.zh}，您提到的是{wanted.zh}",
                         f"Not stated: {attribute.label.en}; you named {wanted.en}")


def _in_order(attribute: Attribute, held: Collection[str]) -> list[str]:
    return [v for v in attribute.labels if v in held] or sorted(held)
