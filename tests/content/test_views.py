"""Home, sitemap, robots; whether the site is alive and ready."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

from flask import Flask

from marketplace.content import views
from marketplace.core.clock import moved, today
from marketplace.core.database import db
from marketplace.taxonomy.queries import current_programme
from marketplace.taxonomy.registry import taxonomy
from tests.support import IsolatedClient


def test_alive_asks_nothing(app: Flask, client: IsolatedClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_ready_names_database_index_and_plugins(app: Flask, client: IsolatedClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "database": "ok", "index": "ok", "plugins": {
        "working": ["biopharma", "cnc_robotics", "steel"], "broken": {}}}


def test_not_ready_without_index(app: Flask, client: IsolatedClient) -> None:
    app.extensions["indexes"].close()
    folder = app.extensions["settings"].data_dir / "index"
    folder.rename(folder.with_name("away"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "ok"
    assert answer.json["index"] != "ok"
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_tables(app: Flask, client: IsolatedClient) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("alter table solution rename to gone")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] != "ok"


def test_sitemap_lists_every_public_page_and_each_answers(catalogue: Flask,
                                                          client: IsolatedClient) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    found = [e.text or "" for e in ElementTree.fromstring(answer.data).iter()
             if e.tag.endswith("}loc")]
    assert len(found) == len(set(found))
    paths = [re.sub(r"^http://localhost", "", f) for f in found]
    assert all(p.startswith("/") for p in paths)
    assert sum(p.startswith("/solutions/") for p in paths) == 150
    assert sum(p.startswith("/providers/") for p in paths) == 40
    assert sum(p.startswith("/scenarios/") for p in paths) == 16 + 27 + 28 + 28
    for path in paths[::7]:
        assert client.get(path).status_code == 200, path


def test_robots_name_the_sitemap(app: Flask, client: IsolatedClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert "Sitemap: http://localhost/sitemap.xml" in answer.text
    assert "Disallow: /admin/" in answer.text


def test_home_shows_the_figures_and_the_sub_platforms(catalogue: Flask,
                                                      client: IsolatedClient) -> None:
    page = client.get("/").text
    assert "150" in page
    assert "40" in page
    for industry in taxonomy().industries.values():
        assert f"/industries/{industry.code}" in page
        assert industry.name.zh in page


def test_programme_after_its_end_is_said_to_be_over(catalogue: Flask,
                                                    client: IsolatedClient) -> None:
    programme = current_programme()
    assert programme is not None
    shown = {}
    for days in (-2, 2):
        views._notes.clear()
        with moved(timedelta(days=(programme.ends_on - today()).days + days)):
            shown[days] = client.get("/about").text
            assert client.get("/solutions").status_code == 200
    views._notes.clear()
    assert shown[2].count(f"{programme.ends_on.year}年") > shown[-2].count(
        f"{programme.ends_on.year}年")
