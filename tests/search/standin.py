"""A stand-in for a Meilisearch server: the routes, tasks and refusals the adapter meets.

It is stricter than it is clever. What a server of the version it claims refuses (unknown settings
and parameters, attributes without the needed feature, bad filters, keys, document ids), it refuses
with the same code; writes are tasks that run later. Ranking is rough: what only a real server can
show, only a run with MEILISEARCH_URL shows.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.search.standin_filter import BadFilter
from tests.search.standin_index import Refused, StandInIndex, check_settings, need, only
from tests.search.standin_search import facet_search, multi_search

KEY = "master-key"
WHEN = "2026-01-02T03:04:05.678901234Z"
_UID = r"(?P<uid>[A-Za-z0-9_-]{1,512})"
_MOST_BYTES = 100 << 20


class StandIn:
    """The server's state. `hold` keeps tasks waiting; `version` is what it claims to be."""

    def __init__(self) -> None:
        self.version = "1.15.0"
        self.indexes: dict[str, StandInIndex] = {}
        self.updated: dict[str, str] = {}
        self.tasks: list[dict[str, Any]] = []
        self.seen: list[str] = []
        self.lock = threading.RLock()
        self.hold = threading.Event()
        self.hold.set()
        self._waiting: Queue[tuple[dict[str, Any], Callable[[], None]] | None] = Queue()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def close(self) -> None:
        self.hold.set()
        self._waiting.put(None)
        self._worker.join()

    def enqueue(self, kind: str, uid: str | None, act: Callable[[], None]) -> dict[str, Any]:
        with self.lock:
            task = {"uid": len(self.tasks), "indexUid": uid, "status": "enqueued", "type": kind,
                    "enqueuedAt": WHEN, "startedAt": None, "finishedAt": None, "duration": None,
                    "error": None, "canceledBy": None, "details": {}}
            self.tasks.append(task)
        self._waiting.put((task, act))
        return {"taskUid": task["uid"], **{name: task[name] for name in (
            "indexUid", "status", "type", "enqueuedAt")}}

    def _work(self) -> None:
        while (found := self._waiting.get()) is not None:
            task, act = found
            self.hold.wait()
            with self.lock:
                task |= {"startedAt": WHEN, "finishedAt": WHEN, "duration": "PT0.01S"}
                try:
                    act()
                except Refused as problem:
                    task |= {"status": "failed", "error": problem.body}
                except BadFilter as problem:
                    refusal = Refused("invalid_document_filter", str(problem))
                    task |= {"status": "failed", "error": refusal.body}
                else:
                    task["status"] = "succeeded"

    def index(self, uid: str) -> StandInIndex:
        need(uid in self.indexes, "index_not_found", f"Index `{uid}` not found.", 404)
        return self.indexes[uid]

    # --- routes: method and path, in `ROUTES` ---------------------------------------------

    def create(self, body: Any) -> Any:
        only(body, {"uid", "primaryKey"}, "the index")
        uid = body["uid"]
        need(re.fullmatch(_UID, uid), "invalid_index_uid", f"`{uid}` is not a valid index uid")

        def act() -> None:
            need(uid not in self.indexes, "index_already_exists", f"Index `{uid}` already exists.")
            self.indexes[uid] = StandInIndex(body.get("primaryKey"))

        return self.enqueue("indexCreation", uid, act)

    def drop(self, _: Any, uid: str) -> Any:
        def act() -> None:
            self.index(uid)
            del self.indexes[uid]

        return self.enqueue("indexDeletion", uid, act)

    def listed(self, _: Any) -> Any:
        found = [{"uid": uid, "primaryKey": index.primary_key, "createdAt": WHEN,
                  "updatedAt": self.updated.get(uid, "2999-01-01T00:00:00Z")}
                 for uid, index in self.indexes.items()]
        return {"results": found, "offset": 0, "limit": len(found), "total": len(found)}

    def set(self, body: Any, uid: str) -> Any:
        check_settings(body, tuple(int(part) for part in self.version.split(".")[:2]))
        return self.enqueue("settingsUpdate", uid, lambda: self.index(uid).set(body))

    def add(self, body: Any, uid: str) -> Any:
        need(isinstance(body, list), "malformed_payload", "documents are an array")
        return self.enqueue("documentAdditionOrUpdate", uid, lambda: self.index(uid).add(body))

    def delete(self, body: Any, uid: str) -> Any:
        only(body, {"filter"}, "the deletion")
        need(body["filter"], "missing_document_filter", "Missing filter")
        return self.enqueue("documentDeletion", uid,
                            lambda: self.index(uid).delete(body["filter"]))

    def fetch(self, body: Any, uid: str) -> Any:
        only(body, {"offset", "limit", "fields", "filter", "sort", "ids"}, "the fetch")
        index, first, size = self.index(uid), body.get("offset", 0), body.get("limit", 20)
        found = list(index.documents.values())
        shown = [index.shown(d, body.get("fields")) for d in found[first : first + size]]
        return {"results": shown, "offset": first, "limit": size, "total": len(found)}

    def document(self, _: Any, uid: str, key: str) -> Any:
        index = self.index(uid)
        need(key in index.documents, "document_not_found", f"Document `{key}` not found.", 404)
        return index.shown(index.documents[key])

    def stats(self, _: Any, uid: str) -> Any:
        index = self.index(uid)
        size = len(json.dumps(list(index.documents.values())))
        return {"numberOfDocuments": len(index.documents), "rawDocumentDbSize": size,
                "avgDocumentSize": 1, "isIndexing": False, "numberOfEmbeddings": 0,
                "numberOfEmbeddedDocuments": 0, "fieldDistribution": {}}

    def all_stats(self, _: Any) -> Any:
        return {"databaseSize": 1, "usedDatabaseSize": 1, "lastUpdate": None,
                "indexes": {uid: self.stats(None, uid) for uid in self.indexes}}

    def swap(self, body: Any) -> Any:
        for pair in body:
            only(pair, {"indexes"}, "the swap")
        names = [name for pair in body for name in pair["indexes"]]
        need(len(set(names)) == len(names), "invalid_swap_duplicate_index_found", "twice")

        def act() -> None:
            for name in names:
                self.index(name)
            for left, right in (pair["indexes"] for pair in body):
                self.indexes[left], self.indexes[right] = self.indexes[right], self.indexes[left]

        return self.enqueue("indexSwap", None, act)

    def task(self, _: Any, uid: str) -> Any:
        need(int(uid) < len(self.tasks), "task_not_found", f"Task `{uid}` not found.", 404)
        return self.tasks[int(uid)]

    def search(self, body: Any) -> Any:
        return multi_search(self.indexes, body)

    def facets(self, body: Any, uid: str) -> Any:
        return facet_search(self.index(uid), body)

    def about(self, _: Any) -> Any:
        return {"pkgVersion": self.version, "commitSha": "", "commitDate": ""}

    def answer(self, method: str, target: str, key: str, body: bytes, kind: str) -> tuple[int, Any]:
        """Status and body of one request."""
        path = urlsplit(target).path
        self.seen.append(f"{method} {path}")
        try:
            need(key, "missing_authorization_header", "The Authorization header is missing.", 401)
            need(key == f"Bearer {KEY}", "invalid_api_key", "The provided API key is invalid.", 403)
            need(len(body) <= _MOST_BYTES, "payload_too_large", "The payload is too large", 413)
            for wanted, pattern, handler, status in ROUTES:
                found = re.fullmatch(pattern, path)
                if wanted == method and found:
                    typed = method == "DELETE" or not body or kind == "application/json"
                    need(typed, "missing_content_type", f"no JSON: {kind!r}", 415)
                    if handler is StandIn.add:
                        key_named = parse_qs(urlsplit(target).query).get("primaryKey")
                        need(key_named == ["pk"], "bad_request", "the tests name the key")
                    with self.lock:
                        parsed = json.loads(body) if body else None
                        return status, handler(self, parsed, **found.groupdict())
            raise Refused("not_found", f"{method} {path} is no route", 404)
        except Refused as problem:
            return problem.status, problem.body


