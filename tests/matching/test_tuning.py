"""Proposed weights: within bounds, explained, never in force by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.matching.fitting_weights import reciprocal_rank, rounded, within
from marketplace.matching.learning import shown_lists
from marketplace.matching.models import MatchWeights, WeightProposal
from marketplace.matching.tuning import CHANGE, LEAST_LISTS, decide, propose
from marketplace.matching.weights import adjust_weights, rule_book
from tests.factories import make_solution, make_user, person, sign_in_as
from tests.matching.synthetic_events import make_events


@pytest.fixture
def solutions(app) -> list[int]:
    return [make_solution().id for _ in range(4)]


@pytest.fixture
def operator(app):
    return make_user(role="operator", industries=["steel"])


@pytest.fixture
def proposal(solutions) -> WeightProposal:
    make_events(solutions, lists=LEAST_LISTS + 20, liked="go_live")
    return propose("steel", actor="test")


def test_too_few_lists_propose_nothing(solutions):
    make_events(solutions, lists=LEAST_LISTS - 1)
    with pytest.raises(Conflict, match=str(LEAST_LISTS)):
        propose("steel", actor="test")
    with pytest.raises(NotFound):
        propose("nothing", actor="test")


def test_chance_proposes_nothing_better_than_it_says(solutions):
    make_events(solutions, lists=LEAST_LISTS + 50, liked=None)
    try:
        found = propose("steel", actor="test")
    except Conflict:
        return
    assert found.evidence["mrr_after"] - found.evidence["mrr_before"] < 0.03


def test_the_followed_rule_rises_within_its_bounds(proposal):
    before, after = proposal.before, proposal.after
    assert after["go_live"] > before["go_live"]
    assert sum(after.values()) == pytest.approx(100)
    assert all(before[r] * (1 - CHANGE) - 0.05 <= w <= before[r] * (1 + CHANGE) + 0.05
               for r, w in after.items())
    assert after["industry"] == before["industry"], "a flat rule keeps its weight"
    assert after["cases"] == before["cases"], "a rule no list knows keeps its weight"
    lists = shown_lists("steel")
    assert reciprocal_rank(lists, after) > reciprocal_rank(lists, before)


def test_every_rule_has_its_reason_in_both_languages(proposal):
    reasons = proposal.evidence["reasons"]
    assert set(reasons) == set(proposal.before)
    assert "120" in reasons["go_live"]["zh"]
    assert "加" in reasons["go_live"]["zh"]
    assert reasons["go_live"]["en"].startswith("Up")
    assert "不动" in reasons["industry"]["zh"]
    assert len(proposal.evidence["folds"]) == 5


def test_nothing_is_in_force_until_accepted(proposal, operator):
    version = rule_book("steel").version
    assert not db.session.scalars(select(MatchWeights)).all()
    with acting_as(person(operator)):
        decide(proposal_id=proposal.id, accept=True, reason="按事件调整")
    assert rule_book("steel").version != version
    assert rule_book("steel").weights["go_live"] == proposal.after["go_live"]
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"match.propose", "match.accepted", "match.weights"} <= actions
    with acting_as(person(operator)), pytest.raises(Conflict):
        decide(proposal_id=proposal.id, accept=False, reason="再想想")


def test_a_declined_proposal_changes_nothing(proposal, operator):
    with acting_as(person(operator)):
        with pytest.raises(InvalidInput):
            decide(proposal_id=proposal.id, accept=False, reason="")
        decide(proposal_id=proposal.id, accept=False, reason="事件还太少")
    assert not db.session.scalars(select(MatchWeights)).all()


def test_a_stale_proposal_is_not_accepted(proposal, operator):
    adjust_weights(industry="steel", weights=proposal.before, reason="same again", actor="test")
    with acting_as(person(operator)), pytest.raises(Conflict, match="new proposal"):
        decide(proposal_id=proposal.id, accept=True, reason="按事件调整")


@pytest.mark.parametrize(("role", "industries", "problem"), [
    ("operator", ["biopharma"], NotFound), ("auditor", [], NotAllowed),
    ("city_admin", [], NotAllowed), ("provider", [], NotAllowed)])
def test_only_the_industry_s_operator_decides(proposal, role, industries, problem):
    other = make_user(role=role, industries=industries)
    with acting_as(person(other)), pytest.raises(problem):
        decide(proposal_id=proposal.id, accept=True, reason="按事件调整")
    assert proposal.state == "open"


def test_the_page_shows_and_decides(client, proposal, operator):
    sign_in_as(client, operator)
    page = client.get("/console/industries/steel/tuning").text
    assert "权重建议" in page
    assert "平均高" in page
    path = f"/console/tuning/{proposal.id}"
    refused = client.post(path, data={"accept": "1", "reason": "", "industry": "steel"})
    assert refused.status_code == 422
    assert client.post(path, data={"accept": "1", "reason": "按事件调整"}).status_code == 303
    assert "已采纳" in client.get("/console/industries/steel/tuning").text
    assert client.get("/console/industries/biopharma/tuning").status_code == 404
    book = client.get("/console/industries/steel/concentration.xlsx")
    assert book.data.startswith(b"PK")


def test_readers_see_but_do_not_decide(client, proposal):
    sign_in_as(client, make_user(role="auditor"))
    page = client.get("/console/industries/steel/tuning").text
    assert "accept" not in page
    assert client.post("/console/industries/steel/tuning").status_code == 404


def test_the_page_asks_for_too_few_politely(client, operator):
    sign_in_as(client, operator)
    assert client.post("/console/industries/steel/tuning").status_code == 303
    assert client.get("/console/industries/steel/tuning").status_code == 200


@given(st.lists(st.floats(0, 60), min_size=3, max_size=14))
@settings(max_examples=60)
def test_weights_always_add_up_and_keep_their_bounds(raw):
    total = sum(raw) or 1.0
    start = {str(n): 100 * (w + 0.1) / (total + 0.1 * len(raw)) for n, w in enumerate(raw)}
    start = within(start, dict.fromkeys(start, (0.0, 100.0)))
    bounds = {r: (w * 0.7, w * 1.3) for r, w in start.items()}
    pushed = {r: w + (5 if n % 2 else -5) for n, (r, w) in enumerate(start.items())}
    found = rounded(within(pushed, bounds), bounds)
    assert sum(found.values()) == pytest.approx(100)
    assert all(bounds[r][0] - 0.11 <= w <= bounds[r][1] + 0.11 for r, w in found.items())
