"""Text to tokens: folding, runs of Chinese and Latin text, segmentation, bigrams.

Index and query both go through this module, so that the same characters always give the same
tokens. `RECIPE` names how that is done; changing anything here that changes a token means
raising it, and every index is rebuilt.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from search.query import Span
from search.traditional import simplified

if TYPE_CHECKING:
    import rjieba

RECIPE = 2
"""Version of the token recipe; part of every index name."""

# Han, kana and Hangul: scripts whose words are not separated by spaces or whose particles stick.
# The katakana middle dot (U+30FB) is punctuation and left out.
_CJK = (
    "\u3005\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_CJK}]"
# `c++`, `c#`, `s7-1200`, `node.js` are one run: separators inside, plus or sharp at the end.
_TAIL = rf"(?:\+\+|[+#](?!{_LETTER}))?"
_LATIN = rf"{_LETTER}+(?:[-._/&'+#]{_LETTER}+)*{_TAIL}"
_RUN = re.compile(rf"([{_CJK}]+)|{_LATIN}")
_ANY_RUN = re.compile(rf"[{_CJK}]+|{_LATIN}")
_PIECE = re.compile(rf"{_LETTER}+{_TAIL}")
_LETTERS_DIGITS = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_DIGIT = re.compile(r"\d")
_HANGUL_PART = re.compile("[\u1160-\u11ff]")
_PUNCTUATION = [(wide, unicodedata.normalize("NFKC", wide)) for wide in "，：；！？（）"]
_SIMPLE = re.compile("[\x00-\x7f\u00b7\u2014\u2018-\u201d\u3001-\u3003\u3008-\u3011\u4e00-\u9fff]*")


class Run(NamedTuple):
    """A stretch of folded text in one kind of script, with its place in that text."""

    text: str
    start: int
    end: int
    cjk: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text that knows where each of its characters stood in the original."""

    text: str
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """The (start, length) in the original of the non-empty stretch [start, end) of `text`."""
        if self.starts is None or self.ends is None:
            return start, end - start
        first = self.starts[start]
        return first, self.ends[end - 1] - first


