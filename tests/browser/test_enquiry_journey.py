"""From words in the wizard to answers side by side, with provider and operator."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from marketplace.needs.duties import hand_to_brokers
from marketplace.needs.models import Enquiry
from tests.conftest import close
from tests.factories import make_organisation, make_user

TEXT = ("我们是济南鲁宏锻压机械有限公司，轧钢订单多品种，排产靠老师傅，交期总拖，"
        "想尽快用上排产系统。")


def test_both_sides_and_the_broker(opened, signed_in, site_app) -> None:
    with site_app.app_context():
        enterprise = make_organisation(
            name=LocalizedText("济南鲁宏锻压机械有限公司", "Jinan Luhong Forging Co., Ltd."),
            industry="steel", staff=60)
        boss = make_user(role="enterprise", organisation=enterprise, phone="13805317761")
        name = boss.username
        close(site_app)

    # Words first, then the sign-in: nothing is lost.
    page = opened("/match")
    page.locator("textarea[name=text]").first.fill(TEXT)
    page.locator("form[action='/match/check'] button.btn-primary").first.click()
    page.get_by_role("button", name="保存这项需求").first.click()
    page.fill("[name=username]", name)
    page.fill("[name=password]", "a long test password")
    page.locator("form:has([name=password]) button").first.click()
    expect(page.locator(".said")).to_contain_text("鲁宏")
    page.locator("#title").fill("找排产系统")
    page.get_by_role("button", name="保存这项需求").click()
    expect(page.locator("h1")).to_have_text("找排产系统")

    page.get_by_role("link", name="看现在的推荐").first.click()
    for _n in range(2):
        page.get_by_role("button", name=re.compile("^放入候选清单")).first.click()
        expect(page.locator(".flash")).to_contain_text("候选清单")
    page.locator(".page-head a").first.click()
    page.get_by_role("button", name="生成存档").click()
    expect(page.locator("#records")).to_contain_text("存档1")

    # The wording others see does not tell who it is.
    page.get_by_role("link", name="核对措辞并发布").click()
    expect(page.locator("#public_text")).not_to_have_value(re.compile("鲁宏"))
    page.get_by_role("button", name="确认措辞并发布").click()
    page.get_by_role("link", name="向服务商询单").first.click()
    page.locator("#sealed").check()
    page.get_by_role("button", name="发出询单").click()
    expect(page).to_have_url(re.compile(r"/needs/enquiries/\d+$"))
    at = page.url

    with site_app.app_context():
        enquiry = db.session.scalars(select(Enquiry).order_by(Enquiry.id.desc())).first()
        asked = [(i.provider.organisation, i.provider_id) for i in enquiry.invitations]
        path = f"/enquiries/{enquiry.id}"
        with transaction():
            for organisation, _id in asked:
                organisation.verified_at = now()
        close(site_app)

    # The provider answers point by point and asks back.
    _user, seller = signed_in(role="provider", organisation=asked[0][0])
    seller.goto(path)
    expect(seller.locator("#main")).not_to_contain_text("鲁宏")
    for point in seller.locator(".answer-point").all():
        point.get_by_label("满足", exact=True).check()
    seller.locator("[id='price.licence']").fill("61234")
    seller.get_by_role("button", name="提交应答").click()
    expect(seller.locator("#errors")).to_be_visible()
    seller.locator("#days").fill("40")
    seller.get_by_role("button", name="提交应答").click()
    expect(seller.locator(".flash")).to_contain_text("应答已提交")
    seller.locator("#question").fill("数据放在哪里？")
    seller.get_by_role("button", name="匿名提问").click()

    page.goto(at)
    page.locator("textarea[name=reply]").fill("放在厂里。")
    page.get_by_role("button", name=re.compile("^回复")).click()
    page.get_by_role("button", name=re.compile("公开联系方式")).first.click()
    page.goto(f"{at}/answers")
    expect(page.locator("#main")).not_to_contain_text("61,234")
    seller.goto(path)
    expect(seller.locator("#questions")).to_contain_text("放在厂里。")
    expect(seller.locator("#main")).to_contain_text("13805317761")

    # Two working days later the operator proposes another; the enterprise confirms.
    with site_app.app_context():
        with clock.moved(timedelta(days=5)):
            hand_to_brokers()
        close(site_app)
    _user, operator = signed_in(role="operator", industries=["steel"])
    operator.goto(f"/console{path}")
    operator.locator("input[name=solution]").first.check()
    operator.get_by_role("button", name="推荐给企业").click()
    expect(operator.locator(".flash")).to_contain_text("已推荐1家")
    page.goto(at)
    page.get_by_role("button", name="向这家询单").click()
    expect(page.locator(".flash")).to_contain_text("已向该服务商询单")

    # After the deadline the prices open.
    with site_app.app_context():
        with transaction() as session:
            session.get_one(Enquiry, int(path.split("/")[-1])).deadline_on = (
                today() - timedelta(days=1))
        close(site_app)
    page.goto(f"{at}/answers")
    expect(page.locator("#main")).to_contain_text("61,234")
