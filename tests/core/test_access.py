"""The access table and what follows from it: lists never show what an operation would refuse."""

from __future__ import annotations

from functools import cache

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.catalog.models import Provider, Solution
from marketplace.core import access
from marketplace.core.access import (
    ANYBODY,
    MEMBER,
    VISITOR,
    Person,
    acting_as,
    allow,
    current_person,
    may,
    reach,
    rules,
    rules_by_endpoint,
)
from marketplace.core.access_table import ROLES, TABLE
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.listing.models import SolutionDraft, Submission
from tests.factories import make_organisation, make_provider, make_solution, make_user, person
from tests.sides import Side

MODELS = (Organisation, Membership, User, Provider, Solution, SolutionDraft, Submission)
"""What several roles reach by scope; each is asked about with every action that names it. That
each scope keeps to its side is asked in tests/architecture/test_foreign_objects.py."""


def test_a_visitor_is_nobody() -> None:
    assert current_person() is ANYBODY
    assert not ANYBODY.signed_in
    assert ANYBODY.role == VISITOR


def test_actions_and_endpoints_stand_once() -> None:
    assert len(rules()) == len(TABLE)
    assert len(rules_by_endpoint()) == sum(len(rule.endpoints) for rule in TABLE)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.action)
def test_rule_names_known_roles_and_speaks_both_languages(rule) -> None:
    assert set(rule.roles) <= {VISITOR, MEMBER, *ROLES}
    assert rule.label.zh
    assert rule.label.en
    assert rule.roles


def test_auditor_reads_all_and_writes_nothing(app: Flask) -> None:
    """Every rule an auditor has beyond everybody's opens pages that only read."""
    writing = []
    for rule in TABLE:
        if "auditor" not in rule.roles or MEMBER in rule.roles:
            continue
        for url in app.url_map.iter_rules():
            if url.endpoint in rule.endpoints and url.methods - {"GET", "HEAD", "OPTIONS"}:
                writing.append((rule.action, url.endpoint))
    assert writing == []


def test_own_object_is_reached_and_a_foreign_one_does_not_exist(app: Flask) -> None:
    mine, other = make_provider(), make_provider()
    me = person(make_user(role="provider", organisation=mine.organisation))
    own, foreign = make_solution(provider=mine), make_solution(provider=other)
    with acting_as(me):
        allow("solution.draft", own)
        assert db.session.scalars(
            select(Solution.id).where(reach("solution.draft", Solution))).all() == [own.id]
        with pytest.raises(NotFound):
            allow("solution.draft", foreign)


def test_wrong_role_is_refused_and_reaches_nothing(app: Flask) -> None:
    solution = make_solution()
    with acting_as(person(make_user(role="expert"))):
        with pytest.raises(NotAllowed):
            allow("solution.draft", solution)
        assert not db.session.scalars(
            select(Solution.id).where(reach("solution.draft", Solution))).all()


def test_unchecked_organisation_may_not_do_what_needs_a_check(app: Flask) -> None:
    user = make_user(role="enterprise", organisation=make_organisation(verified=False))
    with acting_as(person(user)), pytest.raises(NotAllowed, match="not been checked"):
        allow("need.publish")


def test_unknown_action_is_a_mistake_of_ours(app: Flask) -> None:
    with pytest.raises(KeyError):
        may("solution.paint_it_green")


@pytest.fixture
def world(app: Flask) -> list[Person]:
    """Two organisations of each kind in two districts, with everything that could leak."""
    people: list[Person] = [ANYBODY]
    for district, industry in (("370102", "steel"), ("370103", "biopharma")):
        provider = make_provider(district_code=district)
        make_solution(provider=provider, industries=[industry])
        make_solution(provider=provider, industries=["general"], publish=False)
        Side(f"side-{district}", district=district, industry=industry).row("solution_draft")
        enterprise = make_organisation(district_code=district, industry=industry)
        for role in ROLES:
            organisation = (provider.organisation if role == "provider" else
                            enterprise if role == "enterprise" else None)
            people.append(person(make_user(
                role=role, organisation=organisation, district=district,
                industries=[industry] if role == "operator" else ())))
    return people


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_nothing_reached_is_refused_and_nothing_refused_is_reached(world: list[Person],
                                                                   data: st.DataObject) -> None:
    """Of what somebody's reach in a table has a limit: only there can list and operation differ."""
    with acting_as(data.draw(st.sampled_from(world[1:]))) as who:
        action, model = data.draw(st.sampled_from(_limited(who.role)))
        shown = set(db.session.scalars(select(model.id).where(reach(action, model))))
        rows = db.session.scalars(select(model)).all()
        assert rows, model.__name__
        for row in rows:
            try:
                allow(action, row)
                allowed = True
            except (NotAllowed, NotFound) as problem:
                allowed = "not been checked" in str(problem) and row.id in shown
            assert allowed == (row.id in shown), (who.role, action, model.__name__, row.id)


@cache
def _limited(role: str) -> list[tuple[str, type]]:
    """The actions in which the role's reach has a limit, with every model that declares it."""
    return [(action, model) for action, rule in sorted(rules().items())
            for model in MODELS if rule.roles.get(role, "all") != "all" and _declared(role, action,
                                                                                     model)]


def _declared(role: str, action: str, model: type) -> bool:
    return (model, rules()[action].roles[role]) in access._scopes
