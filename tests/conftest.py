"""The ground every test stands on: a real database, a real index, a clean process.

`app` is an application over its own data folder with a migrated, empty database and a built,
empty index; with `catalogue` in its arguments a test gets the sample catalogue instead. Both are
copied from templates made once a session. `TEST_DATABASE=postgresql` runs everything there.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from marketplace.app import create_app
from marketplace.catalog.indexer import drain, make_ready
from marketplace.catalog.labels import forget_districts
from marketplace.config import Settings
from marketplace.core.database import db
from marketplace.core.i18n import DEFAULT_LANGUAGE, set_language
from marketplace.taxonomy.queries import forget_paused
from marketplace.taxonomy.registry import taxonomy
from tests.lent import LentDatabase
from tests.support import (
    POSTGRESQL_HOW,
    IsolatedClient,
    PostgresqlDatabases,
    PostgresqlServer,
    need,
    on_postgresql,
    postgresql_programs,
)

settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")
LOOPBACK = "127.0.0.1,localhost,::1"
_server: PostgresqlServer | None = None


class LazyRule(Rule):
    """Compiles what builds its address on first use: a test makes an application of 300 routes and
    builds a handful of addresses."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(rule, append_unknown))
            return compiled[0](rule, **values)

        return build


Flask.url_rule_class = LazyRule


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Close all sockets but loopback; start one PostgreSQL for all workers where it is asked."""
    global _server
    config.option.allow_hosts = config.option.allow_hosts or LOOPBACK
    config.option.allow_unix_socket = True
    from pytest_socket import _STASH_KEY

    if _STASH_KEY in config.stash:
        config.stash[_STASH_KEY].allow_hosts = config.option.allow_hosts
        config.stash[_STASH_KEY].allow_unix_socket = True
    config.addinivalue_line("markers", "database: reads or writes the database (set by itself)")
    config.addinivalue_line("markers", "browser: drives Chromium")
    config.addinivalue_line("markers", "doors: asks every route with every role")
    for name in [n for n in os.environ if n.startswith("MARKETPLACE_")]:
        del os.environ[name]
    for name in ("DATABASE_URL", "SEARCH_URL", "PORT"):
        os.environ.pop(name, None)
    programs = postgresql_programs()
    if on_postgresql() and programs and "TEST_POSTGRESQL_URL" not in os.environ:
        _server = PostgresqlServer(programs)
        os.environ["TEST_POSTGRESQL_URL"] = _server.url


def pytest_unconfigure(config: pytest.Config) -> None:
    global _server
    if _server:
        _server.stop()
        os.environ.pop("TEST_POSTGRESQL_URL", None)
        _server = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"app", "postgresql", "templates"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(autouse=True)
def clean_process() -> Iterator[None]:
    """Chinese, nothing paused, no hook failure: whatever an earlier test left in this process."""
    set_language(DEFAULT_LANGUAGE)
    forget_paused()
    forget_districts()
    taxonomy().plugins.failures.clear()
    yield
    set_language(DEFAULT_LANGUAGE)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlDatabases]:
    """Databases on a PostgreSQL, whatever the suite runs on; skips where there is none."""
    url, own = os.environ.get("TEST_POSTGRESQL_URL"), None
    if not url:
        programs = postgresql_programs()
        need("PostgreSQL", programs, POSTGRESQL_HOW)
        assert programs is not None
        own = PostgresqlServer(programs)
        url = own.url
    yield PostgresqlDatabases(url)
    if own:
        own.stop()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> PostgresqlDatabases | None:
    """Where the suite's databases live: on PostgreSQL, or None for SQLite files."""
    return request.getfixturevalue("postgresql") if on_postgresql() else None


