"""Synonyms and dictionary words as an operator types them."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.taxonomy.models import TradeWord
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.words import added_words

KINDS = ("synonyms", "word")
LONGEST = 40
MOST_IN_GROUP, MOST_OF_INDUSTRY = 10, 300
_SEPARATORS = re.compile(r"[,，、;；\n\r]+")
_SAYS_SOMETHING = re.compile(r"\w")


def checked_words(industry: str, kind: str, text: str) -> list[str]:
    """The words of an entry. Raises `InvalidInput` with errors at `kind` or `words`."""
    if kind not in KINDS:
        raise _wrong("kind", kind, "choose from synonyms, word")
    words = list(dict.fromkeys(w for part in _SEPARATORS.split(text)
                               if (w := " ".join(part.split()))))
    low, high = (2, MOST_IN_GROUP) if kind == "synonyms" else (1, 1)
    if not low <= len(words) <= high:
        raise _wrong("words", text, f"write {low} to {high} words, separated by commas"
                     if kind == "synonyms" else "write one word")
    for word in words:
        if not 1 < len(word) <= LONGEST or not _SAYS_SOMETHING.search(word):
            raise _wrong("words", word, f"write words of 2 to {LONGEST} characters")
    _not_known(kind, words)
    if (db.session.scalar(select(func.count()).select_from(TradeWord).where(
            TradeWord.industry == industry)) or 0) >= MOST_OF_INDUSTRY:
        raise _wrong("words", text, f"remove some first: {MOST_OF_INDUSTRY} entries are the most")
    return words


def _not_known(kind: str, words: list[str]) -> None:
    tree, added = taxonomy(), added_words()
    folded = {w.casefold() for w in words}
    if kind == "word":
        known = {w.casefold() for w in (*tree.all_dictionary(), *added.dictionary)}
        if folded & known:
            raise _wrong("words", words[0], "is in the dictionary already")
    elif any(folded <= {w.casefold() for w in group}
             for group in (*tree.all_synonyms(), *added.synonyms)):
        raise _wrong("words", ", ".join(words), "mean the same already")


def _wrong(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput("The words were not saved.", errors=(FieldError(field, value, remedy),))
