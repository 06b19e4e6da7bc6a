"""Everything one reading gives the model, computed once and independent of any weight."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from marketplace.matching.understanding.budget import Amount, find_budget
from marketplace.matching.understanding.deadline import Deadline, find_deadline
from marketplace.matching.understanding.deployment import Place, find_deployment
from marketplace.matching.understanding.exclusions import Product, find_products
from marketplace.matching.understanding.index import Scores
from marketplace.matching.understanding.items import Kind
from marketplace.matching.understanding.knowledge import Knowledge
from marketplace.matching.understanding.model import Features
from marketplace.matching.understanding.phrases import Found
from marketplace.matching.understanding.reading import Reading, Stretch
from marketplace.matching.understanding.terms import Places

_FIRM = re.compile(r".{0,2}(?:厂|公司|企业|作坊|代工|集团|plant|factory|shop|maker|company)")
_CUSTOMER = re.compile(r"(?:给|供|客户|卖|为|配套|行业|提供|to|for)[^,。;]*$")
COMPANY = 0.4
"""Weight of terms that only describe the company."""
Table = Mapping[Kind, Mapping[str, Scores]]


@dataclass(frozen=True, eq=False)
class Observation:
    """One text seen through the knowledge: clues by rule, terms, scores, words."""

    knowledge: Knowledge
    reading: Reading
    budget: Amount | None
    deadline: Deadline | None
    places: Sequence[Place]
    products: Sequence[Product]

    @classmethod
    def of(cls, text: str, knowledge: Knowledge, today: date | None = None) -> Observation:
        reading = Reading.of(text, knowledge.corrector)
        return cls(
            knowledge, reading, find_budget(reading), find_deadline(reading, today),
            tuple(find_deployment(reading, knowledge.lexicon)),
            tuple(find_products(reading, knowledge.lexicon)),
        )

    @cached_property
    def masked(self) -> tuple[Stretch, ...]:
        """What says nothing about scenarios: money, deadline, place, products not wanted."""
        wanted = {(p.start, p.end) for p in self.products if p.stance == "wanted"}
        found = [(p.start, p.end) for p in self.products if p.stance != "wanted"]
        found += [(p.start, p.end) for p in self.places
                  if not any(s < p.end and p.start < e for s, e in wanted)]
        found += [(x.start, x.end) for x in (self.budget, self.deadline) if x is not None]
        return tuple(found)

    @cached_property
    def terms(self) -> Places:
        return self.reading.places(self.masked)

    @cached_property
    def scores(self) -> Table:
        about = self.reading.company
        weights = {term: COMPANY if all(any(a <= start < b for a, b in about)
                                        for start, _ in places) else 1.0
                   for term, places in self.terms.items()}
        return self.knowledge.index.score(weights)

    @cached_property
    def relative(self) -> Mapping[Kind, Mapping[str, Features]]:
        """The scores of each label against the best of its kind."""
        return {kind: relative(table) for kind, table in self.scores.items()}

    def nearest_of_categories(self) -> Mapping[str, float]:
        """How near the nearest industry scenario of any trade that asks for a category is.

        Each later place in a scenario's list counts four fifths of the one before.
        """
        best: dict[str, float] = {}
        for code, features in self.relative["scenario"].items():
            near = features["near"]
            for category in self.knowledge.scenarios[code].categories:
                best[category] = max(best.get(category, 0.0), near)
                near *= 0.8
        return best

    @cached_property
    def language(self) -> Mapping[str, float]:
        """How much more each industry talks like this than manufacturers at large."""
        return self.knowledge.language(self.terms)

    @cached_property
    def strong(self) -> Mapping[str, Sequence[Found]]:
        return _by_owner(self.knowledge.lexicon.strong.find(self.reading.text))

    @cached_property
    def weak(self) -> Mapping[str, Sequence[Found]]:
        return _by_owner(self.knowledge.lexicon.weak.find(self.reading.text))

    @cached_property
    def clues(self) -> Mapping[str, Sequence[Found]]:
        return _by_owner(self.knowledge.lexicon.clues.find(self.reading.text))

    def is_company(self, word: Found) -> bool:
        """Whether the word says what the company is: 钢管厂, 做丝杠的."""
        if any(start <= word.start < end for start, end in self.reading.company):
            return True
        return word.phrase[-1] in "厂" or _FIRM.match(self.reading.text, word.end) is not None

    @cached_property
    def other_trade(self) -> int:
        """Whether a trade is named that no plugin covers (1), as the company's own (2).

        A trade after 给, 供 or 客户 is that of a customer and does not count.
        """
        text = self.reading.text
        own = [f for f in self.knowledge.lexicon.trades.find(text)
               if not _CUSTOMER.search(text[max(0, f.start - 6):f.start])]
        return bool(own) + any(map(self.is_company, own))

    @cached_property
    def wanted(self) -> Counter[str]:
        """How often each category is named as wanted."""
        return Counter(p.code for p in self.products if p.stance == "wanted")

    @cached_property
    def refused(self) -> frozenset[str]:
        wanted = self.wanted
        return frozenset(p.code for p in self.products
                         if p.stance == "refused" and p.code not in wanted)

    @cached_property
    def size(self) -> float:
        return math.sqrt(len(self.terms) / 2 + 5)


def relative(scores: Mapping[str, Scores]) -> Mapping[str, Features]:
    """Each score as a share of the best one; logarithms tell the middle and low ones apart."""
    tops = [max((s[i] for s in scores.values()), default=0.0) or 1.0 for i in range(4)]
    found = {}
    for code, s in scores.items():
        near = (s.near3 / tops[0] + s.near6 / tops[1] + s.norm10 / tops[2]) / 3
        words = s.words / tops[3]
        found[code] = {"near": near, "words": words, "log_near": math.log(near + 0.05),
                       "log_words": math.log(words + 0.05)}
    return found


def _by_owner(found: Iterable[Found]) -> Mapping[str, Sequence[Found]]:
    owners: dict[str, list[Found]] = {}
    for one in found:
        owners.setdefault(one.owner, []).append(one)
    return owners
