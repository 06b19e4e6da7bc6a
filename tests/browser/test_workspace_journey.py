"""A provider's salesperson writes a solution, submits it, takes it back, and answers comments."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.core.clock import now
from marketplace.core.database import transaction
from seeds.workspace import DEMO_PROVIDER


def test_write_submit_withdraw_answer(signed_in, site_app):
    with site_app.app_context():
        with transaction() as session:
            organisation = session.scalar(select(Organisation).where(
                Organisation.slug == DEMO_PROVIDER))
            organisation.verified_at = now()
        session.expunge(organisation)
    _user, page = signed_in(role="provider", organisation=organisation, name="李工")

    page.goto("/workspace")
    page.get_by_role("link", name="新建产品").click()
    page.get_by_label("中文名称").fill("高炉料面在线成像")
    page.get_by_role("button", name="新建草稿").click()

    # A change is saved by itself; leaving the page loses nothing.
    page.locator('[id="promise.zh"]').fill("布料偏了当班就看见")
    page.locator('[id="go_live_days"]').fill("45")
    page.locator('[id="go_live_days"]').blur()
    expect(page.locator("#save-state")).to_contain_text("保存")
    page.reload()
    expect(page.locator('[id="promise.zh"]')).to_have_value("布料偏了当班就看见")

    # Whoever leaves at once, before the form has saved by itself, loses nothing either.
    page.locator('[id="smallest_package.zh"]').fill("一座高炉")
    page.get_by_role("link", name="总览").click()
    overview = page.url
    page.goto(f"{overview}/edit/basics")
    if not page.locator('[id="smallest_package.zh"]').input_value():  # it may just be arriving
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.locator('[id="smallest_package.zh"]')).to_have_value("一座高炉")
    page.goto(overview)
    missing = page.locator("section", has=page.locator("#complete-h"))
    expect(missing.get_by_role("link", name=re.compile("^功能介绍"))).to_have_count(1)
    missing.get_by_role("link", name=re.compile("^功能介绍")).click()
    page.locator('[id="description.zh"]').fill("炉顶雷达成像，给出料面曲线。")
    page.get_by_role("button", name=re.compile("保存并填写下一页")).click()
    page.locator("#industries-steel").check()
    page.locator("#main_category").select_option("MES")
    page.get_by_role("button", name=re.compile("保存并填写下一页")).click()
    page.locator("summary", has_text="OP-06").click()
    page.locator('[id="scenarios.OP-06.to-2"]').check()
    page.get_by_role("button", name=re.compile("保存并填写下一页")).click()
    page.locator("#deployments-private").check()
    page.get_by_role("button", name=re.compile("保存并填写下一页")).click()

    page.goto(overview)
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("审核中")
    page.get_by_role("button", name=re.compile("撤回")).click()
    expect(page.locator("main")).to_contain_text("草稿")
    page.goto(f"{overview}/preview")
    expect(page.locator("h1")).to_contain_text("高炉料面在线成像")

    page.goto("/workspace")
    page.get_by_role("row", name=re.compile("退回待修改")).get_by_role("link").first.click()
    page.locator("section", has=page.locator("#comments-h")).get_by_role("link").first.click()
    answer = page.locator("[id^='answer.']").first
    answer.fill("已写明从加热炉到打捆机")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[id^='answer.']").first).to_have_value("已写明从加热炉到打捆机")