ROUTES: list[tuple[str, str, Callable[..., Any], int]] = [
    ("POST", "/indexes", StandIn.create, 202),
    ("GET", "/indexes", StandIn.listed, 200),
    ("DELETE", f"/indexes/{_UID}", StandIn.drop, 202),
    ("PATCH", f"/indexes/{_UID}/settings", StandIn.set, 202),
    ("POST", f"/indexes/{_UID}/documents", StandIn.add, 202),
    ("POST", f"/indexes/{_UID}/documents/delete", StandIn.delete, 202),
    ("POST", f"/indexes/{_UID}/documents/fetch", StandIn.fetch, 200),
    ("GET", f"/indexes/{_UID}/documents/(?P<key>[^/]+)", StandIn.document, 200),
    ("GET", f"/indexes/{_UID}/stats", StandIn.stats, 200),
    ("POST", f"/indexes/{_UID}/facet-search", StandIn.facets, 200),
    ("GET", "/stats", StandIn.all_stats, 200),
    ("POST", "/swap-indexes", StandIn.swap, 202),
    ("GET", r"/tasks/(?P<uid>\d+)", StandIn.task, 200),
    ("POST", "/multi-search", StandIn.search, 200),
    ("GET", "/version", StandIn.about, 200),
]


Answer = Callable[[str, str, str, bytes, str], tuple[int, bytes]]
"""Method, target, Authorization, body and Content-Type of a request; status and body."""


@contextmanager
def listening(answer: Answer) -> Iterator[str]:
    """An HTTP server that answers like this, and its URL."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, raw = answer(self.command, self.path, self.headers.get("Authorization", ""),
                                 body, self.headers.get("Content-Type", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    for method in ("GET", "POST", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        running.join()
        server.server_close()


@contextmanager
def serving() -> Iterator[tuple[StandIn, str]]:
    """A running stand-in and its URL, without the key."""
    standin = StandIn()

    def answer(*request: Any) -> tuple[int, bytes]:
        status, found = standin.answer(*request)
        return status, json.dumps(found).encode()

    try:
        with listening(answer) as url:
            yield standin, url
    finally:
        standin.close()
