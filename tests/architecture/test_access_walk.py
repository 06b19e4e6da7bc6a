"""Every route and API operation, walked with every role, against the access table.

A route without a declared rule fails. Whoever the table lets in gets an answer that is no refusal;
everybody else is asked to sign in or told that there is no such page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Rule as Url

from marketplace.accounts.guard import OPEN_ENDPOINTS, hashed
from marketplace.accounts.models import ApiToken, User
from marketplace.core.access import MEMBER, VISITOR, Rule, rules_by_endpoint
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.core.database import transaction
from tests.factories import make_user, sign_in_as
from tests.support import IsolatedClient

pytestmark = pytest.mark.doors
HATS = (VISITOR, MEMBER, *ROLES)
REFUSED = (401, 403, 404)
ANSWERS_ITSELF = ("security.login", "security.logout", "security.verify")
"""Flask-Security's own pages send those who are signed in already elsewhere."""
DOOR = b"no such page for your present role"
"""What the guard says to a role the table does not name."""


def urls(app: Flask) -> Iterator[tuple[Url, str]]:
    for url in app.url_map.iter_rules():
        for method in sorted(url.methods - {"HEAD", "OPTIONS"}):
            yield url, method


def path_of(url: Url) -> str:
    """The address with values that exist nowhere: what counts is whether the door opens."""
    values: dict[str, Any] = {}
    for name, converter in url._converters.items():
        values[name] = (987654321 if isinstance(converter, IntegerConverter) else
                        next(iter(getattr(converter, "items", ["no-such-thing"]))))
    built = url.build(values)
    assert built is not None, url
    return str(built[1])


def test_every_route_has_a_rule(app: Flask) -> None:
    known = rules_by_endpoint()
    bare = sorted({url.endpoint for url, _m in urls(app)
                   if url.endpoint not in known and url.endpoint not in OPEN_ENDPOINTS})
    assert bare == [], "declare these in core/access_table.py"


def test_every_declared_endpoint_exists(app: Flask) -> None:
    assert sorted(set(rules_by_endpoint()) - set(app.view_functions)) == []


@pytest.fixture
def people(app: Flask) -> dict[str, User | None]:
    """One person a role, one without any, and nobody."""
    found: dict[str, User | None] = {VISITOR: None, MEMBER: make_user()}
    return found | {role: make_user(
        role=role, district="370102" if role == "district_officer" else None,
        industries=["steel"] if role == "operator" else ()) for role in ROLES}


@pytest.mark.parametrize("hat", HATS, ids=lambda hat: hat or "visitor")
def test_pages_open_to_whom_the_table_says(app: Flask, people: dict[str, User | None],
                                           hat: str) -> None:
    client = app.test_client()
    if people[hat]:
        sign_in_as(client, people[hat])
    wrong = []
    for url, method in urls(app):
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or url.rule.startswith("/api/v1") or url.endpoint in ANSWERS_ITSELF:
            continue
        if url.endpoint.endswith((".sign_out", ".logout")):
            continue
        if not _as_declared(client, url, method, rule, hat):
            wrong.append((method, url.rule, url.endpoint))
    assert wrong == []


def _as_declared(client: IsolatedClient, url: Url, method: str, rule: Rule, hat: str) -> bool:
    """Whoever is let in may still meet an absent object, but never what the door says."""
    answer = client.open(f"{path_of(url)}?lang=en", method=method)
    location = answer.headers.get("Location", "")
    if hat in rule.roles:
        return (answer.status_code < 500 and "/sign-in?next" not in location
                and DOOR not in answer.data)
    if hat == VISITOR:
        return answer.status_code == 401 or "/sign-in" in location
    return answer.status_code == 404 and DOOR in answer.data


@pytest.mark.parametrize("hat", HATS, ids=lambda hat: hat or "visitor")
def test_api_opens_to_whom_the_table_says(app: Flask, people: dict[str, User | None],
                                          hat: str) -> None:
    client, user = app.test_client(), people[hat]
    headers = {"Authorization": f"Bearer {token_of(user)}"} if user and user.memberships else {}
    role = hat if headers else VISITOR
    wrong = []
    for url, method in urls(app):
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or not url.rule.startswith("/api/v1"):
            continue
        answer = client.open(path_of(url), method=method, headers=headers, json={})
        shut = answer.status_code == 401 or (
            answer.status_code == 404 and DOOR in answer.data)
        if shut == (role in rule.roles) or answer.status_code >= 500 or (
                answer.status_code >= 400 and answer.mimetype != "application/problem+json"):
            wrong.append((method, url.rule, answer.status_code))
    assert wrong == []


def token_of(user: User, *scopes: str) -> str:
    secret = f"walk-{user.id}"
    with transaction() as session:
        session.add(ApiToken(
            token=hashed(secret), prefix="walk", name="walk", user_id=user.id,
            membership_id=user.memberships[0].id, scopes=list(scopes or ("read", "write")),
            created_at=now(), expires_at=now() + timedelta(days=1)))
    return secret


def test_reading_token_writes_nothing(app: Flask) -> None:
    user = make_user(role="provider")
    headers = {"Authorization": f"Bearer {token_of(user, 'read')}"}
    client, opened = app.test_client(), []
    for url, method in urls(app):
        rule = rules_by_endpoint().get(url.endpoint)
        if method == "GET" or rule is None or "provider" not in rule.roles \
                or not url.rule.startswith("/api/v1") or VISITOR in rule.roles:
            continue
        if client.open(path_of(url), method=method, headers=headers, json={}).status_code != 403:
            opened.append((method, url.rule))
    assert opened == []


@pytest.mark.parametrize("change", ["revoked", "expired", "unknown", "left"])
def test_token_that_ended_opens_nothing(app: Flask, change: str) -> None:
    user = make_user(role="provider")
    secret = token_of(user)
    with transaction() as session:
        token = session.query(ApiToken).one()
        if change == "revoked":
            token.revoked_at = now()
        elif change == "expired":
            token.expires_at = now() - timedelta(seconds=1)
        elif change == "left":
            session.merge(user).memberships[0].state = "left"
    if change == "unknown":
        secret += "x"
    answer = app.test_client().get("/api/v1/plugins", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


def test_pages_take_no_token(app: Flask) -> None:
    user = make_user(role="operator", industries=["steel"])
    answer = app.test_client().get("/desk", headers={"Authorization": f"Bearer {token_of(user)}"})
    assert "/sign-in" in answer.headers["Location"]
