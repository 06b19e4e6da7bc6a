"""A paused sub-platform is gone from everywhere, deleted nowhere, and comes back whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.catalog.models import Provider, Solution
from marketplace.core.clock import moved, now
from marketplace.taxonomy.operations import pause_industry, resume_industry
from marketplace.taxonomy.registry import taxonomy
from tests.factories import bring_into_index, make_provider, make_solution
from tests.support import IsolatedClient

REASON = "等待系统检修"


@dataclass(frozen=True)
class Shelf:
    provider: Provider
    steel: Solution
    both: Solution
    robots: Solution
    general: Solution

    @property
    def all(self) -> set[int]:
        return {s.id for s in (self.steel, self.both, self.robots, self.general)}


@pytest.fixture
def scenarios() -> tuple[str, str]:
    return tuple(next(iter(taxonomy().industries[c].scenarios))  # type: ignore[return-value]
                 for c in ("steel", "cnc_robotics"))


@pytest.fixture
def shelf(app: Flask, scenarios: tuple[str, str]) -> Shelf:
    provider = make_provider()

    def made(name: str, *industries: str) -> Solution:
        lifts = [{"code": c, "from": 1, "to": 2} for c, i in zip(
            scenarios, ("steel", "cnc_robotics"), strict=True) if i in industries]
        own = {"process_stage": ["casting"]} if "steel" in industries else {}
        return make_solution(
            provider=provider, slug=f"shelf-{name}", industries=list(industries), attributes=own,
            name={"zh": f"货架{name}", "en": f"Shelf {name}"},
            scenarios=[*lifts, {"code": "OP-06", "from": 1, "to": 2}])

    shelf = Shelf(provider, made("steel", "steel"), made("both", "steel", "cnc_robotics"),
                  made("robots", "cnc_robotics"), made("general", "general"))
    bring_into_index()
    return shelf


def listed(client: IsolatedClient, query: str = "") -> set[int]:
    answer = client.get(f"/api/v1/solutions?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json["total"] == len(answer.json["items"])
    return {item["id"] for item in answer.json["items"]}


def pause() -> None:
    pause_industry(industry="steel", reason=REASON, actor="admin")


def test_paused_is_gone_from_the_api_s_lists(shelf: Shelf, client: IsolatedClient) -> None:
    assert listed(client) == shelf.all
    pause()
    assert listed(client) == shelf.all - {shelf.steel.id}
    assert listed(client, "q=货架") == shelf.all - {shelf.steel.id}
    assert listed(client, "scenario=OP-06") == shelf.all - {shelf.steel.id}


def test_paused_is_gone_from_facets(shelf: Shelf, client: IsolatedClient,
                                    scenarios: tuple[str, str]) -> None:
    def facets(query: str = "") -> dict[str, dict[str, int]]:
        found = client.get(f"/api/v1/solutions?{query}").json["facets"]
        return {name: {o["value"]: o["count"] for o in options} for name, options in found.items()}

    assert facets()["industry"] == {"steel": 2, "cnc_robotics": 2, "general": 1}
    assert facets()["scenario"][scenarios[0]] == 2
    pause()
    assert facets()["industry"] == {"cnc_robotics": 2, "general": 1}
    assert scenarios[0] not in facets()["scenario"]
    assert facets()["scenario"]["OP-06"] == 3
    assert facets()["category"] == {"APS": 3}
    assert "attr.process_stage" not in facets("industry=cnc_robotics")


def test_paused_is_gone_from_suggestions(shelf: Shelf, client: IsolatedClient,
                                         scenarios: tuple[str, str]) -> None:
    def suggested(text: str) -> set[str]:
        return {s["code"] for s in client.get(f"/api/v1/suggest?q={text}").json}

    assert {"shelf-steel", "shelf-both"} <= suggested("货架")
    name = taxonomy().scenario_name(scenarios[0]).zh
    assert scenarios[0] in suggested(name)
    pause()
    assert "shelf-steel" not in suggested("货架")
    assert "shelf-both" in suggested("货架")
    assert scenarios[0] not in suggested(name)


def test_paused_is_gone_from_the_sitemap(shelf: Shelf, client: IsolatedClient,
                                         scenarios: tuple[str, str]) -> None:
    gone = ["/industries/steel<", "/solutions/shelf-steel<", f"/scenarios/{scenarios[0]}<"]
    before = client.get("/sitemap.xml").text
    assert all(path in before for path in gone)
    pause()
    after = client.get("/sitemap.xml").text
    assert not any(path in after for path in gone)
    assert "/solutions/shelf-both<" in after
    assert "/industries/cnc_robotics<" in after


def test_paused_is_gone_from_taxonomy_and_said_to_be_paused(shelf: Shelf,
                                                            client: IsolatedClient) -> None:
    pause()
    tree = client.get("/api/v1/taxonomy").json
    assert "steel" not in [i["code"] for i in tree["industries"]]
    assert "steel" not in {a["industry"] for a in tree["attributes"]}
    states = {p["code"]: p["state"] for p in client.get("/api/v1/plugins").json}
    assert states == {"biopharma": "working", "cnc_robotics": "working", "steel": "paused"}


def test_paused_is_gone_from_pages(shelf: Shelf, client: IsolatedClient) -> None:
    pause()
    for path in ("/", "/solutions", "/providers", "/scenarios", "/directory",
                 f"/providers/{shelf.provider.slug}", "/industries/cnc_robotics"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "shelf-steel" not in page.text, path
        assert "/industries/steel" not in page.text, path


def test_paused_is_gone_from_exports(shelf: Shelf, client: IsolatedClient) -> None:
    pause()
    text = client.get("/solutions/export.csv").text
    assert "shelf-steel" not in text
    assert "shelf-both" in text


def test_paused_is_gone_from_comparisons(shelf: Shelf, client: IsolatedClient) -> None:
    ids = f"{shelf.steel.id},{shelf.robots.id}"
    assert client.get(f"/api/v1/compare?ids={ids}").status_code == 200
    pause()
    answer = client.get(f"/api/v1/compare?ids={ids}")
    assert answer.status_code in (404, 410)
    assert str(shelf.steel.id) in answer.json["detail"]
    page = client.get(f"/compare?ids={ids}")
    assert page.status_code == 200
    assert "shelf-steel" not in page.text


@pytest.mark.parametrize("path", ["/industries/steel", "/solutions/shelf-steel", "/scenarios/{}"])
def test_direct_link_says_paused_since_when_and_why(shelf: Shelf, client: IsolatedClient,
                                                    scenarios: tuple[str, str],
                                                    path: str) -> None:
    path = path.format(scenarios[0])
    assert client.get(path).status_code == 200
    with moved(timedelta(days=-3)):
        pause()
        since = now()
    for language in ("zh", "en"):
        page = client.get(f"{path}?lang={language}")
        assert page.status_code == 410
        assert REASON in page.text
        assert str(since.year) in page.text
        assert str((since + timedelta(hours=8)).day) in page.text


def test_direct_link_in_the_api_says_paused_since_when_and_why(shelf: Shelf,
                                                               client: IsolatedClient) -> None:
    pause()
    answer = client.get(f"/api/v1/solutions/{shelf.steel.id}")
    assert answer.status_code == 410
    assert answer.mimetype == "application/problem+json"
    assert REASON in answer.json["detail"]
    assert f"{now():%Y-%m-%d}" in answer.json["detail"]


def test_solution_of_two_industries_stays_under_the_other(shelf: Shelf, client: IsolatedClient,
                                                          scenarios: tuple[str, str]) -> None:
    pause()
    assert shelf.both.id in listed(client, "industry=cnc_robotics")
    assert client.get(f"/solutions/{shelf.both.slug}").status_code == 200
    answer = client.get(f"/api/v1/solutions/{shelf.both.id}")
    assert answer.status_code == 200
    assert answer.json["industries"] == ["cnc_robotics"]
    assert [s["code"] for s in answer.json["scenarios"]] == [scenarios[1], "OP-06"]
    assert "process_stage" not in answer.json["attributes"]
    item = next(i for i in client.get("/api/v1/solutions").json["items"]
                if i["id"] == shelf.both.id)
    assert item["industries"] == ["cnc_robotics"]
    assert scenarios[0] not in [s["code"] for s in item["scenarios"]]


def test_filter_by_what_is_paused_finds_nothing_of_it(shelf: Shelf, client: IsolatedClient,
                                                      scenarios: tuple[str, str]) -> None:
    pause()
    for query in ("industry=steel", "attr.process_stage=casting", f"scenario={scenarios[0]}"):
        answer = client.get(f"/api/v1/solutions?{query}")
        assert answer.status_code == 422, query
        assert answer.json["errors"][0]["field"] == query.partition("=")[0]


def test_resume_brings_every_number_back(catalogue: Flask, client: IsolatedClient) -> None:
    def numbers() -> list[object]:
        tree = client.get("/api/v1/taxonomy").json
        return [client.get(f"/api/v1/{path}").json for path in (
            "solutions", "solutions?industry=steel&attr.process_stage=hot_rolling",
            "solutions?q=MES", "providers", "suggest?q=MES", "plugins")] + [tree]

    before = numbers()
    pause()
    assert numbers() != before
    resume_industry(industry="steel", actor="admin")
    assert numbers() == before
