"""The index is a copy of the database, whatever happens in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.catalog import indexer
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.indexer import (
    COLLECTIONS,
    IndexerThread,
    Indexes,
    drain,
    elected,
    make_ready,
    rebuild,
    verify,
)
from marketplace.catalog.operations import publish_version, reindex_provider, withdraw_solution
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from marketplace.core.outbox import OutboxMessage
from search import IndexDocument, SearchQuery
from tests.factories import bring_into_index, make_provider, make_solution, make_version
from tests.support import ROOT, IsolatedClient, environment

HEAD = """
import os, signal, sys, time
from marketplace.app import create_app
from marketplace.catalog import indexer
from marketplace.catalog.indexer import drain, elected, make_ready
from marketplace.core.database import db
from tests.factories import make_provider, make_solution
app = create_app(testing=True)
indexes, data_dir = app.extensions["indexes"], app.extensions["settings"].data_dir
context = app.app_context()
context.push()
"""


@pytest.fixture
def indexes(app: Flask) -> Indexes:
    return app.extensions["indexes"]


@pytest.fixture
def thread(app: Flask) -> Iterator[IndexerThread]:
    running = IndexerThread(app, app.extensions["indexes"], app.extensions["settings"].data_dir)
    running.start()
    yield running
    running.stop()


def ids(indexes: Indexes, collection: str = SOLUTIONS, text: str = "") -> set[int]:
    return {int(h.id) for h in indexes[collection].search(SearchQuery(text, per_page=1000)).hits}


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def child(app: Flask, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", HEAD + code], cwd=ROOT, env=environment(app),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def until(condition: object, seconds: float = 10) -> None:
    assert callable(condition)
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, "took too long"
        time.sleep(0.02)


# --- what an operation leaves in the outbox ------------------------------------------------------


def test_publish_becomes_searchable(indexes: Indexes, client: IsolatedClient) -> None:
    solution = make_solution(name={"zh": "轧辊寿命台账", "en": "Roll life ledger"})
    assert ids(indexes) == set()
    bring_into_index()
    assert ids(indexes, text="轧辊") == {solution.id}
    assert ids(indexes, PROVIDERS) == {solution.provider_id}
    found = client.get("/api/v1/solutions?q=轧辊寿命").json
    assert [i["id"] for i in found["items"]] == [solution.id]


def test_draft_stays_unsearchable(indexes: Indexes) -> None:
    make_solution(publish=False)
    bring_into_index()
    assert ids(indexes) == set()


def test_new_version_replaces_the_old_in_the_index(indexes: Indexes) -> None:
    solution = make_solution(name={"zh": "旧名称甲", "en": "Former"})
    bring_into_index()
    version = make_version(solution, name={"zh": "新称呼乙", "en": "Present"})
    bring_into_index()
    assert ids(indexes, text="旧名称甲") == {solution.id}
    publish_version(version=version, actor="test")
    bring_into_index()
    assert ids(indexes, text="新称呼乙") == {solution.id}
    assert ids(indexes, text="Former") == set()


def test_withdrawal_takes_it_out(indexes: Indexes) -> None:
    kept, gone = make_solution(), make_solution()
    bring_into_index()
    withdraw_solution(solution=gone, reason="不再销售", actor="test")
    bring_into_index()
    assert ids(indexes) == {kept.id}


def test_provider_change_reaches_its_solutions(indexes: Indexes) -> None:
    solution = make_solution()
    bring_into_index()
    provider = solution.provider
    with transaction():
        provider.organisation.name = LocalizedText("改名后的公司", "Renamed Ltd")
        reindex_provider(provider)
    bring_into_index()
    stored = indexes[SOLUTIONS].search(SearchQuery("改名后的公司")).hits[0].stored
    assert stored["provider"]["name"]["en"] == "Renamed Ltd"


def test_failed_operation_leaves_no_message(indexes: Indexes) -> None:
    before = waiting()

    def fails() -> None:
        with transaction():
            make_solution()
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fails()
    assert waiting() == before


# --- draining ------------------------------------------------------------------------------------


def test_drain_goes_in_batches_and_reports_them(indexes: Indexes) -> None:
    provider = make_provider()
    made = {make_solution(provider=provider).id for _ in range(3)}
    assert waiting() == 7
    assert drain(indexes, limit=2) == 2
    assert waiting() == 5
    assert bring_into_index() == 5
    assert ids(indexes) == made
    assert waiting() == drain(indexes) == 0


def test_replay_changes_nothing(indexes: Indexes) -> None:
    make_solution()
    messages = db.session.execute(select(OutboxMessage.collection, OutboxMessage.subject_id)).all()
    bring_into_index()
    before = {c: dict(indexes[c].hashes()) for c in COLLECTIONS}
    with transaction() as session:
        session.add_all(OutboxMessage(collection=c, subject_id=i, created_at=now())
                        for c, i in messages * 3)
    bring_into_index()
    assert {c: dict(indexes[c].hashes()) for c in COLLECTIONS} == before


def test_message_about_nothing_is_done(indexes: Indexes) -> None:
    with transaction() as session:
        session.add(OutboxMessage(collection=SOLUTIONS, subject_id=4711, created_at=now()))
    assert bring_into_index() == 1
    assert ids(indexes) == set()


def test_drain_that_fails_keeps_its_messages(indexes: Indexes, app: Flask) -> None:
    make_solution()
    before = waiting()
    folder = app.extensions["settings"].data_dir / "index"
    indexes.close()
    folder.rename(folder.with_name("away"))
    with pytest.raises(Exception, match=r".*"):
        drain(indexes)
    assert waiting() == before


# --- kill -9 -------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["before", "after"])
def test_kill_between_database_and_index_loses_nothing(app: Flask, indexes: Indexes,
                                                       moment: str) -> None:
    """Killed before the index is written, or after it and before the message is deleted."""
    code = f"""
