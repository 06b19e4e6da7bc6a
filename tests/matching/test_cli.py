"""`marketplace match "TEXT"` as somebody at a terminal of 80 columns reads it."""

from __future__ import annotations

import re

from flask import Flask

from marketplace.matching.matcher import match
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from tests.support import environment, marketplace

TEXT = "我们是机加工厂，设备老停机没人知道，预算20万以内"


def test_a_need_prints_the_same_recommendations_with_their_reasons_in_full(
        catalogue: Flask) -> None:
    told = marketplace(environment(catalogue, COLUMNS="80"), "match", TEXT, "--limit", "3")
    assert told.returncode == 0, told.stderr
    best = match(catalogue.extensions["indexes"], need_of(understand(TEXT)), limit=3)
    cells = re.findall(r"^│ (.*?)│(.*?)│(.*?)│(.*?)│ (.*?)│$", told.stdout, re.MULTILINE)
    solutions, reasons = ("".join(row[n].strip() for row in cells).replace(" ", "")
                          for n in (1, 4))
    for found in best.recommendations:
        assert str(found.candidate.name).replace(" ", "") in solutions
        assert str(found.reasons[0].text).replace(" ", "") in reasons
    assert "[最合适]" in solutions


def test_what_is_no_need_says_so(catalogue: Flask) -> None:
    told = marketplace(environment(catalogue), "match", "今天天气不错")
    assert told.returncode == 0, told.stderr
    assert "┃" not in told.stdout
    assert len(told.stdout.strip()) > 10
