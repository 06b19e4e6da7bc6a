"""Every page behind the sign-in, as each role, in both languages: no axe violation, narrow enough
for a phone, and there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Error, Page

from marketplace.core.access_table import ROLES
from marketplace.core.clock import today
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify, open_task
from seeds.accounts import demo_password, load_accounts
from tests.browser.conftest import sign_in
from tests.browser.desk_pages import demo_people, pages
from tests.browser.test_accessibility import AXE, RUN
from tests.conftest import close
from tests.support import need

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def desks(site_app: Flask, site: str) -> dict[str, tuple[str, list[str]]]:
    """Role by role: the demo account and the pages to look at as that role."""
    seen: set[tuple[str, str]] = set()
    found = {}
    with site_app.app_context():
        load_accounts(site_app.extensions["settings"])
        people = demo_people()
        for role in (role for role in ROLES if role in people):
            user = people[role]
            give_something(Audience(role, user_id=user.id), f"{user.id}")
            found[role] = user.username, pages(site_app, role, user, seen)
        close(site_app)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_desk_pages_have_no_violation_and_fit_a_phone(opened, site_app, desks, role) -> None:
    need("axe-core", AXE.exists(), "run `make assets`")
    username, paths = desks[role]
    page = opened("/about", viewport=PHONE)
    page.context.add_init_script(AXE.read_text("utf-8"))
    sign_in(page, username, demo_password(site_app.extensions["settings"]))
    found = {}
    for language in ("zh", "en"):
        page.goto(f"/desk?lang={language}")
        found.update({f"{path} ({language})": wrong for path in paths
                      if (wrong := look_at(page, path))})
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def look_at(page: Page, path: str) -> list[object]:
    """What is wrong with a page."""
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" in str(error):
            return []
        raise
    assert answer is not None
    if "html" not in answer.headers.get("content-type", ""):
        return []
    wrong = list(page.evaluate(RUN))
    if answer.status >= 400:
        wrong.append(answer.status)
    if (width := page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
        wrong.append(f"{width} pixels wide")
    return wrong


def give_something(audience: Audience, key: str) -> None:
    """A desk with an overdue and a far task, and messages."""
    for n, days in enumerate((-9, 0, 1, 60)):
        open_task("organisation.to_verify", audience, subject=f"organisation:{key}-{n}", path="/",
                  due_on=today() + timedelta(days=days),
                  organisation="齐河县某某精密轴承制造有限公司")
    notify("organisation.verified", audience, key=key, path="/", organisation="齐河轴承厂")
