"""A distribution from outside: installed with pip it appears and works, removed it is gone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from marketplace.plugin_testing import check_plugin
from tests.support import ROOT, environment, marketplace, python

SOURCE = Path(__file__).parent / "marketplace-demo-industry"
USES_IT = """
import json
from marketplace.app import create_app
from marketplace.catalog.indexer import make_ready
from tests.factories import bring_into_index, make_solution

app = create_app(testing=True)
app.config["WTF_CSRF_ENABLED"] = False
said = {}
with app.app_context():
    make_ready(app.extensions["indexes"])
    tree = app.test_client().get("/api/v1/taxonomy").json
    said["industries"] = [i["code"] for i in tree["industries"]]
    said["attributes"] = [a["key"] for a in tree["attributes"]]
    if "demo_industry" in said["industries"]:
        id = make_solution(industries=["demo_industry"], attributes={
            "kiln_types": ["tunnel"], "kiln_sensors": 12}).id
        bring_into_index()
        client = app.test_client()
        said["solution"] = client.get(f"/api/v1/solutions/{id}").json["attributes"]
        found = client.get("/api/v1/solutions?industry=demo_industry&attr.kiln_types=tunnel").json
        said["total"], said["facets"] = found["total"], found["facets"]["attr.kiln_types"]
        said["range"] = client.get("/api/v1/solutions?attr.kiln_sensors=10..20").json["total"]
        said["synonym"] = client.get("/api/v1/solutions?q=DM-1.1").status_code
        said["csv"] = client.get("/solutions/export.csv?industry=demo_industry").text
    answer = app.test_client().get("/api/v1/solutions?attr.kiln_types=tunnel")
    said["parameter"] = answer.status_code
    app.extensions["indexes"].close()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder pip has installed the distribution into."""
    source = tmp_path_factory.mktemp("source") / SOURCE.name
    shutil.copytree(SOURCE, source)
    target = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
                    "--no-build-isolation", "--target", str(target), str(source)],
                   check=True, capture_output=True, timeout=120)
    return target


def use(app: Flask, *folders: Path) -> dict[str, Any]:
    env = environment(app, PYTHONPATH=":".join(map(str, (*folders, ROOT))))
    done = python(USES_IT, env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_outside_plugin_is_listed_and_checked(app: Flask, installed: Path) -> None:
    env = environment(app, PYTHONPATH=f"{installed}:{ROOT}")
    listed = marketplace(env, "plugin", "list")
    assert listed.returncode == 0, listed.stderr
    assert "demo_industry" in listed.stdout
    assert "marketplace-demo-industry 1.2.3" in listed.stdout
    checked = marketplace(env, "plugin", "check", "demo_industry")
    assert (checked.returncode, checked.stdout.strip()) == (0, "demo_industry: ok")


def test_outside_plugin_works_and_is_gone_after_removal(app: Flask, installed: Path) -> None:
    with_it = use(app, installed)
    assert with_it["industries"] == ["biopharma", "cnc_robotics", "demo_industry", "steel"]
    assert {"kiln_types", "kiln_sensors"} <= set(with_it["attributes"])
    assert with_it["solution"] == {"kiln_types": ["tunnel"], "kiln_sensors": 12}
    assert with_it["total"] == with_it["range"] == 1
    assert with_it["facets"] == [{"value": "tunnel", "count": 1,
                                  "label": {"zh": "隧道窑", "en": "Tunnel kiln"}}]
    assert "日用陶瓷" in with_it["csv"]
    without = use(app)
    assert "demo_industry" not in without["industries"]
    assert "kiln_types" not in without["attributes"]
    assert without["parameter"] == 422


def test_outside_plugin_passes_its_own_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SOURCE))
    import marketplace_demo_industry

    assert check_plugin(marketplace_demo_industry).code == "demo_industry"


def test_outside_plugin_that_is_broken_does_not_take_the_site_down(app: Flask,
                                                                   tmp_path: Path) -> None:
    package = tmp_path / "broken"
    info = package / "marketplace_broken-1.dist-info"
    info.mkdir(parents=True)
    (package / "broken_plugin.py").write_text("raise RuntimeError('I am broken')\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: marketplace-broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[marketplace.plugins]\nbroken = broken_plugin\n")
    env = environment(app, PYTHONPATH=f"{package}:{ROOT}")
    done = python("""
import json
from marketplace.app import create_app
client = create_app(testing=True).test_client()
ready = client.get("/readyz")
listed = {p["code"]: p["state"] for p in client.get("/api/v1/plugins").json}
print(json.dumps([ready.status_code, ready.json["plugins"], listed]))
""", env)
    assert done.returncode == 0, done.stderr
    status, plugins, listed = json.loads(done.stdout.splitlines()[-1])
    assert status == 200
    assert plugins == {"working": ["biopharma", "cnc_robotics", "steel"],
                       "broken": {"broken": "RuntimeError: I am broken"}}
    assert listed == {"biopharma": "working", "broken": "broken", "cnc_robotics": "working",
                      "steel": "working"}
    checked = marketplace(env, "plugin", "check")
    assert checked.returncode == 1
    assert "broken: RuntimeError: I am broken" in checked.stdout
