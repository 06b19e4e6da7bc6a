"""Puts right characters that sound alike (刀俱, 仓裤), by the words the taxonomy knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from functools import cache, cached_property

KNOWN = 4
"""A pair of characters is offered as a correction if the taxonomy has it in this many texts."""
_SOUNDS_LIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"),
                ("ang", "an"))


@cache
def _readings() -> Mapping[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    readings: Mapping[int, str] = pinyin_dict
    return readings


@cache
def sound(char: str) -> str:
    """The first reading of a character without tone, alike sounds made equal; "" if none."""
    reading = _readings().get(ord(char), "").split(",")[0]
    plain = "".join(c for c in unicodedata.normalize("NFD", reading) if c.isalpha())
    for heard, kept in _SOUNDS_LIKE:
        plain = plain.replace(heard, kept)
    return plain


class Corrector:
    """Corrects a pair of characters nobody writes into one that is well known.

    Only one character of a pair changes, and it must sound like the one it replaces and be
    rarer by itself than the new pair; the new pair must belong to a word of the trade where the
    old one is nowhere, so that correct text stays as it is.
    """

    def __init__(self, frequency: Mapping[str, int], words: Collection[str]) -> None:
        self._frequency = frequency
        self._long = {w for w in words if 3 <= len(w) <= 4}
        self._words = {w[i:i + 2] for w in words for i in range(len(w) - 1)}

    @cached_property
    def _by_sound(self) -> Mapping[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for pair, count in self._frequency.items():
            if count >= KNOWN and pair in self._words and min(pair) >= "\u4e00":
                found.setdefault((sound(pair[0]), sound(pair[1])), []).append(pair)
        return found

    def correct(self, text: str) -> str:
        """The text with the same length, misheard characters replaced."""
        chars = list(self._correct_words(text))
        for i in range(len(chars) - 1):
            pair = chars[i] + chars[i + 1]
            if min(pair) >= "\u4e00" and max(pair) <= "\u9fff" and not self._known(pair):
                better = self._better(chars, i, pair)
                if better:
                    chars[i:i + 2] = better
        return "".join(chars)

    @cached_property
    def _words_by_sound(self) -> Mapping[tuple[str, ...], str]:
        return {tuple(map(sound, w)): w for w in sorted(self._long)
                if min(w) >= "\u4e00" and max(w) <= "\u9fff"}

    def _correct_words(self, text: str) -> str:
        """Words of three or four characters with one of them misheard (驾驶仓)."""
        heard = [sound(c) if "\u4e00" <= c <= "\u9fff" else "" for c in text]
        for length in (4, 3):
            for i in range(len(text) - length + 1):
                word = self._words_by_sound.get(tuple(heard[i:i + length]))
                old = text[i:i + length]
                if word and self._misspelt(old, word):
                    text = text[:i] + word + text[i + length:]
        return text

    def _misspelt(self, old: str, word: str) -> bool:
        """Whether one character differs and makes a pair that nobody writes."""
        wrong = [n for n, pair in enumerate(zip(old, word, strict=True)) if pair[0] != pair[1]]
        if len(wrong) != 1:
            return False
        n = wrong[0]
        return not all(self._known(old[k:k + 2]) for k in (n - 1, n) if 0 <= k < len(old) - 1)

    def _known(self, pair: str) -> bool:
        return self._frequency.get(pair, 0) > 0 or pair in self._words

    def _better(self, chars: list[str], i: int, pair: str) -> str | None:
        best: tuple[int, str] | None = None
        for other in self._by_sound.get((sound(pair[0]), sound(pair[1])), ()):
            if (other[0] == pair[0]) == (other[1] == pair[1]):
                continue
            if other[0] != pair[0] and i and self._known(chars[i - 1] + pair[0]):
                continue
            after = chars[i + 2] if i + 2 < len(chars) else ""
            if other[1] != pair[1] and after and self._known(pair[1] + after):
                continue
            wrong = pair[0] if other[0] != pair[0] else pair[1]
            count = self._frequency[other]
            if self._frequency.get(wrong, 0) >= count:
                continue
            if best is None or count > best[0]:
                best = count, other
        return best[1] if best else None
