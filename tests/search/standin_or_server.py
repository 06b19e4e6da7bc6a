"""A search server for tests: the real one at MEILISEARCH_URL, else the stand-in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from meilisearch import Client

from tests.search.standin import KEY, serving


@contextmanager
def search_server() -> Iterator[str]:
    """Its URL, with key and a prefix of its own; what was made under it is removed at the end."""
    real = os.environ.get("MEILISEARCH_URL")
    prefix = f"test-{uuid.uuid4().hex[:8]}-"
    if not real:
        with serving() as (_, url):
            yield f"{url}?key={KEY}&prefix={prefix}"
        return
    parts = urlsplit(real)
    yield f"{real}{'&' if parts.query else '?'}prefix={prefix}"
    scheme = "http" if parts.scheme == "meilisearch" else parts.scheme
    client = Client(f"{scheme}://{parts.netloc}{parts.path}",
                    parse_qs(parts.query).get("key", [None])[0])
    for uid in (f"{prefix}{name}" for name in (
            "solutions", "solutions-meta", "providers", "providers-meta")):
        client.delete_index(uid)
