"""A served site with the sample catalogue and Chromium, for journeys as people walk them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from marketplace.accounts.models import User
from tests.conftest import close
from tests.factories import PASSWORD, make_user
from tests.support import CHROMIUM_HOW, ROOT, chromium, free_port, need

BUILT = ROOT / "marketplace" / "static" / "build" / "manifest.json"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]
PASSWORD_FILE = "administrator-password"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def site_app(templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over the running site's data, to make accounts and records for a journey:
    `with site_app.app_context(): make_user(...)`."""
    database = f"site_{os.getpid()}"
    yield templates.copy(templates.catalogue(), tmp_path_factory.mktemp("site") / "data", database)
    if templates.databases:
        templates.databases.drop(database)


@pytest.fixture(scope="session")
def site(site_app: Flask) -> Iterator[str]:
    """The address of a running site; one a test process, on a copy of the sample catalogue."""
    need("the built assets", BUILT.exists(), "run `make assets`")
    port, settings = free_port(), site_app.extensions["settings"]
    environment = {**os.environ, "MARKETPLACE_DATA_DIR": str(settings.data_dir), "PORT": str(port),
                   "MARKETPLACE_WORKERS": "1", "MARKETPLACE_LOG_LEVEL": "error",
                   "MARKETPLACE_MATCH_RATE": "10000 per minute",
                   "DATABASE_URL": settings.database_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "import sys; from marketplace.cli import main; "
               "main(sys.argv[1:])"]
    subprocess.run([*command, "setup"], env=environment, check=True, cwd=ROOT,
                   stdout=subprocess.DEVNULL)
    with subprocess.Popen([*command, "serve"], env=environment, cwd=ROOT,
                          stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, server)
        yield address
        server.terminate()
        server.wait(20)


def wait_until_ready(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the site ended while starting"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not become ready")


def sign_in(page: Page, username: str, password: str = PASSWORD) -> Page:
    """Sign in through the page, and stand on the desk."""
    page.goto("/sign-in")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.locator("button[name=submit]").click()
    page.wait_for_url("**/desk")
    return page


@pytest.fixture
def signed_in(opened: Callable[..., Page], site_app: Flask) -> Callable[..., tuple[User, Page]]:
    """`signed_in(role=…, …)` makes an account as `make_user` does and signs a fresh browser in."""

    def enter(viewport: dict[str, int] | None = None, **account: object) -> tuple[User, Page]:
        with site_app.app_context():
            user = make_user(**account)
            close(site_app)
        return user, sign_in(opened("/", **({"viewport": viewport} if viewport else {})),
                             user.username)

    return enter


@pytest.fixture(scope="session")
def administrator_password(site: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    found = list(tmp_path_factory.getbasetemp().glob(f"site*/data/{PASSWORD_FILE}"))
    return found[-1].read_text("ascii")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium()
    need("Chromium", program, CHROMIUM_HOW)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`opened(path, **context)` opens a page in a fresh context; at the end no page may have
    logged an error (a blocked script or style is one)."""
    contexts: list[BrowserContext] = []
    logged: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser logs every answer of 400 and above; pages that say "gone" are meant.
        if message.type == "error" and "Failed to load resource" not in message.text:
            logged.append(message.text)

    def open_page(path: str = "/", **options: object) -> Page:
        context = browser.new_context(base_url=site, **{"locale": "zh-CN", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: logged.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not logged, logged
