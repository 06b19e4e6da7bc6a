"""Programs of a provider read and write its drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.accounts.guard import hashed
from marketplace.accounts.models import ApiToken, User
from marketplace.core.clock import now
from marketplace.core.database import transaction
from tests.factories import content, make_salesperson, make_solution
from tests.support import IsolatedClient


def bearer(user: User, *scopes: str) -> dict[str, str]:
    with transaction() as session:
        session.add(ApiToken(
            token=hashed(f"key-{user.id}"), prefix="key", name="ERP", user_id=user.id,
            membership_id=user.memberships[0].id, scopes=list(scopes), created_at=now(),
            expires_at=now() + timedelta(days=1)))
    return {"Authorization": f"Bearer key-{user.id}"}


@pytest.fixture
def own(app: Flask) -> tuple[int, dict[str, str]]:
    solution = make_solution()
    return solution.id, bearer(make_salesperson(solution.provider), "read", "write")


def at(solution_id: int) -> str:
    return f"/api/v1/workspace/solutions/{solution_id}/draft"


def test_a_program_reads_and_replaces_a_draft(client: IsolatedClient, own: Any) -> None:
    number, headers = own
    listed = client.get("/api/v1/workspace/solutions", headers=headers).json
    assert [(s["id"], s["state"], s["public"]) for s in listed] == [(number, "listed", True)]
    read = client.get(at(number), headers=headers).json
    assert (read["revision"], read["missing"]) == (0, [])
    sent = {"revision": 0, "content": content(go_live_days=3, promise={"zh": ""})}
    saved = client.put(at(number), headers=headers, json=sent).json
    assert saved["content"]["go_live_days"] == 3
    assert [m["field"] for m in saved["missing"]] == ["promise.zh"]
    assert client.put(at(number), headers=headers, json=sent).status_code == 409
    assert client.put(at(number), headers=headers,
                      json=sent | {"revision": saved["revision"]}).status_code == 200


@pytest.mark.parametrize("broken", [
    {"name": "no text"}, {"attributes": {"x": {"a": 1}}}, {"cases": [{"figures": "x"}]},
    {"files": [{"file": [1], "kind": "picture"}]}, {"unknown": 1},
    {"price_parts": [{"part": "bribe", "amount": 1}]},
])
def test_what_is_no_content_is_refused(client: IsolatedClient, own: Any, broken: Any) -> None:
    number, headers = own
    answer = client.put(at(number), headers=headers, json={"revision": 0, "content": broken})
    assert answer.status_code == 422


def test_foreign_drafts_do_not_exist(client: IsolatedClient, own: Any) -> None:
    foreign, headers = make_solution(), own[1]
    assert client.get(at(foreign.id), headers=headers).status_code == 404
    assert client.put(at(foreign.id), headers=headers,
                      json={"revision": 0, "content": content()}).status_code == 404


def test_a_reading_token_does_not_write(app: Flask, client: IsolatedClient) -> None:
    solution = make_solution()
    headers = bearer(make_salesperson(solution.provider), "read")
    assert client.get(at(solution.id), headers=headers).status_code == 200
    assert client.put(at(solution.id), headers=headers,
                      json={"revision": 0, "content": content()}).status_code == 403
