"""The peer: SQLite FTS5 with the same tokens, the same questions and the same answers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from bench.search_corpus import SETTINGS
from search import IndexDocument
from search.highlight import Highlighter
from search.parse import ParsedText, Unit
from search.recipe import trade_words
from search.text import segmenter

_FIELDS = [field.name for field in SETTINGS.text]
_WEIGHTS = ", ".join(str(field.weight) for field in SETTINGS.text)


def _quoted(word: str) -> str:
    # FTS5's own tokenizer cuts at signs; letters and digits keep a word whole.
    return '"' + word.replace('"', '""') + '"'


class FtsIndex:
    """A contentless FTS5 table beside the documents and their facet values."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(path)
        self._segmenter = segmenter(trade_words(SETTINGS))

    def build(self, documents: Iterable[IndexDocument]) -> None:
        db = self._db
        columns = ", ".join([*_FIELDS, "bi"])
        db.executescript(
            f"""
            pragma journal_mode=wal; pragma synchronous=normal;
            create table doc(n integer primary key, id text, year real, price real, body text);
            create table facet(field text, value text, n integer,
                primary key(field, value, n)) without rowid;
            create index facet_by_doc on facet(n, field, value);
            create virtual table fts using fts5({columns}, content='', tokenize='unicode61');
            """
        )
        marks = ", ".join("?" * (len(_FIELDS) + 2))
        for number, document in enumerate(documents):
            tokens = [self._segmenter.tokens(document.text.get(name, "")) for name in _FIELDS]
            grams = " ".join(token.stream for token in tokens)
            row = [number, *(token.words for token in tokens), grams]
            db.execute(f"insert into fts(rowid, {columns}) values ({marks})", row)
            body = json.dumps([document.id, document.text, document.stored], ensure_ascii=False)
            numbers = document.numbers
            db.execute(
                "insert into doc values (?, ?, ?, ?, ?)",
                (number, document.id, numbers.get("year"), numbers.get("price"), body),
            )
            db.executemany(
                "insert into facet values (?, ?, ?)",
                [(f, v, number) for f, values in document.facets.items() for v in values],
            )
        db.commit()

    def bytes(self) -> int:
        self._db.execute("pragma wal_checkpoint(truncate)")
        return self.path.stat().st_size

    def full(
        self, parsed: ParsedText, rare: set[str], districts: tuple[str, ...], year: float
    ) -> int:
        """The bench's full query; the exact total. Relaxed, it demands one of the `rare` words."""
        total = self._answer(_every(parsed), parsed, districts, year)
        if total < 20 and sum(len(unit.words) for unit in parsed.units) > 1:
            total = self._answer(_any(parsed, rare), parsed, districts, year)
        return total

    def _answer(
        self, match: str, parsed: ParsedText, districts: tuple[str, ...], year: float
    ) -> int:
        db = self._db
        marks = ", ".join("?" * len(districts))
        db.execute("drop table if exists temp.found")
        db.execute(
            f"""create temp table found as select fts.rowid as n, bm25(fts, {_WEIGHTS}, 0.5) as s,
            exists(select 1 from facet where field = 'district' and value in ({marks})
                and facet.n = fts.rowid) as here
            from fts cross join doc on doc.n = fts.rowid where fts match ? and year >= ?""",
            (*districts, match, year),
        )
        (total,) = db.execute("select count(*) from temp.found where here").fetchone()
        for field, selected in (("industry", 0), ("scenario", 0), ("district", 1)):
            db.execute(
                """select value, count(*) c from temp.found f cross join facet g
                indexed by facet_by_doc on g.n = f.n and field = ?
                where here or ? group by value order by c desc, value limit 50""",
                (field, selected),
            ).fetchall()
        mark = Highlighter(parsed)
        rows = db.execute(
            "select body from temp.found join doc using (n) where here order by s, n limit 20"
        )
        for (body,) in rows:
            _, texts, _ = json.loads(body)
            for text in texts.values():
                mark.spans(text)
        return int(total)


def _every(parsed: ParsedText) -> str:
    return " AND ".join(f"({_unit(unit)})" for unit in parsed.units)


def _any(parsed: ParsedText, rare: set[str]) -> str:
    words = [_word(word, unit) for unit in parsed.units for word in unit.words if word in rare]
    words += [_quoted(phrase.text) for unit in parsed.units for phrase in unit.synonyms]
    return " OR ".join(words) or _every(parsed)


def _word(word: str, unit: Unit) -> str:
    return _quoted(word) + ("*" if unit.prefix and not unit.cjk else "")


def _unit(unit: Unit) -> str:
    branches = ["(" + " AND ".join(_word(word, unit) for word in unit.words) + ")"]
    if unit.cjk and len(unit.text) > 1:
        branches.append("(" + " AND ".join(_quoted(gram) for gram in unit.bigrams) + ")")
    branches += [_quoted(phrase.text) for phrase in unit.synonyms]
    return " OR ".join(branches)
