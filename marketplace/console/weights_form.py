"""The weights of an industry as a form shows and gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Industry
from marketplace.matching.rules import CORE
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
