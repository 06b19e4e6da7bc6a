"""Checks every template: `python tools/templates.py`. Lists what is wrong and exits with 1.

The content security policy drops inline styles and scripts without a word, and a text that does
not go through gettext appears in one language only; both are found here instead of by a visitor.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).resolve().parent.parent
_COMMENT = re.compile(r"\{#.*?#\}", re.S)
_NO_TEXT = re.compile(r"(<?)\{% block (?:body_class|main_class|main_tag) %\}(.*?)\{% endblock %\}")
_TAG = re.compile(r"\{%.*?%\}", re.S)
_PRINT = re.compile(r"\{\{.*?\}\}", re.S)
_UNSAFE = re.compile(r"\|\s*safe\b|\bMarkup\(|autoescape\s+false")
_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")
SPOKEN = ("aria-label", "alt", "title", "placeholder")
"""Attributes people read or hear."""
NAMES = frozenset({"Excel", "Word", "CSV", "KB", "MES", "SaaS", "openapi", "json", "English",
                   "中文"})
"""Words that are the same in every language."""


def templates() -> list[Path]:
    return sorted(p for p in (ROOT / "marketplace").rglob("templates/**/*.html"))


def _blank(match: re.Match[str]) -> str:
    """Keeps the lines, so that line numbers stay right."""
    return "\n" * match.group(0).count("\n")


class Page(HTMLParser):
    """Collects what is wrong with the HTML around the template's own tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[tuple[int, str]] = []
        self._silent = ""

    def _say(self, text: str) -> None:
        self.problems.append((self.getpos()[0], text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name, value in attrs:
            if name == "style":
                self._say("style= is dropped by the content security policy: use a class")
            elif name.startswith(("on", "hx-on")):
                self._say(f"{name}= is blocked: put it in static/src/js")
            elif (value or "").strip().lower().startswith("javascript:"):
                self._say(f"{name}=javascript: is blocked")
            elif name in ("src", "href") and tag in ("script", "link", "img") and re.match(
                    r"(https?:)?//", value or ""):
                self._say(f"{tag} loads {value}: nothing may come from other sites")
            elif name in SPOKEN and self._is_text(value or ""):
                self._say(f"{name}={value!r} does not go through gettext")
        if tag == "style" or (tag == "script" and "src" not in given):
            self._say(f"inline <{tag}> is blocked")
        if tag == "img" and "alt" not in given:
            self._say("img without alt")
        if tag in ("script", "style", "code", "svg"):
            self._silent = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and self._is_text(data):
            self._say(f"{data.strip()!r} does not go through gettext")

    @staticmethod
    def _is_text(text: str) -> bool:
        return any(word not in NAMES for word in _WORD.findall(text))


def problems(source: str) -> Iterator[tuple[int, str]]:
    """(line, what is wrong) of one template."""
    try:
        Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    except TemplateSyntaxError as problem:
        yield problem.lineno, f"syntax: {problem.message}"
        return
    for number, line in enumerate(source.splitlines(), 1):
        if _UNSAFE.search(line):
            yield number, "switches escaping off"
    bare = source
    bare = _NO_TEXT.sub(lambda m: m[1] + m[2] if m[1] else "", bare)
    for part in (_COMMENT, _TAG, _PRINT):
        bare = part.sub(_blank, bare)
    page = Page()
    page.feed(bare)
    yield from page.problems


def main() -> int:
    found = [(path, line, text) for path in templates()
             for line, text in problems(path.read_text("utf-8"))]
    for path, line, text in found:
        print(f"{path.relative_to(ROOT)}:{line}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
