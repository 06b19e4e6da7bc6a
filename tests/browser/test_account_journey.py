"""A newcomer: invitation link, password and consent, desk, another role, sign-out."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.support import ROOT, on_postgresql

STRONG = "drei Pferde 7 fliegen"


def command(folder: str, *arguments: str) -> str:
    """What `marketplace user …` prints, on the data of the running site."""
    base = os.environ.get("TEST_POSTGRESQL_URL", "").rpartition("/")[0]
    database = f"{base}/site_{os.getpid()}" if on_postgresql() else ""
    code = "import sys; from marketplace.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, "user", *arguments], cwd=ROOT, check=True, text=True,
        capture_output=True, env={**os.environ, "MARKETPLACE_DATA_DIR": folder,
                                  "DATABASE_URL": database, "PYTHONPATH": str(ROOT),
                                  "COLUMNS": "200"}).stdout


@pytest.fixture
def folder(site: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(next(iter(tmp_path_factory.getbasetemp().glob("site*/data"))))


def test_from_the_slip_to_another_role(opened, folder: str) -> None:
    said = command(folder, "invite", "王明", "--organisation", "kuangquan-rebar",
                   "--role", "enterprise", "--administrator")
    name, link = (re.search(rf"{key}:\s+(\S+)", said)[1] for key in ("User name", "Link"))
    command(folder, "role-add", name, "--organisation", "lizha-rolling-data", "--role", "provider")
    page = opened("/invitations/" + link.rsplit("/", 1)[1], viewport={"width": 390, "height": 844})
    expect(page.locator("main")).to_contain_text("莱芜旷泉棒材有限公司")
    page.locator("#password").fill(STRONG)
    page.locator("#again").fill(STRONG)
    page.locator("#consent").check()
    page.locator("main form button").click()
    page.wait_for_url(re.compile("/desk$"))

    page.locator(".account-menu summary").click()
    page.locator("button.account-hat", has_text="服务商").click()
    page.wait_for_url(re.compile("/desk$"))
    expect(page.locator(".desk-who")).to_contain_text("服务商")

    page.goto("/account")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".account-menu summary").click()
    page.locator(".account-menu form[action='/sign-out'] button").click()
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.locator("#username").fill(name)
    page.locator("#password").fill(STRONG)
    page.locator("button[name=submit]").click()
    page.wait_for_url(re.compile("/account$"))
