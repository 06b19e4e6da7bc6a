"""Spelling suggestions: Latin words the index does not hold, replaced by near ones it does."""

from __future__ import annotations

from tantivy import Searcher

from search.embedded_schema import typo_term, typo_word
from search.parse import ParsedText, typo_budget, typo_distance

_CANDIDATES = 5_000
"""Words with the same first letter looked at, most frequent first."""


def did_you_mean(text: str, parsed: ParsedText, searcher: Searcher) -> str | None:
    """`text` with unknown Latin words replaced, None when there is nothing to replace."""
    better = text
    last = parsed.units[-1] if parsed.units else None
    for word, (start, length) in reversed(parsed.latin):
        typing = last is not None and last.prefix and word in last.words
        if searcher.doc_freq("bi", word) or (
            typing and searcher.terms_with_prefix("bi", word, limit=1)
        ):
            continue
        near = _nearest(word, searcher)
        if near is not None:
            better = better[:start] + near + better[start + length :]
    return better if better != text else None


def _nearest(word: str, searcher: Searcher) -> str | None:
    budget = typo_budget(word)
    if not budget:
        return None
    best: tuple[int, int, str] | None = None
    anchor = typo_term(word)[: -len(word) + 1]
    for term, count in searcher.terms_with_prefix("lat", anchor, limit=_CANDIDATES):
        distance = typo_distance(word, typo_word(term), budget)
        if distance and (best is None or (distance, -count) < best[:2]):
            best = (distance, -count, typo_word(term))
    return best[2] if best else None
