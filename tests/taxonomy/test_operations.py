"""Pausing and resuming a sub-platform; recording what a plugin did wrong."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.core.audit import AuditEvent
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.plugins import HookFailure
from marketplace.taxonomy.models import PluginFailure, PluginPause
from marketplace.taxonomy.operations import pause_industry, record_failure, resume_industry
from marketplace.taxonomy.queries import active_industries, paused, recent_failures
from tests.support import ROOT, environment

WATCH = """
import sys, time
from marketplace.app import create_app
from marketplace.taxonomy.queries import paused
app = create_app(testing=True)
with app.app_context():
    print("steel" in paused(), flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    while "steel" not in paused() and time.monotonic() - begun < 10:
        time.sleep(0.02)
    print(time.monotonic() - begun, flush=True)
"""


def test_pause_stores_since_when_why_and_who(app: Flask,
                                             session: scoped_session[Session]) -> None:
    pause_industry(industry="steel", reason="  等待系统检修  ", actor="admin")
    row = session.scalars(select(PluginPause)).one()
    assert (row.industry, row.reason, row.paused_by) == ("steel", "等待系统检修", "admin")
    assert paused()["steel"].reason == "等待系统检修"
    assert active_industries() == ("biopharma", "cnc_robotics")


def test_pause_and_resume_are_audited(app: Flask, session: scoped_session[Session]) -> None:
    pause_industry(industry="steel", reason="等待检修", actor="admin")
    resume_industry(industry="steel", actor="boss")
    events = session.execute(select(AuditEvent.actor, AuditEvent.action, AuditEvent.subject)
                             .order_by(AuditEvent.id)).all()
    assert events == [("admin", "industry.pause", "industry:steel"),
                      ("boss", "industry.resume", "industry:steel")]
    assert paused() == {}


@pytest.mark.parametrize("reason", ["", "   ", "abc", "长" * 401])
def test_pause_without_a_readable_reason_is_refused(app: Flask, reason: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        pause_industry(industry="steel", reason=reason, actor="admin")
    assert caught.value.errors[0].field == "reason"
    assert paused() == {}


def test_pause_twice_is_a_conflict(app: Flask) -> None:
    pause_industry(industry="steel", reason="等待检修", actor="admin")
    with pytest.raises(Conflict, match="paused already"):
        pause_industry(industry="steel", reason="等待检修", actor="admin")


def test_resume_of_what_works_is_a_conflict(app: Flask) -> None:
    with pytest.raises(Conflict, match="not paused"):
        resume_industry(industry="steel", actor="admin")


def test_pause_of_an_unknown_industry_names_the_known(app: Flask) -> None:
    with pytest.raises(NotFound, match="biopharma, cnc_robotics, steel"):
        pause_industry(industry="shoes", reason="等待检修", actor="admin")


def test_pause_is_seen_by_another_process_within_two_seconds(app: Flask) -> None:
    with subprocess.Popen([sys.executable, "-c", WATCH], cwd=ROOT, env=environment(app), text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "False\n"
        pause_industry(industry="steel", reason="等待检修", actor="admin")
        other.stdin.write("\n")
        other.stdin.flush()
        assert float(other.stdout.readline()) < 2
        assert other.wait(10) == 0


def test_pause_of_another_process_is_seen_here_within_two_seconds(app: Flask) -> None:
    assert paused() == {}
    code = ("from marketplace.app import create_app\n"
            "from marketplace.taxonomy.operations import pause_industry\n"
            "with create_app(testing=True).app_context():\n"
            "    pause_industry(industry='steel', reason='等待检修', actor='x')\n")
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(app), check=True)
    begun = time.monotonic()
    while "steel" not in paused():
        assert time.monotonic() - begun < 2
        time.sleep(0.02)


def test_failure_is_kept_for_the_health_page(app: Flask) -> None:
    for n in range(3):
        record_failure(HookFailure("steel", "industry_notes", f"ValueError: {n}", "now"))
    found = recent_failures(2)
    assert [f.error for f in found] == ["ValueError: 2", "ValueError: 1"]


def test_failure_with_long_names_is_cut_not_lost(app: Flask,
                                                 session: scoped_session[Session]) -> None:
    record_failure(HookFailure("p" * 200, "industry_notes", "错" * 1000, "now"))
    row = session.scalars(select(PluginFailure)).one()
    assert len(row.error) == 400
    assert len(row.plugin) == 80
