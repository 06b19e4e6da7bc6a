"""A visitor searches, narrows, reads, takes the list away; with and without JavaScript."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False])


def apply(page, javascript: bool) -> None:
    """Without JavaScript the form has a button; with it, a change is enough."""
    if not javascript:
        page.locator("#area noscript button").first.click()


@WITH_AND_WITHOUT
def test_facets_narrow_and_chips_widen(opened, javascript):
    page = opened("/solutions?q=MES", java_script_enabled=javascript)
    before = page.locator("#sentence").inner_text()
    page.locator("input[name=industry][value=steel]").check()
    apply(page, javascript)
    expect(page).to_have_url(re.compile("industry=steel"))
    expect(page.locator("#sentence")).not_to_have_text(before)
    expect(page.locator("#sentence")).to_contain_text("精品钢")
    page.locator("a", has_text="精品钢").and_(page.locator("a[href*='q=MES']:not([href*=industry])")
                                           ).first.click()
    expect(page.locator("#sentence")).to_have_text(before)


@WITH_AND_WITHOUT
def test_sentence_counts_what_the_list_shows(opened, javascript):
    page = opened("/solutions?category=LIMS&per_page=100", java_script_enabled=javascript)
    said = int(re.search(r"\d+", page.locator("#sentence").inner_text()).group())
    assert page.locator("ol.cards > li").count() == said > 0


@WITH_AND_WITHOUT
def test_plugin_attribute_facet_narrows(opened, javascript):
    page = opened("/solutions?industry=steel&attr.heat_dust_suitability=extreme",
                  java_script_enabled=javascript)
    cards = page.locator("ol.cards > li")
    everything = opened("/solutions?industry=steel", java_script_enabled=javascript)
    assert 0 < cards.count() <= everything.locator("ol.cards > li").count()
    expect(page.locator("#sentence")).to_contain_text("极端")


@WITH_AND_WITHOUT
def test_a_price_limit_says_how_many_lack_a_price(opened, javascript):
    page = opened("/solutions?price_max=50000", java_script_enabled=javascript)
    expect(page.locator("main")).to_contain_text("价格不可比")


@WITH_AND_WITHOUT
def test_no_result_offers_ways_on(opened, javascript):
    page = opened("/solutions?q=zzzzqqqq&industry=steel", java_script_enabled=javascript)
    expect(page.locator(".empty")).to_be_visible()
    page.locator(".empty a[href*='industry=steel']").first.click()
    expect(page.locator("ol.cards > li").first).to_be_visible()


def test_the_list_downloads_as_a_workbook(opened):
    page = opened("/solutions?q=质量")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Excel").first.click()
    book = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    said = [row[0].value for row in book.worksheets[0].iter_rows(max_row=3)]
    assert "质量" in said[0]
    assert "/solutions?q=" in said[2]


def test_inside_wechat_a_download_offers_the_browser(opened):
    page = opened("/solutions?q=MES", user_agent="Mozilla/5.0 MicroMessenger/8.0 Mobile")
    page.get_by_role("link", name="Excel").first.click()
    expect(page.locator("main")).to_contain_text("浏览器")


def test_suggestions_work_by_keyboard(opened):
    page = opened("/")
    box = page.get_by_role("combobox").first
    box.fill("表面")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    box.press("Enter")
    page.wait_for_url(re.compile(r"/(solutions|scenarios|providers)[/?]"))


def test_a_typo_is_offered_to_be_put_right(opened):
    page = opened("/solutions?q=Manufcturing")
    expect(page.locator("main")).to_contain_text(re.compile("manufacturing", re.IGNORECASE))


@WITH_AND_WITHOUT
def test_the_language_is_kept(opened, javascript):
    page = opened("/", java_script_enabled=javascript)
    page.get_by_role("link", name="English").click()
    page.goto("/solutions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Solutions")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("解决方案")
