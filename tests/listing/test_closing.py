"""What a provider offers goes with its organisation, and comes back one by one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_closing import concerned
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.errors import Conflict
from marketplace.listing.models import Submission
from marketplace.listing.suspension import lift_provider, lift_solution
from marketplace.notifications.models import Notification, Task
from tests.factories import (
    bring_into_index,
    make_organisation,
    make_provider,
    make_solution,
    make_submission,
    make_user,
    person,
    sign_in_as,
)
from tests.support import IsolatedClient, sql_count

REASON = "公司停止经营软件业务"


def fresh():
    db.session.rollback()
    db.session.expire_all()
    return db.session


@pytest.fixture
def city(app: Flask) -> IsolatedClient:
    return sign_in_as(app.test_client(), make_user(role="city_admin"))


def close(city: IsolatedClient, organisation: Organisation) -> str:
    path = f"/officer/organisations/{organisation.id}"
    answer = city.post(f"{path}/deactivate", data={"reason": REASON, "sure": "1"})
    assert answer.status_code == 303
    return path


def test_solutions_are_listed_before_and_go_off_with_the_reason(
        city: IsolatedClient, client: IsolatedClient) -> None:
    provider = make_provider()
    solution, other = make_solution(provider=provider), make_solution()
    waiting = make_submission(make_solution(provider=provider, publish=False))
    page = city.get(f"/officer/organisations/{provider.organisation_id}").text
    assert f"/solutions/{solution.slug}" in page
    assert f"/solutions/{other.slug}" not in page
    close(city, provider.organisation)
    bring_into_index()
    page = client.get(f"/solutions/{solution.slug}")
    assert page.status_code == 410
    assert REASON in page.text
    assert "已离开平台" in page.text
    assert REASON in client.get(f"/providers/{provider.slug}").text
    assert client.get("/api/v1/solutions").json["total"] == 1
    assert client.get(f"/solutions/{other.slug}").status_code == 200
    assert fresh().get(Submission, waiting.id).state == "withdrawn"


def test_nothing_comes_back_by_itself_and_all_is_offered(
        city: IsolatedClient, client: IsolatedClient) -> None:
    provider = make_provider()
    solution = make_solution(provider=provider)
    boss = make_user(role="provider", organisation=provider.organisation, administrator=True)
    operator = person(make_user(role="operator", industries=["steel"]))
    path = close(city, provider.organisation)
    assert sign_in_as(client, boss).get("/workspace").status_code != 200
    with acting_as(operator), pytest.raises(Conflict):
        lift_solution(solution_id=solution.id)
    with acting_as(operator), pytest.raises(Conflict):
        lift_provider(provider_id=provider.id)
    assert f"/solutions/{solution.slug}" in city.get(path).text
    assert city.post(f"{path}/reactivate", data={"reason": ""}).status_code == 422
    assert city.post(f"{path}/reactivate", data={"reason": "业务已恢复"}).status_code == 303
    assert sign_in_as(client, boss).get("/workspace").status_code == 200
    assert client.get(f"/solutions/{solution.slug}").status_code == 410
    task = fresh().scalars(select(Task).where(Task.kind == "listing.to_relist")).one()
    assert (task.role, task.industry, task.done_at) == ("operator", "steel", None)
    told = fresh().scalars(select(Notification.kind).where(
        Notification.user_id == boss.id)).all()
    assert "organisation.reactivated" in told
    event = fresh().scalars(select(AuditEvent).where(
        AuditEvent.action == "organisation.reactivate")).one()
    assert event.details["reason"] == "业务已恢复"
    with acting_as(operator):
        lift_solution(solution_id=solution.id)
    assert fresh().get(Task, task.id).done_at is not None
    assert client.get(f"/solutions/{solution.slug}").status_code == 200


def test_closing_asks_once_more(city: IsolatedClient) -> None:
    organisation = make_organisation()
    page = city.post(f"/officer/organisations/{organisation.id}/deactivate",
                     data={"reason": REASON})
    assert page.status_code == 422
    assert fresh().get(Organisation, organisation.id).deactivated_at is None


def test_who_asked_to_join_asks_again_and_who_left_stays_away(city: IsolatedClient) -> None:
    organisation = make_organisation()
    people = {state: make_user(role="enterprise", organisation=organisation)
              for state in ("active", "asked", "left")}
    for state, user in people.items():
        user.memberships[0].state = state
    db.session.commit()
    path = close(city, organisation)
    city.post(f"{path}/reactivate", data={"reason": "业务已恢复"})
    fresh()
    assert [u.memberships[0].state for u in people.values()] == ["active", "refused", "left"]


@pytest.mark.parametrize("role", ["operator", "district_officer", "auditor"])
def test_others_open_nothing_again(app: Flask, city: IsolatedClient, role: str) -> None:
    organisation = make_organisation(industry="steel")
    path = close(city, organisation)
    other = sign_in_as(app.test_client(), make_user(
        role=role, industries=["steel"], district="370102"))
    assert other.post(f"{path}/reactivate", data={"reason": "业务已恢复"}).status_code in (403, 404)
    assert fresh().get(Organisation, organisation.id).deactivated_at is not None


@pytest.mark.parametrize("many", [1, 3])
def test_statements_of_what_is_concerned(app: Flask, many: int) -> None:
    provider = make_provider()
    for _n in range(many):
        make_solution(provider=provider)
    fresh()
    organisation = provider.organisation
    with sql_count(2):
        assert len(concerned(organisation)) == many
