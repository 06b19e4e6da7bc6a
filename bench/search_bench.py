"""Search measured through the public `search()`, beside raw tantivy and SQLite FTS5.

`python -m bench.search_bench --scale 100000 [--json FILE]`. A "full" query is: text, exact total,
three facets (one of them selected), two filters, 20 documents with their payload, highlights.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from bench.search_corpus import SETTINGS, Corpus
from bench.search_fts import FtsIndex
from bench.search_kill import kill_rounds
from search import Between, In, IndexDocument, SearchQuery, open_index
from search.embedded import EmbeddedIndex
from search.embedded_facets import count_facets
from search.embedded_filter import filtered
from search.embedded_query import QueryBuilder
from search.parse import ParsedText, parse

DISTRICTS = tuple(f"区县{number:02}" for number in range(8))
YEAR = 2016.0
QUESTIONS = 1_000
PEER_QUESTIONS = 150
SECONDS = 5.0


def full_query(text: str) -> SearchQuery:
    return SearchQuery(
        text,
        filters=(In("district", DISTRICTS), Between("year", YEAR)),
        facets=("industry", "scenario", "district"),
        highlight=("name", "summary", "body"),
    )


def latency(calls: Sequence[Callable[[], object]]) -> dict[str, float]:
    """p50, p95, p99 and maximum in milliseconds; the first 20 calls warm up."""
    for call in calls[:20]:
        call()
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": max(taken)}


def _parsed(index: EmbeddedIndex, text: str) -> ParsedText:
    generation, searcher = index._store.searcher()
    build = QueryBuilder(generation.shape, searcher)
    return parse(text, generation.shape.segmenter, generation.synonyms, build.frequency)


def raw_tantivy(index: EmbeddedIndex, text: str) -> Callable[[], object]:
    """The same work by bare tantivy: query objects made beforehand, documents as bytes, no
    highlights, no ties, and it knows beforehand whether the question has to be relaxed."""
    generation, searcher = index._store.searcher()
    build = QueryBuilder(generation.shape, searcher)
    parsed = _parsed(index, text)
    query = full_query(text)
    steps = [build.strict(parsed)]
    if index.search(query).relaxed:
        steps.append(build.relaxed(parsed))
    scored = [filtered(generation.shape, step.scored, query.filters) for step in steps]
    counted = steps[-1].counted()

    def call() -> object:
        view = generation.searcher()
        found = [view.search(one, 20) for one in scored]
        count_facets(generation.shape, view, query, counted)
        return [view.doc(where).get_first("doc") for _, where in found[-1].hits]

    return call


def _ask(folder: str, seed: int, ready: Barrier, done: Any) -> None:
    index = open_index("embedded:", SETTINGS, folder)
    questions = Corpus(100_000, 1_000 + seed).questions(400)
    for text in questions[:20]:
        index.search(full_query(text))
    ready.wait(60)
    asked, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        index.search(full_query(questions[asked % len(questions)]))
        asked += 1
    done.put(asked / (time.perf_counter() - start))


def _by_fts(index: EmbeddedIndex, fts: FtsIndex, text: str) -> Callable[[], object]:
    generation, searcher = index._store.searcher()
    parsed = _parsed(index, text)
    words = (word for unit in parsed.units for word in unit.words)
    rare = QueryBuilder(generation.shape, searcher).rare(words)
    return lambda: fts.full(parsed, rare, DISTRICTS, YEAR)


def two_processes(folder: str) -> float:
    """Full queries a second by two processes together."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_ask, args=(folder, n, ready, done)) for n in range(2)]
    for worker in workers:
        worker.start()
    rates = [done.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    return float(sum(rates))


def _watch(folder: str, rounds: int, armed: Any, seen: Any) -> None:
    index = open_index("embedded:", SETTINGS, folder)
    for number in range(rounds):
        armed.put(number)
        while not index.search(SearchQuery(f"“可见性检验{number}号”", ids_only=True)).total:
            time.sleep(0.001)
        seen.put(time.time())


def visible_after(folder: str, rounds: int = 10) -> dict[str, float]:
    """Seconds from before an upsert of one document until another process finds it."""
    context = multiprocessing.get_context("spawn")
    armed, seen = context.Queue(), context.Queue()
    watcher = context.Process(target=_watch, args=(folder, rounds, armed, seen))
    watcher.start()
    index = open_index("embedded:", SETTINGS, folder)
    waited, whole = [], []
    for number in range(rounds):
        armed.get(timeout=60)
        start = time.time()
        document = IndexDocument(f"visible:{number}", {"name": f"可见性检验{number}号"})
        index.wait(index.upsert([document]))
        whole.append(time.time() - start)
        waited.append(seen.get(timeout=60) - start)
    index.wait(index.delete([f"visible:{number}" for number in range(rounds)]))
    watcher.join()
    return {"median": statistics.median(waited), "max": max(waited), "upsert": max(whole)}


def prefix_recall(index: EmbeddedIndex, corpus: Corpus, sample: int = 150) -> dict[str, float]:
    """Of literal Chinese prefixes (2 to 4 characters of a word in some document): the share whose
    document is found, and how many find nothing."""
    tried = found = empty = 0
    for number in range(0, corpus.size, max(1, corpus.size // sample)):
        document = corpus.document(number)
        text = "".join(char for char in document.text["name"] if "一" <= char <= "龥")
        for size in (2, 3, 4):
            if len(text) < size or text[:size] not in document.text["name"]:
                continue
            ids = In("district", tuple(document.facets["district"]))
            query = SearchQuery(text[:size], (ids,), per_page=20_000, ids_only=True)
            page = index.search(query)
            tried += 1
            empty += not page.total
            found += any(hit.id == document.id for hit in page.hits)
    return {"prefixes": tried, "recall": found / tried, "without a hit": empty}


def run(scale: int = 100_000, *, peers: bool = True) -> dict[str, Any]:
    """Measure everything; plain numbers for JSON."""
    corpus = Corpus(scale)
    results: dict[str, Any] = {"documents": scale}
    with tempfile.TemporaryDirectory() as folder:
        index = open_index("embedded:", SETTINGS, folder)
        assert isinstance(index, EmbeddedIndex)
        index.configure()
        sample = list(Corpus(min(scale, 20_000)).documents())
        results["documents/s"] = _rate(lambda: index.rebuild(sample), len(sample))
        stats = index.rebuild(corpus.documents())
        results["bytes a document"] = stats.bytes / scale
        questions = corpus.questions(QUESTIONS)
        results["raw tantivy ms"] = latency([raw_tantivy(index, text) for text in questions])
        queries = [full_query(text) for text in questions]
        results["full query ms"] = latency([lambda q=q: index.search(q) for q in queries])  # type: ignore[misc]
        results["relaxed share"] = sum(index.search(q).relaxed for q in queries) / QUESTIONS
        results["times raw tantivy"] = (
            results["full query ms"]["p50"] / results["raw tantivy ms"]["p50"]
        )
        results["2 processes queries/s"] = two_processes(folder)
        results["visible after s"] = visible_after(folder)
        results["prefixes"] = prefix_recall(index, corpus)
        if peers:
            fts = FtsIndex(Path(folder) / "fts.db")
            results["FTS5 documents/s"] = _rate(lambda: fts.build(sample), len(sample))
            fts = FtsIndex(Path(folder) / "whole.db")
            fts.build(corpus.documents())
            results["FTS5 bytes a document"] = fts.bytes() / scale
            results["FTS5 ms"] = latency(
                [_by_fts(index, fts, q) for q in questions[:PEER_QUESTIONS]]
            )
    results["kill -9"] = kill_rounds()
    return results


def _rate(work: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


Bar = tuple[str, str, float]
"""A part of a figure ("" for the figure itself), `<=` or `>=`, and the value."""
BARS: dict[str, tuple[Bar, ...]] = {
    "documents/s": (("", ">=", 3_000),), "bytes a document": (("", "<=", 1_800),),
    "full query ms": (("p50", "<=", 5), ("p95", "<=", 12), ("p99", "<=", 20)),
    "times raw tantivy": (("", "<=", 2),), "2 processes queries/s": (("", ">=", 500),),
    "visible after s": (("max", "<=", 1),),
    "prefixes": (("recall", ">=", 1), ("without a hit", "<=", 0)),
    "kill -9": (("lost", "<=", 0), ("half", "<=", 0)),
}
"""What must be reached at 100,000 documents (SEARCH.md)."""
AT_A_MILLION: dict[str, tuple[Bar, ...]] = {
    **BARS, "full query ms": (("p50", "<=", 30), ("p95", "<=", 70), ("p99", "<=", 100)),
    "2 processes queries/s": ()}


def verdict(label: str, value: Any, scale: int) -> str:
    """The bars of a figure and whether all are held; empty where there is none."""
    bars = (AT_A_MILLION if scale > 100_000 else BARS).get(label, ())
    held = all((part <= bar if sign == "<=" else part >= bar)
               for name, sign, bar in bars for part in [value[name] if name else value])
    shown = ", ".join(f"{name} {sign} {bar:g}".strip() for name, sign, bar in bars)
    return f"{shown} {'ok' if held else 'MISSED'}" if bars else ""


def _row(label: str, value: Any, scale: int) -> str:
    held = verdict(label, value, scale)
    if isinstance(value, dict):
        value = " / ".join(f"{key} {_number(part)}" for key, part in value.items())
    return f"| {label} | {value if isinstance(value, str) else _number(value)} | {held} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def table(results: dict[str, Any]) -> str:
    """The results as a Markdown table."""
    rows = [_row(label, value, results["documents"]) for label, value in results.items()]
    return "\n".join(["| search | measured | bar |", "|---|---|---|", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=100_000, help="documents")
    parser.add_argument("--no-peers", action="store_true", help="leave SQLite FTS5 out")
    parser.add_argument("--json", type=Path, help="write the numbers there")
    options = parser.parse_args()
    results = run(options.scale, peers=not options.no_peers)
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
