"""The embedded engine between processes: commits are seen, one writer at a time, kill -9."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from search import IndexBusy, IndexDocument, SearchIndex, SearchQuery, open_index
from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document

ROOT = Path(__file__).resolve().parents[2]

KILLED_WRITER = """
import sys
from search import open_index
from search.contract_data import SETTINGS, document

index = open_index("embedded:", SETTINGS, sys.argv[1])
number = int(sys.argv[2])
while True:
    batch = [document(f"{number}-{i}", f"网关 批次{number}") for i in range(25)]
    index.wait(index.upsert(batch))
    print(number, flush=True)
    number += 1
"""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    index = open_index("embedded:", SETTINGS, tmp_path)
    index.configure()
    yield index
    index.close()


def in_child(data_dir: Path, code: str) -> str:
    """Runs code with `index` in a fresh process; its output."""
    head = (
        "import sys\nfrom search import *\nfrom search.contract_data import *\n"
        f"index = open_index('embedded:', SETTINGS, {str(data_dir)!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", head + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_commit_of_another_process_is_seen_at_once(index: SearchIndex, tmp_path: Path) -> None:
    assert index.search(SearchQuery()).total == 0
    in_child(tmp_path, "index.wait(index.upsert(DOCUMENTS))")
    assert index.search(SearchQuery()).total == len(DOCUMENTS)


def test_rebuild_of_another_process_is_followed(index: SearchIndex, tmp_path: Path) -> None:
    index.wait(index.upsert(DOCUMENTS))
    assert index.search(SearchQuery("刀补")).total == 1
    in_child(tmp_path, "index.rebuild(TWINS)")
    assert index.search(SearchQuery()).total == len(TWINS)


def test_forked_child_sees_later_commits(index: SearchIndex) -> None:
    index.wait(index.upsert(DOCUMENTS))
    assert index.search(SearchQuery()).total == len(DOCUMENTS)
    context = multiprocessing.get_context("fork")
    go, answer = context.Event(), context.Queue()

    def child() -> None:
        go.wait(20)
        answer.put(index.search(SearchQuery()).total)

    process = context.Process(target=child)
    process.start()
    index.wait(index.upsert(TWINS))
    go.set()
    assert answer.get(timeout=20) == len(DOCUMENTS) + len(TWINS)
    process.join(20)
    answer.close()


def test_second_writer_is_refused_and_readers_go_on(index: SearchIndex, tmp_path: Path) -> None:
    index.wait(index.upsert(DOCUMENTS))
    inside, leave = threading.Event(), threading.Event()

    def slowly() -> Iterator[IndexDocument]:
        inside.set()
        assert leave.wait(30)
        yield from TWINS

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(index.upsert, slowly())
        assert inside.wait(30)
        code = (
            "try:\n    index.upsert(TWINS)\nexcept IndexBusy:\n"
            "    print('busy', index.search(SearchQuery()).total)"
        )
        assert in_child(tmp_path, code) == f"busy {len(DOCUMENTS)}"
        other = open_index("embedded:", SETTINGS, tmp_path)
        with pytest.raises(IndexBusy):
            other.rebuild(TWINS)
        leave.set()
        index.wait(writing.result(30))
    assert index.search(SearchQuery()).total == len(DOCUMENTS) + len(TWINS)


def test_threads_search_while_one_writes(index: SearchIndex) -> None:
    index.wait(index.upsert(DOCUMENTS))
    stop = threading.Event()

    def search() -> set[int]:
        totals = set()
        while not stop.is_set():
            totals.add(index.search(SearchQuery("网关", facets=("industry",), per_page=1)).total)
        return totals

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(search) for _ in range(4)]
        index.wait(index.upsert(TWINS))
        index.rebuild(TWINS)
        stop.set()
        assert all(reader.result(30) <= {0, len(TWINS)} for reader in readers)


def test_kill_while_upserting_loses_nothing_acknowledged(
    index: SearchIndex, tmp_path: Path
) -> None:
    index.wait(index.upsert([document("before", "之前")]))
    acknowledged: set[int] = set()
    start = 0
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", KILLED_WRITER, str(tmp_path), str(start)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        with writer.stdout as lines:
            acknowledged.add(int(lines.readline()))
            time.sleep(0.02 * (start % 5 + 1))
            os.kill(writer.pid, signal.SIGKILL)
            acknowledged.update(int(line) for line in lines if line.endswith("\n"))
        writer.wait(20)
        start = max(acknowledged) + 2
    found: dict[str, int] = {}
    for document_id, _ in index.hashes():
        batch = document_id.partition("-")[0]
        found[batch] = found.get(batch, 0) + 1
    assert found.pop("before") == 1
    assert set(found.values()) == {25}
    assert acknowledged <= {int(batch) for batch in found}
    # The dead writer holds nothing: the next one writes.
    index.wait(index.upsert(TWINS))
