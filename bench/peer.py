"""Datasette on the rows of the catalogue, with a bigram column, since its tokenizer knows no
Chinese words."""

from __future__ import annotations

import json
import sqlite3
import sys
import unicodedata
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from bench.server import Client, free_port, served

FACETS = ("industry", "category", "deployment")
ROOT = Path(__file__).resolve().parent.parent


def bigrams(text: str) -> str:
    """Each line's two-character windows, space between; lines apart, so that no phrase spans."""
    lines = unicodedata.normalize("NFKC", text).lower().split("\n")
    return " | ".join(" ".join(line[i:i + 2].replace(" ", "_") for i in range(len(line) - 1))
                      for line in lines)


class Datasette:
    """Builds the peer's database beside ours and serves it with one process, as it comes."""

    def __init__(self, data: Path) -> None:
        self._file = data / "peer.db"
        self._build(data)
        self.port = free_port()
        self._server = served(
            [str(ROOT / ".bench-venv/bin/datasette"), "serve", str(self._file), "-p",
             str(self.port), "--setting", "sql_time_limit_ms", "60000", "--setting",
             "facet_time_limit_ms", "60000", "--setting", "suggest_facets", "off"],
            self.port, {}, "/-/versions.json")

    def _build(self, data: Path) -> None:
        from marketplace.app import create_app
        from marketplace.catalog.index_documents import SOLUTIONS
        from marketplace.catalog.indexer import documents
        from marketplace.config import load_settings
        from marketplace.core.database import db

        self._file.unlink(missing_ok=True)
        target = sqlite3.connect(self._file)
        target.execute("create table solutions (id integer primary key, name, industry, category,"
                       " deployment, bigrams)")
        app = create_app(load_settings({"MARKETPLACE_DATA_DIR": str(data),
                                        "MARKETPLACE_LOG_LEVEL": "error"}))
        with app.app_context():
            target.executemany("insert into solutions values (?,?,?,?,?,?)", (
                (int(d.id), d.text["name_zh"], *(d.facets[f][0] for f in FACETS),
                 bigrams("\n".join(d.text.values()))) for d in documents(SOLUTIONS)))
            db.session.remove()
            db.engine.dispose()
        target.execute('create virtual table solutions_fts using fts5(bigrams, '
                       'content="solutions", content_rowid=id, '
                       "tokenize='unicode61 remove_diacritics 0')")
        target.execute("insert into solutions_fts(solutions_fts) values('rebuild')")
        for facet in FACETS:
            target.execute(f"create index ix_{facet} on solutions({facet})")
        target.commit()
        target.close()

    def __enter__(self) -> Datasette:
        self._server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._server.__exit__(kind, problem, trace)

    def path(self, text: str) -> str:
        """The address of a search with three facets and 20 rows."""
        facets = "".join(f"&_facet={facet}" for facet in FACETS)
        words = quote(f'"{bigrams(text)}"')
        return f"/peer/solutions.json?_search={words}&_searchmode=raw&_size=20{facets}"

    def count(self, text: str) -> int:
        """How many rows hold the text."""
        answer = json.loads(Client(self.port).get(self.path(text))[1])
        return int(answer["filtered_table_rows_count"])


if __name__ == "__main__":
    sys.exit("run `make bench`")
