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
        """Categories no core scenario asks for: security, cloud, advice."""
        asked = {c for s in self.taxonomy.core_scenarios.values() for c in s.categories}
        return frozenset(set(self.taxonomy.categories) - asked)

    @cached_property
    def _language(self) -> tuple[dict[str, Counter[str]], Counter[str], dict[str, int], int]:
        owner = self.taxonomy.scenario_owner
        spoken: dict[str, Counter[str]] = {i: Counter() for i in self.industries}
        everything: Counter[str] = Counter()
        for label, counts in zip(self.index.labels, self.index.counts, strict=True):
            everything.update(counts)
            if label.kind == "scenario":
                spoken[owner[label.code]].update(counts)
        sizes = {i: sum(c.values()) for i, c in spoken.items()}
        return spoken, everything, sizes, sum(everything.values())

    def language(self, terms: Iterable[str]) -> dict[str, float]:
        """How much more likely the terms are in each industry's texts than in the general ones."""
        spoken, everything, sizes, total = self._language
        known = [t for t in terms if everything[t] >= 2]
        general_size = total - sum(sizes.values())
        found = {}
        general = 0.0
        for term in known:
            count = everything[term] - sum(c[term] for c in spoken.values())
            general += math.log((count + 1) / (everything[term] / total * general_size + 1))
        for industry, counts in spoken.items():
            share = sizes[industry] / total
            found[industry] = sum(math.log((counts[t] + 1) / (everything[t] * share + 1))
                                  for t in known) - general
        return found
