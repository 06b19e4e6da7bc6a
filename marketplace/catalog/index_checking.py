"""The background job that compares the search index with the database and mends what differs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select

from marketplace.catalog.index_rebuilding import PATIENCE, PAUSE
from marketplace.catalog.indexer import COLLECTIONS, Difference, verify
from marketplace.core.database import db, transaction
from marketplace.core.errors import Unavailable
from marketplace.core.jobs import Job, ask_for, job
from search import IndexBusy, IndexUnavailable

KIND = "search.verify"


def ask_for_check() -> Job:
    """Queue a check, unless one is waiting that has not begun."""
    with transaction() as session:
        waiting = session.scalar(select(Job).where(Job.kind == KIND, Job.state == "queued"))
        return waiting or ask_for(KIND)


@job(KIND)
def check_indexes(found: Job) -> Mapping[str, Any]:
    """Compare every collection; gives how many documents were missing, stale or left over."""
    result = {}
    for number, collection in enumerate(COLLECTIONS):
        found.report(number, len(COLLECTIONS))
        difference = _patiently(collection)
        result[collection] = {"missing": len(difference.missing), "stale": len(difference.stale),
                              "orphaned": len(difference.orphaned)}
    return {"differences": result}


def _patiently(collection: str) -> Difference:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return verify(current_app.extensions["indexes"], collection)
        except IndexUnavailable:
            raise Unavailable("The search index does not answer. Build it anew; until then nobody "
                              "can search.") from None
        except IndexBusy:
            if time.monotonic() > deadline:
                raise Unavailable("Another process is writing the search index.") from None
            db.session.rollback()
            time.sleep(PAUSE)
