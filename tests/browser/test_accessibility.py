"""Every page, in both languages, without a violation that axe-core finds, and narrow enough for
a phone."""

from __future__ import annotations

import json

import pytest

from tests.support import ROOT, need

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "/", "/solutions", "/solutions?q=MES&industry=steel", "/solutions?q=MES&view=table",
    "/solutions?q=zzzzqqqq", "/solutions?price_max=abc", "/providers", "/directory", "/scenarios",
    "/scenarios/OP-07", "/scenarios/ST-3.5", "/industries/steel", "/industries/cnc_robotics",
    "/industries/biopharma", "/compare", "/compare?ids=1,2,3", "/about", "/help", "/sign-in",
    "/activate", "/invitations/unknown", "/privacy",
    "/nowhere", "/match", "/how-matching-works", "/supply-gaps?industry=steel",
]
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]);
}"""


@pytest.fixture(scope="session")
def axe() -> str:
    need("axe-core", AXE.exists(), "run `make assets`")
    return AXE.read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_have_no_violation(opened, axe, language):
    page = opened(f"/about?lang={language}")
    found = {}
    for path in [*PAGES, *_one_of_each(page)]:
        page.goto(path)
        page.evaluate(axe)
        violations = page.evaluate(RUN)
        if violations:
            found[path] = violations
    assert not found, json.dumps(found, ensure_ascii=False, indent=1)


def test_pages_fit_a_phone(opened):
    page = opened("/about", viewport={"width": 390, "height": 844})
    too_wide = []
    for path in [*PAGES, *_one_of_each(page)]:
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            too_wide.append(path)
    assert not too_wide


def _one_of_each(page) -> list[str]:
    items = page.request.get("/api/v1/solutions?per_page=3").json()["items"]
    return [f"/solutions/{items[0]['slug']}", f"/providers/{items[0]['provider']['slug']}",
            f"/solutions/{items[1]['slug']}"]
