"""NUL reaches no query: PostgreSQL refuses it in any text, and the page would answer 500."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.accounts.models import User
from marketplace.core.database import db
from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import IsolatedClient


@pytest.mark.parametrize("path", ["/organisations/claim?q=%00a", "/solutions?q=%00",
                                  "/officer/organisations?district=%00"])
def test_nul_in_parameters_is_left_out(app: Flask, client: IsolatedClient, path: str) -> None:
    sign_in_as(client, make_user(role="city_admin"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/solutions/%00", "/sheets/a%00b", "/api/v1/solutions/%00"])
def test_address_with_nul_leads_nowhere(client: IsolatedClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_nul_in_a_form_is_left_out(app: Flask, client: IsolatedClient) -> None:
    user = make_user(role="enterprise", organisation=make_organisation(), administrator=True)
    sign_in_as(client, user)
    assert client.post("/account", data={"name": "王\0明", "language": "zh"}).status_code == 303
    assert db.session.get_one(User, user.id, populate_existing=True).name == "王明"
    assert client.post("/desk/file", data={"export_markets": "德\0国"}).status_code == 303
