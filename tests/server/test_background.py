"""The worker lives and ends with the served site, and only one works at a time."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.core.database import db
from marketplace.core.jobs import Job, ask_for
from marketplace.core.worker import LOCK, elected
from tests.support import ROOT, environment, free_port, marketplace

SERVE = "from marketplace.cli import main; main(['serve'])"


def worker_of(parent: int) -> int | None:
    """The pid of the served site's worker process."""
    for children in Path(f"/proc/{parent}/task").glob("*/children"):
        for child in children.read_text().split():
            if b"'work'" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    return None


@contextmanager
def served(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", SERVE], cwd=ROOT, env=env,
                          stdout=subprocess.DEVNULL) as site:
        try:
            yield site
        finally:
            site.terminate()


def wait_for(found, seconds: float = 40):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return value


def held(data_dir: Path) -> bool:
    with (data_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_worker_starts_with_the_site_returns_after_a_kill_and_ends_with_it(app):
    port, data_dir = free_port(), app.extensions["settings"].data_dir
    env = environment(app, PORT=str(port), MARKETPLACE_WORKERS="1", MARKETPLACE_LOG_LEVEL="error")
    with served(env) as site:
        first = wait_for(lambda: worker_of(site.pid))
        wait_for(lambda: held(data_dir))
        os.kill(first, signal.SIGKILL)
        second = wait_for(lambda: (w := worker_of(site.pid)) != first and w)
        wait_for(lambda: held(data_dir))
        wait_for(lambda: answers(port))
        asked = ask_for("nobody.knows")
        wait_for(lambda: db.session.rollback() or db.session.get_one(
            Job, asked.id, populate_existing=True).state == "failed")
        site.send_signal(signal.SIGINT)
        assert site.wait(20) == 0
    wait_for(lambda: gone(second))
    assert not held(data_dir)


def test_second_worker_leaves_the_work_to_the_first(app):
    with elected(app.extensions["settings"].data_dir) as leading:
        assert leading
        told = marketplace(environment(app), "work", "--once")
    assert "Another worker" in told.stdout
    asked = ask_for("nobody.knows")
    assert "1 jobs done" in marketplace(environment(app), "work", "--once").stdout
    db.session.rollback()
    assert db.session.get_one(Job, asked.id, populate_existing=True).state == "failed"
