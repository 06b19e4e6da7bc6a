"""A visitor says or taps what hurts, checks what was understood, compares, takes a sheet away."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

TEXT = "轧钢厂60人，排产靠老师傅，交期老拖，预算30万以内，不要再推荐ERP"
PHONE, DESKTOP = {"width": 390, "height": 800}, {"width": 1280, "height": 900}
JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])
SCREEN = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


def say(page: Page) -> None:
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#wishes-h")).to_be_visible()


def recommend(page: Page) -> None:
    page.locator(".match-bar .btn-primary").click()
    expect(page.locator("ol.picks > li").first).to_be_visible()


def fits_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """The part of the page that a change asks for has come."""
    with page.expect_response("**/match/check"):
        yield
    expect(page.locator(".htmx-request")).to_have_count(0)


@JAVASCRIPT
@SCREEN
def test_by_words(opened, javascript, viewport):
    page = opened("/match", java_script_enabled=javascript, viewport=viewport)
    assert fits_the_screen(page)
    say(page)
    marks = page.locator(".said mark")
    assert any("30万" in m for m in marks.all_inner_texts()), "the words are marked"
    wishes = page.locator(".wishes").inner_text()
    assert "ERP" in wishes
    assert page.locator("#hard-budget").is_checked(), "以内 is a must"
    assert fits_the_screen(page)
    recommend(page)
    labels = page.locator("ol.picks .pick-label").all_inner_texts()
    assert "最合适" in labels
    expect(page.locator("ol.picks .pick-score").first).to_contain_text("项")
    page.locator("ol.picks details.how summary").first.click()
    expect(page.locator("ol.picks .bars li").first).to_be_visible()
    assert fits_the_screen(page)


@JAVASCRIPT
@SCREEN
def test_by_tapping(opened, javascript, viewport):
    page = opened("/match", java_script_enabled=javascript, viewport=viewport)
    page.locator(".trade-tiles a").filter(has_text="钢").first.click()
    expect(page.locator(".trade-tiles a[aria-current=true]")).to_contain_text("钢")
    page.locator("#tap label.pain").nth(0).click()
    page.locator("#tap label.pain").nth(1).click()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#wishes-h")).to_be_visible()
    assert not page.locator(".said").count(), "nothing was typed"
    recommend(page)
    assert fits_the_screen(page)


def test_chips_change_the_page_in_parts(opened):
    page = opened("/match", viewport=DESKTOP)
    say(page)
    page.evaluate("window.stayed = true")
    before = page.locator("#remaining b").inner_text()
    page.locator("#budget_wan").fill("1")
    with answered(page):
        page.locator("#budget_wan").press("Tab")
    expect(page.locator("#remaining b")).not_to_have_text(before)
    with answered(page):
        page.locator("#hard-budget").uncheck()
    expect(page.locator("#hard-budget")).not_to_be_checked()
    questions = page.locator("fieldset.question")
    if questions.count():
        asked = questions.first.locator("legend").inner_text()
        with answered(page):
            questions.first.locator("button").first.click()
        expect(questions.filter(has_text=asked)).to_have_count(0)
    assert page.evaluate("window.stayed"), "the page was never loaded anew"


@JAVASCRIPT
def test_a_wish_turns_hard_and_goes(opened, javascript):
    page = opened("/match", java_script_enabled=javascript, viewport=DESKTOP)
    say(page)
    with answered(page) if javascript else nullcontext():
        page.locator("#hard-budget").uncheck()
    if not javascript:
        page.get_by_role("button", name="更新").last.click()
    expect(page.locator("#hard-budget")).not_to_be_checked()
    drops = page.locator(".wishes button.x")
    count = drops.count()
    drops.first.click()
    expect(drops).to_have_count(count - 1)


@JAVASCRIPT
def test_compare_and_why_not(opened, javascript):
    page = opened("/match", java_script_enabled=javascript, viewport=DESKTOP)
    say(page)
    recommend(page)
    page.locator("#why-name").fill("ERP")
    page.locator("section[aria-labelledby=why-h] form button").click()
    answer = page.locator("article.answer").first
    expect(answer).to_be_visible()
    assert answer.locator("strong").inner_text(), "a sentence says why"
    if not javascript:
        page.go_back()
    page.locator("form[action='/match/compare'] button").click()
    expect(page).to_have_url(re.compile(r"/compare\?ids="))
    assert page.locator("table.compare thead th[scope=col]").count() >= 2


@pytest.mark.parametrize("viewport", [PHONE], ids=["phone"])
@JAVASCRIPT
def test_the_decision_sheet(opened, javascript, viewport):
    page = opened("/match", java_script_enabled=javascript, viewport=viewport)
    say(page)
    recommend(page)
    names = page.locator("ol.picks h3").all_inner_texts()
    page.locator("form[action='/match/sheet'] .btn-primary").click()
    expect(page).to_have_url(re.compile(r"/sheets/[\w-]{40,}$"))
    address = page.url
    other = opened(address, viewport=DESKTOP)
    expect(other.locator(".sheet-need")).to_contain_text("排产靠老师傅")
    assert other.locator(".sheet-table thead .name").all_inner_texts() == names
    assert fits_the_screen(page)
    picture = other.request.get(f"{address}.png")
    assert picture.body().startswith(b"\x89PNG")
    sheet = load_workbook(io.BytesIO(other.request.get(f"{address}.xlsx").body())).worksheets[0]
    assert names[0] in [c.value for row in sheet.iter_rows(max_row=8) for c in row]
    document = Document(io.BytesIO(other.request.get(f"{address}.docx").body()))
    assert names[0] in [c.text for c in document.tables[0].rows[0].cells]
    assert other.request.get(f"{address[:-1]}").status == 404
