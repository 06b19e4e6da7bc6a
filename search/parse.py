"""What a person typed, taken apart: units that must match, literal phrases, exclusions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from search.query import MAX_TEXT, MAX_WORDS, QueryTooLong, Span
from search.text import Segmenter, bigrams, fold, fold_mapped, is_cjk, pieces, runs, stream

_DOUBLE = '"“”„'
_PART = re.compile(
    r"(?P<minus>(?<!\S)[-\u2212\u2013](?=[^\s\-]))?"
    rf"(?:[{_DOUBLE}](?P<double>[^{_DOUBLE}]*)[{_DOUBLE}]|「(?P<corner>[^」]*)」|『(?P<white>[^』]*)』"
    rf"|(?P<plain>[^\s{_DOUBLE}「『]+|[{_DOUBLE}「『]))"
)
# Words that carry no meaning of their own; dropped unless the query has nothing else.
_STOP_WORDS = (
    "的 了 和 与 及 或 在 是 等 之 也 就 都 而 并 把 被 为 以 于 请 吗 呢 吧 我 我们 你 你们 他们 "
    "一个 一种 一些 这 那 这个 那个 如何 怎么 什么 a an and for in is of on or the to with"
)
_STOP = frozenset(_STOP_WORDS.split())
_LONGEST_SYNONYM = 6
"""Words of a query tried together as one synonym."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Text to be found literally. `tokens` as in `text.stream`, in order.

    `open_end`: the last token is a single Chinese character, which an index holds only as the
    beginning of a longer token.
    """

    text: str
    tokens: tuple[str, ...]
    open_end: bool = False

    @classmethod
    def of(cls, text: str) -> Phrase | None:
        """None when the text has nothing to search for."""
        folded = fold(text)
        tokens = stream(folded)
        if not tokens:
            return None
        ends_cjk = is_cjk(tokens[-1])
        if ends_cjk and len(tokens) > 1 and len(tokens[-2]) == 2 and is_cjk(tokens[-2]):
            tokens.pop()
            return cls(folded, tuple(tokens))
        return cls(folded, tuple(tokens), open_end=ends_cjk)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that must match: all its words, or (Chinese) its bigrams, or a synonym.

    `words` are Chinese words or Latin runs. `prefix`: the person may still be typing it.
    """

    text: str
    cjk: bool
    words: tuple[str, ...]
    bigrams: tuple[str, ...] = ()
    synonyms: tuple[Phrase, ...] = ()
    prefix: bool = False


class LatinWord(NamedTuple):
    """A Latin run of the query and where it stands in the text as typed."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A query text. `empty`: nothing typed. `nothing`: typed, but nothing to search for."""

    units: tuple[Unit, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    latin: tuple[LatinWord, ...] = ()
    key: str = ""
    empty: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.empty or self.units or self.phrases or self.excluded)


class _Atom(NamedTuple):
    word: str
    cjk: bool
    run: int
    end: int


