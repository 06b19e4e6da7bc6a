"""A visitor collects solutions, compares them, reorders, takes the table away."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False])


def collect(page, count: int) -> None:
    page.goto("/solutions?q=MES")
    for number in range(count):
        page.locator("ol.cards > li").nth(number).locator("button[name=add]").click()
        expect(page.locator("#tray-count")).to_have_text(str(number + 1))
        if not page.url.endswith("q=MES"):
            page.goto("/solutions?q=MES")


@WITH_AND_WITHOUT
def test_the_tray_survives_and_leads_to_the_comparison(opened, javascript):
    page = opened(java_script_enabled=javascript)
    collect(page, 3)
    page.reload()
    expect(page.locator("#tray-count")).to_have_text("3")
    page.goto("/compare")
    expect(page).to_have_url(re.compile(r"ids=\d+(,|%2C)\d+(,|%2C)\d+"))
    assert page.locator("table.compare thead th[scope=col]").count() == 3


@WITH_AND_WITHOUT
def test_columns_move_and_go(opened, javascript):
    page = opened("/compare?ids=3,4,5", java_script_enabled=javascript)
    names = page.locator("table.compare thead a.name")
    first, second = names.nth(0).inner_text(), names.nth(1).inner_text()
    page.locator("a[aria-label^='左移'], a[aria-label^='向左'], .move a").first.click()
    expect(names.nth(0)).to_have_text(second)
    expect(names.nth(1)).to_have_text(first)
    page.locator("button[name=remove]").first.click()
    expect(names).to_have_count(2)


@WITH_AND_WITHOUT
def test_equal_rows_fold_and_differences_are_said(opened, javascript):
    page = opened("/compare?ids=3,4", java_script_enabled=javascript)
    rows = page.locator("table.compare tbody tr").count()
    expect(page.locator(".flag").first).to_have_text("不同")
    page.get_by_role("link", name="只看不同").click()
    expect(page).to_have_url(re.compile("differences=1"))
    assert page.locator("table.compare tbody tr").count() < rows


def test_the_comparison_downloads_as_a_workbook(opened):
    page = opened("/compare?ids=3,4")
    with page.expect_download() as waiting:
        page.locator("a[href^='/compare.xlsx']").click()
    sheet = load_workbook(io.BytesIO(waiting.value.path().read_bytes())).worksheets[0]
    heads = [c.value for row in sheet.iter_rows(max_row=6) for c in row]
    assert page.locator("table.compare thead a.name").first.inner_text() in heads


def test_a_seventh_is_not_taken_and_says_so(opened):
    page = opened("/solutions?per_page=20")
    for number in range(7):
        page.locator("ol.cards > li").nth(number).locator("button").last.click()
        expect(page.locator("#tray-count")).to_have_text(str(min(number + 1, 6)))
    expect(page.locator(".tray-note")).to_be_visible()


def test_it_prints_on_a4_landscape(opened):
    page = opened("/compare?ids=3,4,5,6")
    pdf = page.pdf(format="A4", landscape=True, prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert box
    assert float(box.group(1)) > float(box.group(2)), "the comparison asks for landscape"
