"""Tampering with the trail: what was changed, removed or inserted is found and named."""

from __future__ import annotations

import pytest
from flask import Flask, current_app
from sqlalchemy import delete, func, insert, select, update

from marketplace.core.audit import KEY_FILE, AuditEvent, AuditHead, _key, record
from marketplace.core.audit_checking import check
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from tests.support import environment, marketplace

EVENTS = 8


def write(count: int = 1) -> None:
    with transaction() as session:
        for _n in range(count):
            record(session, actor="admin", action="test.change", subject="thing:1",
                   details={"before": {"名称": "甲"}, "after": {"名称": "乙"}})


def tamper(*statements) -> None:
    with transaction() as session:
        for statement in statements:
            session.execute(statement)


def found() -> list[tuple[str, int, int | None]]:
    db.session.rollback()
    return [(f.kind, f.event_id, f.last_id) for f in check(db.session)]


def change(event_id: int, **values) -> object:
    return update(AuditEvent).where(AuditEvent.id == event_id).values(**values)


def remove(*ids: int) -> object:
    return delete(AuditEvent).where(AuditEvent.id.in_(ids))


def forged(event_id: int, previous: str, **values) -> AuditEvent:
    """An event with a right chain and a made-up seal."""
    event = AuditEvent(**{"id": event_id, "at": now(), "actor": "x", "role": "", "action": "a",
                          "subject": "s", "details": {}, "seal": "f" * 64, **values})
    event.chain = event.expected_chain(previous)
    return event


@pytest.fixture
def trail(app: Flask) -> None:
    write(EVENTS)


@pytest.fixture
def old_trail(trail) -> None:
    """As before the upgrade: a chain without seals, no head, no key."""
    tamper(update(AuditEvent).values(seal=None), delete(AuditHead))
    (current_app.extensions["settings"].data_dir / KEY_FILE).unlink()
    _key.cache_clear()


def test_untouched_trail_is_whole(trail):
    assert found() == []


@pytest.mark.parametrize("values", [
    {"actor": "nobody"}, {"role": "auditor"}, {"action": "test.hide"}, {"subject": "thing:2"},
    {"details": {"after": 9}}, {"seal": "0" * 64}, {"seal": None}, {"chain": "1" * 64},
    {"erased_at": now()},
], ids=lambda values: next(iter(values)))
def test_changed_event_is_named(trail, values):
    tamper(change(3, **values))
    assert found() == [("changed", 3, None)]


def test_changed_event_with_its_chain_computed_anew_is_named(trail):
    previous = db.session.get(AuditEvent, 2).chain
    tamper(change(3, actor="nobody", chain=forged(3, previous, actor="nobody").chain))
    assert found() == [("changed", 3, None)]


def test_changed_last_event_is_named(trail):
    tamper(change(EVENTS, actor="nobody"))
    assert found() == [("changed", EVENTS, None)]


@pytest.mark.parametrize(("ids", "first", "last"), [
    ((1,), 1, 1), ((4,), 4, 4), ((4, 5, 6), 4, 6), ((EVENTS,), EVENTS, EVENTS),
    ((7, 8), 7, 8), (tuple(range(1, EVENTS + 1)), 1, EVENTS),
])
def test_removed_events_are_named(trail, ids, first, last):
    tamper(remove(*ids))
    assert found() == [("removed", first, last)]


def test_removed_last_events_are_named_after_more_was_written(trail):
    tamper(remove(7, 8))
    write(2)
    assert found() == [("removed", 7, 8)]


def test_inserted_event_is_named(trail):
    last = db.session.get(AuditEvent, EVENTS).chain
    with transaction() as session:
        session.add(forged(EVENTS + 1, last))
    assert found() == [("inserted", EVENTS + 1, None)]
    write(2)
    assert found() == [("inserted", EVENTS + 1, None)]


def test_replaced_event_and_everything_after_it_computed_anew_is_found(trail):
    with transaction() as session:
        chain = session.get(AuditEvent, 4).chain
        for event_id in range(5, EVENTS + 1):
            event = session.get(AuditEvent, event_id)
            event.actor = "nobody" if event_id == 5 else event.actor
            event.chain = chain = event.expected_chain(chain)
        session.execute(update(AuditHead).values(chain=chain))
    kinds = found()
    assert kinds[0] == ("head", EVENTS, None)
    assert ("changed", 5, None) in kinds


def test_changed_removed_and_new_head_are_found(trail):
    tamper(update(AuditHead).values(events=3, last_id=3), remove(4, 5, 6, 7, 8))
    assert found()[0] == ("head", 3, None)
    tamper(delete(AuditHead))
    assert found() == [("no_head", 3, None)]
    write()
    assert ("no_head", 3, None) in found()


def test_trail_from_before_the_upgrade_is_whole_and_stays_so(old_trail):
    assert found() == []
    write(3)
    assert found() == []
    assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(
        AuditEvent.seal.is_(None))) == EVENTS


@pytest.mark.parametrize(("statement", "kind", "event_id"), [
    (change(3, actor="nobody"), "changed", 3), (remove(3), "removed", 3),
    (remove(8), "removed", 8),
])
def test_trail_from_before_the_upgrade_is_checked_too(old_trail, statement, kind, event_id):
    write(2)
    tamper(statement)
    assert found()[0][:2] == (kind, event_id)


def test_old_event_inserted_between_two_is_named(old_trail):
    tamper(remove(5))
    tamper(change(4, chain="e" * 64))  # makes room: number 5 is free
    with transaction() as session:
        session.execute(insert(AuditEvent).values(
            id=5, at=now(), actor="x", role="", action="a", subject="s", details={},
            chain="d" * 64))
    assert ("changed", 4) in {(k, i) for k, i, _l in found()}


def test_verify_command_tells_and_fails(trail, app):
    env = environment(app)
    fine = marketplace(env, "audit", "verify")
    assert fine.returncode == 0, fine.stderr
    assert f"{EVENTS:,} events" in fine.stdout
    tamper(remove(7, 8), change(3, actor="nobody"))
    bad = marketplace(env, "audit", "verify")
    assert bad.returncode == 1
    assert "Event 3 was changed" in bad.stdout
    assert "Events 7 to 8 were removed" in bad.stdout


def test_missing_or_other_key_is_said_once_and_none_is_made(trail):
    key = current_app.extensions["settings"].data_dir / KEY_FILE
    key.unlink()
    _key.cache_clear()
    assert found() == [("no_key", EVENTS, None)]
    assert not key.exists()
    key.write_text("0" * 64)
    assert found() == [("other_key", EVENTS, None)]
    tamper(change(3, actor="nobody"))
    assert found() == [("other_key", EVENTS, None), ("changed", 3, None)]
