"""The state of outbox and search index, with the two ways to mend them."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, redirect
from flask import render_template as render

from marketplace.administration import operations, queries
from marketplace.administration.views import administration_pages
from marketplace.catalog import index_checking, index_rebuilding
from marketplace.catalog.indexer import COLLECTIONS
from marketplace.core.clock import now
from search import IndexStats, SearchError

PATIENCE = timedelta(minutes=5)
"""What waits longer for the index is not on its way."""


def _stats(collection: str) -> IndexStats | None:
    """None when the index does not answer."""
    try:
        return current_app.extensions["indexes"][collection].stats()
    except SearchError:
        return None


@administration_pages.get("/admin/system")
def system() -> str:
    settings, outbox = current_app.extensions["settings"], queries.outbox()
    return render("administration/system.html", outbox=outbox,
                  stats={name: _stats(name) for name in COLLECTIONS},
                  stuck=outbox.oldest is not None and now() - outbox.oldest > PATIENCE,
                  engine="embedded" if settings.search_url.startswith("embedded:")
                  else "Meilisearch",
                  rebuild=queries.latest_job(index_rebuilding.KIND),
                  check=queries.latest_job(index_checking.KIND))


@administration_pages.post("/admin/system/rebuild")
def rebuild_index() -> Response:
    return redirect(f"/jobs/{operations.rebuild_index().id}", 303)  # type: ignore[return-value]


@administration_pages.post("/admin/system/verify")
def verify_index() -> Response:
    return redirect(f"/jobs/{operations.check_index().id}", 303)  # type: ignore[return-value]
