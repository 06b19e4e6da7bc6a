"""Writing an embedded index: one commit a call, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import tantivy

from search.embedded_schema import SHAPE
from search.embedded_store import Generation, Store
from search.query import IndexDocument, IndexSettings, IndexStats, IndexUnavailable, SearchError
from search.recipe import settings_hash

_UPSERT_HEAP = 50_000_000
_REBUILD_HEAP = 400_000_000


class EmbeddedWriter:
    """The write half of an embedded index. Holds no writer between calls, so any process may
    write next, and one that dies leaves nothing locked."""

    def __init__(self, store: Store, settings: IndexSettings) -> None:
        self._store = store
        self._settings = settings

    def configure(self) -> bool:
        """See `SearchIndex.configure`."""
        try:
            return self._store.generation().hash != settings_hash(self._settings, SHAPE)
        except IndexUnavailable:
            pass
        with self._store.writing():
            with suppress(IndexUnavailable):
                # Another process may have been first.
                self._store.current()
                return True
            self._store.switch(Generation(self._store.create(self._settings)).path)
        return True

    def change(self, documents: Iterable[IndexDocument], deleted: Iterable[str]) -> str:
        """Put and delete in one commit; the receipt. Other readers see it at their next search."""
        with self._store.writing():
            self._store.sweep()
            generation = self._store.generation()
            with _session(generation, _UPSERT_HEAP) as writer:
                for document in documents:
                    writer.delete_documents_by_term("id", document.id)
                    writer.add_document(generation.shape.document(document))
                for document_id in deleted:
                    writer.delete_documents_by_term("id", document_id)
        return generation.name

    def rebuild(self, documents: Iterable[IndexDocument]) -> IndexStats:
        """See `SearchIndex.rebuild`."""
        with self._store.writing():
            self._store.sweep()
            path = self._store.create(self._settings)
            try:
                stats = _fill(Generation(path), documents)
                self._store.switch(path)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
        return stats


def _fill(generation: Generation, documents: Iterable[IndexDocument]) -> IndexStats:
    seen: set[str] = set()
    with _session(generation, _REBUILD_HEAP) as writer:
        for document in documents:
            if document.id in seen:
                writer.delete_documents_by_term("id", document.id)
            seen.add(document.id)
            writer.add_document(generation.shape.document(document))
    count = generation.searcher().num_docs
    if count != len(seen):
        raise SearchError(f"{generation.path} holds {count} documents, not {len(seen)}")
    return IndexStats(count, folder_bytes(generation.path), generation.name)


@contextmanager
def _session(generation: Generation, heap: int) -> Iterator[tantivy.IndexWriter]:
    """A writer that commits at the end, or takes everything back when the block fails."""
    with _told(generation.path):
        writer = generation.index.writer(heap, 1)
    try:
        yield writer
        with _told(generation.path):
            writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        # Ends the writer's threads and frees tantivy's own lock. Without it merges are lost.
        with _told(generation.path):
            writer.wait_merging_threads()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what tantivy raises into `SearchError`."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise SearchError(f"write to {path} failed: {error}") from error


def folder_bytes(path: Path) -> int:
    """Bytes of the files in a generation; files a merge removes meanwhile count nothing."""
    total = 0
    for file in path.iterdir():
        with suppress(OSError):
            total += file.stat().st_size
    return total
