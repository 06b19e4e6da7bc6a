"""Hashes are made one after the other, and only some threads may wait for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.accounts import hashing
from marketplace.core.errors import Unavailable


@pytest.fixture(autouse=True)
def four_threads(app: Flask) -> Iterator[None]:
    hashing.let_wait(4)
    yield
    hashing.let_wait(app.extensions["settings"].threads)


def test_hash_fits_its_password_only(app: Flask) -> None:
    stored = hashing.hashed_password("drei Pferde")
    assert stored.startswith("$argon2id$")
    assert hashing.password_fits("drei Pferde", stored)
    assert not hashing.password_fits("vier Pferde", stored)
    assert not hashing.password_fits("", "")


def test_one_at_a_time_and_the_third_is_asked_to_come_again(app: Flask) -> None:
    running, most, refused, done = [0], [0], [], []

    def slow() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.1)
        running[0] -= 1

    def ask() -> None:
        try:
            hashing._in_turn(slow)
            done.append(1)
        except Unavailable:
            refused.append(1)

    threads = [threading.Thread(target=ask) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(refused), most[0]) == (2, 3, 1)
    hashing._in_turn(slow)


def test_failure_frees_the_turn(app: Flask) -> None:
    def broken() -> None:
        raise ValueError("soot")

    for _n in range(3):
        with pytest.raises(ValueError, match="soot"):
            hashing._in_turn(broken)
