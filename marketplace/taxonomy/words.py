"""Synonyms and dictionary words that operators add to what core and plugins declare.

They belong to the search index: its settings carry them, so a changed word means a rebuilt index.
Understanding a need is left as it was trained, on the declared words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import has_app_context
from sqlalchemy import select

from marketplace.core.database import db
from marketplace.taxonomy.models import TradeWord


@dataclass(frozen=True, slots=True)
class AddedWords:
    """Groups of synonyms, and words kept whole, in order of entry."""

    synonyms: tuple[tuple[str, ...], ...] = ()
    dictionary: tuple[str, ...] = ()


NONE = AddedWords()


def added_words() -> AddedWords:
    """What is in the database at this moment, of all industries, paused ones included.

    Raises what the database raises: an index must not be built without the words by mistake.
    """
    if not has_app_context():
        return NONE
    with db.engine.connect() as connection:
        rows = connection.execute(
            select(TradeWord.kind, TradeWord.words).order_by(TradeWord.id)).all()
    return AddedWords(tuple(tuple(words) for kind, words in rows if kind == "synonyms"),
                      tuple(word for kind, words in rows if kind == "word" for word in words))


def words_of(industry: str) -> Sequence[TradeWord]:
    """The operator's own entries of an industry, the latest first."""
    return db.session.scalars(select(TradeWord).where(TradeWord.industry == industry)
                              .order_by(TradeWord.id.desc())).all()
