"""Plugins' match rules: data in, outcomes out. No code of a plugin runs here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from marketplace.catalog.labels import BOOLEAN
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute, MatchRule
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need
from marketplace.matching.outcomes import Outcome, listed
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


def wanted_values(rule: MatchRule, need: Need) -> list[str]:
    """The attribute values the need asks for, in order; empty when the rule does not apply."""
    text = need.text.casefold()
    if need.gbt4754 in rule.except_classes or found(rule.except_clues, text):
        return []
    values = (v for t in rule.triggers if found(t.clues, text) for v in t.values)
    return list(dict.fromkeys(values))


def _held(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {str(value).lower()}
    if isinstance(value, list):
        return {str(v) for v in value}
    return set() if value is None else {str(value)}


def _names(attribute: Attribute, values: Iterable[str]) -> LocalizedText:
    if attribute.type == "boolean":
        return listed(BOOLEAN["yes" if v == "true" else "no"] for v in values)
    return listed(attribute.labels.get(v, LocalizedText(v, v)) for v in values)


def _fill(text: LocalizedText, wanted: LocalizedText, own: LocalizedText) -> LocalizedText:
    return LocalizedText(
        text.zh.replace("{values}", wanted.zh).replace("{solution_values}", own.zh or "未说明"),
        text.en.replace("{values}", wanted.en).replace("{solution_values}", own.en or "not stated"))


def evaluate(rule: MatchRule, need: Need, candidate: Candidate) -> Outcome | None:
    """What a plugin's rule says of a candidate; None when no clue asks for it.

    A solution that does not serve the plugin's industry is not judged by its rules.
    """
    wanted = wanted_values(rule, need)
    if not wanted or need.industry not in candidate.card["industries"]:
        return None
    attribute = taxonomy().attributes[rule.attribute]
    held = _held(candidate.attributes.get(rule.attribute))
    met = bool(held & set(wanted))
    text = _fill(rule.met if met else rule.unmet, _names(attribute, wanted),
                 _names(attribute, _in_order(attribute, held)))
    return Outcome(rule.code, 1.0 if met else 0.0, text, wishes={f"rule:{rule.code}": met},
                   veto=text if rule.veto and not met else None)


def _in_order(attribute: Attribute, held: Collection[str]) -> list[str]:
    return [v for v in attribute.labels if v in held] or sorted(held)
