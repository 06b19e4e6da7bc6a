"""Every page that a desk's navigation names: no axe violation, narrow enough for a phone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from marketplace.core.clock import today
from marketplace.core.menu import MENU, SHARED, menu_of
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import notify, open_task
from tests.browser.test_accessibility import AXE, RUN
from tests.conftest import close
from tests.support import need

MORE = ("/account/notifications",)
PHONE = {"width": 390, "height": 844}
BOUND = {"operator": {"industries": ["steel"]}, "district_officer": {"district": "370102"}}


def pages_of(role: str, known: set[str]) -> list[str]:
    """The pages of a role's navigation that no role before it had."""
    new = [path for path, _label in (*menu_of(role), *((p, None) for p in MORE))
           if path not in known]
    known.update(new)
    return new


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_desks_have_no_violation_and_fit_a_phone(signed_in, site_app, language):
    need("axe-core", AXE.exists(), "run `make assets`")
    known, found, too_wide = set(), {}, []
    for role in MENU:
        pages = pages_of(role, known)
        if not pages:
            continue
        user, page = signed_in(viewport=PHONE, role=role, **BOUND.get(role, {}))
        with site_app.app_context():
            give_something(Audience(role, user_id=user.id), f"{user.id}")
            close(site_app)
        page.goto(f"/desk?lang={language}")
        for path in (*pages, *(path for path, _label in SHARED)):
            page.goto(path)
            page.evaluate(AXE.read_text("utf-8"))
            if violations := page.evaluate(RUN):
                found[f"{role} {path}"] = violations
            if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                too_wide.append(f"{role} {path}")
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert not too_wide


def give_something(audience: Audience, key: str) -> None:
    """A desk with an overdue and a far task, and messages."""
    for n, days in enumerate((-9, 0, 1, 60)):
        open_task("organisation.to_verify", audience, subject=f"organisation:{key}-{n}", path="/",
                  due_on=today() + timedelta(days=days),
                  organisation="齐河县某某精密轴承制造有限公司")
    notify("organisation.verified", audience, key=key, path="/", organisation="齐河轴承厂")
