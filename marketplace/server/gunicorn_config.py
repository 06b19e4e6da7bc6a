"""gunicorn's settings: processes, the indexer thread, the background worker, what to try first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from marketplace.config import load_settings
from marketplace.server.background import Background
from marketplace.server.warming import warm

_settings = load_settings()
bind = f"{_settings.host}:{_settings.port}"
workers, worker_class, threads = _settings.workers, "gthread", _settings.threads
preload_app = False
timeout, graceful_timeout, keepalive = 60, 10, 15
# A Chinese character takes nine bytes of an address: the default of 4094 ends at 450 characters.
limit_request_line = 8190
max_requests, max_requests_jitter = 20_000, 2_000
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108


def post_worker_init(worker: Any) -> None:
    """Start the thread that keeps the index (only one process is elected to write), and warm up."""
    from marketplace.catalog.indexer import IndexerThread

    app = worker.wsgi
    flask_app = getattr(app, "flask_app", app)
    worker.indexer = IndexerThread(flask_app, flask_app.extensions["indexes"],
                                   flask_app.extensions["settings"].data_dir)
    worker.indexer.start()
    warm(flask_app)


def worker_exit(server: Any, worker: Any) -> None:
    """Finish the running batch before the process ends."""
    indexer = getattr(worker, "indexer", None)
    if indexer is not None:
        indexer.stop()


def on_exit(server: Any) -> None:
    """End the background worker with the site."""
    background = getattr(server, "background", None)
    if background is not None:
        background.stop()


def when_ready(server: Any) -> None:
    """Start the background worker; say where the site is and what to try first."""
    if _settings.run_worker:
        server.background = Background()
        server.background.start()
    address = _settings.public_url or f"http://{_settings.host}:{_settings.port}"
    print(f"\n  Marketplace is running at {address}\n"
          f"  Try first:  {address}/            search or describe a need\n"
          f"              {address}/solutions   the catalogue with facets\n"
          f"              {address}/api/docs    the API\n"
          "  Stop with Ctrl-C.\n", flush=True)
