"""The word lists that clue rules read: the core's vocabulary and the words of each plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.matching.understanding.phrases import PhraseBook
from marketplace.plugin_data import read_json
from marketplace.taxonomy.registry import DATA, Taxonomy

OWN_DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True)
class Lexicon:
    """Phrase books: industry words by industry, category names by code, clue words by kind,
    words of trades that may have no plugin, and codes of categories that belong to no scenario."""

    strong: PhraseBook
    weak: PhraseBook
    products: PhraseBook
    deployment: PhraseBook
    clues: PhraseBook
    trades: PhraseBook
    not_needs: tuple[str, ...]
    cross_cutting: tuple[str, ...]

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Lexicon:
        words = read_json(DATA, "vocabulary.json")
        unwanted = read_json(DATA, "not_needs.json")
        industries = taxonomy.industries.values()
        clues = {"need": _both(words["need_words"]), "hard": _both(words["hard"]),
                 "soft": _both(words["soft"]), "negation": _both(words["negation"]),
                 "not_need": _both(unwanted["clues"])}
        return cls(
            strong=_book({i.code: i.strong_words for i in industries}),
            weak=_book({i.code: i.weak_words for i in industries}),
            products=_book({c.code: (c.code, c.name.zh, c.name.en, *c.synonyms)
                            for c in taxonomy.categories.values()}),
            deployment=_book(words["deployment"]),
            clues=_book(clues),
            trades=_book(read_json(OWN_DATA, "other_trades.json")),
            not_needs=(*unwanted["zh"], *unwanted["en"]),
            cross_cutting=tuple(read_json(OWN_DATA, "cross_cutting.json")),
        )


def _both(words: Mapping[str, Any]) -> list[str]:
    return [*words.get("zh", []), *words.get("en", [])]


def _book(lists: Mapping[str, Iterable[str]]) -> PhraseBook:
    book = PhraseBook()
    for owner, words in lists.items():
        book.add(owner, words)
    return book.seal()
