"""What other weights and thresholds would move: stored needs matched both ways, their first
places compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, select

from marketplace.catalog.indexer import Indexes
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.candidates import candidates
from marketplace.matching.matcher import Recommendation, evaluate_all, ordered
from marketplace.matching.models import DecisionSheet
from marketplace.matching.need import Need, Wish
from marketplace.matching.weights import book_with, rule_book
from marketplace.taxonomy.registry import taxonomy

STORED = 8
"""So many of the latest stored needs are matched again."""
FIRST = 10
"""Places looked at."""
CLIPPED = 60


@dataclass(frozen=True, slots=True)
class Move:
    """A solution whose place changes; None is beyond the first places."""

    solution: LocalizedText
    slug: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class MovedNeed:
    """A need with what would move in it. `stored` tells a visitor's need from an example."""

    title: str
    stored: bool
    moves: tuple[Move, ...]


def preview(indexes: Indexes, industry: str, weights: Mapping[str, float],
            thresholds: Mapping[str, float] | None = None) -> list[MovedNeed]:
    """The latest needs kept on decision sheets of this industry, filled up with pain points its
    plugin names, matched with what is in force and with these; those that move first.

    Raises `Unavailable` when the index does not answer.
    """
    now, then = rule_book(industry), book_with(industry, weights, thresholds)
    found = []
    for title, stored, need in _needs(industry):
        items = candidates(indexes, need)
        before = ordered(evaluate_all(need, items, now), limits=now.thresholds)[:FIRST]
        after = ordered(evaluate_all(need, items, then), limits=then.thresholds)[:FIRST]
        found.append(MovedNeed(title, stored, tuple(_moves(before, after))))
    return sorted(found, key=lambda need: not need.moves)


def _moves(before: list[Recommendation], after: list[Recommendation]) -> Iterator[Move]:
    old = {r.candidate.id: place for place, r in enumerate(before, 1)}
    new = {r.candidate.id: place for place, r in enumerate(after, 1)}
    for item in {r.candidate.id: r.candidate for r in (*after, *before)}.values():
        if old.get(item.id) != new.get(item.id):
            yield Move(item.name, str(item.card["slug"]), old.get(item.id), new.get(item.id))


def _needs(industry: str) -> Iterator[tuple[str, bool, Need]]:
    count = 0
    for sheet in db.session.scalars(select(DecisionSheet).where(
            cast(DecisionSheet.content, String).contains(f'"{industry}"'))
            .order_by(DecisionSheet.id.desc()).limit(4 * STORED)):
        need = _stored(sheet.content)
        if need.industry == industry and count < STORED:
            count += 1
            yield _title(sheet.content), True, need
    for scenario in list(taxonomy().industries[industry].scenarios.values())[:STORED - count]:
        said = scenario.pain_points[0] if scenario.pain_points else scenario.name
        yield str(said), False, Need(text=said.zh, wishes=(
            Wish("industry", industry), Wish("scenario", scenario.code)))


def _stored(content: Mapping[str, Any]) -> Need:
    """The need of a decision sheet."""
    kept = content["need"]
    return Need(text=content.get("text", ""), wishes=tuple(
        Wish(w["kind"], w["value"], w["hard"], w["confidence"]) for w in kept["wishes"]),
        people=kept["people"], gbt4754=kept["gbt4754"], district=kept["district"],
        levels=kept["levels"], subsidy_share=kept["subsidy_share"])


def _title(content: Mapping[str, Any]) -> str:
    """The wishes in words. The text may name people and is not shown."""
    labels = (str(LocalizedText.of(w["label"])) for w in content.get("wishes", ()))
    return " · ".join(labels)[:CLIPPED] or "–"
