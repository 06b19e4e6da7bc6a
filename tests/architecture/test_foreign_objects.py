"""Objects of others answer 404, as if they did not exist, and stand in no list; one's own open.

Every route with an object in its address is asked by every role whose reach has a limit, for a
row of another organisation (where the reach is one's own, of a colleague). Rows of every table are
made by `tests/sides.py`, so nothing is left untried because a sample lacks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule as Url

from marketplace.accounts.guard import active_memberships, person_of
from marketplace.accounts.models import User
from marketplace.core import access
from marketplace.core.access import MEMBER, VISITOR, Rule, acting_as, rules_by_endpoint
from marketplace.core.access_table import ROLES, TABLE
from marketplace.core.database import db
from marketplace.core.numbers import RowNumber
from tests.factories import sign_in_as
from tests.sides import Side, owned_models
from tests.support import IsolatedClient, read_body

OBJECTS = {
    "solution_id": "solution", "provider_id": "provider", "submission_id": "submission",
    "need_id": "saved_need", "enquiry_id": "enquiry", "candidate_id": "need_candidate",
    "organisation_id": "organisation", "membership_id": "membership",
    "claim_id": "organisation_claim", "notification_id": "notification", "job_id": "job",
    "session_id": "sign_in_session", "token_id": "api_token", "invitation_id": "invitation",
    "user_id": "account", "version_id": "enterprise_file", "comparison_id": "kept_comparison",
    "kept_sheet_id": "kept_sheet", "subscription_id": "subscription",
    "proposal_id": "weight_proposal", "word_id": "trade_word", "request_id": "pause_request",
}
"""The table whose row a number in an address names."""
PLACES = {"number", "year", "event", "step"}
"""Numbers that name no row by themselves."""
BESIDE = ("organisation_file", "solution_file", "enquiry_invitation", "need_freeze")
"""Tables without a name of their own in addresses, or that make a row another's business."""
OPEN_TO_ASK = {"organisation.found"}
"""Whom these ask about is anybody: whose organisation one joins is not one's own yet."""
ROLES_A_SCOPE = 3
"""How many roles of the same reach ask at a route: the filter is the same for all of them."""
NOBODYS = 2**31 - 1
NEVER_OPENED = {
    "/workspace/import/<int:job_id>/checked.xlsx", "/workspace/needs/<int:need_id>",
    "/console/submissions/<int:submission_id>/files/<int:file_id>"}
"""What opens only in a state of its own; the tests of these pages open it."""
FAR, NEAR, COLLEAGUE = "zfar", "znear", "zcolleague"


def table_of(url: Url, name: str) -> str:
    if name == "file_id":
        return "organisation_file" if "organisation" in url.rule else "solution_file"
    return OBJECTS[name]


def numbers_of(url: Url) -> list[str]:
    return [name for name, kind in url._converters.items() if isinstance(kind, RowNumber)]


def limited(app: Flask) -> Iterator[tuple[Url, str, Rule, str, str]]:
    """(route, method, rule, role, scope) where a role's reach has a limit."""
    for url in app.url_map.iter_rules():
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or VISITOR in rule.roles or rule.action in OPEN_TO_ASK:
            continue
        for method in sorted(url.methods - {"HEAD", "OPTIONS"}):
            asked: Counter[str] = Counter()
            for role, scope in rule.roles.items():
                if scope != "all" and role != MEMBER and asked[scope] < ROLES_A_SCOPE:
                    asked[scope] += 1
                    yield url, method, rule, role, scope


class World:
    """The two sides, a colleague of the near one, and a browser of the near person a role."""

    def __init__(self, app: Flask, *, near_rows: bool = True) -> None:
        self.app = app
        self.near = Side(NEAR, district="370102", industry="steel").wear_every_role()
        self.far = Side(FAR, district="370103", industry="biopharma")
        self.colleague = Side(COLLEAGUE, district="370102", industry="steel",
                              organisation=self.near.organisation)
        self._browsers: dict[str, IsolatedClient] = {}
        for side in (self.near, self.far) if near_rows else (self.far,):
            side.rows(sorted({*OBJECTS.values(), *BESIDE}))
            for table in ("organisation_file", "solution_file"):
                self._store(side.row(table).file_key)
        self.colleague.rows(t for t in owned_models() if (self.model(t), "self") in access._scopes)

    def _store(self, key: str) -> None:
        folder: Path = self.app.extensions["settings"].data_dir / "files"
        folder.mkdir(exist_ok=True)
        (folder / key).write_bytes(b"x")

    @staticmethod
    def model(table: str) -> Any:
        return owned_models()[table].class_

    def browser(self, role: str) -> IsolatedClient:
        if role not in self._browsers:
            self._browsers[role] = sign_in_as(self.app.test_client(), self.near.user, role)
        return self._browsers[role]

    def others(self, scope: str, tables: list[str]) -> Side:
        """Whose objects are out of reach: a colleague's, where only one's own are in it."""
        personal = scope == "self" and all((self.model(t), "self") in access._scopes
                                           for t in tables)
        return self.colleague if personal else self.far


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def path_of(url: Url, sides: dict[str, Side | int], industry: str) -> str:
    values: dict[str, Any] = {}
    for name, kind in url._converters.items():
        items = getattr(kind, "items", None)
        of = sides.get(name)
        values[name] = (of.row(table_of(url, name)).id if isinstance(of, Side) else of if of else
                        sorted(items)[0] if items else industry if name == "industry" else
                        1 if isinstance(kind, RowNumber) else "x")
    built = url.build(values)
    assert built is not None
    return str(built[1])


