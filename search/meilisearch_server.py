"""The one place that talks to a Meilisearch server: clients, tasks, errors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from meilisearch import Client
from meilisearch.errors import (
    MeilisearchApiError,
    MeilisearchCommunicationError,
    MeilisearchTimeoutError,
)
from meilisearch.index import Index
from meilisearch.models.task import Task
from requests import RequestException

from search.query import IndexUnavailable, Receipt, SearchError

MINIMUM = (1, 15)
"""The oldest server that knows every setting used here (`disableOnNumbers` is the youngest)."""
REQUEST_TIMEOUT = 10
"""Seconds a request may take; tasks are waited for separately."""
TASK_TIMEOUT = 600.0
"""Seconds a step of a rebuild may take."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2
"""Seconds between two looks at a task: short ones are seen at once, long ones cost little."""
_SAID = 200
_UNFINISHED = {"enqueued", "processing"}
_UNAVAILABLE = {"index_not_found", "document_not_found", "invalid_api_key"}
_UNAVAILABLE |= {"missing_authorization_header"}


@contextmanager
def told() -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
        # Its address is nobody's business: this sentence is shown by the page of readiness.
        raise IndexUnavailable(f"the search server does not answer ({_cause(error)})") from error
    except MeilisearchApiError as error:
        said = f"{error.message[:_SAID]} ({error.code or error.status_code})"
        # An error without a code was not written by Meilisearch, but by what stands before it.
        if not error.code or error.code in _UNAVAILABLE or error.status_code >= 500:
            raise IndexUnavailable(f"the search server cannot answer: {said}") from error
        raise SearchError(f"the search server refused: {said}") from error
    except (RequestException, ValueError, KeyError, TypeError) as error:
        said = type(error).__name__
        raise IndexUnavailable(f"this is no answer of a Meilisearch server ({said})") from error


def _cause(error: Exception) -> str:
    return type(error.__cause__ or error).__name__


class Server:
    """Calls to one server. Safe between threads: the client keeps headers on itself, so each
    thread has its own."""

    def __init__(self, url: str, key: str | None) -> None:
        self._url = url
        self._key = key
        self._local = threading.local()

    @property
    def client(self) -> Client:
        client: Client | None = getattr(self._local, "client", None)
        if client is None:
            client = Client(self._url, self._key, timeout=REQUEST_TIMEOUT)
            self._local.client = client
        return client

    def index(self, uid: str) -> Index:
        return self.client.index(uid)

    def multi_search(self, queries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        with told():
            return self.client.multi_search(queries)["results"]

    def federated(
        self, queries: Sequence[dict[str, Any]], offset: int, limit: int
    ) -> list[dict[str, Any]]:
        """Hits of all queries in one list by weighted score, each document once."""
        with told():
            answer = self.client.multi_search(queries, {"offset": offset, "limit": limit})
            return answer["hits"]

    def wait(self, receipt: Receipt, timeout: float, *, missing_ok: bool = False) -> None:
        """Wait for every task a receipt names; raise `SearchError` for one that failed.

        `missing_ok`: an index that is not there, or already is, is no failure.
        """
        deadline = time.monotonic() + timeout
        for uid in receipt.split(","):
            if not uid.isdigit():
                raise SearchError(f"{receipt!r} names no write")
            task = self._finished(int(uid), deadline)
            if task is None:
                raise SearchError(f"write {uid} is not finished after {timeout} s")
            if task.status != "succeeded":
                problem = task.error or {}
                if missing_ok and problem.get("code") in _HARMLESS:
                    continue
                raise SearchError(f"write {uid} {task.status}: {problem.get('message', '')}")

    def _finished(self, uid: int, deadline: float) -> Task | None:
        """The task once it has ended, or None when it has not by `deadline`."""
        pause = _FIRST_PAUSE
        while True:
            with told():
                task = self.client.get_task(uid)
            if task.status not in _UNFINISHED:
                return task
            if time.monotonic() + pause > deadline:
                return None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def create(self, uid: str, settings: dict[str, Any]) -> None:
        """An index with settings, whether it was there or not."""
        with told():
            made = self.client.create_index(uid, {"primaryKey": "pk"})
        self.wait(str(made.task_uid), TASK_TIMEOUT, missing_ok=True)
        try:
            with told():
                task = self.index(uid).update_settings(settings)
        except IndexUnavailable:
            raise
        except SearchError as error:
            self._require_version(error)
            raise
        self.wait(str(task.task_uid), TASK_TIMEOUT)

    def _require_version(self, refusal: SearchError) -> None:
        """Say that the server is too old, when that explains why it refused."""
        with told():
            version = self.client.get_version()["pkgVersion"]
            numbers = tuple(int(number) for number in version.split(".")[:2])
        if numbers < MINIMUM:
            wanted = ".".join(map(str, MINIMUM))
            raise SearchError(
                f"Meilisearch {wanted} or newer is needed, not {version}"
            ) from refusal

    def forgotten(self, prefix: str) -> list[str]:
        """Indexes with this beginning that nobody has written to since the day before yesterday."""
        with told():
            found: Any = self.client.get_raw_indexes({"limit": _MANY_INDEXES})
            settled = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
            return [
                index["uid"]
                for index in found["results"]
                if index["uid"].startswith(prefix) and index["updatedAt"][:10] < settled
            ]

    def drop(self, uid: str) -> None:
        with told():
            task = self.client.delete_index(uid)
        self.wait(str(task.task_uid), TASK_TIMEOUT, missing_ok=True)

    def swap(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Exchange indexes, all pairs at once or none."""
        with told():
            task = self.client.swap_indexes([{"indexes": [a, b]} for a, b in pairs])
        self.wait(str(task.task_uid), TASK_TIMEOUT)

    def bytes_used(self, uid: str) -> int:
        """Bytes of the stored documents as the server reports them; 0 from servers that do not."""
        with told():
            stats = self.client.get_all_stats()
        found = stats.get("indexes", {}).get(uid, {})
        return int(found.get("rawDocumentDbSize", 0))


_MANY_INDEXES = 10_000
_HARMLESS = {"index_not_found", "index_already_exists"}
