"""kill -9 while upserting: what was acknowledged must be there, whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.search_corpus import SETTINGS
from search import IndexDocument, SearchIndex, open_index

BATCH = 25


def batch(number: int) -> list[IndexDocument]:
    return [IndexDocument(f"{number}-{i}", {"name": f"网关 批次{number}"}) for i in range(BATCH)]


def write_for_ever(data_dir: str, number: int) -> None:
    """The victim: prints each batch once it is acknowledged."""
    index = open_index("embedded:", SETTINGS, data_dir)
    while True:
        index.wait(index.upsert(batch(number)))
        print(number, flush=True)
        number += 1


def _round(data_dir: Path, start: int, pause: float) -> set[int]:
    code = f"from bench.search_kill import *; write_for_ever({str(data_dir)!r}, {start})"
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert writer.stdout is not None
    with writer.stdout as lines:
        seen = {int(lines.readline())}
        time.sleep(pause)
        os.kill(writer.pid, signal.SIGKILL)
        seen.update(int(line) for line in lines if line.endswith("\n"))
    writer.wait()
    return seen


def _damage(index: SearchIndex, acknowledged: set[int]) -> tuple[int, int]:
    """(acknowledged batches that are missing, batches of which only a part is there)."""
    found: dict[int, int] = {}
    for document_id, _ in index.hashes():
        number = int(document_id.partition("-")[0])
        found[number] = found.get(number, 0) + 1
    return len(acknowledged - found.keys()), sum(count != BATCH for count in found.values())


def kill_rounds(rounds: int = 30) -> dict[str, int]:
    """Kill a writer `rounds` times at random moments."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        index = open_index("embedded:", SETTINGS, folder)
        index.configure()
        acknowledged: set[int] = set()
        start = 0
        for _ in range(rounds):
            acknowledged |= _round(Path(folder), start, rng.uniform(0.0, 0.12))
            start = max(acknowledged) + 2
        lost, half = _damage(index, acknowledged)
        index.close()
    return {"rounds": rounds, "acknowledged": len(acknowledged), "lost": lost, "half": half}