made = [make_solution().id for _ in range(3)]
print(*made, flush=True)
write = indexer._write
def killed(*arguments):
    if {moment!r} == "after":
        write(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
indexer._write = killed
drain(indexes)
"""
    with child(app, code) as process:
        assert process.stdout is not None
        made = {int(word) for word in process.stdout.readline().split()}
        assert process.wait(60) == -signal.SIGKILL
    assert len(made) == 3
    assert waiting() > 0
    with elected(app.extensions["settings"].data_dir) as leading:
        assert leading
        bring_into_index()
    assert ids(indexes) == made
    assert not any(verify(indexes, c, repair=False) for c in COLLECTIONS)


def test_kill_of_a_busy_writer_loses_nothing(app: Flask, indexes: Indexes) -> None:
    """One process publishes and drains without pause; it is killed at any moment, three times."""
    code = """
with elected(data_dir) as leading:
    assert leading
    provider = make_provider(slug=f"provider-of-{os.getpid()}")
    number = 0
    while True:
        number += 1
        slug = f"solution-{number}-of-{os.getpid()}"
        print(make_solution(provider=provider, slug=slug).id, flush=True)
        with app.app_context():
            drain(indexes)
"""
    committed: set[int] = set()
    for round_ in range(3):
        with child(app, code) as process:
            assert process.stdout is not None
            committed.add(int(process.stdout.readline()))
            time.sleep(0.05 + 0.11 * round_)
            os.kill(process.pid, signal.SIGKILL)
            committed.update(int(line) for line in process.stdout if line.endswith("\n"))
    bring_into_index()
    assert committed <= ids(indexes)
    assert not any(verify(indexes, c, repair=False) for c in COLLECTIONS)


# --- verify and rebuild --------------------------------------------------------------------------


def test_verify_finds_and_mends_missing_stale_and_orphaned(indexes: Indexes) -> None:
    missing, stale, fine = (make_solution() for _ in range(3))
    bring_into_index()
    index = indexes[SOLUTIONS]
    index.wait(index.delete([str(missing.id)]))
    index.wait(index.upsert([IndexDocument(str(stale.id), {"name_zh": "过时"}),
                             IndexDocument("4711", {"name_zh": "孤儿"})]))
    found = verify(indexes, SOLUTIONS, repair=False)
    assert (found.missing, found.stale, found.orphaned) == (
        (str(missing.id),), (str(stale.id),), ("4711",))
    assert verify(indexes, SOLUTIONS)
    assert not verify(indexes, SOLUTIONS)
    assert ids(indexes) == {missing.id, stale.id, fine.id}


def test_verify_of_the_sample_catalogue_finds_nothing(catalogue: Flask) -> None:
    for collection in COLLECTIONS:
        assert not verify(catalogue.extensions["indexes"], collection, repair=False)


def test_verify_is_not_fooled_by_the_clock(catalogue: Flask) -> None:
    from marketplace.core.clock import moved

    with moved(timedelta(days=200)):
        assert not verify(catalogue.extensions["indexes"], SOLUTIONS, repair=False)


def test_rebuild_gives_the_same_documents(catalogue: Flask) -> None:
    indexes = catalogue.extensions["indexes"]
    before = dict(indexes[SOLUTIONS].hashes())
    assert rebuild(indexes, SOLUTIONS).documents == 150
    assert dict(indexes[SOLUTIONS].hashes()) == before


def test_make_ready_builds_only_what_is_missing(app: Flask, indexes: Indexes) -> None:
    assert make_ready(indexes) == []
    indexes.close()
    folder = app.extensions["settings"].data_dir / "index"
    folder.rename(folder.with_name("away"))
    solution = make_solution()
    assert make_ready(indexes) == list(COLLECTIONS)
    assert ids(indexes) == {solution.id}


# --- election and the thread ---------------------------------------------------------------------


def test_of_two_processes_one_leads(app: Flask) -> None:
    code = """
with elected(data_dir) as leading:
    print(leading, flush=True)
    sys.stdin.readline()
"""
    data_dir = app.extensions["settings"].data_dir
    with child(app, code) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "True\n"
        with elected(data_dir) as leading:
            assert not leading
        process.stdin.write("\n")
        process.stdin.flush()
        process.wait(20)
    with elected(data_dir) as leading:
        assert leading


def test_leader_killed_is_succeeded(app: Flask) -> None:
    data_dir = app.extensions["settings"].data_dir
    with child(app, "with elected(data_dir) as led:\n    print(led, flush=True)\n"
                    "    time.sleep(60)\n") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        process.kill()
        process.wait(20)
    with elected(data_dir) as leading:
        assert leading


def test_thread_makes_a_publication_searchable_within_a_second(
        app: Flask, indexes: Indexes, thread: IndexerThread) -> None:
    first = make_solution()
    until(lambda: ids(indexes) == {first.id})
    begun = time.monotonic()
    second = make_solution()
    until(lambda: ids(indexes) == {first.id, second.id})
    assert time.monotonic() - begun < 1.5


def test_thread_takes_over_from_a_killed_leader(app: Flask, indexes: Indexes) -> None:
    with child(app, "with elected(data_dir) as led:\n    print(led, flush=True)\n"
                    "    time.sleep(60)\n") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        running = IndexerThread(app, indexes, app.extensions["settings"].data_dir)
        running.start()
        try:
            solution = make_solution()
            time.sleep(0.5)
            assert ids(indexes) == set()
            process.kill()
            until(lambda: ids(indexes) == {solution.id})
        finally:
            running.stop()


def test_thread_goes_on_after_a_failure(app: Flask, indexes: Indexes, thread: IndexerThread,
                                        monkeypatch: pytest.MonkeyPatch) -> None:
    make_solution()
    until(lambda: waiting() == 0)
    thread._stop_asked.wait(0)
    with monkeypatch.context() as patched:
        patched.setattr(indexer, "_write", lambda *a: 1 / 0)
        solution = make_solution()
        time.sleep(0.3)
    until(lambda: solution.id in ids(indexes))


def test_thread_stops_when_asked(app: Flask, indexes: Indexes) -> None:
    running = IndexerThread(app, indexes, app.extensions["settings"].data_dir)
    running.start()
    running.stop()
    assert not running.is_alive()
    with elected(app.extensions["settings"].data_dir) as leading:
        assert leading
