"""Decision sheets: made once, frozen, readable by an unguessable link.

The content is a copy in both languages: later changes of solutions or weights do not touch it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.catalog.labels import DEPLOYMENTS, PRICE_PARTS
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.matching.answers import LABELS, recommendation, scenario_names
from marketplace.matching.events import record_followed
from marketplace.matching.matcher import MatchResult, Recommendation
from marketplace.matching.models import DecisionSheet
from marketplace.matching.need import Need, Wish
from marketplace.taxonomy.registry import taxonomy

REASONS = 4
"""Reasons of a pick that fit on the page; the breakdown keeps all."""
T = LocalizedText


def create_sheet(result: MatchResult) -> DecisionSheet:
    """Freeze the picks of a match. Raises `InvalidInput` when there is nothing to decide."""
    if not result.picks:
        raise InvalidInput("There is no recommendation to put on a sheet.")
    sheet = DecisionSheet(token=secrets.token_urlsafe(32), content=sheet_content(result),
                          created_at=now())
    with transaction() as session:
        session.add(sheet)
    for rank, item in enumerate(result.picks, 1):
        record_followed("sheet", solution_id=item.candidate.id, industry=result.need.industry,
                        rank=rank, rule_version=result.rule_version,
                        scores={o.rule: round(o.score, 3) for o in item.outcomes})
    return sheet


def sheet_by(token: str) -> DecisionSheet | None:
    """The sheet behind a link."""
    return db.session.scalar(select(DecisionSheet).where(DecisionSheet.token == token))


def sheet_content(result: MatchResult) -> dict[str, Any]:
    """What a sheet keeps: need, picks with prices, days, gaps and reasons, rules and week."""
    company = result.need.company
    return {
        "text": result.need.text, "wishes": [wish_row(w) for w in result.need.wishes],
        "need": result.need.as_dict(),
        "company": {"people": company.people, "lines": company.lines, "seats": company.seats},
        "picks": [pick(result.need, item) for item in result.picks],
        "bundle": [item.candidate.name.as_dict() for item in result.bundle],
        "considered": result.considered, "fitting": result.fitting,
        "rule_version": result.rule_version, "week": result.week,
    }


def wish_row(wish: Wish) -> dict[str, Any]:
    """A wish in words, for chips and sheets."""
    return {"key": wish.key, "label": wish_label(wish).as_dict(), "hard": wish.hard}


def wish_label(wish: Wish) -> LocalizedText:
    """A wish as people read it."""
    tree, code = taxonomy(), str(wish.value)
    if wish.kind == "industry":
        return tree.industry_name(code)
    if wish.kind in ("scenario", "core_scenario"):
        return tree.scenario_name(code)
    if wish.kind == "category":
        return tree.category_name(code)
    if wish.kind == "excluded_category":
        name = tree.category_name(code)
        return T(f"不要{name.zh}", f"no {name.en}")
    if wish.kind == "deployment":
        return DEPLOYMENTS[code]
    amount = float(wish.value)
    if wish.kind == "budget":
        return T(f"预算{amount / 10_000:g}万元以内", f"budget up to {amount:,.0f} yuan")
    return T(f"{amount:g}天内用上", f"in use within {amount:g} days")


def pick(need: Need, item: Recommendation) -> dict[str, Any]:
    """A recommendation as a sheet keeps it: prices for the company, gaps, reasons, doubts."""
    computed = item.candidate.price(need.company)
    facts = item.candidate.facts
    return recommendation(item) | {
        "name": item.candidate.name.as_dict(), "version": facts["version"],
        "label_texts": [LABELS[label].as_dict() for label in item.labels],
        "price": {
            "comparable": computed.comparable, "first_year": computed.first_year,
            "three_years": computed.three_years,
            "parts": [{"label": PRICE_PARTS[c.part].as_dict(), "years": list(c.years)}
                      for c in computed.costs],
            "missing": [PRICE_PARTS[part].as_dict() for part in computed.missing]},
        "uncovered_names": [n.as_dict() for n in scenario_names(item.uncovered)],
        "top_reasons": [o.as_dict() for o in item.reasons if o.score >= 0.5][:REASONS],
        "doubts": [o.as_dict() for o in item.reasons if o.score < 0.5][:REASONS],
    }


def localized(value: Mapping[str, str]) -> LocalizedText:
    """A frozen text as a value that prints in the reader's language."""
    return LocalizedText.of(value)
