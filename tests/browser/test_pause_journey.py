"""The administrator pauses a sub-platform; visitors see it gone, and back again."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def sign_in(page, password: str) -> None:
    page.goto("/admin/plugins")
    page.locator("#username").fill("admin")
    page.locator("#password").fill(password)
    page.locator("button[name=submit]").click()
    page.wait_for_url(re.compile("/admin/plugins"))


def test_pause_and_resume(opened, administrator_password):
    office, visitor = opened(), opened("/industries/biopharma")
    before = visitor.request.get("/api/v1/solutions?per_page=1").json()["total"]
    slug = visitor.request.get("/api/v1/solutions?industry=biopharma&q=LIMS").json()[
        "items"][0]["slug"]
    sign_in(office, administrator_password)
    section = office.locator("section", has=office.locator("a[href='/industries/biopharma']"))
    section.get_by_role("link", name=re.compile("先看涉及哪些内容")).click()
    office.locator("#reason").fill("年度数据整理，三天后恢复")
    office.locator("#sure").check()
    office.get_by_role("button", name="暂停生物医药").click()
    expect(office).to_have_url(re.compile("/admin/plugins"))
    expect(section).to_contain_text("已暂停")
    try:
        visitor.wait_for_timeout(2000)
        visitor.goto("/")
        expect(visitor.locator("a[href='/industries/biopharma']")).to_have_count(0)
        assert visitor.goto("/industries/biopharma").status == 410
        expect(visitor.locator("main")).to_contain_text("年度数据整理，三天后恢复")
        assert visitor.request.get("/api/v1/solutions?per_page=1").json()["total"] < before
        assert visitor.goto(f"/solutions/{slug}").status == 410
    finally:
        section.get_by_role("button", name=re.compile("恢复")).click()
        expect(section).not_to_contain_text("已暂停")
    visitor.wait_for_timeout(2000)
    assert visitor.request.get("/api/v1/solutions?per_page=1").json()["total"] == before


def test_a_wrong_password_is_told_and_nothing_is_shown(opened):
    page = opened("/sign-in")
    page.locator("#username").fill("admin")
    page.locator("#password").fill("not the password")
    page.locator("button[name=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto("/admin/plugins")
    expect(page).to_have_url(re.compile("/sign-in"))
