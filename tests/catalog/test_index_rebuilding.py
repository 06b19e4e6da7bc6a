"""Words that operators add reach every process: the job rebuilds, the readers follow by themselves,
and whoever keeps the index does not build it back."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.index_rebuilding import ask_for_rebuild
from marketplace.catalog.indexer import Indexes, make_ready
from marketplace.console.operations import add_words, remove_words
from marketplace.core.access import acting_as
from marketplace.core.database import db
from marketplace.core.jobs import Job, do_next
from marketplace.taxonomy.words import added_words
from search import SearchQuery
from tests.factories import both, bring_into_index, make_solution, make_user, person
from tests.support import ROOT, environment

SAID, CALLED = "束紧器", "捆扎"


@pytest.fixture
def shelf(app: Flask) -> Flask:
    make_solution(name=both("捆扎产线管家", "Strapping line keeper"))
    for _ in range(3):
        make_solution()
    bring_into_index()
    return app


def hits(indexes: Indexes, text: str = SAID) -> int:
    return indexes[SOLUTIONS].search(SearchQuery(text=text)).total


def add() -> int:
    operator = person(make_user(role="operator", industries=["steel"]))
    with acting_as(operator):
        return add_words(industry="steel", kind="synonyms", text=f"{SAID}，{CALLED}").id


def test_a_new_synonym_finds_once_the_job_is_done_in_every_reader(shelf: Flask) -> None:
    ours, other = shelf.extensions["indexes"], Indexes(shelf.extensions["settings"])
    assert (hits(ours), hits(other)) == (0, 0)
    add()
    assert (hits(ours), hits(other)) == (0, 0)
    assert do_next()
    assert (hits(ours), hits(other)) == (1, 1)
    job = db.session.scalars(select(Job)).one()
    db.session.refresh(job)
    assert (job.state, job.result["documents"][SOLUTIONS]) == ("done", 4)
    assert job.done == job.total > 0
    assert make_ready(ours) == make_ready(other) == []
    assert (hits(ours), hits(other)) == (1, 1)
    other.close()


def test_a_removed_synonym_is_forgotten(shelf: Flask) -> None:
    number = add()
    do_next()
    with acting_as(person(make_user(role="operator", industries=["steel"]))):
        remove_words(industry="steel", word_id=number)
    assert do_next()
    assert hits(shelf.extensions["indexes"]) == 0
    assert added_words().synonyms == ()


def test_one_rebuild_serves_all_that_was_asked_before_it_began(shelf: Flask) -> None:
    first, second = ask_for_rebuild().id, ask_for_rebuild().id
    assert first == second
    assert do_next()
    assert not do_next()
    assert ask_for_rebuild().id != first


def test_what_changes_meanwhile_is_not_lost(shelf: Flask) -> None:
    add()
    make_solution(name=both("后来的捆扎产品"))
    do_next()
    assert hits(shelf.extensions["indexes"]) == 2
    bring_into_index()
    assert hits(shelf.extensions["indexes"]) == 2


OTHER_WORKER = """
import sys, time
from marketplace.app import create_app
from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.indexer import IndexerThread
from search import SearchQuery

app = create_app()
indexes = app.extensions["indexes"]
thread = IndexerThread(app, indexes, app.extensions["settings"].data_dir)
thread.start()

def hits():
    return indexes[SOLUTIONS].search(SearchQuery(text=sys.argv[1])).total

time.sleep(0.5)
print("before", hits(), flush=True)
deadline = time.monotonic() + 20
while not hits() and time.monotonic() < deadline:
    time.sleep(0.05)
print("found", hits(), flush=True)
time.sleep(3)  # longer than the thread waits after it found the index busy
print("still", hits(), flush=True)
thread.stop()
"""


def test_a_running_worker_that_keeps_the_index_follows_without_a_restart(shelf: Flask) -> None:
    with subprocess.Popen([sys.executable, "-c", OTHER_WORKER, SAID], cwd=ROOT, text=True,
                          env=environment(shelf), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as worker:
        guard = threading.Timer(50, worker.kill)
        guard.start()
        assert worker.stdout is not None
        assert worker.stdout.readline().split() == ["before", "0"]
        add()
        assert do_next()
        assert worker.stdout.readline().split() == ["found", "1"]
        assert worker.stdout.readline().split() == ["still", "1"]
        worker.wait(20)
        guard.cancel()
    assert db.session.scalars(select(Job.state)).all() == ["done"]
