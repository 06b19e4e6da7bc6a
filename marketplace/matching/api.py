"""Matching in the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app
from flask_limiter import RequestLimit

from marketplace.catalog.api_schemas import solution_item
from marketplace.core.api import PREFIX, ApiBlueprint
from marketplace.core.clock import iso_week, today
from marketplace.core.errors import FieldError, InvalidInput, TooMany
from marketplace.core.limits import limiter, match_rate
from marketplace.matching.answers import answer
from marketplace.matching.events import record_shown
from marketplace.matching.matcher import match
from marketplace.matching.need import Need, Wish, WishKind
from marketplace.matching.reading import need_of
from marketplace.matching.schemas import MatchAnswer, MatchRequest
from marketplace.matching.understand import understand
from marketplace.matching.weights import rule_book
from marketplace.taxonomy.queries import active_industries

STATED: tuple[tuple[str, WishKind], ...] = (
    ("budget", "budget"), ("deadline_days", "deadline"), ("deployment", "deployment"))
COMPANY = ("people", "district", "gbt4754", "subsidy_share")


def _too_many(limit: RequestLimit) -> None:
    raise TooMany(f"Too many matches from this address: at most {limit.limit}. "
                  "Wait a minute and try again.")


def matching_api() -> ApiBlueprint:
    """`POST /match`: from a text to explained recommendations."""
    api = ApiBlueprint("matching_api", __name__, url_prefix=PREFIX, description="Matching")

    @api.post("/match")
    @limiter.limit(match_rate, on_breach=_too_many)
    @api.arguments(MatchRequest)
    @api.response(200, MatchAnswer)
    def match_need(body: dict[str, Any]) -> dict[str, Any]:
        """Understand a need and recommend solutions with reasons."""
        text, filters = body["text"].strip(), body.get("filters") or {}
        industry = body.get("industry")
        if industry is not None and industry not in active_industries():
            raise InvalidInput("There is no such industry.", errors=(FieldError(
                "industry", industry, f"choose from {', '.join(active_industries())}"),))
        understood = understand(text, industry=industry, today=today())
        if not understood.is_need:
            return {"understanding": understood.as_dict(), "picks": [], "recommendations": [],
                    "near_misses": [], "bundle": [], "considered": 0, "fitting": 0,
                    "rule_version": rule_book(industry).version, "week": iso_week()}
        company = {k: filters[k] for k in COMPANY if k in filters}
        need = stated(need_of(understood, **company), filters)
        result = match(current_app.extensions["indexes"], need, limit=body["limit"],
                       diversify=filters.get("diversify", True))
        record_shown(result)
        found = answer(result)
        for rows in ("picks", "recommendations", "near_misses", "bundle"):
            for row in found[rows]:
                row["solution"] = solution_item(row["solution"])
        return {"understanding": understood.as_dict()} | found

    return api


def stated(need: Need, filters: dict[str, Any]) -> Need:
    """The need with the wishes stated beside the text put in force."""
    for name, kind in STATED:
        if name in filters:
            value = filters[name]
            stated_value = value if isinstance(value, str) else float(value)
            need = need.with_wish(Wish(kind, stated_value, hard=True))
    turned = dict.fromkeys(filters.get("hard", ()), True)
    turned |= dict.fromkeys(filters.get("soft", ()), False)
    return replace(need, wishes=tuple(
        replace(w, hard=turned.get(w.kind, w.hard)) for w in need.wishes))
