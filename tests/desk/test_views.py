"""The desk of whoever is signed in."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.access_table import ROLES
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, open_task
from tests.factories import make_user, sign_in_as
from tests.support import IsolatedClient


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
    assert "产品-steel" not in client.get("/desk").text
