"""A task appears on the desk, is opened and done, and leaves; the bell rings and falls silent."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from marketplace.core.access import acting_as
from marketplace.core.clock import today
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task
from tests.conftest import close
from tests.factories import person


def test_task_appears_is_done_and_leaves(signed_in, site_app):
    user, page = signed_in(role="organiser", name="周工")
    expect(page.locator("main")).to_contain_text("没有")
    audience = Audience("organiser", user_id=user.id)
    with site_app.app_context():
        open_task("organisation.to_verify", audience, subject="organisation:0", path="/help",
                  due_on=today() - timedelta(days=30), organisation="齐河轴承厂")
        notify("organisation.verified", audience, key="journey", path="/about",
               organisation="齐河轴承厂")
        close(site_app)

    page.reload()
    task = page.locator(".task-overdue")
    expect(task).to_contain_text("核验机构资料：齐河轴承厂")
    expect(task).to_contain_text("已逾期")
    expect(page.locator(".bell .badge-unread")).to_contain_text("1")
    task.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/help$"))

    page.locator(".bell").click()
    page.get_by_role("link", name=re.compile("机构资料已核验")).click()
    expect(page).to_have_url(re.compile("/about$"))
    expect(page.locator(".bell .badge-unread")).to_have_count(0)

    with site_app.app_context():
        with acting_as(person(user)):
            close_tasks("organisation:0")
        close(site_app)
    page.goto("/desk")
    expect(page.locator(".task")).to_have_count(0)
    expect(page.locator("section", has_text="近七天已办").last).to_contain_text("齐河轴承厂")