def test_every_number_in_an_address_is_known(app: Flask) -> None:
    """Otherwise nobody would ask for a foreign one."""
    unknown = {(name, url.rule) for url, *_rest in limited(app) for name in numbers_of(url)
               if name not in {*OBJECTS, *PLACES, "file_id"}}
    assert unknown == set(), "say in OBJECTS which table these numbers are of"


def test_objects_of_others_do_not_exist(app: Flask, world: World) -> None:
    opened, met = [], set()
    asked = [(*one, [n for n in numbers_of(one[0]) if n not in PLACES]) for one in limited(app)]
    for url, method, rule, role, scope, names in asked:
        if not names and "industry" not in url.arguments:
            continue
        near, far = world.near, world.others(scope, [table_of(url, n) for n in names])
        paths = {path_of(url, dict.fromkeys(names, far), far.industry)}
        if scope == "industries" and "industry" in url.arguments:
            paths.add(path_of(url, dict.fromkeys(names, near), world.far.industry))
        # Programs write with a token only: a browser's cookie is not taken at all.
        expected = 401 if "/api/" in url.rule and method != "GET" else 404
        for path in paths - {path_of(url, dict.fromkeys(names, near), near.industry)}:
            answer = _answer(world.browser(role), path, method)
            if answer != expected:
                opened.append((role, method, path, rule.action, answer))
        if len(names) + ("industry" in url.arguments) > 1:
            parents = dict.fromkeys(names[:-1], near)
            mixed = [path_of(url, parents | {names[-1]: last}, near.industry)
                     for last in (far, NOBODYS)]
            answers = {_answer(world.browser(role), path, method) for path in mixed}
            if len(answers) > 1 or answers & {200, 303}:
                opened.append((role, method, mixed[0], rule.action, *answers))
        if method == "GET" and names and _answer(
                world.browser(role), path_of(url, dict.fromkeys(names, near), near.industry),
                "GET") not in (401, 403, 404):
            met.add(url.rule)
    assert opened == []
    never = {url.rule for url, method, _rule, _role, _scope, names in asked
             if method == "GET" and names} - met
    assert never == NEVER_OPENED, "one's own must open, else the 404 above says nothing"


def _answer(browser: IsolatedClient, path: str, method: str) -> int:
    """The status; a row made up of marks may break a page that was let in: then 500."""
    try:
        return int(browser.open(path, method=method, data={} if method != "GET" else None)
                   .status_code)
    except Exception:
        return 500


def test_lists_show_nothing_of_others(app: Flask) -> None:
    """Pages and files without an object in their address, read for the mark of the other side."""
    world = World(app, near_rows=False)
    leaking, read = [], 0
    for url, method, rule, role, _scope in limited(app):
        if method != "GET" or numbers_of(url) or "<path" in url.rule or "token" in url.arguments:
            continue
        answer = world.browser(role).get(path_of(url, {}, world.near.industry))
        read += answer.status_code == 200
        if FAR.encode() in read_body(answer.data):
            leaking.append((role, url.rule, rule.action))
    assert leaking == []
    assert read > 60


def scopes_of(role: str) -> set[str]:
    return {rule.roles[role] for rule in TABLE if role in rule.roles}


def test_no_reach_goes_to_the_other_side(app: Flask, world: World) -> None:
    """Every declared reach, of every model, asked directly: the near row or none, never the far."""
    tables = {mapper.class_: table for table, mapper in owned_models().items()}
    wrong, empty = [], []
    hats = active_memberships(world.near.user.id)
    for (model, scope), filter_of in access._scopes.items():
        if model not in tables:
            continue  # has no number of its own, so no address names it
        near, far = world.near.row(tables[model]), world.far.row(tables[model])
        reached: set[int] = set()
        for hat in (h for h in hats if scope in scopes_of(h.role)):
            with acting_as(person_of(world.near.user, hat, hats)) as person:
                reached |= set(db.session.scalars(select(model.id).where(filter_of(person))))
        if far.id in reached:
            wrong.append((model.__name__, scope))
        if not reached & {near.id, world.colleague.user.id if model is User else near.id}:
            empty.append((model.__name__, scope))
    assert wrong == []
    assert empty == [], "nothing is within reach, so the above says nothing"
    assert len(access._scopes) > 40
    assert set(ROLES) == {hat.role for hat in hats}
