"""Objects of others answer 404, as if they did not exist; one's own open.

Every route with an object in its address is asked by every role the table lets in, over the sample
world, for an object within the role's reach and for one beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Rule as Url

from marketplace.accounts.guard import active_memberships, person_of
from marketplace.accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    OrganisationClaim,
    SignInSession,
    User,
)
from marketplace.catalog.models import Provider, Solution
from marketplace.core.access import VISITOR, Rule, acting_as, reach, rules_by_endpoint
from marketplace.core.database import db
from marketplace.core.jobs import Job
from marketplace.listing.models import Submission
from marketplace.needs.models import Enquiry, NeedCandidate, SavedNeed
from marketplace.notifications.models import Notification
from seeds.accounts import load_accounts
from tests.factories import sign_in_as
from tests.support import IsolatedClient

OBJECTS: dict[str, Any] = {
    "solution_id": Solution, "provider_id": Provider, "submission_id": Submission,
    "need_id": SavedNeed, "enquiry_id": Enquiry, "candidate_id": NeedCandidate,
    "organisation_id": Organisation, "membership_id": Membership, "claim_id": OrganisationClaim,
    "notification_id": Notification, "job_id": Job, "session_id": SignInSession,
    "token_id": ApiToken, "invitation_id": Invitation, "user_id": User,
}


@pytest.fixture
def demo(catalogue: Flask) -> dict[str, User]:
    """The demo account of each role, beside the whole sample world."""
    load_accounts(catalogue.extensions["settings"])
    found: dict[str, User] = {}
    for user in db.session.scalars(select(User).where(User.sample).order_by(User.id)):
        for hat in active_memberships(user.id):
            found.setdefault(hat.role, user)
    return found


def asked(app: Flask) -> Iterator[tuple[Url, str, Rule, str, str]]:
    """(route, method, rule, role, name of the object) where a role's reach has a limit."""
    for url in app.url_map.iter_rules():
        rule = rules_by_endpoint().get(url.endpoint)
        names = url.arguments & set(OBJECTS)
        if rule is None or len(names) != 1 or VISITOR in rule.roles:
            continue
        for method in sorted(url.methods - {"HEAD", "OPTIONS"}):
            for role, scope in rule.roles.items():
                if scope != "all":
                    yield url, method, rule, role, next(iter(names))


def path_of(url: Url, name: str, value: int, industry: str) -> str:
    values: dict[str, Any] = {name: value}
    for other in url.arguments - {name}:
        converter = url._converters[other]
        items = getattr(converter, "items", None)
        values[other] = (sorted(items)[0] if items else industry if other == "industry" else
                         1 if isinstance(converter, IntegerConverter) else "x")
    built = url.build(values)
    assert built is not None
    return str(built[1])


def test_objects_of_others_do_not_exist(catalogue: Flask, demo: dict[str, User]) -> None:
    opened, shut, tried = [], [], 0
    browsers: dict[str, IsolatedClient] = {}
    for url, method, rule, role, name in asked(catalogue):
        user, model = demo.get(role), OBJECTS[name]
        if user is None:
            continue
        hats = active_memberships(user.id)
        hat = next(h for h in hats if h.role == role)
        with acting_as(person_of(user, hat, hats)):
            try:
                own = db.session.scalars(
                    select(model.id).where(reach(rule.action, model)).limit(1)).first()
                foreign = db.session.scalars(
                    select(model.id).where(~reach(rule.action, model)).limit(2)).all()
            except LookupError:
                own, foreign = None, _beyond(model, hat)
        if role not in browsers:
            browsers[role] = sign_in_as(catalogue.test_client(), user, role)
        industry = next(iter(hat.industries), "steel")
        for value in foreign:
            tried += 1
            answer = browsers[role].open(path_of(url, name, value, industry), method=method,
                                         data={} if method != "GET" else None)
            # Programs write with a token only: a browser's cookie is not taken at all.
            if answer.status_code != (401 if "/api/" in url.rule and method != "GET" else 404):
                opened.append((role, method, url.rule, value, answer.status_code))
        if own is not None and method == "GET" and url.arguments == {name}:
            answer = browsers[role].get(path_of(url, name, own, industry))
            if answer.status_code in (401, 403, 404) or answer.status_code >= 500:
                shut.append((role, url.rule, own, answer.status_code))
    assert opened == []
    assert shut == []
    assert tried > 60


def _beyond(model: Any, hat: Membership) -> list[int]:
    """Objects that surely are nobody's of this person: of models without that scope."""
    if hasattr(model, "organisation_id"):
        condition = model.organisation_id != hat.organisation_id
    elif hasattr(model, "user_id"):
        condition = model.user_id != hat.user_id
    else:
        return []
    return list(db.session.scalars(select(model.id).where(condition).limit(2)))


@pytest.mark.parametrize("role", ["operator"])
def test_foreign_industries_do_not_exist(catalogue: Flask, demo: dict[str, User],
                                         role: str) -> None:
    browser = sign_in_as(catalogue.test_client(), demo[role], role)
    own = next(h for h in active_memberships(demo[role].id) if h.role == role).industries
    opened = []
    for url in catalogue.url_map.iter_rules():
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or rule.roles.get(role) != "industries" or "industry" not in url.arguments:
            continue
        for method in sorted(url.methods - {"HEAD", "OPTIONS"}):
            path = path_of(url, "industry", "biopharma", "biopharma")
            answer = browser.open(path, method=method)
            if answer.status_code != 404:
                opened.append((method, url.rule, answer.status_code))
    assert "biopharma" not in own
    assert opened == []
