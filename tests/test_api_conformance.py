"""Schemathesis over the OpenAPI document with every role's token: no failure of ours, no answer
outside the schema."""

from __future__ import annotations

from datetime import timedelta

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace.accounts.guard import hashed
from marketplace.accounts.models import ApiToken
from marketplace.core.access import VISITOR
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now
from marketplace.core.database import transaction
from tests.factories import bring_into_index, make_solution, make_user

pytestmark = pytest.mark.doors
CHECKS = [checks.not_a_server_error, status_code_conformance, content_type_conformance,
          response_schema_conformance]
EXAMPLES = 4
"""Requests an operation and role; the roles together ask each operation some seventy times."""


@pytest.fixture
def catalogue_of_one(app: Flask) -> Flask:
    make_solution(industries=["steel"], slug="one")
    bring_into_index()
    return app


@pytest.mark.parametrize("role", [VISITOR, *ROLES], ids=lambda role: role or "visitor")
def test_answers_keep_to_the_document(catalogue_of_one: Flask, role: str) -> None:
    headers = {"Authorization": f"Bearer {_token(role)}"} if role else {}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", catalogue_of_one)
    asked = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, derandomize=True, database=None,
                  phases=[Phase.explicit, Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def conforms(case) -> None:
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)

        conforms()
        asked.add(operation.label)
    assert len(asked) == len(list(schema.get_all_operations())) > 8


def _token(role: str) -> str:
    user = make_user(role=role, district="370102" if role == "district_officer" else None,
                     industries=["steel"] if role == "operator" else ())
    with transaction() as session:
        session.add(ApiToken(
            token=hashed(f"conformance-{role}"), prefix="conform", name="conformance",
            user_id=user.id, membership_id=user.memberships[0].id, scopes=["read", "write"],
            created_at=now(), expires_at=now() + timedelta(days=1)))
    return f"conformance-{role}"
