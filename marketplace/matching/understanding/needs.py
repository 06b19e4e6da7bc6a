"""Whether a text is a need at all: what it resembles, what it says, how much of it is known."""

from __future__ import annotations

import math

from marketplace.matching.understanding.model import Features
from marketplace.matching.understanding.observing import Observation


def need_features(seen: Observation, *, training: bool = False) -> Features:
    """Features of the yes-or-no stage `need`. `training` leaves the text itself out."""
    terms = seen.terms
    strange = seen.knowledge.strangers.nearest(terms, frozenset(terms) if training else None)
    near = max((s.near3 for table in seen.scores.values() for s in table.values()), default=0.0)
    pairs = [t for t in terms if len(t) > 1]
    known = sum(1 for t in pairs if t in seen.knowledge.index.frequency)
    return {
        "bias": 1.0,
        "contrast": math.log((near + 0.5) / (strange + 0.5)),
        "near": math.log1p(near),
        "cosine": near / (math.sqrt(sum(map(seen.knowledge.index.square, terms))) or 1.0),
        "known": known / (len(pairs) + 1),
        "amount": math.log1p(known),
        "need_words": math.log1p(_distinct(seen, "need")),
        "strange_words": math.log1p(_distinct(seen, "not_need")),
        "strong": math.log1p(sum(len(found) for found in seen.strong.values())),
        "products": math.log1p(len(seen.products)),
        "limits": float(bool(seen.budget and seen.budget.score > 0) + bool(seen.deadline)
                        + bool(seen.places)),
    }


def _distinct(seen: Observation, owner: str) -> int:
    return len({f.phrase for f in seen.clues.get(owner, ())})
