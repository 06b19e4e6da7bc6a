"""The terms that retrieval counts: single Chinese characters, pairs of them, Latin words."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import add

from search.text import latin_tokens, runs

_HAN = re.compile("[\u4e00-\u9fff]+")
_HAN_ONLY = re.compile("[\u4e00-\u9fff、。,;:?!()“”/ ]*")
Places = dict[str, list[tuple[int, int]]]


@lru_cache(maxsize=16_384)
def latin_terms(run: str) -> tuple[str, ...]:
    """Search tokens of a Latin run, with the plural brought to the singular."""
    return tuple(dict.fromkeys(_singular(token) for token in latin_tokens(run)))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def term_set(folded: str) -> set[str]:
    """The distinct terms of folded text."""
    found: set[str] = set()
    if _HAN_ONLY.fullmatch(folded):
        for text in _HAN.findall(folded):
            found.update(text)
            found.update(map(add, text, text[1:]))
        return found
    for run in runs(folded):
        if run.cjk:
            text = run.text
            found.update(text)
            found.update(map(add, text, text[1:]))
        else:
            found.update(latin_terms(run.text))
    return found


def term_places(folded: str) -> Places:
    """The terms of folded text with the (start, end) of each occurrence."""
    places: Places = {}
    for run in runs(folded):
        if run.cjk:
            text, start = run.text, run.start
            for offset, char in enumerate(text, start):
                places.setdefault(char, []).append((offset, offset + 1))
            for offset, pair in enumerate(map(add, text, text[1:]), start):
                places.setdefault(pair, []).append((offset, offset + 2))
        else:
            for term in latin_terms(run.text):
                places.setdefault(term, []).append((run.start, run.end))
    return places
