"""The audit trail: chained, complete, and tampering shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.catalog.operations import withdraw_solution
from marketplace.core.audit import AuditEvent, record
from marketplace.core.audit_checking import broken_link
from marketplace.core.database import db, transaction
from marketplace.taxonomy.operations import pause_industry, resume_industry
from tests.factories import make_solution, make_version


@pytest.fixture
def trail(app: Flask) -> list[AuditEvent]:
    solution = make_solution()
    make_version(solution, publish=True)
    withdraw_solution(solution=solution, reason="不再销售", actor="someone")
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_trail_names_every_write(trail: list[AuditEvent]) -> None:
    assert [e.action for e in trail] == [
        "solution.create", "solution.publish", "solution.revise", "solution.publish",
        "solution.withdraw"]
    assert trail[-1].actor == "someone"
    assert trail[-1].details == {"reason": "不再销售"}
    assert trail[3].details == {"version": 2, "before": 1}


def test_trail_of_many_threads_stays_one_chain(app: Flask) -> None:
    def work(thread: int) -> None:
        with app.app_context():
            for n in range(10):
                with transaction() as session:
                    record(session, actor=f"thread {thread}", action="test", subject=f"n:{n}")
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 40
    assert broken_link(db.session) is None


def test_failed_operation_leaves_no_event(app: Flask, session: scoped_session[Session]) -> None:
    pause_industry(industry="steel", reason="检修系统", actor="me")
    resume_industry(industry="steel", actor="me")
    before = session.scalar(select(func.count()).select_from(AuditEvent))

    def fails() -> None:
        with transaction():
            pause_industry(industry="steel", reason="检修系统", actor="me")
            raise RuntimeError("later")

    with pytest.raises(RuntimeError, match="later"):
        fails()
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == before == 2
