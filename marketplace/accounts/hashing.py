"""Argon2 beside the requests: one slow hash at a time in each process, at low priority.

A hash takes a core for about a tenth of a second. A thread of its own, with a lower priority than
the threads that answer requests, does them one after the other; only some threads of the process
may wait for it, so that people who search are always served.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from flask_security.utils import hash_password, verify_password

from marketplace.core.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")
NICE = 10
"""How far hashing steps back behind answering, on the scale of `nice`."""
_gate = threading.BoundedSemaphore(2)


def _step_back() -> None:
    with suppress(OSError, AttributeError):  # other systems know no priority of one thread
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


_hasher = ThreadPoolExecutor(1, "hashing", _step_back)


def let_wait(threads: int) -> None:
    """How many threads of this process may be busy with hashes: half, at least one."""
    global _gate
    _gate = threading.BoundedSemaphore(max(1, threads // 2))


def _in_turn(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    gate = _gate
    if not gate.acquire(blocking=False):
        raise Unavailable("Many people are signing in just now; please try again in a few seconds.")
    try:
        context = copy_context()
        return _hasher.submit(lambda: context.run(function, *args, **kwargs)).result()
    finally:
        gate.release()


def hashed_password(password: str) -> str:
    """The argon2 hash to keep. Raises `Unavailable` when too many wait already."""
    return str(_in_turn(hash_password, password))


def password_fits(password: str, stored: str) -> bool:
    """Whether a password belongs to a stored hash; an empty hash fits nothing.

    Takes as long when there is no hash, so that nobody learns from the time which accounts exist.
    Raises `Unavailable` as above.
    """
    if not stored:
        _in_turn(hash_password, password)
        return False
    return bool(_in_turn(verify_password, password, stored))
