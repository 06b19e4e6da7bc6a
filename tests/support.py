"""What tests share: needed tools, literal statement counts, an isolated client, a PostgreSQL."""

from __future__ import annotations

import contextvars
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import Any

import pytest
from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, event, text

ROOT = Path(__file__).resolve().parents[1]
POSTGRESQL_HOW = ("install PostgreSQL 15 or later (Debian: apt-get install postgresql), or set "
                  "TEST_POSTGRESQL_URL to a server whose user may create databases")
CHROMIUM_HOW = ("install Chromium (Debian: apt-get install chromium fonts-noto-cjk), or name one "
                "in TEST_CHROMIUM")


def need(tool: str, available: object, how: str) -> None:
    """Skip the test where `tool` is not on this machine; with REQUIRE_ALL=1 fail instead."""
    if available:
        return
    reason = f"{tool} is not available: {how}"
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"REQUIRE_ALL=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def chromium() -> str | None:
    """The Chromium to drive, or None."""
    named = os.environ.get("TEST_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def on_postgresql() -> bool:
    """Whether the whole suite runs on PostgreSQL (TEST_DATABASE=postgresql)."""
    return os.environ.get("TEST_DATABASE", "sqlite") == "postgresql"


# --- HTTP ----------------------------------------------------------------------------------------


class IsolatedClient(FlaskClient):
    """A client whose requests share nothing with the test's own application context.

    Inside a pushed context Flask would reuse it: one `g`, one session, one language for all
    requests. A request here runs as in a fresh thread.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


def read_body(body: bytes) -> bytes:
    """What an answer holds; of a workbook or document, what is packed in it."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


# --- SQL -----------------------------------------------------------------------------------------

_NOT_COUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "SELECT PG_ADVISORY")


@contextmanager
def sql_count(expected: int) -> Iterator[list[str]]:
    """Assert that the block sends exactly `expected` SQL statements (of this process)."""
    from marketplace.administration.site import site
    from marketplace.taxonomy.queries import forget_paused

    if has_app_context():
        site()  # five seconds old at most: a page in use pays nothing for it
    sent: list[str] = []

    def count(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            sent.append(" ".join(statement.split()))

    forget_paused()
    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    listed = "\n  ".join(s[:200] for s in sent)
    assert len(sent) == expected, f"{len(sent)} statements instead of {expected}:\n  {listed}"


# --- Processes -----------------------------------------------------------------------------------


def environment(app: Any, **more: str) -> dict[str, str]:
    """The environment in which another process uses this test's data folder and database."""
    settings = app.extensions["settings"]
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("MARKETPLACE_") and k not in ("DATABASE_URL", "SEARCH_URL", "PORT")}
    own = {"MARKETPLACE_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(ROOT),
           "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"}
    if settings.database_url:
        own["DATABASE_URL"] = settings.database_url
    return kept | own | more


def python(code: str, env: Mapping[str, str], *arguments: str,
           timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a fresh process."""
    return subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, env=dict(env),
                          capture_output=True, text=True, timeout=timeout, check=False)


def marketplace(env: Mapping[str, str], *arguments: str,
                timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run the `marketplace` command in a fresh process."""
    code = "import sys; from marketplace.cli import main; main(sys.argv[1:])"
    return python(code, env, *arguments, timeout=timeout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- PostgreSQL ----------------------------------------------------------------------------------


def postgresql_programs() -> Path | None:
    """The folder with initdb and pg_ctl, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))
    return Path(folders[-1]) if folders else None


class PostgresqlServer:
    """A throw-away server in a temporary folder, run as user postgres where we are root."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="marketplace-pg-"))
        self._as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self._as_user = ["runuser", "-u", "postgres", "--"]
        port = free_port()
        self._run("initdb", "-D", str(self.folder / "data"), "--no-sync", "-A", "trust",
                  "-U", "postgres", "-E", "UTF8", "--locale", "C.UTF-8")
        options = (f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off "
                   f"-c synchronous_commit=off -c max_connections=200 -k {self.folder}")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-w",
                  "-l", str(self.folder / "log"), "start")
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([*self._as_user, str(self._programs / program), *arguments], check=True,
                       cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgresqlDatabases:
    """Makes and drops databases on a server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _execute(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def create(self, name: str, template: str = "template0") -> str:
        """The address of a new database `name`."""
        how = "ENCODING 'UTF8'" if template == "template0" else "STRATEGY FILE_COPY"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {how}')
        return f"{self.url.rpartition('/')[0]}/{name}"

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
