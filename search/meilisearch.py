"""The server engine: Meilisearch 1.15 or newer through its official client. See `SearchIndex`.

An index `name` has a companion `name-meta` with one document: the settings it was built with.
A rebuild fills an index of its own, `name-next-…`, with its companion, and swaps both pairs in
one task.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar

from search.filters import check_query
from search.meilisearch_documents import (
    MOST_DOCUMENTS,
    Layout,
    content_hash,
    meta_uid,
    payloads,
    primary_key,
)
from search.meilisearch_search import LayoutChanged, MeilisearchSearch
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
_TRIES = 3
"""Times a search is put again because a rebuild has switched the index under it."""


class MeilisearchIndex:
    """One index on a server. Writes are queued there, so `IndexBusy` never happens; an upsert of
    very many or very long documents is several writes, each whole or not at all."""

    def __init__(
        self, url: str, key: str | None, settings: IndexSettings, prefix: str = ""
    ) -> None:
        self._uid = prefix + settings.name
        if not _UID.fullmatch(self._uid):
            raise ValueError(f"{self._uid!r} cannot name an index on a Meilisearch server")
        self.settings = settings
        self._server = Server(url, key)
        self._live: Layout | None = None

    def configure(self) -> bool:
        """True also for an index that was made, but never filled by a rebuild."""
        with suppress(IndexUnavailable):
            found = self._about()
            return not found["built"] or found["hash"] != Layout(self.settings).hash
        self._create(self._uid, Layout(self.settings), built=False)
        self._live = None
        return True

    def upsert(self, documents: Iterable[IndexDocument]) -> Receipt:
        layout = self._layout(fresh=True)
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
        for _ in range(_TRIES):
            try:
                return MeilisearchSearch(self._server, self._uid, self._layout(), query).page()
            except LayoutChanged:
                self._live = None
        raise IndexUnavailable(f"index {self._uid} keeps changing")

    def rebuild(self, documents: Iterable[IndexDocument]) -> IndexStats:
        layout = Layout(self.settings)
        # A name of its own: another rebuild may be under way, and each has to stay whole.
        following = f"{self._uid}-next-{secrets.token_hex(4)}"
        self.configure()
        for left_over in self._server.forgotten(f"{self._uid}-next"):
            self._server.drop(left_over)
        try:
            self._create(following, layout, built=True)
            seen: set[str] = set()
            for batch in _batches(documents):
                seen.update(document.id for document in batch)
                bodies = [layout.document(document) for document in batch]
                self._server.wait(self._add(following, bodies), TASK_TIMEOUT)
            with told():
                count = self._server.index(following).get_stats().number_of_documents
            if count != len(seen):
                raise SearchError(f"{following} holds {count} documents, not {len(seen)}")
            self._server.swap([(self._uid, following), (meta_uid(self._uid), meta_uid(following))])
        finally:
            # What cannot be removed now, a later rebuild removes.
            with suppress(SearchError):
                self._drop(following)
        self._live = None
        return self.stats()

    def hashes(self) -> Iterator[tuple[str, str]]:
        index = self._server.index(self._uid)
        layout = self._layout(fresh=True)
        offset = 0
        while True:
            with told():
                found = index.get_documents(
                    {"offset": offset, "limit": MOST_DOCUMENTS, "fields": ["id", "h"]}
                )
            for document in found.results:
                yield document.id, content_hash(document.h, layout.hash)
            offset += len(found.results)
            if not found.results or offset >= found.total:
                return

    def stats(self) -> IndexStats:
        with told():
            count = self._server.index(self._uid).get_stats().number_of_documents
        version = self._layout(fresh=True).hash
        return IndexStats(count, self._server.bytes_used(self._uid), version)

    def close(self) -> None:
        self._live = None

    def _about(self) -> dict[str, Any]:
        """What the index that serves was built with, and whether it was ever filled."""
        with told():
            found = dict(self._server.index(meta_uid(self._uid)).get_document("live"))
            return {name: found[name] for name in ("hash", "settings", "built")}

    def _layout(self, *, fresh: bool = False) -> Layout:
        """The shape of the index that serves, which may have been built with older settings.

        A search may go by what is remembered, since its answer tells when that has changed.
        """
        if self._live is not None and not fresh:
            return self._live
        found = self._about()
        layout = self._live
        if layout is None or layout.hash != found["hash"]:
            try:
                layout = Layout(settings_from_json(found["settings"]))
            except (ValueError, KeyError, TypeError) as error:
                raise IndexUnavailable(f"index {self._uid} has no readable settings") from error
            if layout.hash != found["hash"]:
                raise IndexUnavailable(f"index {self._uid} was made by another version: rebuild it")
        self._live = layout
        return layout

    def _create(self, uid: str, layout: Layout, *, built: bool) -> None:
        self._server.create(uid, layout.server_settings())
        self._server.create(meta_uid(uid), {"searchableAttributes": ["hash"]})
        about = {"hash": layout.hash, "settings": settings_to_json(layout.settings)}
        meta = {"pk": "live", "built": built, **about}
        self._server.wait(self._add(meta_uid(uid), [meta]), TASK_TIMEOUT)

    def _add(self, uid: str, bodies: list[dict[str, Any]]) -> Receipt:
        tasks: list[str] = []
        for payload in payloads(bodies):
            with told():
                task = self._server.index(uid).add_documents_json(payload, "pk")
            tasks.append(str(task.task_uid))
        return ",".join(tasks) or self.delete(())

    def _drop(self, uid: str) -> None:
        self._server.drop(uid)
        self._server.drop(meta_uid(uid))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, MOST_DOCUMENTS)):
        yield batch
