"""What the tests of matching share: candidates made by hand, needs put together in a line."""

from __future__ import annotations

from typing import Any

from marketplace.catalog.pricing import PARTS
from marketplace.matching.facts import Candidate
from marketplace.matching.need import Need, Wish

MATCH_FACTS = ("attributes", "cases", "districts", "response_hours", "classes", "parts", "grade")


def candidate(identity: int = 1, *, rank: int | None = None, provider: int = 1,
              cost: float | None = 50_000, words: tuple[str, ...] = (),
              **changes: Any) -> Candidate:
    """A steel scheduler for 50,000 yuan in the first year; `changes` replace facts."""
    facts = {"attributes": {}, "version": 1, "cases": [], "districts": [], "response_hours": None,
             "classes": ["product"],
             "parts": [] if cost is None else [
                 [p, "flat", cost if p == "licence" else 0, 1] for p in PARTS]}
    facts |= {k: changes.pop(k) for k in MATCH_FACTS if k in changes}
    card = {
        "id": identity, "slug": f"made-{identity}",
        "name": {"zh": f"排产{identity}号", "en": f"Scheduler {identity}"},
        "promise": {"zh": "当天出排产", "en": "Schedules the same day"},
        "provider": {"id": provider, "slug": f"p-{provider}", "name": {"zh": "甲", "en": "A"}},
        "categories": ["APS"], "industries": ["steel"], "scenarios": [["OP-05", 0, 3]],
        "deployments": ["private"], "first_year": cost, "three_years": cost, "go_live_days": 30,
        "listed": True, "admitted": False, "sample": True, "match": facts}
    return Candidate(card | changes, rank, 10, words)


def need(*tokens: str, text: str = "", hard: tuple[str, ...] = (), **company: Any) -> Need:
    """A need of wishes written `kind:value`; those whose kind is in `hard` are hard."""
    wishes = []
    for token in tokens:
        kind, _colon, value = token.partition(":")
        amount = float(value) if kind in ("budget", "deadline") else value
        wishes.append(Wish(kind, amount, hard=kind in hard))  # type: ignore[arg-type]
    return Need(text, tuple(wishes), **company)