class Templates:
    """Data folders (and, on PostgreSQL, databases) to copy: `empty` and `catalogue`."""

    def __init__(self, folder: Path, databases: PostgresqlDatabases | None) -> None:
        self.folder, self.databases = folder, databases
        self._mark = uuid.uuid4().hex[:8]
        self._made: list[str] = []
        self._lent: dict[str, LentDatabase] = {}
        self._pages = folder / "pages"
        self._pages.mkdir()

    def _database(self, name: str) -> str:
        return f"template_{self._mark}_{name}"

    def empty(self) -> str:
        if "empty" not in self._made:
            self._make("empty", None)
        return "empty"

    def catalogue(self) -> str:
        if "catalogue" not in self._made:
            self._make("catalogue", self.empty())
        return "catalogue"

    def _make(self, name: str, base: str | None) -> None:
        from flask_migrate import upgrade

        from seeds.loader import load_city, load_samples

        app = self.copy(base, self.folder / name, self._database(name))
        with app.app_context():
            if base is None:
                upgrade()
            load_city("jinan")
            if base is not None:
                load_samples("jinan")
            indexes = app.extensions["indexes"]
            make_ready(indexes)
            while drain(indexes):
                pass
            close(app)
        self._made.append(name)

    def copy(self, name: str | None, folder: Path, database: str) -> Flask:
        """An application over a copy of the template `name`; nothing to copy from when None."""
        url = ""
        if self.databases:
            url = self.databases.create(database, self._database(name) if name else "template0")
        return self._application(name, folder, url)

    def lend(self, name: str, folder: Path) -> Flask:
        """The same for one test: on PostgreSQL its database serves the next one as well."""
        url = ""
        if self.databases:
            if name not in self._lent:
                self._lent[name] = LentDatabase(partial(
                    self._renew, f"{self._database(name)}_lent", self._database(name)))
            url = self._lent[name].as_new()
        return self._application(name, folder, url)

    def _renew(self, database: str, template: str) -> str:
        assert self.databases
        self.databases.drop(database)
        return self.databases.create(database, template)

    def _application(self, name: str | None, folder: Path, url: str) -> Flask:
        if name:
            shutil.copytree(self.folder / name, folder)
        app = create_app(Settings(data_dir=folder, database_url=url, log_level="error"),
                         testing=True)
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(self._pages))
        return app

    def drop(self) -> None:
        for name in self._made:
            if self.databases:
                self.databases.drop(self._database(name))
                self.databases.drop(f"{self._database(name)}_lent")


def close(app: Flask) -> None:
    """Give back everything the application holds; needs its context."""
    app.extensions["indexes"].close()
    db.session.remove()
    lent = db.engine.pool.checkedout()
    db.engine.dispose()
    assert not lent, f"{lent} connections were not given back: close every response and session"


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory,
              databases: PostgresqlDatabases | None) -> Iterator[Templates]:
    made = Templates(tmp_path_factory.mktemp("templates"), databases)
    yield made
    made.drop()


@pytest.fixture
def app(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[Flask]:
    """An application of this test alone, its context pushed."""
    name = templates.catalogue() if "catalogue" in request.fixturenames else templates.empty()
    app = templates.lend(name, tmp_path / "data")
    app.test_client_class = IsolatedClient
    app.config["WTF_CSRF_ENABLED"] = "csrf" in request.fixturenames
    with app.app_context():
        yield app
        close(app)


@pytest.fixture
def another_app(app: Flask) -> Iterator[Callable[..., Flask]]:
    """Makes further applications on the data of `app`, with changed settings; closes them."""
    made = []

    def make(**changes: object) -> Flask:
        made.append(create_app(replace(app.extensions["settings"], **changes), testing=True))
        return made[-1]

    yield make
    for one in made:
        with one.app_context():
            close(one)


@pytest.fixture
def catalogue(app: Flask) -> Flask:
    """The application with the sample catalogue in database and index."""
    return app


@pytest.fixture
def csrf() -> None:
    """Keeps CSRF protection on, as in production; other tests post without a token."""


@pytest.fixture
def client(app: Flask) -> IsolatedClient:
    client = app.test_client()
    assert isinstance(client, IsolatedClient)
    return client


@pytest.fixture
def session(app: Flask) -> scoped_session[Session]:
    return db.session
