"""Every route and API operation, walked with every role, against the access table.

A route without a declared rule fails. Whoever the table lets in gets an answer that is no refusal;
everybody else is asked to sign in or told that there is no such page. Where the guard refuses, no
page is made: it alone is asked, as it is before every request. What is open to everybody alike is
read by some roles in turn, so that each such page is read by several.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Rule as Url

from marketplace.accounts.guard import OPEN_ENDPOINTS, SignInNeeded, hashed
from marketplace.accounts.models import ApiToken, User
from marketplace.core.access import MEMBER, VISITOR, Rule, rules_by_endpoint
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import NotFound
from marketplace.core.web import CONTENT_SECURITY_POLICY
from tests.factories import make_user, sign_in_as
from tests.support import IsolatedClient

pytestmark = pytest.mark.doors
HATS = (VISITOR, MEMBER, *ROLES)
ANSWERS_ITSELF = ("security.login", "security.logout", "security.verify")
"""Flask-Security's own pages send those who are signed in already elsewhere."""
READ_IN_TURN = 4
"""Of so many roles one reads a page that is open to everybody; visitors and members read all."""
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


def somebody(role: str) -> User | None:
    """A person of this role; nobody for a visitor."""
    return None if role == VISITOR else make_user() if role == MEMBER else make_user(
        role=role, district="370102" if role == "district_officer" else None,
        industries=["steel"] if role in ("operator", "consortium_member") else ())


@pytest.mark.parametrize("hats", [HATS[n::6] for n in range(6)], ids=" ".join)
def test_pages_and_operations_open_to_whom_the_table_says(app: Flask,
                                                          hats: tuple[str, ...]) -> None:
    wrong = []
    for hat in hats:
        user = somebody(hat)
        wrong += [(hat, *page) for page in _pages_wrong(app, hat, user)]
        wrong += [(hat, *operation) for operation in _operations_wrong(app, hat, user)]
    assert wrong == []


def _pages_wrong(app: Flask, hat: str, user: User | None) -> Iterator[tuple[str, str, str]]:
    client = app.test_client()
    if user:
        sign_in_as(client, user)
    for place, (url, method) in enumerate(urls(app)):
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or url.rule.startswith("/api/v1") or url.endpoint in ANSWERS_ITSELF:
            continue
        read = hat in rule.roles and (VISITOR not in rule.roles or hat in (VISITOR, MEMBER)
                                      or (place + HATS.index(hat)) % READ_IN_TURN == 0)
        if not (_as_declared(client, url, method, hat) if read else
                _at_the_door(app, client, url, method) == _told(rule, hat)):
            yield method, url.rule, url.endpoint


def _as_declared(client: IsolatedClient, url: Url, method: str, hat: str) -> bool:
    """Whoever is let in may still meet an absent object, but never what the door says; every
    answer carries what keeps it safe in a browser."""
    answer = client.open(f"{path_of(url)}?lang=en", method=method)
    location = answer.headers.get("Location", "")
    kept = answer.headers.get("Cache-Control", "")
    return (answer.status_code < 500 and "/sign-in?next" not in location
            and DOOR not in answer.data
            and answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
            and answer.headers["X-Content-Type-Options"] == "nosniff"
            and (hat == VISITOR or "private" in kept or "no-store" in kept))


def _told(rule: Rule, hat: str) -> str:
    if hat in rule.roles:
        return "come in"
    return "sign in" if hat == VISITOR else "no such page"


def _at_the_door(app: Flask, client: IsolatedClient, url: Url, method: str) -> str:
    """What is done before the page is asked for: the guard, and nothing of the page itself."""
    cookie = client.get_cookie("session")
    headers = {"Cookie": f"session={cookie.value}"} if cookie else {}

    def ask() -> str:
        with app.test_request_context(path_of(url), method=method, headers=headers):
            try:
                answer = app.preprocess_request()
            except (NotFound, SignInNeeded) as refused:
                return "no such page" if isinstance(refused, NotFound) else "sign in"
            place = getattr(answer, "location", "") or ""
            return "come in" if answer is None else "sign in" if "/sign-in" in place else place

    return Context().run(ask)


def test_door_is_a_page_that_says_so(app: Flask) -> None:
    """What the guard raises is answered as it should be, page and API."""
    client = sign_in_as(app.test_client(), make_user(role="expert"))
    for path, kind in (("/admin/audit", "text/html"),
                       ("/api/v1/workspace/solutions", "application/problem+json")):
        answer = client.get(f"{path}?lang=en")
        assert (answer.status_code, answer.mimetype) == (404, kind)
        assert DOOR in answer.data
        assert "/sign-in" in app.test_client().get(path).headers.get("Location", "/sign-in")


def _operations_wrong(app: Flask, hat: str,
                      user: User | None) -> Iterator[tuple[str, str, str]]:
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token_of(user)}"} if user and user.memberships else {}
    role = hat if headers else VISITOR
    for url, method in urls(app):
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or not url.rule.startswith("/api/v1"):
            continue
        answer = client.open(path_of(url), method=method, headers=headers, json={})
        shut = answer.status_code == 401 or (
            answer.status_code == 404 and DOOR in answer.data)
        if shut == (role in rule.roles) or answer.status_code >= 500 or (
                answer.status_code >= 400 and answer.mimetype != "application/problem+json"):
            yield method, url.rule, answer.status


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
