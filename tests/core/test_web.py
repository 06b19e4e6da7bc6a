"""What every page has: language, headers, safe redirects, cleaned Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.web import money, number, render_markdown, safe_next


@pytest.mark.parametrize("target", ["/", "/solutions?q=MES&page=2", "/compare?ids=1,2#price"])
def test_next_within_the_site_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", [
    None, "", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "solutions", "/\t/evil.example", "/\n/evil.example", "///evil.example",
    " //evil.example", "http:/evil.example", "/solutions\r\nSet-Cookie: a=b", "//[",
])
def test_next_that_leads_elsewhere_becomes_the_fallback(target: str | None) -> None:
    assert safe_next(target, "/compare") == "/compare"


@given(st.text(alphabet="/\\:.@?#\t\r\n a[]", max_size=12))
def test_next_never_leaves_the_site(target: str) -> None:
    kept = safe_next(target)
    assert kept.startswith("/")
    assert not kept.startswith(("//", "/\\"))
    assert not set(kept) & set("\t\r\n\\")


def test_markdown_is_rendered() -> None:
    html = render_markdown("# 头\n\n|a|b|\n|-|-|\n|1|2|\n\n[x](https://example.org)")
    assert "<h1>头</h1>" in html
    assert "<table>" in html
    assert 'rel="noopener nofollow"' in html


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
    "![x](data:text/html;base64,xx)", "<style>body{}</style>",
    '<a href="x" style="color:red">y</a>',
])
def test_markdown_of_hostile_text_runs_nothing(text: str) -> None:
    html = render_markdown(text)
    for sign in ("<script", "href=\"javascript", "<img src=x", "<style", "<a href=\"x\""):
        assert sign not in html


def test_money_is_grouped() -> None:
    assert money(120_000.0) == "120,000"
    assert money(None) == ""


def test_number_has_no_trailing_zeros() -> None:
    assert [number(v) for v in (97.40, 3.0, 1200, 0.5)] == ["97.4", "3", "1,200", "0.5"]
