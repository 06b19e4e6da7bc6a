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

_CUT = re.compile(r"[。;!?…\n]|(?<!\d),|,(?!\d{3})|\.(?!\d)")
_COMPANY = re.compile(
    r"(?:我们|我|我俩|本人|我厂|我司|咱们?|俺们?|厂里|公司|本厂|本公司)*(?:合伙开的|开的)?(?:厂"
    r"|公司|家)?[是在]?"
    r"(?:专门|主要|一直)?(?:是|做|干|搞|生产|加工|造|卖|产)?[^不没想要能]{1,12}?"
    r"(?:的|厂|公司|企业|单位|工厂|加工点|集成商|厂家|车间|作坊|贸易商)"
    r"|(?:we (?:are|make|build|run|sell|process)|(?:small |large |medium )?\S+ (?:plant|maker"
    r"|shop|mill|integrator|factory))[^,.;]{0,50}")

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

    @cached_property
    def company(self) -> tuple[Stretch, ...]:
        """Clauses that only say what the company is: 我们是做主轴的, 铁合金厂."""
        return tuple(c for c in self.clauses if _COMPANY.fullmatch(self.text[c[0]:c[1]].strip()))

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
