"""The commands of learning as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from marketplace.matching.cli import match_commands
from tests.factories import make_solution
from tests.matching.synthetic_events import make_events
from tests.matching.test_tuning import LEAST_LISTS


@pytest.fixture
def run(app: Flask):
    """Run `marketplace match …` on this application."""

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(match_commands, arguments, obj=lambda *_: app)

    return command


def test_report_without_events_says_so(run):
    found = run("report")
    assert found.exit_code == 0, found.exception
    assert "No events" in found.output


def test_report_tune_concentration(run, tmp_path: Path):
    make_events([make_solution().id for _ in range(4)], lists=LEAST_LISTS + 20, liked="go_live")
    report = run("report", "--industry", "steel")
    assert "too few" in report.output
    assert "go_live" in report.output
    tuned = run("tune", "steel")
    assert tuned.exit_code == 0, tuned.exception
    assert "Nothing is in force" in tuned.output
    shares = run("concentration", "steel", "--xlsx", str(tmp_path / "shares.xlsx"))
    assert "Concentration index" in shares.output
    assert (tmp_path / "shares.xlsx").read_bytes().startswith(b"PK")


def test_too_few_events_are_an_error(run):
    assert run("tune", "steel").exit_code != 0
    assert run("concentration", "nothing").exit_code != 0


def test_call_draft_prints_or_writes(run, tmp_path: Path):
    assert "草稿" in run("call-draft", "steel").output
    assert run("call-draft", "steel", "--out", str(tmp_path / "call.docx")).exit_code == 0
    assert (tmp_path / "call.docx").read_bytes().startswith(b"PK")
