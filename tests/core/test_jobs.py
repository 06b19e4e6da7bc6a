"""Background jobs: done as whoever asked, tried again, and taken up after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from marketplace.core import clock, jobs
from marketplace.core.access import acting_as, current_person
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.jobs import LOST, MOST_ATTEMPTS, Job, ask_for, do_next, job, retry
from marketplace.core.outbox import OutboxMessage
from tests.factories import make_organisation, make_user, person
from tests.support import ROOT, environment

STEPS = 300
WORK = f"""
import os, time
from marketplace.app import create_app
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.jobs import job
from marketplace.core.outbox import OutboxMessage
from marketplace.core.worker import work

@job("test.steps")
def steps(found):
    for n in range(found.cursor.get("next", 0), {STEPS}):
        with transaction() as session:
            session.add(OutboxMessage(collection="steps", subject_id=n, created_at=now()))
            found.report(n + 1, {STEPS}, next=n + 1)
    return {{"steps": {STEPS}}}

app = create_app()
parent = os.getppid()
work(app, app.extensions["settings"].data_dir, go_on=lambda: os.getppid() == parent, say=print)
"""


@pytest.fixture(autouse=True)
def handlers(monkeypatch):
    """Handlers of a test are gone after it, and nobody has asked this process to stop."""
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    yield
    jobs.stopping.clear()


def state(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def test_job_is_done_as_whoever_asked_with_what_they_may(app):
    seen = []
    job("test.who")(lambda found: seen.append(current_person()) or {"fine": True})
    organisation = make_organisation(verified=False)
    me = person(make_user(role="operator", organisation=organisation, industries=["steel"]))
    with acting_as(me):
        asked = ask_for("test.who", a=1)
    assert do_next()
    assert not do_next()
    assert seen[0].membership_id == me.membership_id
    assert not seen[0].verified
    assert seen[0].industries == {"steel"}
    assert (state(asked.id).state, state(asked.id).result) == ("done", {"fine": True})


@pytest.mark.parametrize("lost", ["role", "account"])
def test_job_of_somebody_who_lost_the_role_fails(app, lost):
    """Also one that failed before and is tried again by its owner."""
    seen = []
    job("test.who")(lambda found: seen.append(current_person()))
    user = make_user(role="security_admin")
    with acting_as(person(user)):
        asked = ask_for("test.who")
    with transaction():
        user.active = lost != "account"
        user.memberships[0].state = "left" if lost == "role" else "active"
    assert do_next()
    assert seen == []
    assert state(asked.id).state == "failed"
    assert "no longer holds the role" in state(asked.id).error


def test_failure_a_person_can_act_on_is_kept_at_once(app):
    def refuse(found: Job) -> None:
        raise InvalidInput("The file has no sheet.")

    job("test.refuse")(refuse)
    asked = ask_for("test.refuse")
    assert do_next()
    assert (state(asked.id).state, state(asked.id).error) == ("failed", "The file has no sheet.")


def test_unexpected_failure_waits_and_is_tried_three_times(app):
    def breaks(found: Job) -> None:
        raise RuntimeError("disk full")

    job("test.breaks")(breaks)
    asked = ask_for("test.breaks")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        with clock.moved(timedelta(minutes=2 * attempt)):
            assert do_next()
            assert not do_next(), "it is not tried again at once"
    found = state(asked.id)
    assert (found.state, found.error) == (
        "failed", "Something unexpected failed; the log has the details. RuntimeError: disk full")
    retry(found)
    assert state(asked.id).state == "queued"
    with pytest.raises(Conflict):
        retry(state(asked.id))


def test_kind_nobody_knows_fails_in_plain_words(app):
    asked = ask_for("test.from_another_version")
    assert do_next()
    assert state(asked.id).error == jobs.UNKNOWN_KIND


def test_report_works_though_the_handler_emptied_the_session(app):
    def empties(found: Job) -> None:
        db.session.expunge_all()
        found.report(3, 9, at=3)

    job("test.empties")(empties)
    asked = ask_for("test.empties")
    do_next()
    assert (state(asked.id).done, state(asked.id).cursor) == (9, {"at": 3})  # whole


def test_stopping_worker_undoes_the_open_step_and_keeps_the_job(app):
    def steps(found: Job) -> None:
        for n in range(found.cursor.get("next", 0), 5):
            if n == 3 and not found.cursor.get("second"):
                jobs.stopping.set()
            with transaction() as session:
                session.add(OutboxMessage(collection="t", subject_id=n, created_at=clock.now()))
                found.report(n + 1, 5, next=n + 1)

    job("test.stop")(steps)
    asked = ask_for("test.stop")
    assert not do_next()
    assert (state(asked.id).state, state(asked.id).cursor) == ("queued", {"next": 3})
    jobs.stopping.clear()
    with transaction() as session:
        session.execute(update(Job).values(cursor={"next": 3, "second": True}))
    assert do_next()
    assert db.session.scalars(select(OutboxMessage.subject_id).where(
        OutboxMessage.collection == "t").order_by(OutboxMessage.id)).all() == [0, 1, 2, 3, 4]


def test_job_that_kills_every_worker_is_given_up(app):
    asked = ask_for("test.killer")
    for _n in range(MOST_ATTEMPTS):
        assert jobs._take() is not None
        jobs.take_up_lost()
    assert (state(asked.id).state, state(asked.id).error) == ("failed", LOST)


def test_killed_again_and_again_every_step_is_done_once(app):
    asked = ask_for("test.steps")
    env = environment(app)
    for least in (20, 120):
        with subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env=env,
                              stdout=subprocess.DEVNULL) as worker:
            wait_for(lambda least=least: state(asked.id).done >= least)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait(20)
        assert state(asked.id).state == "running"
    with subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT, env=env,
                          stdout=subprocess.DEVNULL) as worker:
        wait_for(lambda: state(asked.id).state == "done")
        worker.kill()
    rows = Counter(db.session.scalars(select(OutboxMessage.subject_id).where(
        OutboxMessage.collection == "steps")))
    assert rows == Counter(range(STEPS))
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def wait_for(reached, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)
