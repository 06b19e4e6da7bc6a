"""What the worker does at regular intervals, whoever asks: clocks, deliveries, tidying.

A duty must bear being done twice; one that fails is logged and comes again at its next turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from marketplace.core.database import db

Act = Callable[[], object]
log = structlog.get_logger(__name__)


@dataclass
class Duty:
    """A function and the seconds between two runs; `next_at` is on the monotonic clock."""

    act: Act
    seconds: float
    next_at: float = 0.0


_duties: dict[str, Duty] = {}


def every(seconds: float) -> Callable[[Act], Act]:
    """Decorator: the worker calls this function every so many seconds, the first time at once."""

    def register(function: Act) -> Act:
        _duties[f"{function.__module__}.{function.__qualname__}"] = Duty(function, seconds)
        return function

    return register


def duties() -> dict[str, float]:
    """The registered duties with their seconds."""
    return {name: duty.seconds for name, duty in _duties.items()}


def do_due(*, all_of_them: bool = False) -> list[str]:
    """Do the duties whose time has come (or all); names those that were done without failure."""
    done = []
    for name, duty in list(_duties.items()):
        if not all_of_them and time.monotonic() < duty.next_at:
            continue
        duty.next_at = time.monotonic() + duty.seconds
        try:
            duty.act()
            done.append(name)
        except Exception:
            log.exception("duty_failed", duty=name)
        finally:
            db.session.rollback()
    return done
