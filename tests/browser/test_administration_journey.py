"""An administrator enters a calendar and puts up a notice; the audit administrator sees both."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import expect

TEXT = "周六上午停机维护，请提前保存"


def sign_in(page, password: str) -> None:
    page.goto("/sign-in?next=/admin/calendar")
    page.locator("#username").fill("admin")
    page.locator("#password").fill(password)
    page.locator("button[name=submit]").click()
    page.wait_for_url(re.compile("/admin/calendar"))


def test_calendar_notice_and_audit_trail(opened, administrator_password):
    office, visitor = opened(), opened("/about")
    sign_in(office, administrator_password)
    office.goto("/admin/calendar/2030")
    office.locator("#holidays").fill("2030-10-01..2030-10-07\n十月八日")
    office.locator("#source").fill("放假通知，已与原文核对")
    office.get_by_role("button", name="保存日历").click()
    expect(office.locator("#errors")).to_contain_text("十月八日")
    office.locator("#holidays").fill("2030-10-01..2030-10-07")
    office.get_by_role("button", name="保存日历").click()
    expect(office.locator("tr", has_text="2030")).to_contain_text("2030-10-01 – 2030-10-07")

    office.goto("/admin/notices/new")
    office.locator("[id='text.zh']").fill(TEXT)
    office.locator("#ends_at").fill(f"{date.today() + timedelta(days=1)}T12:00")
    office.get_by_role("button", name="保存公告").click()
    visitor.wait_for_timeout(5100)
    visitor.goto("/about")
    expect(visitor.locator(".site-notice")).to_contain_text(TEXT)
    visitor.locator(".site-notice button").click()
    expect(visitor.locator(".site-notice")).to_have_count(0)

    act_as(office, "审计管理员")
    office.goto("/admin/audit")
    office.locator("#action").fill("calendar.")
    office.get_by_role("button", name="查看").click()
    row = office.locator("tbody tr", has_text="calendar:2030").first
    expect(row).to_contain_text("2030-10-01..2030-10-07")
    row.locator("th a").click()
    expect(office.locator("main")).to_contain_text("放假通知，已与原文核对")

    act_as(office, "系统管理员")
    office.goto("/admin/notices")
    office.locator("tr", has_text=TEXT).locator("summary").click()
    office.locator("tr", has_text=TEXT).get_by_role("button").click()
    expect(office.locator("main")).not_to_contain_text(TEXT)


def act_as(page, role: str) -> None:
    """Put on another of the administrator's hats, in the account's menu."""
    page.locator("header summary").click()
    page.locator("button.account-hat", has_text=role).click()
    page.wait_for_load_state()
