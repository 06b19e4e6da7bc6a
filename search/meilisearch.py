"""The server engine: Meilisearch 1.15 or newer through its official client. See `SearchIndex`.

An index `name` has a companion `name-meta` with one document: the settings it was built with.
A rebuild fills `name-next` and `name-next-meta` and swaps both pairs in one task.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from search.filters import check_query
from search.meilisearch_documents import Layout, primary_key
from search.meilisearch_search import MeilisearchSearch
from search.meilisearch_server import TASK_TIMEOUT, Server, told
from search.query import (
    IndexDocument,
    IndexSettings,
    IndexStats,
    IndexUnavailable,
    Receipt,
    SearchError,
    SearchPage,
    SearchQuery,
)
from search.recipe import settings_from_json, settings_to_json

T = TypeVar("T")

_UID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_BATCH = 2_000
_META_SECONDS = 1.0
"""How long the settings of the live index are remembered."""


class MeilisearchIndex:
    """One index on a server. Writes are queued there, so `IndexBusy` never happens; an upsert of
    more than 2,000 documents is several writes, each whole or not at all."""

    def __init__(self, url: str, key: str | None, settings: IndexSettings) -> None:
        if not _UID.fullmatch(settings.name):
            raise ValueError(f"{settings.name!r} cannot name an index on a Meilisearch server")
        self.settings = settings
        self._uid = settings.name
        self._server = Server(url, key)
        self._live: tuple[float, Layout] | None = None

    def configure(self) -> bool:
        with suppress(IndexUnavailable):
            return self._layout(fresh=True).hash != Layout(self.settings).hash
        self._create(self._uid, Layout(self.settings))
        self._live = None
        return True

    def upsert(self, documents: Iterable[IndexDocument]) -> Receipt:
        layout = self._layout()
        # All are prepared before any is sent: a bad one leaves the index as it was.
        bodies = [layout.document(document) for document in documents]
        return self._add(self._uid, bodies)

    def delete(self, ids: Iterable[str]) -> Receipt:
        keys = [f'"{primary_key(document_id)}"' for document_id in ids]
        listed = ", ".join(keys) or '"none"'
        with told():
            task = self._server.index(self._uid).delete_documents(filter=f"pk IN [{listed}]")
        return str(task.task_uid)

    def wait(self, receipt: Receipt, timeout: float = 30.0) -> None:
        self._server.wait(receipt, timeout)

    def search(self, query: SearchQuery) -> SearchPage:
        check_query(query, self.settings)
        return MeilisearchSearch(self._server, self._uid, self._layout(), query).page()

    def rebuild(self, documents: Iterable[IndexDocument]) -> IndexStats:
        layout = Layout(self.settings)
        following = f"{self._uid}-next"
        self.configure()
        self._drop(following)
        try:
            self._create(following, layout)
            seen: set[str] = set()
            for batch in _batches(documents):
                seen.update(document.id for document in batch)
                bodies = [layout.document(document) for document in batch]
                self._server.wait(self._add(following, bodies), TASK_TIMEOUT)
            with told():
                count = self._server.index(following).get_stats().number_of_documents
            if count != len(seen):
                raise SearchError(f"{following} holds {count} documents, not {len(seen)}")
            self._server.swap([(self._uid, following), (_meta(self._uid), _meta(following))])
        finally:
            self._drop(following)
        self._live = None
        return self.stats()

    def hashes(self) -> Iterator[tuple[str, str]]:
        index = self._server.index(self._uid)
        offset = 0
        while True:
            with told():
                found = index.get_documents(
                    {"offset": offset, "limit": _BATCH, "fields": ["id", "h"]}
                )
            for document in found.results:
                yield document.id, document.h
            offset += len(found.results)
            if not found.results or offset >= found.total:
                return

    def stats(self) -> IndexStats:
        with told():
            count = self._server.index(self._uid).get_stats().number_of_documents
        return IndexStats(count, self._server.bytes_used(self._uid), self._layout().hash)

    def close(self) -> None:
        self._live = None

    def _layout(self, *, fresh: bool = False) -> Layout:
        """The shape of the index that serves, which may have been built with older settings."""
        now = time.monotonic()
        if not fresh and self._live is not None and now - self._live[0] < _META_SECONDS:
            return self._live[1]
        with told():
            found = self._server.index(_meta(self._uid)).get_document("live")
        layout = self._live[1] if self._live is not None else None
        if layout is None or layout.hash != found.hash:
            try:
                layout = Layout(settings_from_json(found.settings))
            except (ValueError, KeyError, TypeError) as error:
                raise IndexUnavailable(f"index {self._uid} has no readable settings") from error
            if layout.hash != found.hash:
                raise IndexUnavailable(f"index {self._uid} was made by another version: rebuild it")
        self._live = (now, layout)
        return layout

    def _create(self, uid: str, layout: Layout) -> None:
        self._server.create(uid, layout.server_settings())
        self._server.create(_meta(uid), {"searchableAttributes": ["hash"]})
        meta = {"pk": "live", "hash": layout.hash, "settings": settings_to_json(layout.settings)}
        self._server.wait(self._add(_meta(uid), [meta]), TASK_TIMEOUT)

    def _add(self, uid: str, bodies: list[dict[str, Any]]) -> Receipt:
        tasks: list[str] = []
        for batch in _batches(bodies):
            with told():
                task = self._server.index(uid).add_documents(batch, "pk")
            tasks.append(str(task.task_uid))
        return ",".join(tasks) or self.delete(())

    def _drop(self, uid: str) -> None:
        self._server.drop(uid)
        self._server.drop(_meta(uid))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _meta(uid: str) -> str:
    return f"{uid}-meta"
