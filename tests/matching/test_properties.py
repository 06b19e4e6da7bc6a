"""What must hold for any need and any catalogue."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from marketplace.matching.answers import answer
from marketplace.matching.facts import Candidate
from marketplace.matching.matcher import evaluate, match
from marketplace.matching.need import SINGLE, Need, Wish
from marketplace.matching.outcomes import weighted_mean
from marketplace.matching.weights import GENERAL_WEIGHTS, RuleBook
from marketplace.taxonomy.registry import taxonomy
from tests.matching.support import candidate
from tests.support import IsolatedClient

TREE = taxonomy()
CORE_CODES, OWN_CODES = sorted(TREE.core_scenarios), sorted(TREE.scenario_owner)
CATEGORIES, INDUSTRIES = sorted(TREE.categories), sorted(TREE.industries)
RULES = tuple(r for i in TREE.industries.values() for r in i.rules)
BOOK = RuleBook(None, "all", {**GENERAL_WEIGHTS, **{r.code: r.weight for r in RULES}}, RULES)
"""The general weights and every plugin's rules, so that no wish changes the weights."""
WITHIN = 5.0
"""Seconds in which any text has its answer, on a busy machine."""

wishes = st.builds(
    lambda pair, hard, confidence: Wish(pair[0], pair[1], hard, confidence),
    st.one_of(
        st.tuples(st.just("core_scenario"), st.sampled_from(CORE_CODES)),
        st.tuples(st.just("scenario"), st.sampled_from(OWN_CODES)),
        st.tuples(st.just("category"), st.sampled_from(CATEGORIES)),
        st.tuples(st.just("excluded_category"), st.sampled_from(CATEGORIES)),
        st.tuples(st.just("budget"), st.floats(1_000, 1e6)),
        st.tuples(st.just("deadline"), st.floats(1, 400)),
        st.tuples(st.just("deployment"), st.sampled_from(("saas", "private", "edge", "hybrid")))),
    st.booleans(), st.floats(0.01, 1))
needs = st.builds(
    lambda found, text, people: Need(text, tuple({w.key: w for w in found}.values()), people),
    st.lists(wishes, max_size=7),
    st.sampled_from(("", "排产总是乱", "GMP批记录要审计追踪", "联锁不能动，西门子PLC，不能停产",
                     "发那科系统和840D，单件小批")),
    st.one_of(st.none(), st.integers(1, 2_000)))
levels = st.tuples(st.sampled_from(CORE_CODES + OWN_CODES), st.just(0), st.integers(1, 4))
solutions = st.builds(
    lambda identity, rank, **facts: candidate(identity, rank=rank, **facts),
    st.integers(1, 10_000), st.one_of(st.none(), st.integers(0, 60)),
    industries=st.lists(st.sampled_from([*INDUSTRIES, "general"]), min_size=1, unique=True),
    categories=st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=3, unique=True),
    scenarios=st.lists(levels, max_size=4, unique_by=lambda row: row[0]),
    deployments=st.lists(st.sampled_from(("saas", "private", "edge", "hybrid")), unique=True),
    cost=st.one_of(st.none(), st.floats(0, 1e6)),
    go_live_days=st.one_of(st.none(), st.integers(1, 400)),
    response_hours=st.one_of(st.none(), st.integers(1, 90)),
    cases=st.lists(st.tuples(st.sampled_from(("3120", "2720", None)), st.booleans()), max_size=2))
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture,
                                                           HealthCheck.filter_too_much])


@quick
@given(needs, wishes, solutions)
def test_adding_a_satisfied_wish_never_lowers_a_candidate(asked: Need, wish: Wish,
                                                          item: Candidate) -> None:
    assume(wish.key not in {w.key for w in asked.wishes})
    if wish.kind in SINGLE:
        assume(asked.one(wish.kind) is None)
    more = evaluate(asked.with_wish(wish), item, BOOK)
    key = "category" if wish.kind == "category" else wish.key
    own = wish.kind != "category" or wish.value in item.card["categories"]
    assume(own and more.judged.get(key) is True)
    assert more.score >= evaluate(asked, item, BOOK).score - 1e-4


