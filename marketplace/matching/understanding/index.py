"""An inverted index in memory over the texts of the taxonomy, and how a text scores in it."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from itertools import chain
from operator import mul
from typing import NamedTuple

from marketplace.matching.understanding.items import KINDS, WEIGHTS, Kind, Label
from marketplace.matching.understanding.terms import term_set
from search.text import fold

COMMON = 0.05
"""A term in more than this share of the texts tells no neighbours apart and is not looked up."""
MOST_TERMS = 500
"""Of a long text the rarest terms are looked up, which bounds the time."""


class Scores(NamedTuple):
    """How well a label fits: mean of its 3 and of its 6 nearest texts, norm of its 10 nearest,
    and BM25-like agreement of its vocabulary as a whole."""

    near3: float
    near6: float
    norm10: float
    words: float


NOTHING = Scores(0.0, 0.0, 0.0, 0.0)


class Index:
    """Postings from terms to texts (for neighbours) and to labels (for vocabularies)."""

    def __init__(self, labels: Iterable[Label]) -> None:
        self.labels = tuple(labels)
        texts: list[set[str]] = []
        weights: list[float] = []
        self._bounds: list[tuple[int, int]] = []
        self.counts: list[Counter[str]] = []
        for label in self.labels:
            start = len(texts)
            counts: Counter[str] = Counter()
            for field, text in label.texts:
                terms = term_set(fold(text))
                texts.append(terms)
                weights.append(WEIGHTS[field])
                counts.update(terms)
            self._bounds.append((start, len(texts)))
            self.counts.append(counts)
        self._count_terms(texts)
        self._factors = [w / (math.sqrt(sum(map(self._squares.__getitem__, terms))) or 1.0)
                         for w, terms in zip(weights, texts, strict=True)]
        self._post(texts)

    def _count_terms(self, texts: list[set[str]]) -> None:
        self.frequency = Counter(chain.from_iterable(texts))
        total = len(texts)
        self._rarest = math.log(1 + total) ** 2
        self._squares = {t: math.log(1 + total / n) ** 2 for t, n in self.frequency.items()}

    def _post(self, texts: list[set[str]]) -> None:
        common = max(200, COMMON * len(texts))
        # Arrays keep the numbers of a posting side by side in memory: far fewer cache misses.
        self._texts: dict[str, array[int]] = {
            t: array("I") for t, n in self.frequency.items() if n <= common}
        rare = self._texts.keys()
        for number, terms in enumerate(texts):
            for term in terms & rare:
                self._texts[term].append(number)
        self._spread: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}
        self._sizes = Counter(label.kind for label in self.labels)
        for label, counts in zip(self.labels, self.counts, strict=True):
            self._spread[label.kind].update(counts.keys())
        self._labels: dict[str, tuple[array[int], array[float]]] = {
            t: (array("I"), array("d")) for t in self.frequency}
        for number, (label, counts) in enumerate(zip(self.labels, self.counts, strict=True)):
            size, seen = self._sizes[label.kind], self._spread[label.kind]
            tells = [0.0, *(math.log(1 + size / n) for n in range(1, size + 1))]
            for term, count in counts.items():
                numbers, weights = self._labels[term]
                numbers.append(number)
                weights.append(tells[seen[term]] * count / (count + 1.5))

    def square(self, term: str) -> float:
        """Squared inverse frequency of a term; an unknown one counts like the rarest."""
        return self._squares.get(term, self._rarest)

    def known(self, terms: Collection[str]) -> list[str]:
        """The terms to look up: known ones, the rarest when there are too many."""
        found = [t for t in terms if t in self.frequency]
        if len(found) > MOST_TERMS:
            found.sort(key=self.frequency.__getitem__)
            del found[MOST_TERMS:]
        return found

    def score(self, terms: Mapping[str, float]) -> Mapping[Kind, Mapping[str, Scores]]:
        """Scores of every label, by kind and code, for terms with their weights in [0, 1]."""
        near = [0.0] * len(self._factors)
        words = [0.0] * len(self.labels)
        known = self.known(terms)
        for term in known:
            share = terms[term]
            square = self._squares[term] * share
            for number in self._texts.get(term, ()):
                near[number] += square
            for number, weight in zip(*self._labels[term], strict=True):
                words[number] += weight * share
        near = list(map(mul, near, self._factors))
        found: dict[Kind, dict[str, Scores]] = {kind: {} for kind in KINDS}
        for label, (start, end), agreement in zip(self.labels, self._bounds, words, strict=True):
            found[label.kind][label.code] = _scores(near[start:end], agreement)
        return found

    @cached_property
    def _numbers(self) -> Mapping[tuple[Kind, str], int]:
        return {(label.kind, label.code): n for n, label in enumerate(self.labels)}

    def share(self, term: str, kind: Kind, code: str) -> float:
        """How much `term` speaks for this label."""
        count = self.counts[self._numbers[kind, code]][term]
        if not count:
            return 0.0
        told = math.log(1 + self._sizes[kind] / self._spread[kind][term])
        return told * count / (count + 1.5)


def _scores(near: list[float], words: float) -> Scores:
    near.sort(reverse=True)
    return Scores(sum(near[:3]) / 3, sum(near[:6]) / 6,
                  math.sqrt(sum(x * x for x in near[:10])), words)
