"""Which words of a text were hit, as spans of the original text. No engine involved."""

from __future__ import annotations

from search.parse import ParsedText, Phrase, typo_budget, typo_distance
from search.query import Span
from search.text import Folded, fold_mapped, is_cjk, latin_tokens, pieces, runs


class Highlighter:
    """Marks the words of one query in many texts.

    Chinese is marked wherever the unit, one of its words or a synonym stands, or, when none
    does, where its bigrams stand. Latin is marked by whole words: equal, beginning with the
    word being typed, or within its typos.
    """

    def __init__(self, parsed: ParsedText) -> None:
        self._chinese: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        self._latin: set[str] = set()
        self._fuzzy: dict[str, int] = {}
        self._prefix = ""
        self._literal: list[tuple[str, ...]] = []
        for unit in parsed.units:
            if unit.cjk:
                needles = {unit.text, *(word for word in unit.words if len(word) > 1)}
                self._chinese.append((tuple(needles), unit.bigrams))
            else:
                for word in unit.words:
                    self._latin_word(word)
            for phrase in unit.synonyms:
                self._phrase(phrase)
        for phrase in parsed.phrases:
            self._phrase(phrase)
        last = parsed.units[-1] if parsed.units else None
        if last is not None and last.prefix and not last.cjk and last.words:
            parts = pieces(last.words[-1])
            self._prefix = parts[-1] if parts else ""

    def _latin_word(self, word: str) -> None:
        if is_cjk(word):
            self._chinese.append(((word,), ()))
            return
        self._latin.update((word, *pieces(word)))
        budget = typo_budget(word)
        if budget:
            self._fuzzy[word] = budget

    def _phrase(self, phrase: Phrase) -> None:
        found = tuple(run.text for run in runs(phrase.text))
        if len(found) == 1 and is_cjk(found[0]):
            self._chinese.append((found, ()))
        else:
            self._literal.append(found)

    def spans(self, text: str) -> tuple[Span, ...]:
        """Spans hit in `text`, in order, none touching another."""
        folded = fold_mapped(text)
        hits: list[tuple[int, int]] = []
        for needles, fallback in self._chinese:
            hits += _find_all(folded.text, needles) or _find_all(folded.text, fallback)
        if self._latin or self._prefix or self._literal:
            self._mark_runs(folded, hits)
        return _merged(folded, hits)

    def _mark_runs(self, folded: Folded, hits: list[tuple[int, int]]) -> None:
        found = list(runs(folded.text))
        for run in found:
            if not run.cjk and self._hit(run.text):
                hits.append((run.start, run.end))
        for literal in self._literal:
            size = len(literal)
            for i in range(len(found) - size + 1):
                window = found[i : i + size]
                if _matches(literal, [run.text for run in window]):
                    end = window[-1].start + len(literal[-1])
                    start = window[0].end - len(literal[0])
                    hits.append((start, end) if size > 1 else (window[0].start, window[0].end))

    def _hit(self, run: str) -> bool:
        tokens = latin_tokens(run)
        if self._latin.intersection(tokens):
            return True
        for token in tokens:
            if self._prefix and token.startswith(self._prefix):
                return True
            for word, budget in self._fuzzy.items():
                if token.isalpha() and typo_distance(word, token, budget) is not None:
                    return True
        return False


def _matches(literal: tuple[str, ...], window: list[str]) -> bool:
    """Whether the runs of a phrase stand here; its ends may lie inside longer Chinese runs."""
    if len(literal) == 1:
        return literal[0] in latin_tokens(window[0])
    return (
        window[1:-1] == list(literal[1:-1])
        and (window[0].endswith if is_cjk(literal[0]) else window[0].__eq__)(literal[0])
        and (window[-1].startswith if is_cjk(literal[-1]) else window[-1].__eq__)(literal[-1])
    )


def _find_all(text: str, needles: tuple[str, ...]) -> list[tuple[int, int]]:
    found = []
    for needle in needles:
        at = text.find(needle)
        while at >= 0:
            found.append((at, at + len(needle)))
            at = text.find(needle, at + 1)
    return found


def _merged(folded: Folded, hits: list[tuple[int, int]]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for start, length in sorted(folded.span(*hit) for hit in hits):
        if spans and start <= spans[-1][0] + spans[-1][1]:
            first = spans[-1][0]
            spans[-1] = (first, max(spans[-1][1], start + length - first))
        else:
            spans.append((start, length))
    return tuple(spans)
