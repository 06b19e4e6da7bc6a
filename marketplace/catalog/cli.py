"""Commands for the catalogue and its search index."""

from __future__ import annotations

import click
from flask import current_app

from marketplace.catalog.indexer import COLLECTIONS, elected, rebuild, verify
from marketplace.core.command import with_app
from marketplace.core.errors import Conflict
from marketplace.core.terminal import console, table


@click.group("search")
def search_commands() -> None:
    """The search index: rebuild, verify, stats."""


@search_commands.command("rebuild")
@with_app
def rebuild_indexes() -> None:
    """Build the index anew beside the live one, then switch."""
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir) as leading:
        if not leading:
            raise Conflict("A running site keeps the index; it rebuilds by itself when needed. "
                           "Stop the site to rebuild by hand.")
        for collection in COLLECTIONS:
            stats = rebuild(indexes, collection)
            console.print(f"{collection}: {stats.documents:,} documents, {stats.bytes:,} bytes")


@search_commands.command("verify")
@click.option("--repair/--no-repair", default=True, help="Mend what differs.")
@with_app
def verify_indexes(repair: bool) -> None:
    """Compare the index with the database by id and content hash."""
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir) as leading:
        if repair and not leading:
            raise Conflict("A running site keeps the index. Use --no-repair, or stop the site.")
        rows = []
        for collection in COLLECTIONS:
            found = verify(indexes, collection, repair=repair)
            rows.append((collection, len(found.missing), len(found.stale), len(found.orphaned),
                         "in step" if not found else "repaired" if repair else "differs"))
    table(("Collection", "Missing", "Stale", "Orphaned", "Result"), rows)
    if any(row[-1] == "differs" for row in rows):
        raise SystemExit(1)


@search_commands.command("stats")
@with_app
def stats() -> None:
    """Documents, size and version of each index."""
    indexes = current_app.extensions["indexes"]
    found = [(c, indexes[c].stats()) for c in COLLECTIONS]
    table(("Collection", "Documents", "Bytes", "Version"),
          [(c, f"{s.documents:,}", f"{s.bytes:,}", s.version) for c, s in found])


@click.group()
def catalog() -> None:
    """The catalogue's spreadsheets."""
