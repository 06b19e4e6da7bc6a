"""Subscriptions: one message a day with what is new, never twice, ended by a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.core.access import acting_as
from marketplace.core.clock import moved, now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.needs.models import SavedNeed
from marketplace.needs.subscriptions import end_by_token, own_subscriptions, subscribe
from marketplace.needs.subscriptions_digest import tell_subscribers
from marketplace.needs.subscriptions_models import Subscription
from marketplace.notifications.models import Notification
from tests.factories import (
    make_organisation,
    make_provider,
    make_solution,
    make_user,
    person,
    sign_in_as,
)
from tests.support import sql_count

DAY = timedelta(days=1)


@pytest.fixture
def salesperson(app) -> User:
    return make_user(role="provider", organisation=make_provider().organisation)


@pytest.fixture
def owner(app) -> User:
    return make_user(role="enterprise", organisation=make_organisation())


def begin(user: User, **filters: list[str]) -> Subscription:
    with acting_as(person(user)):
        return subscribe(filters=filters)


def publish(user: User, *, category: str = "APS", **changes: Any) -> SavedNeed:
    with transaction() as session:
        need = SavedNeed(**{
            "organisation_id": user.memberships[0].organisation_id, "owner_id": user.id,
            "title": "恒通的排产", "text": "恒通王建国", "public_title": "排产靠经验",
            "public_text": "排产靠经验", "state": "published", "industry": "steel",
            "facts": {"wishes": [{"kind": "category", "value": category, "hard": False,
                                  "confidence": 0.9}]},
            "confirmed_at": now(), "published_at": now(), "created_at": now(),
            "updated_at": now()} | changes)
        session.add(need)
    return need


def messages() -> list[Notification]:
    return list(db.session.scalars(select(Notification).where(
        Notification.kind.startswith("subscription."))))


def test_a_new_need_is_told_once(salesperson, owner):
    begin(salesperson, categories=["APS"])
    with moved(DAY):
        publish(owner)
        assert tell_subscribers() == 1
        assert tell_subscribers() == 0
    message, = messages()
    assert message.facts["names"] == "排产靠经验"
    assert "恒通" not in str(message.facts)
    with moved(2 * DAY):
        assert tell_subscribers() == 0


@pytest.mark.parametrize("changes", [
    {"category": "LIMS"}, {"industry": "biopharma"}, {"state": "draft"}, {"audience": "invited"},
    {"confirmed_at": None},
])
def test_other_needs_are_not_told(salesperson, owner, changes):
    begin(salesperson, categories=["APS"], industries=["steel"])
    with moved(DAY):
        publish(owner, **changes)
        assert tell_subscribers() == 0


def test_what_came_before_is_not_new(salesperson, owner):
    publish(owner)
    with moved(DAY):
        begin(salesperson)
    with moved(2 * DAY):
        assert tell_subscribers() == 0


def test_new_solutions_are_told_new_versions_are_not(owner):
    known = make_solution()
    with moved(DAY):
        begin(owner, categories=["APS"])
    with moved(2 * DAY):
        assert tell_subscribers() == 0
        assert known.published is not None
        fresh = make_solution()
        make_solution(categories=["LIMS"])
        assert tell_subscribers() == 1
    assert fresh.published is not None
    assert messages()[0].facts["names"] == fresh.published.name.zh


def test_a_saved_need_is_its_own_filter(owner):
    need = publish(owner, category="APS")
    with acting_as(person(owner)):
        subscribe(filters={}, need_id=need.id)
    with moved(DAY):
        make_solution(categories=["LIMS"])
        assert tell_subscribers() == 0
        make_solution(categories=["APS"])
        assert tell_subscribers() == 1
    assert messages()[0].path == f"/needs/{need.id}"


def test_another_s_need_is_no_filter(owner):
    need = publish(make_user(role="enterprise", organisation=make_organisation()))
    with acting_as(person(owner)), pytest.raises(NotFound):
        subscribe(filters={}, need_id=need.id)


def test_unknown_codes_and_doubles_are_refused(salesperson):
    with pytest.raises(InvalidInput) as problem:
        begin(salesperson, categories=["NONE"])
    assert problem.value.errors[0].field == "categories"
    begin(salesperson, categories=["APS"])
    with pytest.raises(Conflict):
        begin(salesperson, categories=["APS"])


def test_the_link_ends_it_without_signing_in(client, salesperson, owner):
    token = begin(salesperson).token
    assert client.get(f"/subscriptions/stop/{token}").status_code == 200
    assert db.session.scalar(select(Subscription.ended_at)) is None
    assert "已退订" in client.post(f"/subscriptions/stop/{token}").text
    with moved(DAY):
        publish(owner)
        assert tell_subscribers() == 0
    assert client.get("/subscriptions/stop/nothing").status_code == 404
    end_by_token(token=token)


def test_the_desk_lists_begins_and_ends(client, salesperson):
    sign_in_as(client, salesperson)
    assert "还没有订阅" in client.get("/subscriptions").text
    assert client.post("/subscriptions", data={"categories": "APS"}).status_code == 303
    assert client.post("/subscriptions", data={"categories": "NONE"}).status_code == 422
    with acting_as(person(salesperson)):
        found, = own_subscriptions("needs")
    assert client.post(f"/subscriptions/{found.id}/end").status_code == 303
    db.session.rollback()
    with acting_as(person(salesperson)):
        assert not own_subscriptions()


def test_nobody_ends_another_s(client, salesperson):
    found = begin(salesperson)
    other = make_user(role="provider", organisation=make_provider().organisation)
    sign_in_as(client, other)
    assert client.post(f"/subscriptions/{found.id}/end").status_code == 404
    assert found.ended_at is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_needs_few_statements(client, salesperson, count):
    for code in ("APS", "MES", "WMS")[:count]:
        begin(salesperson, categories=[code])
    sign_in_as(client, salesperson)
    client.get("/subscriptions")
    with sql_count(6):
        client.get("/subscriptions")
