"""Regular duties: each at its own pace, one failing holds up no other."""

from __future__ import annotations

import time

import pytest

from marketplace.core import duties
from marketplace.core.duties import do_due, every


@pytest.fixture(autouse=True)
def none_registered(monkeypatch):
    monkeypatch.setattr(duties, "_duties", {})


def test_duty_comes_again_only_when_its_time_has_come(app, monkeypatch):
    calls = []

    @every(60)
    def tidy():
        calls.append(1)

    assert len(do_due()) == 1
    assert do_due() == []
    later = time.monotonic() + 61
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert len(do_due()) == 1
    assert len(calls) == 2


def test_failing_duty_holds_up_no_other(app, caplog):
    calls = []

    @every(60)
    def breaks():
        raise RuntimeError("no")

    @every(60)
    def works():
        calls.append(1)

    assert [name.rpartition(".")[2] for name in do_due()] == ["works"]
    assert calls == [1]
    assert do_due() == [], "it waits for its next turn"
