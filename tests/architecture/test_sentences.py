"""What an operation refuses with is read by people: every sentence is in the message catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import marketplace
from marketplace.core.open_phrases import OPEN_PHRASES
from marketplace.core.phrases import PHRASES

ROOT = Path(marketplace.__file__).parent
ERRORS = {"Conflict": 0, "InvalidInput": 0, "NotFound": 0, "NotAllowed": 0, "TooMany": 0,
          "Paused": 0, "FieldError": 2}
"""Which argument is the sentence."""
NOT_ON_PAGES = re.compile(r"(cli|api|spreadsheet_\w+|learning_cli|organisation_cli)\.py$")
"""Command line and API speak English; imports have a test of their own."""
FOR_PROGRAMS = {
    "No solution {} among {}.", "There is no organisation {}; `marketplace org list` shows all.",
    "Version {} is {} and cannot be published."}
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def sentences() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        if NOT_ON_PAGES.search(path.name):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            at = ERRORS.get(node.func.id, len(node.args))
            if at < len(node.args) and (text := _text(node.args[at])):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_sentence_of_an_error_is_translated() -> None:
    known = PHRASES | set(OPEN_PHRASES) | FOR_PROGRAMS
    found = list(sentences())
    assert len(found) > 200, "the walk sees the product"
    assert [f"{where}: {text}" for where, text in found
            if text not in known and NUMBER.sub("{}", text) not in known
            and not text.startswith("choose from {")] == []
