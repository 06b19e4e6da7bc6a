"""Texts that are no needs, as neighbours of a text in question."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from marketplace.matching.understanding.index import Index
from marketplace.matching.understanding.terms import term_set
from search.text import fold


class Strangers:
    """Texts that are no needs (greetings, job offers, office questions), as neighbours."""

    def __init__(self, texts: Iterable[str], index: Index) -> None:
        self._index = index
        self._texts = tuple(frozenset(term_set(fold(t))) for t in texts)
        self._sizes = [math.sqrt(sum(map(index.square, terms))) or 1.0 for terms in self._texts]
        self._postings: dict[str, list[int]] = {}
        for number, terms in enumerate(self._texts):
            for term in terms:
                self._postings.setdefault(term, []).append(number)

    def nearest(self, terms: Collection[str], without: Collection[str] | None = None) -> float:
        """How near the nearest one is, on the scale of `Scores.near3`.

        `without` leaves out the text with exactly these terms, for training.
        """
        sums: dict[int, float] = {}
        for term in terms:
            for number in self._postings.get(term, ()):
                sums[number] = sums.get(number, 0.0) + self._index.square(term)
        found = (total / self._sizes[number] for number, total in sums.items()
                 if without is None or self._texts[number] != without)
        return max(found, default=0.0)
