"""The desk of whoever is signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.core.access import acting_as
from marketplace.core.access_table import ROLES
from marketplace.core.clock import today
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task
from tests.factories import make_user, person, sign_in_as
from tests.support import IsolatedClient, sql_count


@pytest.mark.parametrize("role", [*ROLES, None])
def test_everybody_who_signed_in_has_a_desk(app: Flask, client: IsolatedClient,
                                            role: str | None) -> None:
    sign_in_as(client, make_user(role=role, name="王工"))
    page = client.get("/desk")
    assert page.status_code == 200
    assert "王工" in page.text


def test_stranger_is_asked_to_sign_in(app: Flask, client: IsolatedClient) -> None:
    assert "/sign-in" in client.get("/desk").headers["Location"]


def test_done_tasks_leave_the_desk(app: Flask, client: IsolatedClient) -> None:
    sign_in_as(client, make_user(role="operator", industries=["steel"]))
    for industry in ("steel", "biopharma"):
        open_task("submission.waiting", Audience("operator", industry=industry),
                  subject=f"submission:{industry}", path="/", solution=f"产品-{industry}",
                  provider="甲")
    page = client.get("/desk").text
    assert "产品-steel" in page
    assert "产品-biopharma" not in page
    close_tasks("submission:steel")
    page = client.get("/desk").text
    assert 'class="task' not in page
    assert page.index("近七天已办") < page.index("产品-steel")


def give(number: int, **more: object) -> None:
    open_task("submission.waiting", Audience("operator"), subject=f"submission:{number}",
              path=f"/tasks/{number}", solution=f"产品{number}", provider="甲", **more)


def test_most_urgent_comes_first_and_overdue_is_said(app: Flask, client: IsolatedClient) -> None:
    sign_in_as(client, make_user(role="operator"))
    give(1)
    give(2, due_on=today() + timedelta(days=30))
    give(3, due_on=today() - timedelta(days=30))
    page = client.get("/desk?lang=en").text
    assert page.index("/tasks/3") < page.index("/tasks/2") < page.index("/tasks/1")
    assert "<strong>Overdue</strong>" in page
    assert "1 overdue" in page
    assert "working days left" in page
    assert "3 things to do" in page


def test_done_task_is_shown_under_done_with_who_did_it(app: Flask, client: IsolatedClient) -> None:
    user = make_user(role="operator", name="王工")
    sign_in_as(client, user)
    give(1)
    with acting_as(person(user)):
        close_tasks("submission:1")
    page = client.get("/desk").text
    assert "王工 ·" in page
    assert "办完后自动移除" in page


def test_empty_desk_says_what_comes_here(app: Flask, client: IsolatedClient) -> None:
    sign_in_as(client, make_user())
    page = client.get("/desk").text
    assert "办完后自动移除" in page
    assert "您还没有身份" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_costs_the_same_however_much_waits(app: Flask, client: IsolatedClient,
                                                rows: int) -> None:
    user = make_user(role="assessor")
    sign_in_as(client, user)
    for number in range(rows):
        open_task("submission.waiting", Audience("assessor"), subject=f"a:{number}", path="/",
                  due_on=today())
        open_task("submission.waiting", Audience("assessor"), subject=f"b:{number}", path="/")
        close_tasks(f"b:{number}")
        notify("submission.approved", Audience("assessor"), key=f"k{number}", path="/")
    client.get("/desk")
    with sql_count(8):
        assert client.get("/desk").text.count("task-today") == rows
