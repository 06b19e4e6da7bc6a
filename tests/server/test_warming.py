"""A web process loads what the first need waits for, and keeps it out of the search for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.server.warming import OFTEN, warm


@pytest.fixture
def collector() -> Iterator[None]:
    """Puts Python's collector back as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_loaded_is_not_searched_again(app: Flask, collector: None) -> None:
    warm(app).join(60)
    assert gc.get_freeze_count() > 50_000
    assert gc.get_threshold()[0] == OFTEN
