"""Bilingual text falls back visibly."""

from __future__ import annotations

import pytest

from marketplace.core.i18n import LocalizedText, set_language


@pytest.mark.parametrize(("given", "made"), [
    (None, LocalizedText()), ("钢", LocalizedText("钢", "钢")),
    ({"zh": "钢", "en": "Steel"}, LocalizedText("钢", "Steel")),
    ({"zh": "钢"}, LocalizedText("钢", "")), ({"zh": None, "en": "x"}, LocalizedText("", "x")),
    (LocalizedText("a", "b"), LocalizedText("a", "b")),
])
def test_text_of_anything(given: object, made: LocalizedText) -> None:
    assert LocalizedText.of(given) == made  # type: ignore[arg-type]


def test_text_reads_in_the_current_language() -> None:
    text = LocalizedText("钢", "Steel")
    assert str(text) == "钢"
    set_language("en")
    assert str(text) == "Steel"


def test_text_missing_falls_back_and_says_so() -> None:
    text = LocalizedText("钢", "")
    assert text.fallback_language() is None
    set_language("en")
    assert str(text) == "钢"
    assert text.fallback_language() == "zh"


def test_text_empty_is_false_and_falls_back_to_nothing() -> None:
    assert not LocalizedText()
    assert str(LocalizedText()) == ""
    assert LocalizedText().fallback_language() is None
