"""Finds the phrases of word lists in folded text, longest first, Latin ones as whole words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from search.text import fold


class Found(NamedTuple):
    """A phrase of the list `owner` at [start, end) of the folded text."""

    owner: str
    phrase: str
    start: int
    end: int


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def whole(text: str, start: int, end: int) -> bool:
    """Whether a Latin word is not cut at either end of [start, end)."""
    if start and _latin(text[start]) and _latin(text[start - 1]):
        return False
    return not (end < len(text) and _latin(text[end - 1]) and _latin(text[end]))


@dataclass
class PhraseBook:
    """Word lists by owner, looked up together by the first two characters of a phrase."""

    _heads: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, owner: str, phrases: Iterable[str]) -> None:
        for phrase in {fold(p).strip() for p in phrases}:
            if phrase:
                self._heads.setdefault(phrase[:2], []).append((phrase, owner))

    def seal(self) -> PhraseBook:
        for entries in self._heads.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry))
        return self

    def find(self, text: str) -> Iterator[Found]:
        """Phrases in folded text; those of one owner do not overlap, the longest wins."""
        free: dict[str, int] = {}
        for start in range(len(text)):
            entries = self._heads.get(text[start:start + 2], ())
            for phrase, owner in entries:
                end = start + len(phrase)
                if (free.get(owner, 0) <= start and text.startswith(phrase, start)
                        and whole(text, start, end)):
                    free[owner] = end
                    yield Found(owner, phrase, start, end)
