"""Invented events: lists of solutions, of which people follow what a hidden rule likes."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import insert

from marketplace.core.clock import today
from marketplace.core.database import transaction
from marketplace.matching.models import MatchEvent
from marketplace.matching.weights import rule_book

RULES = ("scenario", "category", "budget", "go_live", "service")
"""Rules whose scores differ within the invented lists; `industry` is always met."""


def make_events(solutions: list[int], *, lists: int, industry: str = "steel",
                liked: str | None = "go_live", kind: str = "opened", seed: int = 1) -> None:
    """`lists` shown lists of these solutions in the order of the present weights; people follow
    the one that scores best in the rule `liked` (None: any one, by chance)."""
    rng, book = random.Random(seed), rule_book(industry)
    rows = []
    for number in range(lists):
        day = today() - timedelta(days=number % 60)
        scores = {s: {r: round(rng.random(), 3) for r in RULES} | {"industry": 1.0}
                  for s in solutions}
        weight = sum(book.weights[r] for r in (*RULES, "industry"))
        order = sorted(solutions, key=lambda s: -sum(
            book.weights[r] * v for r, v in scores[s].items()) / weight)
        chosen = rng.choice(order) if liked is None else max(
            order, key=lambda s: scores[s][liked])
        for rank, solution in enumerate(order, 1):
            row = {"day": day, "kind": "shown", "solution_id": solution, "industry": industry,
                   "rank": rank, "rule_version": book.version, "scores": scores[solution],
                   "list_key": f"list{seed}-{number}"}
            rows.append(row)
            if solution == chosen:
                rows.append({**row, "kind": kind})
    with transaction() as session:
        session.execute(insert(MatchEvent), rows)
