"""A text prepared for understanding: folded, typos put right, cut into clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from marketplace.matching.understanding.declared import Evidence
from marketplace.matching.understanding.terms import Places, term_places
from marketplace.matching.understanding.typos import Corrector
from search.text import Folded, fold_mapped

_CUT = re.compile(r"[。;!?…\n]|,(?!\d{3})|\.(?!\d)")

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """`text` is what the rules read; places in it are mapped back by `evidence`."""

    original: str
    folded: Folded
    text: str

    @classmethod
    def of(cls, original: str, corrector: Corrector) -> Reading:
        folded = fold_mapped(original)
        return cls(original, folded, corrector.correct(folded.text))

    @cached_property
    def clauses(self) -> tuple[Stretch, ...]:
        """The (start, end) of each clause, without its punctuation."""
        found = []
        start = 0
        for cut in _CUT.finditer(self.text):
            found.append((start, cut.start()))
            start = cut.end()
        found.append((start, len(self.text)))
        return tuple(c for c in found if self.text[c[0]:c[1]].strip())

    def clause_of(self, place: int) -> Stretch:
        """The clause that holds `place`; the place alone when it is punctuation."""
        return next((c for c in self.clauses if c[0] <= place < c[1]), (place, place + 1))

    def places(self, without: Iterable[Stretch] = ()) -> Places:
        """Terms of the text and where they stand, the stretches in `without` left out."""
        text = self.text
        for start, end in without:
            text = text[:start] + "\n" * (end - start) + text[end:]
        return term_places(text)

    def evidence(self, start: int, end: int) -> Evidence:
        """Evidence for [start, end) of `text`, as it stands in the original."""
        first, length = self.folded.span(start, end)
        return Evidence(first, length, self.original[first:first + length])
