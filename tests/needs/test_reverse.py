"""Needs that fit a provider: the same rules turned round, within what a need shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import current_app

from marketplace.accounts.models import User
from marketplace.catalog.models import Provider
from marketplace.core.access import acting_as
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import NotFound
from marketplace.needs.models import Enquiry, EnquiryInvitation, SavedNeed
from marketplace.needs.reverse import Fit, fits_of, fitting_needs
from marketplace.needs.reverse_terms import reindex
from marketplace.needs.subscriptions_models import NeedTerm
from tests.factories import (
    bring_into_index,
    make_organisation,
    make_provider,
    make_solution,
    make_user,
    person,
    sign_in_as,
)
from tests.support import sql_count

SECRET = "恒通精密王建国13905310001"


def wish(kind: str, value: Any, hard: bool = False) -> dict[str, Any]:
    return {"kind": kind, "value": value, "hard": hard, "confidence": 0.9}


STEEL = [wish("industry", "steel"), wish("core_scenario", "OP-06"), wish("category", "APS")]


def make_need(*wishes: dict[str, Any], **changes: Any) -> SavedNeed:
    """A published, anonymous need for scheduling in a steel works."""
    enterprise = changes.pop("organisation", None) or make_organisation()
    owner = make_user(role="enterprise", organisation=enterprise)
    with transaction() as session:
        need = SavedNeed(**{
            "organisation_id": enterprise.id, "owner_id": owner.id, "title": SECRET,
            "text": f"{SECRET}，排产靠经验", "public_title": "轧线排产",
            "public_text": "排产靠经验",
            "facts": {"wishes": [*STEEL, *wishes], "people": 60}, "industry": "steel",
            "state": "published", "confirmed_at": now(), "published_at": now(),
            "created_at": now(), "updated_at": now()} | changes)
        session.add(need)
    return need


@pytest.fixture
def provider(app) -> Provider:
    """A provider with one scheduler for steel, 30 days to go-live."""
    found = make_provider()
    make_solution(provider=found, scenarios=[{"code": "OP-06", "from": 1, "to": 3}])
    bring_into_index()
    return found


@pytest.fixture
def salesperson(provider) -> User:
    return make_user(role="provider", organisation=provider.organisation)


def fit(user: User, **filters: str) -> Fit:
    with acting_as(person(user)):
        return fitting_needs(current_app.extensions["indexes"], **filters)


def invite(need: SavedNeed, provider: Provider) -> None:
    with transaction() as session:
        session.add(Enquiry(
            need_id=need.id, content={}, deadline_on=now().date() + timedelta(days=9),
            created_by="test", created_at=now(), invitations=[EnquiryInvitation(
                provider_id=provider.id, state="invited", invited_at=now())]))


def test_an_open_need_is_found_with_reasons(salesperson):
    need = make_need()
    found = fit(salesperson)
    assert [f.saved.id for f in found.needs] == [need.id]
    assert found.needs[0].item.score > 0.5
    assert any("OP-06" in o.text.en or "level" in o.text.en for o in found.needs[0].item.reasons)
    assert all(o.rule != "relevance" for o in found.needs[0].item.outcomes)


@pytest.mark.parametrize("changes", [
    {"state": "draft"}, {"state": "paused"}, {"state": "closed"}, {"confirmed_at": None},
    {"audience": "invited"},
    {"audience": "industries", "industry": "biopharma", "industries": ["biopharma"]},
])
def test_what_is_not_open_to_the_provider_is_not_found(salesperson, changes):
    make_need(**changes)
    found = fit(salesperson)
    assert not found.needs
    assert not found.near_misses


def test_an_invited_provider_finds_the_need(salesperson, provider):
    need = make_need(audience="invited")
    invite(need, provider)
    assert [f.saved.id for f in fit(salesperson).needs] == [need.id]


def test_another_provider_s_invitation_opens_nothing(salesperson):
    invite(make_need(audience="invited"), make_provider())
    assert not fit(salesperson).needs


def test_what_stops_it_says_by_how_much(salesperson):
    make_need(wish("deadline", 10.0, hard=True))
    found = fit(salesperson)
    assert not found.needs
    advice = found.near_misses[0].advice[0]
    assert advice.lifts_veto
    assert "20天" in advice.text.zh
    assert "20 days" in advice.text.en


@pytest.mark.parametrize(("unmet", "said"), [
    (wish("budget", 4_000.0), "6,000元"), (wish("deployment", "private"), "本地"),
    (wish("scenario", "ST-3.5"), "声明覆盖"),
])
def test_advice_names_the_fact_to_state(salesperson, unmet, said):
    make_need(unmet)
    texts = "".join(a.text.zh for a in fit(salesperson).needs[0].advice)
    assert said in texts


def test_points_say_what_the_fit_would_gain(salesperson):
    make_need(wish("deployment", "private"))
    found = fit(salesperson).needs[0]
    outcome = next(o for o in found.item.outcomes if o.rule == "deployment")
    total = sum(o.weight for o in found.item.outcomes)
    gained = next(a.points for a in found.advice if a.rule == "deployment")
    assert gained == round(100 * outcome.weight * (1 - outcome.score) / total)


def test_filters_narrow_the_list(salesperson):
    make_need()
    assert fit(salesperson, industry="steel", category="APS").needs
    assert not fit(salesperson, industry="biopharma").needs
    assert not fit(salesperson, category="LIMS").needs


def test_the_index_follows_the_need(salesperson):
    need = make_need()
    with transaction():
        need.state = "paused"
    assert not db.session.query(NeedTerm).count()
    with transaction():
        need.state = "published"
    assert {t.code for t in db.session.query(NeedTerm)} == {"OP-06", "APS"}
    assert reindex() == 1
    assert fit(salesperson).needs


def test_the_page_shows_nothing_that_names_the_enterprise(client, salesperson):
    enterprise = make_organisation(slug="hengtong-seals")
    need = make_need(organisation=enterprise)
    sign_in_as(client, salesperson)
    for path in ("/workspace/needs", f"/workspace/needs/{need.id}"):
        page = client.get(path).text
        assert "轧线排产" in page
        for told in (SECRET, "王建国", "13905310001", "hengtong", enterprise.name.zh):
            assert told not in page


def test_a_need_that_is_not_open_is_not_there(client, salesperson):
    need = make_need(state="paused")
    sign_in_as(client, salesperson)
    assert client.get(f"/workspace/needs/{need.id}").status_code == 404
    with acting_as(person(salesperson)), pytest.raises(NotFound):
        fits_of(current_app.extensions["indexes"], need.id)


def test_an_empty_desk_teaches(client, salesperson):
    sign_in_as(client, salesperson)
    assert "订阅" in client.get("/workspace/needs").text
    other = make_user(role="provider", organisation=make_provider().organisation)
    assert client.get("/workspace/needs").status_code == 200
    sign_in_as(client, other)
    assert client.get("/workspace/needs").status_code == 200
    page = client.get(f"/workspace/needs/{make_need().id}?lang=en")
    assert page.status_code == 200, "a need that is open to all, for who has no public solution yet"
    assert "you have none yet" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_few_statements(client, salesperson, count):
    for _number in range(count):
        make_need(anonymous=False)
    sign_in_as(client, salesperson)
    client.get("/workspace/needs")
    with sql_count(10):
        assert client.get("/workspace/needs").status_code == 200
