"""Takes the pictures of the README from the running product: `make screenshots`.

Starts the site with the sample catalogue in a temporary folder, drives Chromium through it in both
languages and writes docs/images/<page>.<language>.png. A page that does not answer leaves its old
picture in place, is named at the end, and makes the exit code 1.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, sync_playwright

from seeds.accounts import PASSWORD_FILE

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
DESKTOP, PHONE = (1366, 900), (390, 844)
LARGEST = 300_000
"""Bytes of a picture."""
START_SECONDS = 90
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--disable-default-apps", "--no-first-run",
         "--metrics-recording-only", "--hide-scrollbars")
WORDS = {"zh": "排产", "en": "scheduling"}
NEED = {"zh": "我们是60人的机加工厂，插单多、交期老拖，想自动排产，预算20万以内，四个月内用上",
        "en": "Machine shop, 60 people: many rush orders, always late. We want automatic "
              "scheduling within 200,000 yuan, in use within four months."}
COMPARED = 3


def main() -> int:
    """Take every picture; returns the exit code."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with site() as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(QUIET))
        for language in ("zh", "en"):
            for name, take in SHOTS.items():
                size = PHONE if name == "phone" else DESKTOP
                context = browser.new_context(
                    viewport={"width": size[0], "height": size[1]}, color_scheme="light",
                    device_scale_factor=2 if name == "phone" else 1,
                    locale="zh-CN" if language == "zh" else "en-GB")
                context.add_cookies([{"name": "lang", "value": language, "url": at.base}])
                try:
                    shoot(context, lambda page, t=take, c=language: t(page, at, c),  # type: ignore[misc]
                          IMAGES / f"{name}.{language}.png")
                except Exception as problem:
                    failed.append(f"{name}.{language}: {str(problem).splitlines()[0]}")
                context.close()
        browser.close()
    for line in failed:
        print(f"not taken: {line}", file=sys.stderr)
    return 1 if failed else 0


def chromium() -> str:
    """The browser to drive. Exits with a remedy where there is none."""
    found = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") \
        or shutil.which("chromium-browser")
    if not found:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk).")
    return found


@dataclass(frozen=True, slots=True)
class Site:
    """Address of the running site and the password of its demo accounts."""

    base: str
    password: str


@contextmanager
def site() -> Iterator[Site]:
    """A running site with the samples."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith("MARKETPLACE_") and k not in ("DATABASE_URL", "SEARCH_URL", "PORT")}
    with tempfile.TemporaryDirectory(prefix="marketplace-pictures-") as folder:
        env = kept | {"MARKETPLACE_DATA_DIR": folder, "PORT": str(port),
                      "MARKETPLACE_WORKERS": "1", "MARKETPLACE_MATCH_RATE": "1000 per minute"}
        command = [sys.executable, "-c", "from marketplace.cli import main; main()"]
        subprocess.run([*command, "setup", "--samples"], cwd=ROOT, env=env, check=True)
        server = subprocess.Popen([*command, "serve"], cwd=ROOT, env=env,
                                  stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(base, server)
            yield Site(base, (Path(folder) / PASSWORD_FILE).read_text("ascii"))
        finally:
            server.terminate()
            server.wait(20)


def wait_until_ready(base: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the site answers /readyz. Exits when it stops or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{base}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"The site did not become ready at {base} within {START_SECONDS} s.")


def shoot(context: BrowserContext, go: Callable[[Page], None], file: Path) -> None:
    """Open a page, bring it where it is to be, and keep what the window shows."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    go(page)
    page.get_by_role("main").wait_for()
    page.wait_for_load_state("networkidle")
    page.evaluate("document.activeElement && document.activeElement.blur()")
    file.write_bytes(compressed(page.screenshot(animations="disabled", caret="hide")))
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes")


def compressed(png: bytes) -> bytes:
    """The picture with at most 256 colours, fewer where it would be larger than `LARGEST`."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        buffer = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST:
            break
    return buffer.getvalue()


def found(base: str, words: str, count: int) -> list[dict[str, object]]:
    """The first solutions for some words, from the API."""
    query = urlencode({"q": words, "per_page": count})
    with urlopen(f"{base}/api/v1/solutions?{query}", timeout=15) as answer:
        items: list[dict[str, object]] = json.load(answer)["items"]
    return items


def visit(page: Page, address: str) -> None:
    """Go to an address; raises `RuntimeError` unless it answers 200."""
    answer = page.goto(address)
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address} answers {answer.status if answer else 'nothing'}")


def home(page: Page, at: Site, language: str) -> None:
    visit(page, f"{at.base}/")


def search(page: Page, at: Site, language: str) -> None:
    visit(page, f"{at.base}/solutions?q={quote(WORDS[language])}")


def solution(page: Page, at: Site, language: str) -> None:
    visit(page, f"{at.base}/solutions/{found(at.base, WORDS['zh'], 1)[0]['slug']}")


def compare(page: Page, at: Site, language: str) -> None:
    ids = ",".join(str(item["id"]) for item in found(at.base, WORDS["zh"], COMPARED))
    visit(page, f"{at.base}/compare?ids={ids}")


def match(page: Page, at: Site, language: str) -> None:
    """Through the wizard: say it, check what was understood, see the recommendations."""
    visit(page, f"{at.base}/match")
    text = page.get_by_role("main").locator("textarea").first
    text.fill(NEED[language])
    onward = "button:not([formaction]):not([type=button]):not([name]):visible"
    form = page.locator("form", has=page.locator("textarea")).first
    submit(page, form.locator(onward).last, "/match/check")
    submit(page, page.locator('form[action="/match/results"]').locator(onward).last,
           "/match/results")


def submit(page: Page, button: Locator, path: str) -> None:
    """Press a button and wait for the page behind it. A partial update counts too."""
    with page.expect_response(lambda answer: path in answer.url) as caught:
        button.click()
    if caught.value.status != 200:
        raise RuntimeError(f"{path} answers {caught.value.status}")
    page.wait_for_load_state("networkidle")


def sign_in(page: Page, at: Site, username: str) -> None:
    """Sign in with a demo account."""
    visit(page, f"{at.base}/sign-in")
    page.fill("#username", username)
    page.fill("#password", at.password)
    page.get_by_role("main").locator("button[type=submit], button:not([type])").last.click()
    page.wait_for_url("**/desk*")


def workspace(page: Page, at: Site, language: str) -> None:
    sign_in(page, at, "demo-provider")
    visit(page, f"{at.base}/workspace")


def console(page: Page, at: Site, language: str) -> None:
    """The first submission that waits for the steel operator."""
    sign_in(page, at, "demo-operator")
    visit(page, f"{at.base}/console")
    page.locator("main tbody a").first.click()


SHOTS: dict[str, Callable[[Page, Site, str], None]] = {
    "home": home, "search": search, "solution": solution, "compare": compare, "match": match,
    "workspace": workspace, "console": console, "phone": search,
}

if __name__ == "__main__":
    sys.exit(main())
