"""`POST /api/v1/match`: the answer as promised, errors as problem documents, never two truths."""

from __future__ import annotations

import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.database import db
from marketplace.core.limits import limiter
from marketplace.matching.api import stated
from marketplace.matching.matcher import match
from marketplace.matching.models import MatchEvent, UnmetDemand
from marketplace.matching.outcomes import weighted_mean
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from tests.support import IsolatedClient

TEXT = "热处理炉温曲线不全，客户审核要每炉记录，30万以内"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _fresh_limits(app: Flask) -> None:
    limiter.reset()


def post(client: IsolatedClient, **body: Any) -> Any:
    return client.post("/api/v1/match", json=body)


def test_the_answer_has_the_promised_shape(catalogue: Flask, client: IsolatedClient) -> None:
    found = post(client, text=TEXT)
    assert found.status_code == 200
    body = found.json
    assert {"understanding", "recommendations", "near_misses", "bundle"} <= set(body)
    understood = body["understanding"]
    assert {"industry", "core_scenarios", "scenarios", "categories", "excluded_categories",
            "budget", "deadline_days", "deployment", "evidence"} <= set(understood)
    assert (understood["industry"], understood["budget"]) == ("steel", 300_000)
    assert "ST-4.3" in understood["scenarios"]
    for item in (*body["recommendations"], *body["near_misses"]):
        assert {"solution", "score", "reasons", "uncovered"} <= set(item)
        assert all(set(r) == {"rule", "score", "weight", "text"} for r in item["reasons"])
        assert all(r["text"]["zh"] and r["text"]["en"] for r in item["reasons"])
        assert weighted_mean(item["reasons"]) == item["score"]
        assert "match" not in item["solution"]
    assert all(m["vetoes"][0]["zh"] and m["vetoes"][0]["en"] for m in body["near_misses"])
    assert body["picks"][0]["labels"][0] == "best_fit"


def test_evidence_stands_in_the_text(catalogue: Flask, client: IsolatedClient) -> None:
    evidence = post(client, text=TEXT).json["understanding"]["evidence"]
    marks = [e for clues in evidence.values() for c in clues for e in c["evidence"]]
    assert marks
    assert all(TEXT[e["start"]:e["start"] + e["length"]] == e["words"] for e in marks)


@pytest.mark.parametrize("filters", [
    {}, {"budget": 80_000, "deployment": "private", "soft": ["deployment"]},
    {"deadline_days": 20, "people": 45, "subsidy_share": 0.3, "diversify": False},
])
def test_api_and_match_agree(catalogue: Flask, client: IsolatedClient,
                             filters: dict[str, Any]) -> None:
    body = post(client, text=TEXT, filters=filters, limit=7).json
    company = {k: filters[k] for k in ("people", "subsidy_share") if k in filters}
    asked = stated(need_of(understand(TEXT), **company), filters)
    found = match(catalogue.extensions["indexes"], asked, limit=7,
                  diversify=filters.get("diversify", True))
    for name, rows in (("recommendations", found.recommendations), ("picks", found.picks),
                       ("near_misses", found.near_misses), ("bundle", found.bundle)):
        assert [(r["solution"]["slug"], r["score"]) for r in body[name]] == [
            (r.candidate.card["slug"], r.score) for r in rows]
    assert (body["considered"], body["fitting"], body["rule_version"], body["week"]) == (
        found.considered, found.fitting, found.rule_version, found.week)


def test_stated_wishes_are_hard_unless_turned(catalogue: Flask, client: IsolatedClient) -> None:
    hard = post(client, text=TEXT, filters={"deadline_days": 20}).json
    assert all(r["solution"]["go_live_days"] is None or r["solution"]["go_live_days"] <= 20
               for r in hard["recommendations"])
    soft = post(client, text=TEXT, filters={"deadline_days": 20, "soft": ["deadline"]}).json
    assert soft["fitting"] > hard["fitting"]


