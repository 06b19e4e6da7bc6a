"""The weights and thresholds of an industry as a form shows and gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Industry, Threshold
from marketplace.matching.rules import CORE
from marketplace.matching.thresholds import bounds_error, field_of, thresholds_of
from marketplace.matching.weights import RuleBook, declared_weights
from marketplace.taxonomy.registry import taxonomy


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with its weight in force, the plugin's own, and what stands in the field."""

    code: str
    label: LocalizedText
    explanation: LocalizedText
    declared: float
    present: float
    typed: str


def rule_rows(industry: Industry, book: RuleBook, form: Mapping[str, str]) -> list[RuleRow]:
    """Every rule of an industry, the core's first."""
    declared, own = declared_weights(industry), {r.code: r for r in industry.rules}
    rows = []
    for code, weight in declared.items():
        rule = CORE.get(code) or own[code]
        present = book.weights[code]
        rows.append(RuleRow(code, rule.label, rule.explanation, weight, present,
                            form.get(code, f"{present:g}")))
    return rows


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """A threshold with its value in force, its field, and what stands there."""

    threshold: Threshold
    field: str
    present: float
    typed: str


def threshold_rows(industry: Industry, book: RuleBook,
                   form: Mapping[str, str]) -> list[ThresholdRow]:
    """Every threshold of an industry, the core's first."""
    return [ThresholdRow(t, field_of(code), book.thresholds[code],
                         form.get(field_of(code), f"{book.thresholds[code]:g}"))
            for code, t in thresholds_of(industry).items()]


def typed_thresholds(industry: str, form: Mapping[str, str], present: Mapping[str, float],
                     ) -> tuple[dict[str, float], tuple[FieldError, ...]]:
    """The thresholds a form gives, those it leaves out as at present, and an error at each field
    that holds no number."""
    found = dict(present)
    errors = []
    for code, threshold in thresholds_of(taxonomy().industries[industry]).items():
        text = form.get(field_of(code), f"{present[code]}").strip()
        try:
            found[code] = float(text)
        except ValueError:
            errors.append(bounds_error(threshold, text))
    return found, tuple(errors)


def typed_weights(industry: str,
                  form: Mapping[str, str]) -> tuple[dict[str, float], tuple[FieldError, ...]]:
    """The weights a form gives, and an error at each field that holds no number."""
    weights: dict[str, float] = {}
    errors = []
    for code in declared_weights(taxonomy().industries[industry]):
        text = form.get(code, "").strip()
        try:
            weights[code] = float(text)
        except ValueError:
            errors.append(FieldError(code, text, "give a weight of 0 to 100"))
    return weights, tuple(errors)
