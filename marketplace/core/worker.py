"""The background worker: one a data folder does the waiting jobs and the regular duties.

Whoever holds the lock file is elected; the lock falls with the process, so that another takes over
after a crash. Jobs and duties have a thread each: a long import holds no message back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import structlog
from flask import Flask

from marketplace.core.database import db
from marketplace.core.duties import do_due
from marketplace.core.election import holding
from marketplace.core.jobs import do_next, stopping, take_up_lost

POLL_SECONDS = 0.5
PATIENCE = 8.0
"""Seconds a running job or duty gets to come to a stop; its row is taken up again afterwards."""
LOCK = "worker.lock"
log = structlog.get_logger(__name__)


def elected(data_dir: Path) -> AbstractContextManager[bool]:
    """Hold the worker's lock; gives False when another process holds it."""
    return holding(data_dir / LOCK)


def work(app: Flask, data_dir: Path, *, go_on: Callable[[], bool],
         say: Callable[[str], None]) -> None:
    """Wait to be elected, then work until `go_on()` says no."""
    told = False
    while go_on():
        with elected(data_dir) as leading:
            if leading:
                say("Working on jobs and duties; Ctrl-C stops.")
                _lead(app, go_on)
                return
        if not told:
            say("Another worker is at work over this data folder; waiting for it to end.")
            told = True
        time.sleep(POLL_SECONDS)


def _lead(app: Flask, go_on: Callable[[], bool]) -> None:
    with app.app_context():
        take_up_lost()
        db.session.remove()
    threads = [threading.Thread(target=_loop, args=(app, act), name=name, daemon=True)
               for name, act in (("jobs", do_next), ("duties", _duties))]
    for thread in threads:
        thread.start()
    while go_on():
        time.sleep(POLL_SECONDS)
    stopping.set()
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _duties() -> bool:
    do_due()
    return False


def _loop(app: Flask, act: Callable[[], bool]) -> None:
    with app.app_context():
        while not stopping.is_set():
            try:
                more = act()
            except Exception:
                log.exception("worker_failed")
                more = False
            db.session.remove()
            if not more:
                stopping.wait(POLL_SECONDS)


def work_once() -> int:
    """Do every duty and what waits, then return how many jobs were done."""
    take_up_lost()
    do_due(all_of_them=True)
    done = 0
    while do_next():
        done += 1
    return done
