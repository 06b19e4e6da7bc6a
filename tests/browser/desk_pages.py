"""Every page behind the sign-in, for each role: derived from navigation and access table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import Select, func, select
from werkzeug.routing import Rule as Url

from marketplace.accounts.guard import active_memberships, person_of
from marketplace.accounts.models import Membership, User
from marketplace.administration.models import SiteNotice
from marketplace.core.access import VISITOR, Rule, acting_as, reach, rules_by_endpoint
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.menu import menu_of
from marketplace.desk.models import EnterpriseFile
from marketplace.notifications.models import Delivery
from tests.architecture.test_foreign_objects import OBJECTS
from tests.sides import owned_models

MODELS: dict[str, Any] = {name: owned_models()[table].class_ for name, table in OBJECTS.items()} | {
    "event_id": AuditEvent, "notice_id": SiteNotice, "delivery_id": Delivery,
    "version_id": EnterpriseFile}
KNOWN = {"number": 1, "year": 2026, "industry": "steel"}
"""Values of other arguments. Uploads (`file_id`) are no pages."""
NO_PAGES = ("security.verify", "security.mf_recovery_codes", "notifications.open_message")
"""Those that ask for the password first, or lead elsewhere."""


def demo_people() -> dict[str, User]:
    """The demo account of each role; the application has loaded them."""
    found: dict[str, User] = {}
    for user in db.session.scalars(select(User).where(User.sample).order_by(User.id)):
        hats = active_memberships(user.id)
        if len(hats) == 1:
            found.setdefault(hats[0].role, user)
    return found


def pages(app: Flask, role: str, user: User, seen: set[tuple[str, str]]) -> list[str]:
    """The role's desk, and each page that no role before it had with the same reach."""
    hats = active_memberships(user.id)
    found = ["/desk"]
    with acting_as(person_of(user, hats[0], hats)):
        for url in app.url_map.iter_rules():
            rule = rules_by_endpoint().get(url.endpoint)
            if rule is None or not _is_page(url, rule, role):
                continue
            key = (url.endpoint, str(rule.roles[role]))
            new = [] if key in seen else list(_addresses(url, rule, hats[0]))
            if new:
                seen.add(key)
            found += new
    return [*found, *(path for path, _label in menu_of(role)
                      if ("menu", path) not in seen and path not in found
                      and not seen.add(("menu", path)))]


def _is_page(url: Url, rule: Rule, role: str) -> bool:
    return ("GET" in url.methods and role in rule.roles and VISITOR not in rule.roles
            and "/api/" not in url.rule and "." not in url.rule and "file_id" not in url.arguments
            and url.endpoint not in NO_PAGES)


def _addresses(url: Url, rule: Rule, hat: Membership) -> Iterator[str]:
    """The page's addresses with stored objects within reach: one of each state, or two."""
    names = [name for name in url.arguments if name in MODELS]
    assert len(names) < 2, url
    for value in _objects(MODELS[names[0]], rule) if names else [None]:
        for values in _others(url, hat):
            built = url.build(values | ({names[0]: value} if names else {}))
            assert built is not None, f"say in this file what {url} is about"
            yield str(built[1])


def _objects(model: Any, rule: Rule) -> list[int]:
    query: Select[Any] = select(func.max(model.id))
    try:
        query = query.where(reach(rule.action, model))
    except LookupError:
        return []
    if hasattr(model, "state"):
        return list(db.session.scalars(query.group_by(model.state)))
    ends = db.session.execute(query.add_columns(func.min(model.id))).one()
    return sorted({end for end in ends if end is not None})


def _others(url: Url, hat: Membership) -> Iterator[dict[str, Any]]:
    """Sections of a form are each a page; the rest of the arguments is known."""
    known = KNOWN | {"industry": next(iter(hat.industries or ()), KNOWN["industry"])}
    choices = {name: sorted(c.items) for name, c in url._converters.items()
               if hasattr(c, "items")}
    if not choices:
        yield {k: v for k, v in known.items() if k in url.arguments}
    for name, values in choices.items():
        for value in values:
            yield {k: v for k, v in known.items() if k in url.arguments} | {name: value}