class Synonyms:
    """Groups of words that mean the same, looked up by any of them."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[str, tuple[Phrase, ...]] = {}
        for group in groups:
            phrases = [phrase for word in group if (phrase := Phrase.of(word)) is not None]
            keys = [_key(phrase.text) for phrase in phrases]
            for key in keys:
                others = [p for p, k in zip(phrases, keys, strict=True) if k != key]
                known = self._others.get(key, ())
                self._others[key] = known + tuple(p for p in others if p not in known)

    def __getitem__(self, text: str) -> tuple[Phrase, ...]:
        """The other words of the groups that hold this text; empty when there are none."""
        return self._others.get(_key(text), ())


def _key(text: str) -> str:
    return "".join(run.text for run in runs(fold(text)))


def parse(
    text: str,
    segmenter: Segmenter,
    synonyms: Synonyms,
    frequency: Callable[[str], int] | None = None,
) -> ParsedText:
    """Take a query text apart. Never fails on content; raises `QueryTooLong` on length.

    At most `MAX_WORDS` words are kept, the most specific ones: rarest by `frequency` (documents
    that hold the word), or longest when the engine cannot tell.
    """
    if len(text) > MAX_TEXT:
        raise QueryTooLong(f"query text has {len(text)} characters, at most {MAX_TEXT} allowed")
    if not text.strip():
        return ParsedText(empty=True)
    folded = fold_mapped(text)
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    atoms: list[_Atom] = []
    latin: list[LatinWord] = []
    key: list[str] = []
    number = 0
    for part in _PART.finditer(folded.text):
        plain = part["plain"]
        quoted = part["double"] or part["corner"] or part["white"]
        if part["minus"] or plain is None:
            phrase = Phrase.of(quoted or plain or "")
            if phrase is not None:
                (excluded if part["minus"] else phrases).append(phrase)
                key.extend(run.text for run in runs(phrase.text) if not part["minus"])
            continue
        for run in runs(plain):
            number += 1
            key.append(run.text)
            end = part.start("plain") + run.end
            if run.cjk:
                atoms += [_Atom(w, True, number, end) for w in segmenter.query_words(run.text)]
            else:
                atoms.append(_Atom(run.text, False, number, end))
                latin.append(LatinWord(run.text, folded.span(end - len(run.text), end)))
    typing = bool(atoms) and atoms[-1].end == len(folded.text)
    units = _units(atoms, synonyms)
    if typing and units:
        units[-1] = replace(units[-1], prefix=True)
    if len(phrases) or len(units) > 1 or any(len(unit.words) > 1 for unit in units):
        units = _without(units, _STOP, keep_one=not phrases)
    return ParsedText(
        units=tuple(_trimmed(units, frequency)),
        phrases=tuple(dict.fromkeys(phrases)),
        excluded=tuple(dict.fromkeys(excluded)),
        latin=tuple(latin),
        key=" ".join(key),
    )


def _units(atoms: list[_Atom], synonyms: Synonyms) -> list[Unit]:
    """Synonyms stand alone; the other words of one Chinese run stay together."""
    units: list[Unit] = []
    open_run = -1
    start = 0
    while start < len(atoms):
        size, others = _longest_synonym(atoms[start : start + _LONGEST_SYNONYM], synonyms)
        taken = atoms[start : start + size]
        words = tuple(atom.word for atom in taken)
        cjk = all(atom.cjk for atom in taken)
        if others or not cjk:
            text = "".join(words) if cjk else " ".join(words)
            grams = tuple(bigrams(text)) if cjk else ()
            units.append(Unit(text, cjk, words, grams, others))
            open_run = -1
        elif taken[0].run == open_run:
            text = units[-1].text + words[0]
            units[-1] = Unit(text, True, (*units[-1].words, *words), tuple(bigrams(text)))
        else:
            units.append(Unit(words[0], True, words, tuple(bigrams(words[0]))))
            open_run = taken[0].run
        start += size
    return list(dict.fromkeys(_joined_singles(unit) for unit in units))


def _longest_synonym(atoms: list[_Atom], synonyms: Synonyms) -> tuple[int, tuple[Phrase, ...]]:
    for size in range(len(atoms), 0, -1):
        others = synonyms["".join(atom.word for atom in atoms[:size])]
        if others:
            return size, others
    return 1, ()


def _joined_singles(unit: Unit) -> Unit:
    """Join neighbouring single characters: the dictionary did not know their word."""
    if not unit.cjk or len(unit.words) < 2:
        return unit
    words: list[str] = []
    single = ""
    for word in (*unit.words, ""):
        if len(word) == 1 and word not in _STOP:
            single += word
            continue
        words += bigrams(single) if single else []
        words += [word] if word else []
        single = ""
    return replace(unit, words=tuple(words))


def _without(units: list[Unit], drop: frozenset[str], *, keep_one: bool) -> list[Unit]:
    left = [
        replace(unit, words=words)
        for unit in units
        if (words := tuple(word for word in unit.words if word not in drop))
    ]
    return units if keep_one and not left else left


def _trimmed(units: list[Unit], frequency: Callable[[str], int] | None) -> list[Unit]:
    words = list(dict.fromkeys(word for unit in units for word in unit.words))
    if len(words) <= MAX_WORDS:
        return units
    if frequency is None:
        ranked = sorted(words, key=lambda word: (-len(word), words.index(word)))
    else:
        # A word the index does not hold cannot tell documents apart: it goes first.
        counts = {word: frequency(word) for word in words}
        ranked = sorted(words, key=lambda word: (counts[word] == 0, counts[word]))
    gone = frozenset(ranked[MAX_WORDS:])
    kept: list[Unit] = []
    for unit in _without(units, gone, keep_one=False):
        grams = [gram for word in unit.words for gram in bigrams(word)] if unit.cjk else []
        whole = not gone.intersection(unit.words) and len("".join(unit.words)) == len(unit.text)
        kept.append(unit if whole else replace(unit, bigrams=tuple(dict.fromkeys(grams))))
    return kept


def typo_budget(word: str) -> int:
    """Typos allowed in a Latin word: one from 4 letters, two from 9, none beside digits."""
    if len(word) < 4 or len(pieces(word)) != 1 or not word.isalpha():
        return 0
    return 2 if len(word) >= 9 else 1


def typo_distance(word: str, other: str, limit: int) -> int | None:
    """Edits between two words (swapping neighbours is one), None above `limit`.

    The first letter must be the same.
    """
    if word == other:
        return 0
    if not word or not other or word[0] != other[0] or abs(len(word) - len(other)) > limit:
        return None
    older: list[int] = []
    old = list(range(len(other) + 1))
    for i, a in enumerate(word, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(old[j] + 1, row[-1] + 1, old[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and word[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return None
        older, old = old, row
    return old[-1] if old[-1] <= limit else None
