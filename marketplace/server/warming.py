"""What a web process does after its start, beside the first requests."""

from __future__ import annotations

import gc
import threading

from flask import Flask

OFTEN, SELDOM, RARELY = 10_000, 20, 50
"""Python looks for garbage after so many new objects, and through older ones so much less often:
a page makes thousands of objects and leaves hardly any cycle behind."""


def warm(app: Flask) -> threading.Thread:
    """Load what the first need would wait for, then set everything loaded apart from what is
    searched for garbage: without that a full search stops all requests for 200 ms."""
    thread = threading.Thread(target=_warm, args=(app,), name="warming", daemon=True)
    thread.start()
    return thread


def _warm(app: Flask) -> None:
    from marketplace.matching.understand import understand

    with app.app_context():
        understand("仓库账对不上，想扫码出入库")
    gc.set_threshold(OFTEN, SELDOM, RARELY)
    gc.collect()
    gc.freeze()