@quick
@given(needs, solutions)
def test_the_score_recomputes_from_the_stored_breakdown(asked: Need, item: Candidate) -> None:
    found = evaluate(asked, item, BOOK)
    rows = [o.as_dict() for o in found.outcomes]
    assert weighted_mean(rows) == found.score
    assert 0 <= found.score <= 1
    assert all(0 <= r["score"] <= 1 for r in rows)
    assert all(r["text"]["zh"] and r["text"]["en"] for r in rows)


@quick
@given(needs, solutions)
def test_a_met_single_wish_scores_one_and_only_hard_ones_veto(asked: Need,
                                                              item: Candidate) -> None:
    found = evaluate(asked, item, BOOK)
    for outcome in found.outcomes:
        if outcome.rule in ("budget", "go_live", "deployment") and any(outcome.wishes.values()):
            assert outcome.score == 1
    soft = replace(asked, text="", wishes=tuple(replace(w, hard=False) for w in asked.wishes))
    assert not evaluate(soft, item, BOOK).vetoes


@settings(quick, max_examples=25)
@given(needs)
def test_a_veto_is_never_recommended(catalogue: Flask, asked: Need) -> None:
    found = match(catalogue.extensions["indexes"], asked)
    for item in (*found.recommendations, *found.picks, *found.bundle):
        assert not item.vetoes
    assert all(item.vetoes for item in found.near_misses)
    for row in answer(found)["recommendations"]:
        assert weighted_mean(row["reasons"]) == row["score"]


@settings(quick, max_examples=15)
@given(needs, wishes)
def test_in_a_whole_match_too_a_satisfied_wish_never_lowers(catalogue: Flask, asked: Need,
                                                            wish: Wish) -> None:
    assume(wish.key not in {w.key for w in asked.wishes} and wish.kind != "category")
    indexes = catalogue.extensions["indexes"]
    before = {r.candidate.id: r.score for r in match(indexes, asked, limit=50).recommendations}
    for item in match(indexes, asked.with_wish(wish), limit=50).recommendations:
        if item.judged.get(wish.key) and item.candidate.id in before:
            assert item.score >= before[item.candidate.id] - 1e-4


@settings(quick, max_examples=40)
@given(st.text(max_size=2_100))
def test_any_text_gets_a_clear_answer_in_time(catalogue: Flask, client: IsolatedClient,
                                              text: str) -> None:
    _clear(client, text)


@pytest.mark.parametrize("text", [
    "排产" * 1_000, "'" * 2_000, "<script>alert(1)</script>" * 40, "%s%n" * 300, "\x00\x01\x02abcd",
    "../../etc/passwd; DROP TABLE solution; --", "(" * 1_500, "😀" * 500, "a" * 2_000,
    "地磅" + "\u202e\u0301" * 400, '{"$gt": ""}', "预算" + "9" * 1_500 + "万以内的排产系统",
    "不要" * 900, "\ud7ff\ue000 MES", "x" * 200_000,
])
def test_hostile_texts_get_a_clear_answer_in_time(catalogue: Flask, client: IsolatedClient,
                                                  text: str) -> None:
    _clear(client, text)


def _clear(client: IsolatedClient, text: str) -> None:
    start = time.monotonic()
    found = client.post("/api/v1/match", json={"text": text}, environ_base={
        "REMOTE_ADDR": f"127.0.{abs(hash(text)) % 250}.{time.monotonic_ns() % 250}"})
    assert time.monotonic() - start < WITHIN
    assert found.status_code in (200, 422), found.json
    if found.status_code == 422:
        assert found.mimetype == "application/problem+json"
        assert found.json["detail"]
    else:
        understood = found.json["understanding"]
        assert understood["is_need"] or understood["reason"]["zh"]
