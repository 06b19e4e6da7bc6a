"""While others are in a process there, the city confirms a pause."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict
from marketplace.needs.enquiring import ask_providers, invite_more
from marketplace.needs.operations import pause_need, resume_need
from marketplace.notifications.models import Notification, Task
from marketplace.taxonomy.models import PauseRequest
from marketplace.taxonomy.operations import pause_industry
from marketplace.taxonomy.queries import paused
from tests.factories import make_solution, make_user, person, sign_in_as
from tests.needs.support import World, make_enquiry, make_need, make_world
from tests.support import IsolatedClient

PAUSE = "/console/industries/steel/pause"
WHY = {"reason": "年度整理"}


@pytest.fixture
def world(app: Flask) -> World:
    return make_world(1)


@pytest.fixture
def operator(world: World, client: IsolatedClient) -> IsolatedClient:
    return sign_in_as(client, world.operator)


@pytest.fixture
def city(app: Flask, world: World) -> IsolatedClient:
    return sign_in_as(app.test_client(), make_user(role="city_admin"))


def states() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(PauseRequest.state).order_by(PauseRequest.id)))


def open_tasks() -> list[Any]:
    db.session.rollback()
    return db.session.execute(select(Task.role, Task.path, Task.due_on).where(
        Task.kind == "pause.to_confirm", Task.done_at.is_(None))).all()


def told(user_id: int) -> set[str]:
    db.session.rollback()
    return {k for k in db.session.scalars(select(Notification.kind).where(
        Notification.user_id == user_id)) if k.startswith("pause.")}


def test_with_sealed_prices_under_way_the_city_pauses(world: World, operator: IsolatedClient,
                                                   city: IsolatedClient) -> None:
    make_enquiry(world, sealed=True)
    with transaction():
        world.operator.name = "高炉生"
    page = operator.get(PAUSE).text
    assert "密封报价询单" in page
    assert "锻压企业找排产系统" in page, "by the title providers see"
    assert world.enterprise.name.zh not in page
    assert operator.post(PAUSE, data=WHY).location == PAUSE
    assert (states(), "steel" in paused()) == (["waiting"], False)
    [(role, path, due_on)] = open_tasks()
    assert (role, path, due_on is not None) == ("city_admin", PAUSE, True)
    assert "待市级确认" in operator.get(PAUSE).text
    assert operator.post(PAUSE, data=WHY).status_code == 409, "asked once only"
    assert operator.post(f"{PAUSE}/confirm").status_code in (403, 404), "not by the operator"

    page = city.get(PAUSE).text
    assert "年度整理" in page
    assert "高炉生" in page
    assert world.operator.username not in page, "who asked is said by name"
    assert city.post(f"{PAUSE}/confirm").status_code == 303
    assert (states(), "steel" in paused(), open_tasks()) == (["confirmed"], True, [])
    assert told(world.operator.id) == {"pause.confirmed"}
    [details] = db.session.scalars(select(AuditEvent.details).where(
        AuditEvent.action == "industry.pause.ask"))
    assert details["running"] == [
        {"label": {"zh": "进行中的密封报价询单", "en": "Enquiries under way with sealed prices"},
         "total": 1}]
    assert city.post(f"{PAUSE}/confirm").status_code == 404, "decided already"


def test_the_city_declines_with_a_reason(world: World, operator: IsolatedClient,
                                         city: IsolatedClient) -> None:
    make_enquiry(world, sealed=True)
    operator.post(PAUSE, data=WHY)
    assert city.post(f"{PAUSE}/decline", data={"reason": "不"}).status_code == 422
    assert states() == ["waiting"]
    assert city.post(f"{PAUSE}/decline", data={"reason": "等询单截止后再暂停"}).status_code == 303
    assert (states(), "steel" in paused(), open_tasks()) == (["declined"], False, [])
    assert told(world.operator.id) == {"pause.declined"}
    assert "等询单截止后再暂停" in operator.get(PAUSE).text


def test_a_request_is_withdrawn_and_made_again(world: World, operator: IsolatedClient) -> None:
    enquiry = make_enquiry(world, sealed=True)
    operator.post(PAUSE, data=WHY)
    assert operator.post(f"{PAUSE}/withdraw").status_code == 303
    assert (states(), open_tasks()) == (["withdrawn"], [])
    operator.post(PAUSE, data=WHY)
    assert states() == ["withdrawn", "waiting"]
    operator.post(f"{PAUSE}/withdraw")
    with transaction():
        enquiry.state = "closed"
    operator.post(PAUSE, data=WHY)
    assert "steel" in paused(), "nothing runs any more: at once"


def test_the_system_administrator_pauses_at_once_and_the_city_is_told(
        app: Flask, world: World) -> None:
    make_enquiry(world, sealed=True)
    city = make_user(role="city_admin")
    administrator = sign_in_as(app.test_client(), make_user(role="system_admin"))
    assert administrator.post(PAUSE, data=WHY).location == "/admin/plugins"
    assert ("steel" in paused(), states(), told(city.id)) == (True, [], {"pause.made"})


def test_open_prices_do_not_hold_up_a_pause(world: World, operator: IsolatedClient) -> None:
    make_enquiry(world)
    assert "锻压企业找排产系统" in operator.get(PAUSE).text
    assert operator.post(PAUSE, data=WHY).location == "/console"
    assert "steel" in paused()


def test_others_do_not_see_the_request(world: World, operator: IsolatedClient,
                                       app: Flask) -> None:
    make_enquiry(world, sealed=True)
    operator.post(PAUSE, data=WHY)
    stranger = sign_in_as(app.test_client(), world.other_operator)
    for path in ("/withdraw", "/confirm", "/decline"):
        assert stranger.post(f"{PAUSE}{path}", data=WHY).status_code == 404
    assert states() == ["waiting"]


def test_nothing_new_begins_about_a_need_while_its_sub_platform_is_paused(world: World) -> None:
    enquiry, hidden, draft = make_enquiry(world), make_need(world), make_need(world, publish=False)
    with acting_as(person(world.boss)):
        pause_need(saved=hidden)
    pause_industry(industry="steel", reason="年度整理", actor="admin")
    with pytest.raises(Conflict, match="年度整理"):
        make_need(world, shortlist=False)
    with acting_as(person(world.boss)):
        with pytest.raises(Conflict, match="年度整理"):
            resume_need(saved=hidden)
        with pytest.raises(Conflict, match="年度整理"):
            ask_providers(saved=enquiry.need, solution_ids=world.solution_ids,
                          deadline_on=enquiry.deadline_on)
        further = make_solution(industries=["general"])
        assert invite_more(enquiry=enquiry, solution_ids=[further.id]) == 1, "what runs goes on"
    assert (hidden.state, draft.state) == ("paused", "draft")
