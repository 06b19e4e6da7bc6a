"""Which words of the text spoke for a code."""

from __future__ import annotations

from functools import lru_cache

from marketplace.matching.understanding.declared import Evidence
from marketplace.matching.understanding.items import Kind
from marketplace.matching.understanding.observing import Observation
from marketplace.matching.understanding.reading import Stretch
from marketplace.taxonomy.registry import taxonomy
from search.text import runs, segmenter

MOST = 3
"""Pieces of evidence per finding."""
SMALL = frozenset("的了和与及或在是有就都也把被给从到想要能着个上得没不很还又") | {"我们"}
"""Words that say nothing by themselves."""
SHARE = 0.35
"""A term is evidence if it says at least this share of what the most telling one says."""


def label_evidence(seen: Observation, kind: Kind, code: str) -> tuple[Evidence, ...]:
    """The most telling words for a label of the index; adjacent ones are joined."""
    index = seen.knowledge.index
    shares = {term: index.share(term, kind, code) for term in seen.terms if len(term) > 1}
    return _evidence(seen, shares)


def industry_evidence(seen: Observation, industry: str) -> tuple[Evidence, ...]:
    """The words of the trade; without any, the words its texts use most."""
    strong = seen.strong.get(industry) or seen.weak.get(industry) or ()
    if strong:
        found = {f.phrase: (f.start, f.end) for f in strong}
        return tuple(seen.reading.evidence(*place) for place in list(found.values())[:MOST])
    terms = [t for t in seen.terms if len(t) > 1]
    return _evidence(seen, {t: seen.knowledge.language((t,))[industry] for t in terms})


def _evidence(seen: Observation, shares: dict[str, float]) -> tuple[Evidence, ...]:
    top = max(shares.values(), default=0.0)
    if top <= 0:
        return ()
    weighed = [(place, share) for term, share in shares.items() if share >= SHARE * top
               for place in seen.terms[term]]
    joined: list[tuple[Stretch, float]] = []
    for (start, end), share in sorted(weighed):
        if joined and start <= joined[-1][0][1]:
            (first, last), total = joined[-1]
            joined[-1] = (first, max(last, end)), total + share
        else:
            joined.append(((start, end), share))
    best = sorted(joined, key=lambda entry: -entry[1])[:MOST]
    whole = dict.fromkeys(_whole_words(seen.reading.text, *place) for place, _ in sorted(best))
    return tuple(seen.reading.evidence(*place) for place in whole)


def _whole_words(text: str, start: int, end: int) -> Stretch:
    """The stretch grown to whole words, without the small words at its ends."""
    found = [(a, b) for a, b in _words(text) if a < end and b > start]
    while len(found) > 1 and text[slice(*found[0])] in SMALL:
        found.pop(0)
    while len(found) > 1 and text[slice(*found[-1])] in SMALL:
        found.pop()
    return (min(start, found[0][0]) if text[start] not in SMALL else found[0][0],
            max(end, found[-1][1]) if text[end - 1] not in SMALL else found[-1][1],
            ) if found else (start, end)


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[Stretch, ...]:
    """Where the words of folded text begin and end."""
    cut, found, at = segmenter(taxonomy().all_dictionary()), [], 0
    for run in runs(text):
        at = text.index(run.text, at)
        for word in cut.query_words(run.text) if run.cjk else [run.text]:
            found.append((at, at + len(word)))
            at += len(word)
    return tuple(found)
