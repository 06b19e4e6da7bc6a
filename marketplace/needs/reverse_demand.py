"""Saved needs as demand on the supply-gap map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from marketplace.core.database import db
from marketplace.matching.gaps import counts_saved_needs
from marketplace.needs.models import SavedNeed

OPEN = ("published", "paused")
SURE = 0.3
"""A scenario that was only guessed is no demand."""


@counts_saved_needs
def saved_needs(industry: str, codes: Sequence[str]) -> Mapping[str, int]:
    """How many open needs of the industry wish each scenario; drafts are nobody's business yet,
    invented needs are no demand."""
    counts: Counter[str] = Counter()
    wanted = set(codes)
    for facts in db.session.scalars(select(SavedNeed.facts).where(
            SavedNeed.industry == industry, SavedNeed.state.in_(OPEN),
            SavedNeed.sample.is_(False))):
        counts.update({str(w["value"]) for w in facts.get("wishes", ())
                       if w["kind"] in ("scenario", "core_scenario")
                       and float(w.get("confidence", 1)) >= SURE} & wanted)
    return counts
