"""Transactions lose nothing; values come back as they went in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.catalog.models import Provider
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.models import District
from tests.factories import make_provider

THREADS, TIMES = 8, 50


def test_transaction_of_eight_threads_loses_no_update(app: Flask) -> None:
    provider_id = make_provider(response_hours=0).id
    db.session.remove()

    def work(_thread: int) -> None:
        with app.app_context():
            for _ in range(TIMES):
                with transaction() as session:
                    provider = session.get(Provider, provider_id)
                    assert provider is not None
                    provider.response_hours = (provider.response_hours or 0) + 1
            db.session.remove()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    kept = db.session.scalar(select(Provider.response_hours).where(Provider.id == provider_id))
    assert kept == THREADS * TIMES


def test_transaction_that_fails_keeps_nothing(session: scoped_session[Session]) -> None:
    before = session.scalar(select(func.count()).select_from(Provider))

    def fails() -> None:
        with transaction():
            make_provider()
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fails()
    assert session.scalar(select(func.count()).select_from(Provider)) == before


def test_transaction_inside_another_joins_it(session: scoped_session[Session]) -> None:
    with transaction() as outer:
        with transaction() as inner:
            assert inner is outer
            inner.add(_district("X1"))
        assert session.info["in_transaction"]
    assert session.get(District, "X1")
    assert "in_transaction" not in session.info


def test_transaction_after_unsaved_changes_is_refused(session: scoped_session[Session]) -> None:
    session.add(_district("X2"))

    def opens() -> None:
        with transaction():
            pass

    with pytest.raises(RuntimeError, match="unsaved changes"):
        opens()


def _district(code: str) -> District:
    return District(code=code, name=LocalizedText("历下", ""), kind="district", position=99,
                    pilot_focus=["steel"])


def test_localized_text_and_json_come_back(session: scoped_session[Session]) -> None:
    with transaction() as writing:
        writing.add(_district("X3"))
    session.expire_all()
    found = session.get(District, "X3")
    assert found is not None
    assert found.name == LocalizedText("历下", "")
    assert found.pilot_focus == ["steel"]


def test_json_is_stored_readably(session: scoped_session[Session]) -> None:
    with transaction() as writing:
        writing.add(_district("X4"))
    raw = session.connection().exec_driver_sql(
        "select cast(name as text) from district where code = 'X4'").scalar()
    assert raw is not None
    assert "历下" in raw


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8))])
def test_instants_come_back_in_utc(session: scoped_session[Session], zone: timezone) -> None:
    at = datetime(2026, 3, 1, 7, 30, 15, 123456, zone)
    with transaction() as writing:
        writing.add(AuditEvent(at=at, actor="a", action="b", subject="c", details={}, chain="x"))
    session.expire_all()
    stored = session.scalars(select(AuditEvent.at).where(AuditEvent.chain == "x")).one()
    assert stored == at
    assert stored.utcoffset() == timedelta(0)
