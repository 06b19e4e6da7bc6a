"""Keeps the search index a copy of the database: drain the outbox, rebuild, verify.

One elected thread writes (an exclusive lock on a file in the data folder); everybody else only
enqueues. It is woken at commit and looks every 200 ms. A crash between database and index loses
nothing: a message is deleted only after the index has confirmed, and replays are idempotent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from marketplace.catalog.index_documents import (
    PROVIDERS,
    SOLUTIONS,
    index_settings,
    provider_document,
    solution_document,
)
from marketplace.catalog.index_loading import load_providers, load_solutions
from marketplace.catalog.models import Provider, Solution
from marketplace.config import Settings
from marketplace.core.database import db, transaction
from marketplace.core.election import holding
from marketplace.core.outbox import OutboxMessage
from marketplace.taxonomy.words import added_words
from search import (
    IndexDocument,
    IndexSettings,
    IndexStats,
    SearchError,
    SearchIndex,
    open_index,
)

COLLECTIONS = (SOLUTIONS, PROVIDERS)
BATCH = 500
READ_BATCH = 1_000
POLL_SECONDS = 0.2
log = structlog.get_logger(__name__)


class Indexes:
    """The open indexes of this process, one a collection, opened at first use.

    Reading and changing follow the settings the index was built with, whichever process built it.
    Building needs those in force: `renew` before.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, SearchIndex] = {}
        self._lock = threading.Lock()

    def __getitem__(self, collection: str) -> SearchIndex:
        with self._lock:
            if collection not in self._open:
                self._open[collection] = self._opened(index_settings(collection))
            return self._open[collection]

    def renew(self) -> None:
        """Open what was opened with other settings anew: operators may have added words."""
        added = added_words()
        with self._lock:
            for collection in COLLECTIONS:
                wanted, opened = index_settings(collection, added), self._open.get(collection)
                if opened is None or opened.settings != wanted:
                    self._open[collection] = self._opened(wanted)

    def _opened(self, wanted: IndexSettings) -> SearchIndex:
        return open_index(self._settings.search_url, wanted, data_dir=self._settings.data_dir,
                          key=self._settings.search_key or None)

    def close(self) -> None:
        for index in self._open.values():
            index.close()
        self._open.clear()


def documents(collection: str, ids: Sequence[int] | None = None) -> Iterator[IndexDocument]:
    """The documents the index should hold, in batches from the database; all when `ids` is None.

    Listed but unpublished, withdrawn or unknown ids give no document.
    """
    model = Solution if collection == SOLUTIONS else Provider
    wanted = select(model.id).order_by(model.id)
    if collection == SOLUTIONS:
        wanted = wanted.where(Solution.published_version_id.is_not(None),
                              Solution.withdrawn_at.is_(None))
    else:
        wanted = wanted.where(Provider.listed_on.is_not(None))
    if ids is not None:
        wanted = wanted.where(model.id.in_(ids))
    keys = db.session.scalars(wanted).all()
    known: dict[int, Provider] = {}
    for start in range(0, len(keys), READ_BATCH):
        batch = keys[start:start + READ_BATCH]
        if collection == SOLUTIONS:
            yield from map(solution_document, load_solutions(batch, known))
        else:
            yield from (provider_document(*found) for found in load_providers(batch))
        db.session.expunge_all()


def drain(indexes: Indexes, limit: int = BATCH) -> int:
    """Bring one batch of outbox messages into the index; returns how many were done."""
    messages = db.session.execute(
        select(OutboxMessage.id, OutboxMessage.collection, OutboxMessage.subject_id)
        .order_by(OutboxMessage.id).limit(limit)).all()
    for collection in COLLECTIONS:
        ids = sorted({m.subject_id for m in messages if m.collection == collection})
        if ids:
            _write(indexes[collection], collection, ids)
    if messages:
        with transaction() as session:
            session.execute(delete(OutboxMessage).where(
                OutboxMessage.id.in_([m.id for m in messages])))
    db.session.rollback()
    return len(messages)


def _write(index: SearchIndex, collection: str, ids: Sequence[int]) -> None:
    found = list(documents(collection, ids))
    gone = {str(i) for i in ids} - {d.id for d in found}
    if found:
        index.wait(index.upsert(found))
    if gone:
        index.wait(index.delete(sorted(gone)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What `verify` found in one collection: ids to add, to refresh and to remove."""

    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def verify(indexes: Indexes, collection: str, *, repair: bool = True) -> Difference:
    """Compare index and database by id and content hash; with `repair`, mend what differs."""
    index = indexes[collection]
    held = dict(index.hashes())
    missing, stale = [], []
    for document in documents(collection):
        hash_ = held.pop(document.id, None)
        if hash_ is None:
            missing.append(document.id)
        elif hash_ != document.content_hash:
            stale.append(document.id)
    difference = Difference(tuple(missing), tuple(stale), tuple(held))
    if repair and difference:
        ids = sorted(int(i) for i in (*missing, *stale, *held))
        for start in range(0, len(ids), BATCH):
            _write(index, collection, ids[start:start + BATCH])
    return difference


def rebuild(indexes: Indexes, collection: str, *,
            watch: Callable[[Iterator[IndexDocument]], Iterator[IndexDocument]] = iter,
            ) -> IndexStats:
    """Build the collection's index anew beside the live one, then switch.

    `watch` gets to see every document on its way, to say how far the work is.
    """
    indexes.renew()
    return indexes[collection].rebuild(watch(documents(collection)))


def elected(data_dir: Path, *, wait: bool = False) -> AbstractContextManager[bool]:
    """Hold the writer's lock; gives False when another process holds it and `wait` is off."""
    return holding(data_dir / "indexer.lock", wait=wait)


def make_ready(indexes: Indexes) -> list[str]:
    """Build every index that is missing or was built with other settings; names those built."""
    built = []
    indexes.renew()
    for collection in COLLECTIONS:
        if indexes[collection].configure():
            rebuild(indexes, collection)
            built.append(collection)
    return built


class IndexerThread(threading.Thread):
    """Waits to be elected, makes the indexes ready, then drains the outbox until stopped."""

    def __init__(self, app: Flask, indexes: Indexes, data_dir: Path) -> None:
        super().__init__(name="indexer", daemon=True)
        self._app, self._indexes, self._data_dir = app, indexes, data_dir
        self._stop_asked, self._wake = threading.Event(), threading.Event()
        event.listen(Session, "after_commit", self._woken)

    def _woken(self, session: Session) -> None:
        self._wake.set()

    def run(self) -> None:
        with self._app.app_context():
            while not self._stop_asked.is_set():
                with elected(self._data_dir) as leading:
                    if leading:
                        self._lead()
                self._stop_asked.wait(POLL_SECONDS)

    def _lead(self) -> None:
        while not self._stop_asked.is_set():
            try:
                make_ready(self._indexes)
                while not self._stop_asked.is_set():
                    self._wake.clear()
                    if not drain(self._indexes):
                        self._wake.wait(POLL_SECONDS)
            except SearchError as problem:
                log.warning("index_not_written", error=str(problem))
                self._stop_asked.wait(2)
            except Exception:
                log.exception("indexer_failed")
                db.session.rollback()
                self._stop_asked.wait(2)

    def stop(self) -> None:
        """Ask the thread to finish its batch and wait for it."""
        self._stop_asked.set()
        self._wake.set()
        event.remove(Session, "after_commit", self._woken)
        self.join(timeout=10)
