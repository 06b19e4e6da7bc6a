"""An enterprise's programs keep needs and read answers; nobody else's do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.guard import hashed
from marketplace.accounts.models import ApiToken, User
from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.needs import answering
from tests.factories import person
from tests.needs.support import World, answer, make_enquiry, make_need, make_world
from tests.support import IsolatedClient


def token(user: User) -> dict[str, str]:
    secret = f"token-{user.id}"
    with transaction() as session:
        session.add(ApiToken(
            token=hashed(secret), prefix="test", name="test", user_id=user.id,
            membership_id=user.memberships[0].id, scopes=["read", "write"], created_at=now(),
            expires_at=now() + timedelta(days=90)))
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def world(app) -> World:
    return make_world()


def test_a_need_is_saved_and_read(client: IsolatedClient, world: World) -> None:
    boss, stranger = token(world.boss), token(world.stranger)
    made = client.post("/api/v1/needs", headers=boss, json={
        "text": "排产靠老师傅，交期总是拖", "industry": "steel", "filters": {"budget": 90_000}})
    assert made.status_code == 201
    assert made.json["state"] == "draft"
    assert "budget" in [w["key"] for w in made.json["wishes"]]
    at = f"/api/v1/needs/{made.json['id']}"
    assert client.get(at, headers=boss).json == made.json
    assert [n["id"] for n in client.get("/api/v1/needs", headers=boss).json] == [made.json["id"]]
    assert client.get(at, headers=stranger).status_code == 404
    assert client.get("/api/v1/needs", headers=stranger).json == []
    assert client.get(at).status_code == 401


def test_sealed_prices_stay_sealed(client: IsolatedClient, world: World) -> None:
    enquiry = make_enquiry(world, make_need(world), sealed=True, days=6)
    with acting_as(person(world.sellers[0])):
        answering.save_answer(invitation=enquiry.invitations[0], content=answer(), send=True)
    boss, at = token(world.boss), f"/api/v1/enquiries/{enquiry.id}"
    found = client.get(at, headers=boss)
    assert "88123" not in found.get_data(as_text=True)
    sent = found.json["invitations"][0]["answer"]
    assert sent["price_parts"] is None
    assert [p["key"] for p in sent["points"]] == ["industry", "core_scenario:OP-06"]
    assert client.get(at, headers=token(world.stranger)).status_code == 404
    with clock.moved(timedelta(days=7)):
        opened = client.get(at, headers=boss).json
    assert opened["prices_open"] is True
    assert opened["invitations"][0]["answer"]["price_parts"][0]["amount"] == 88_123
