"""An operator returns one submission with a comment, approves another, and looks before pausing."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.test_accessibility import AXE, RUN
from tests.conftest import close
from tests.factories import both, make_solution, make_submission
from tests.support import need

PHONE = {"width": 390, "height": 844}


def test_return_approve_and_look_before_pausing(signed_in, site_app):
    _user, page = signed_in(role="operator", industries=["steel"])
    with site_app.app_context():
        make_submission(name=both("行程甲排产"), due=-1)
        second = make_submission(name=both("行程乙排产"))
        slug = second.solution.slug
        close(site_app)

    page.goto("/console")
    late = page.get_by_role("row", name=re.compile("行程甲排产"))
    expect(late).to_contain_text("已逾期")
    late.get_by_role("link").click()
    page.get_by_role("button", name="退回并附意见").click()
    expect(page.locator("#errors")).to_be_visible()
    page.locator("[id='comment.promise']").fill("请写清楚适合多大的厂")
    page.get_by_role("button", name="退回并附意见").click()
    expect(page).to_have_url(re.compile("/console$"))
    expect(page.get_by_role("row", name=re.compile("行程甲排产"))).to_have_count(0)

    page.get_by_role("link", name="行程乙排产").click()
    page.get_by_role("link", name="按访客看到的样子预览").click()
    expect(page.locator("h1")).to_contain_text("行程乙排产")
    page.go_back()
    page.get_by_role("button", name="通过并上架").click()
    expect(page.locator(".flash")).to_contain_text("已通过")
    assert page.goto(f"/solutions/{slug}").status == 200
    expect(page.locator("h1")).to_contain_text("行程乙排产")

    page.goto("/console/industries/steel")
    page.get_by_role("link", name=re.compile("先看涉及哪些内容")).click()
    expect(page.locator("#hidden-h")).to_contain_text(re.compile(r"\d+"))
    page.locator("#reason").fill("年度整理")
    page.get_by_role("button", name="暂停精品钢").click()
    expect(page).to_have_url(re.compile("/pause$"))  # without the tick nothing is paused
    assert page.goto("/industries/steel").status == 200


def test_pages_of_the_console_have_no_violation_and_fit_a_phone(signed_in, site_app):
    need("axe-core", AXE.exists(), "run `make assets`")
    _user, page = signed_in(role="operator", industries=["steel"], viewport=PHONE)
    with site_app.app_context():
        number = make_submission(make_solution(), name=both("无障碍检查")).id
        close(site_app)
    found, wide = {}, []
    steel = "/console/industries/steel"
    for path in ("/console", f"/console/submissions/{number}", "/console/solutions/1",
                 "/console/providers/1", steel, f"{steel}/pause", f"{steel}/page",
                 f"{steel}/weights", f"{steel}/words", f"{steel}/missed"):
        page.goto(path)
        page.evaluate(AXE.read_text("utf-8"))
        if violations := page.evaluate(RUN):
            found[path] = violations
        widths = "[document.documentElement, ...document.querySelectorAll('.scroll > table')]" \
                 ".map(part => part.scrollWidth)"
        if max(page.evaluate(widths)) > PHONE["width"]:
            wide.append(path)
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)
    assert not wide
    page.goto("/console")
    due = page.get_by_role("row", name=re.compile("无障碍检查")).get_by_role("cell").last
    assert due.evaluate("cell => getComputedStyle(cell, '::before').content") == '"截止"'
