"""Where an embedded index lives: generations in a folder, a pointer to the current one, a lock.

    <folder>/current          name of the generation in use, replaced atomically
    <folder>/write.lock       held (flock) by whoever writes
    <folder>/<hash>-<random>/ a generation: tantivy's files and settings.json

A rebuild fills a new generation and then replaces the pointer. Readers look at the pointer
before each search. The old generation stays for `RETIRE_AFTER` seconds for readers that looked
just before, and is removed by a later write; what they already opened stays readable anyway.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import tantivy

from search.embedded_schema import SHAPE, Shape
from search.parse import Synonyms
from search.query import IndexBusy, IndexSettings, IndexUnavailable
from search.recipe import settings_from_json, settings_hash, settings_to_json

RETIRE_AFTER = 60.0
"""Seconds a replaced generation is kept."""


@lru_cache(maxsize=8)
def _synonyms(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """One instance for all indexes of a process that share their synonyms."""
    return Synonyms(groups)


class Generation:
    """One opened generation: its own settings (which may be older than the code's) and index.

    Raises `IndexUnavailable` when it is gone or was made by another token recipe.
    """

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.path = path
        try:
            settings = settings_from_json((path / "settings.json").read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(f"index {path} cannot be opened: {error}") from error
        self.hash = settings_hash(settings, SHAPE)
        if not self.name.startswith(f"{self.hash}-"):
            raise IndexUnavailable(f"index {path} was made by another version: rebuild it")
        self.shape = Shape(settings)
        self.synonyms = _synonyms(settings.synonyms)
        try:
            self.index = tantivy.Index(self.shape.schema, str(path))
            # We reload before each search; a watcher thread would die in a forked child.
            self.index.config_reader("manual")
        except (ValueError, OSError) as error:
            raise IndexUnavailable(f"index {path} cannot be opened: {error}") from error

    def searcher(self) -> tantivy.Searcher:
        """A view of the last commit, by whichever process made it."""
        try:
            self.index.reload()
        except (ValueError, OSError) as error:
            raise IndexUnavailable(f"index {self.path} cannot be read: {error}") from error
        return self.index.searcher()


class Store:
    """The folder of one index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / "current"
        self._mutex = threading.Lock()
        self._opened: tuple[int, tuple[int, int], Generation] | None = None

    def generation(self) -> Generation:
        """The generation in use, opened once a process: a reader opened before a fork would
        never see another commit in the child."""
        stamp = self.pointer_stamp()
        opened = self._opened
        if opened is None or opened[0] != os.getpid() or opened[1] != stamp:
            self._opened = opened = (os.getpid(), stamp, Generation(self.current()))
        return opened[2]

    def searcher(self) -> tuple[Generation, tantivy.Searcher]:
        """The generation in use and a view of its last commit."""
        generation = self.generation()
        try:
            return generation, generation.searcher()
        except IndexUnavailable:
            if self.current().name == generation.name:
                raise
        generation = self.generation()
        return generation, generation.searcher()

    def close(self) -> None:
        self._opened = None

    def pointer_stamp(self) -> tuple[int, int]:
        """Changes whenever the pointer does; cheap enough for every search."""
        try:
            stat = os.stat(self._pointer)
        except OSError as error:
            raise IndexUnavailable(f"no index in {self.folder}: it was never built") from error
        return stat.st_ino, stat.st_mtime_ns

    def current(self) -> Path:
        """Folder of the generation in use; `IndexUnavailable` when there is none."""
        try:
            return self.folder / self._pointer.read_text("ascii").strip()
        except OSError as error:
            raise IndexUnavailable(f"no index in {self.folder}: it was never built") from error

    def create(self, settings: IndexSettings) -> Path:
        """Folder of a new, empty generation that nobody sees yet."""
        path = self.folder / f"{settings_hash(settings, SHAPE)}-{secrets.token_hex(4)}"
        path.mkdir(parents=True)
        (path / "settings.json").write_text(settings_to_json(settings), "utf-8")
        return path

    def switch(self, path: Path) -> None:
        """Make a generation the current one. Survives a crash at any moment."""
        beside = self.folder / "current.new"
        with open(beside, "w", encoding="ascii") as file:
            file.write(path.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._pointer)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer. Threads of one object wait; otherwise `IndexBusy` at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._mutex, open(self.folder / "write.lock", "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy(f"another process writes the index in {self.folder}") from error
            yield

    def sweep(self) -> None:
        """Remove generations nobody can be reading. Only while `writing`."""
        try:
            current = self.current()
            settled = time.time() - self._pointer.stat().st_mtime > RETIRE_AFTER
        except (IndexUnavailable, OSError):
            return
        if settled:
            for path in self.folder.iterdir():
                if path.is_dir() and path != current:
                    shutil.rmtree(path, ignore_errors=True)
