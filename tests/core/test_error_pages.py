"""When the database is away, or an error page fails itself, people still get a page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.core.web import CONTENT_SECURITY_POLICY
from tests.conftest import close
from tests.support import IsolatedClient, PostgresqlDatabases


@pytest.fixture
def orphan(postgresql: PostgresqlDatabases, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is gone."""
    name = f"gone_{uuid.uuid4().hex[:12]}"
    url = postgresql.create(name)
    app = create_app(Settings(data_dir=tmp_path / "data", database_url=url, log_level="critical"))
    postgresql.drop(name)
    with app.app_context():
        yield app
        close(app)


@pytest.mark.parametrize(("path", "words"), [
    ("/", "数据库暂时没有响应"), ("/sign-in?lang=en", "The database does not answer"),
    ("/solutions", "重试"), ("/nowhere", "重试"), ("/sign-in", "数据库暂时没有响应")])
def test_without_a_database_a_page_says_when_to_try_again(orphan: Flask, path: str,
                                                          words: str) -> None:
    page = orphan.test_client().get(path)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "15")
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert words in page.text
    assert "psycopg" not in page.text


def test_without_a_database_the_api_answers_with_a_problem(orphan: Flask) -> None:
    answer = orphan.test_client().get("/api/v1/solutions/1")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.json["title"] == "Temporarily unavailable"
    assert answer.headers["Retry-After"] == "15"


def test_an_error_page_that_fails_gives_way_to_a_bare_one(app: Flask,
                                                          client: IsolatedClient) -> None:
    app.context_processor(lambda: {"broken": 1 / 0})
    page = client.get("/nowhere")
    assert (page.status_code, page.mimetype) == (500, "text/html")
    assert "回到首页" in page.text
    assert "ZeroDivisionError" not in page.text
