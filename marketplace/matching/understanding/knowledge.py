"""What understanding knows: the taxonomy, indexed. Built once per taxonomy and process."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from marketplace.declarations import Scenario
from marketplace.matching.understanding.index import Index
from marketplace.matching.understanding.items import labels
from marketplace.matching.understanding.lexicon import Lexicon
from marketplace.matching.understanding.strangers import Strangers
from marketplace.matching.understanding.typos import Corrector
from marketplace.taxonomy.registry import Taxonomy


@dataclass(frozen=True, eq=False)
class Knowledge:
    """The taxonomy with its index, word lists and typo corrector."""

    taxonomy: Taxonomy
    index: Index
    lexicon: Lexicon
    corrector: Corrector

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Knowledge:
        index = Index(labels(taxonomy))
        lexicon = Lexicon.of(taxonomy)
        words = [w for group in taxonomy.all_synonyms() for w in group]
        words += taxonomy.all_dictionary()
        return cls(taxonomy, index, lexicon, Corrector(index.frequency, words))

    @cached_property
    def strangers(self) -> Strangers:
        """The texts that are no needs."""
        return Strangers(self.lexicon.not_needs, self.index)

    @cached_property
    def industries(self) -> tuple[str, ...]:
        return tuple(self.taxonomy.industries)

    @cached_property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Every industry scenario by code."""
        return {code: s for i in self.taxonomy.industries.values()
                for code, s in i.scenarios.items()}

    @cached_property
    def orphans(self) -> frozenset[str]:
        """Categories that serve every scenario and belong to none: security, cloud, advice."""
        return frozenset(self.lexicon.cross_cutting) & self.taxonomy.categories.keys()

    def language(self, terms: Iterable[str]) -> dict[str, float]:
        """How much more likely the terms are in each industry's texts than in the general ones,
        as a logarithm of the odds."""
        found = dict.fromkeys(self.industries, 0.0)
        for term in terms:
            for industry, odds in zip(self.industries, self._odds(term), strict=True):
                found[industry] += odds
        return found

    def _odds(self, term: str) -> tuple[float, ...]:
        odds = self._known_odds.get(term)
        if odds is None:
            odds = tuple(0.0 for _ in self.industries)
            if self.index.frequency[term] >= 2:
                odds = self._known_odds[term] = self._count_odds(term)
        return odds

    def _count_odds(self, term: str) -> tuple[float, ...]:
        spoken, sizes, total = self._speech
        count = self.index.frequency[term]
        general = count - sum(c[term] for c in spoken)
        share = (total - sum(sizes)) / total
        rest = math.log((general + 1) / (count * share + 1))
        return tuple(math.log((c[term] + 1) / (count * size / total + 1)) - rest
                     for c, size in zip(spoken, sizes, strict=True))

    @cached_property
    def _known_odds(self) -> dict[str, tuple[float, ...]]:
        return {}

    @cached_property
    def _speech(self) -> tuple[tuple[Counter[str], ...], tuple[int, ...], int]:
        """Term counts of each industry's texts, how many they are, and how many there are."""
        owner = self.taxonomy.scenario_owner
        spoken: dict[str, Counter[str]] = {i: Counter() for i in self.industries}
        for label, counts in zip(self.index.labels, self.index.counts, strict=True):
            if label.kind == "scenario":
                spoken[owner[label.code]].update(counts)
        sizes = tuple(c.total() for c in spoken.values())
        return tuple(spoken.values()), sizes, self.index.frequency.total()