def test_no_need_gets_an_honest_answer(catalogue: Flask, client: IsolatedClient) -> None:
    body = post(client, text="今天天气不错，哈哈").json
    assert body["understanding"]["is_need"] is False
    assert body["understanding"]["reason"]["zh"]
    assert body["recommendations"] == body["near_misses"] == body["bundle"] == []


@pytest.mark.parametrize(("body", "field"), [
    ({}, "text"), ({"text": "短"}, "text"), ({"text": "x" * 2_001}, "text"), ({"text": 5}, "text"),
    ({"text": TEXT, "limit": 0}, "limit"), ({"text": TEXT, "limit": 51}, "limit"),
    ({"text": TEXT, "industry": "bakery"}, "industry"),
    ({"text": TEXT, "filters": {"budget": -1}}, "budget"),
    ({"text": TEXT, "filters": {"deployment": "moon"}}, "deployment"),
    ({"text": TEXT, "filters": {"hard": ["charm"]}}, "hard"),
    ({"text": TEXT, "filters": {"gbt4754": "31"}}, "gbt4754"),
    ({"text": TEXT, "surprise": 1}, "surprise"),
])
def test_mistakes_are_problem_documents_that_name_the_field(
        catalogue: Flask, client: IsolatedClient, body: dict[str, Any], field: str) -> None:
    found = post(client, **body)
    assert (found.status_code, found.mimetype) == (422, PROBLEM)
    assert any(field in e["field"] and e["remedy"] for e in found.json["errors"])


def test_what_is_no_json_is_a_problem_document(app: Flask, client: IsolatedClient) -> None:
    found = client.post("/api/v1/match", data="{", content_type="application/json")
    assert found.status_code in (400, 422)
    assert found.mimetype == PROBLEM


def test_too_many_requests_are_refused_clearly(catalogue: Flask, client: IsolatedClient,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(catalogue.extensions["settings"]), "match_rate", "2 per minute",
                        raising=False)
    object.__setattr__(catalogue.extensions["settings"], "match_rate", "2 per minute")
    answers = [post(client, text=TEXT) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert answers[-1].mimetype == PROBLEM
    assert answers[-1].json["status"] == 429
    assert "at most 2 per 1 minute" in answers[-1].json["detail"]
    assert int(answers[-1].headers["Retry-After"]) <= 60


@pytest.mark.parametrize("text", [
    "排产" * 200_000, "(" * 1_900, "\x00<script>alert(1)</script>" * 60, "9" * 2_000,
    "' or 1=1; -- 仓库账对不上"])
def test_the_page_answers_any_text_in_time(app: Flask, client: IsolatedClient, text: str) -> None:
    start = time.perf_counter()
    found = client.post("/match/check", data={"text": text})
    assert time.perf_counter() - start < 5
    assert found.status_code == (422 if len(text) > 2_000 else 200)
    assert "<script>alert" not in found.text
    if len(text) > 2_000:
        assert "2000" in found.text


def test_what_was_shown_is_counted_without_text_or_person(catalogue: Flask,
                                                          client: IsolatedClient) -> None:
    shown = post(client, text=TEXT).json["recommendations"][:10]
    rows = db.session.scalars(select(MatchEvent).order_by(MatchEvent.rank)).all()
    assert [r.solution_id for r in rows] == [r["solution"]["id"] for r in shown]
    assert {r.kind for r in rows} == {"shown"}
    assert rows[0].scores["scenario"] == 1
    assert set(MatchEvent.__table__.columns.keys()) == {
        "id", "day", "kind", "solution_id", "industry", "rank", "rule_version", "scores",
        "list_key"}


def test_a_need_without_result_is_unmet_demand(app: Flask, client: IsolatedClient) -> None:
    assert post(client, text=TEXT).json["recommendations"] == []
    rows = db.session.scalars(select(UnmetDemand)).all()
    assert "ST-4.3" in {r.scenario for r in rows}
    assert {(r.kind, r.times) for r in rows} == {("need", 1)}
