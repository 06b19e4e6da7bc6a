"""Schemathesis over the OpenAPI document with every role's token: no failure of ours, no answer
outside the schema."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask, current_app
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.accounts.guard import hashed
from marketplace.accounts.models import ApiToken
from marketplace.core.access import VISITOR, rules_by_endpoint
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.core.database import transaction
from tests.factories import bring_into_index, make_solution, make_user

pytestmark = pytest.mark.doors
CHECKS = [checks.not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]
ALL = (VISITOR, *ROLES)
EXAMPLES = 3
"""Requests an operation and role. Each role draws others, so the roles together ask each operation
some fifty times; to whom an operation is shut, it is shut before it reads anything: once is
enough."""


@pytest.fixture
def catalogue_of_one(app: Flask) -> Flask:
    make_solution(industries=["steel"], slug="one")
    bring_into_index()
    return app


@pytest.mark.parametrize("roles", [ALL[0::3], ALL[1::3], ALL[2::3]], ids=["a", "b", "c"])
def test_answers_keep_to_the_document(catalogue_of_one: Flask, roles: tuple[str, ...]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", catalogue_of_one)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 8
    for role in roles:
        headers = {"Authorization": f"Bearer {_token(role)}"} if role else {}
        for operation in operations:
            _asks(operation, headers, role, EXAMPLES if _open_to(role, operation) else 1)


def _open_to(role: str, operation: Any) -> bool:
    """Whether the access table lets the role in."""
    url = current_app.url_map.bind("localhost")
    path = re.sub(r"\{\w+\}", "1", operation.path)
    endpoint, _arguments = url.match(path, method=operation.method.upper())
    return role in rules_by_endpoint()[endpoint].roles


def _asks(operation: Any, headers: dict[str, str], role: str, examples: int) -> None:
    @seed(ALL.index(role))
    @settings(max_examples=examples, database=None, phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def conforms(case) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    conforms()


def _token(role: str) -> str:
    user = make_user(role=role, district="370102" if role == "district_officer" else None,
                     industries=["steel"] if role == "operator" else ())
    with transaction() as session:
        session.add(ApiToken(
            token=hashed(f"conformance-{role}"), prefix="conform", name="conformance",
            user_id=user.id, membership_id=user.memberships[0].id, scopes=["read", "write"],
            created_at=now(), expires_at=now() + timedelta(days=1)))
    return f"conformance-{role}"