class _FoldTable(dict[int, str]):
    """Translation table that folds each character once, on first sight."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold(chr(code))
        return folded


def _simple(text: str) -> str | None:
    """The folded text if every character gives exactly one, found without looking at each.

    That holds for nearly all Chinese text and takes a tenth of the time of NFKC.
    """
    for wide, narrow in _PUNCTUATION:
        text = text.replace(wide, narrow)
    return simplified(text.lower()) if _SIMPLE.fullmatch(text) else None


def fold(text: str) -> str:
    """Bring text to the one form that is searched: NFKC, lower case, simplified characters."""
    simple = _simple(text)
    if simple is not None:
        return simple
    # `lower` chooses the final sigma by its surroundings; one form keeps words findable.
    plain = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")
    return simplified(plain)


_TABLE = _FoldTable()


def fold_mapped(text: str) -> Folded:
    """`fold` with the way back to the original characters."""
    simple = _simple(text)
    if simple is not None:
        return Folded(simple)
    folded = fold(text)
    single = text.translate(_TABLE)
    if single == folded:
        # Every character gives at least one, so equal length means one for one.
        if len(folded) == len(text):
            return Folded(folded)
        return _mapped(text, range(len(text) + 1))
    bounds = [
        i
        for i, char in enumerate(text)
        if i == 0 or not (unicodedata.combining(char) or _HANGUL_PART.match(char))
    ]
    return _mapped(text, [*bounds, len(text)])


def _mapped(text: str, bounds: Sequence[int]) -> Folded:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in pairwise(bounds):
        part = fold(text[start:end])
        parts.append(part)
        starts.extend([start] * len(part))
        ends.extend([end] * len(part))
    return Folded("".join(parts), starts, ends)


def runs(folded: str) -> Iterator[Run]:
    """The searchable runs of folded text; everything else separates."""
    for match in _RUN.finditer(folded):
        yield Run(match.group(), match.start(), match.end(), match.group(1) is not None)


def has_digit(word: str) -> bool:
    return _DIGIT.search(word) is not None


def is_cjk(word: str) -> bool:
    """Whether a token is Chinese (or kana, Hangul): its first character decides."""
    match = _RUN.match(word)
    return match is not None and match.group(1) is not None


def pieces(latin: str) -> list[str]:
    """The parts of a Latin run as they stand in a literal phrase: `s7-1200` -> s7, 1200."""
    return _PIECE.findall(latin)


@lru_cache(maxsize=65_536)
def latin_tokens(latin: str) -> tuple[str, ...]:
    """The run itself, its pieces, and letters and digits apart (`iso9001` -> iso, 9001)."""
    tokens = {latin: None}
    for piece in pieces(latin):
        tokens[piece] = None
        bare = piece.rstrip("+#")
        tokens[bare] = None
        split = _LETTERS_DIGITS.findall(bare)
        if len(split) > 1 and "".join(split) == bare:
            tokens.update(dict.fromkeys(split))
    return tuple(tokens)


def bigrams(cjk: str) -> list[str]:
    """All two-character windows; a single character stands for itself."""
    if len(cjk) < 2:
        return [cjk]
    return [cjk[i : i + 2] for i in range(len(cjk) - 1)]


def stream(folded: str) -> list[str]:
    """Tokens in order for literal matching: bigrams of Chinese, pieces of Latin runs.

    Each Chinese run ends with its last character alone. That closes the run, so that a phrase
    never crosses into the next one, and lets single characters be found as prefixes of tokens.
    """
    tokens: list[str] = []
    for match in _RUN.finditer(folded):
        text = match.group()
        if match.group(1) is not None:
            tokens.extend([text[i : i + 2] for i in range(len(text))])
        else:
            tokens.extend(_PIECE.findall(text))
    return tokens


def plain_key(text: str) -> str:
    """What two names must share to count as the same: their runs, without separators."""
    return " ".join(run.text for run in runs(fold(text)))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What one text gives to an index. `words` and `stream` are separated by white space."""

    words: str
    stream: str
    latin: AbstractSet[str]


class Segmenter:
    """Cuts Chinese runs into words, trade words kept whole. Safe to share between threads.

    One instance per dictionary and process: it holds the whole word list (about 25 MB) and takes
    about 0.3 s to make, so the engine behind it is imported at the first cut.
    """

    def __init__(self, dictionary: Iterable[str] = ()) -> None:
        self._words = tuple(fold(word) for word in dictionary)
        self._lock = threading.Lock()
        self._jieba: rjieba.Jieba | None = None

    def _engine(self) -> rjieba.Jieba:
        if self._jieba is None:
            with self._lock:
                if self._jieba is None:
                    import rjieba

                    jieba = rjieba.Jieba()
                    for word in self._words:
                        jieba.add_word(word, None, None)
                    self._jieba = jieba
        return self._jieba

    def query_words(self, cjk: str) -> list[str]:
        """Words of a Chinese run of a query, without overlaps, in order."""
        if len(cjk) == 1:
            return [cjk]
        return self._engine().cut(cjk)

    def tokens(self, text: str) -> Tokens:
        """All tokens of a text to index; overlapping words included."""
        flow: list[str] = []
        words: list[str] = []
        chinese: list[str] = []
        for run in _ANY_RUN.findall(fold(text)):
            if "\u4e00" <= run[0] <= "\u9fff" or is_cjk(run):
                chinese.append(run)
                flow.extend(map(add, run, run[1:]))
                flow.append(run[-1])
            else:
                parts = latin_tokens(run)
                words.extend(parts)
                flow.extend(parts if len(parts) == 1 else _PIECE.findall(run))
        latin = set(words)
        if chinese:
            words += self._engine().cut_for_search("\n".join(chinese))
        return Tokens(" ".join(words), " ".join(flow), latin)


@lru_cache(maxsize=8)
def segmenter(dictionary: tuple[str, ...]) -> Segmenter:
    """The process-wide segmenter for a dictionary.

    Keyed by the dictionary, since words added for one index would change the tokens of another.
    """
    return Segmenter(dictionary)
