"""Engine-neutral full-text search. `open_index` picks the engine by URL, as for a database."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from search.query import (
    MAX_TEXT,
    MAX_TOTAL,
    MAX_WORDS,
    AllOf,
    AnyOf,
    Between,
    Exists,
    FacetValue,
    Filter,
    Hit,
    In,
    IndexBusy,
    IndexDocument,
    IndexSettings,
    IndexStats,
    IndexUnavailable,
    Not,
    QueryTooLong,
    Receipt,
    SearchError,
    SearchIndex,
    SearchPage,
    SearchQuery,
    Sort,
    Span,
    TextField,
)

__all__ = [
    "MAX_TEXT",
    "MAX_TOTAL",
    "MAX_WORDS",
    "AllOf",
    "AnyOf",
    "Between",
    "Exists",
    "FacetValue",
    "Filter",
    "Hit",
    "In",
    "IndexBusy",
    "IndexDocument",
    "IndexSettings",
    "IndexStats",
    "IndexUnavailable",
    "Not",
    "QueryTooLong",
    "Receipt",
    "SearchError",
    "SearchIndex",
    "SearchPage",
    "SearchQuery",
    "Sort",
    "Span",
    "TextField",
    "open_index",
]


def open_index(
    url: str, settings: IndexSettings, data_dir: Path | str, *, key: str | None = None
) -> SearchIndex:
    """Open (not build) an index. Cheap: engines are imported and files opened when used.

    `embedded:` keeps it in `data_dir`/index/<name>, `embedded:///path` in /path/<name>;
    `meilisearch://host:7700`, `http://…` or `https://…` is a Meilisearch server, its key in
    `?key=` or `key`; `?prefix=` begins the names of its indexes, for a server that others use
    too. Raises `ValueError` for any other URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "embedded" and not parts.netloc:
        from search.embedded import EmbeddedIndex

        base = Path(unquote(parts.path)) if parts.path else Path(data_dir) / "index"
        return EmbeddedIndex(base / settings.name, settings)
    if parts.scheme in ("meilisearch", "http", "https") and parts.netloc:
        from search.meilisearch import MeilisearchIndex

        scheme = "http" if parts.scheme == "meilisearch" else parts.scheme
        address = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        asked = parse_qs(parts.query)
        found = asked.get("key", [key])[0]
        return MeilisearchIndex(address, found, settings, asked.get("prefix", [""])[0])
    raise ValueError(f"search URL {url!r} is neither embedded: nor a Meilisearch server")
