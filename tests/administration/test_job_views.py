"""Jobs, index and outbox as administrators see them; owners see their own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db, transaction
from marketplace.core.jobs import Job, ask_for, do_next
from tests.factories import bring_into_index, make_solution, make_user, person, sign_in_as
from tests.support import sql_count


@pytest.fixture
def admin(app, client):
    user = make_user(role="system_admin")
    sign_in_as(client, user)
    return user


def failed(owner) -> Job:
    with acting_as(person(owner)):
        asked = ask_for("test.unknown")
    do_next()
    return db.session.get_one(Job, asked.id, populate_existing=True)


def test_list_shows_state_reason_and_retry(admin, client):
    job = failed(make_user(role="provider", username="xiaoshou"))
    page = client.get("/admin/jobs?lang=en").text
    assert "xiaoshou" in page
    assert "does not know this kind" in page
    assert 'hx-trigger="every 3s"' not in page, "nothing runs, so nothing is asked again"
    assert client.post(f"/jobs/{job.id}/retry").status_code == 303
    assert 'hx-trigger="every 3s"' in client.get("/admin/jobs").text
    db.session.rollback()
    assert db.session.scalar(select(AuditEvent.subject).where(
        AuditEvent.action == "job.retry")) == f"job:{job.id}"


def test_part_is_given_to_htmx(admin, client):
    failed(admin)
    assert "<html" not in client.get("/admin/jobs", headers={"HX-Request": "true"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_rows(admin, client, count):
    for _n in range(count):
        failed(admin)
    client.get("/admin/jobs")
    with sql_count(7):
        assert client.get("/admin/jobs").status_code == 200


def test_owner_sees_and_retries_only_their_own(app, client):
    mine, other = make_user(role="provider"), make_user(role="provider")
    own, foreign = failed(mine), failed(other)
    sign_in_as(client, mine)
    assert client.get(f"/jobs/{own.id}").status_code == 200
    assert client.get(f"/jobs/{foreign.id}").status_code == 404
    assert client.post(f"/jobs/{foreign.id}/retry").status_code == 404
    assert client.post(f"/jobs/{own.id}/retry").status_code == 303
    assert client.get("/admin/jobs").status_code == 404


def test_index_page_tells_what_waits_and_has_it_compared(admin, client):
    make_solution()
    assert "<dd>0</dd>" not in client.get("/admin/system").text
    bring_into_index()
    assert "<dd>0</dd>" in client.get("/admin/system").text
    answer = client.post("/admin/system/verify")
    assert do_next()
    page = client.get(f"{answer.location}?lang=en").text
    assert page.count("index and database agree") == 2
    answer = client.post("/admin/system/rebuild")
    assert do_next()
    db.session.rollback()
    assert client.get("/admin/system").status_code == 200
    assert db.session.scalars(select(Job.state).order_by(Job.id)).all() == ["done", "done"]


def test_auditor_reads_and_mends_nothing(app, client):
    sign_in_as(client, make_user(role="auditor"))
    assert client.get("/admin/system").status_code == 200
    assert client.post("/admin/system/rebuild").status_code == 404
    with transaction():
        pass
    assert db.session.scalar(select(Job)) is None


def test_start_page_has_what_the_role_may_open(app, client):
    sign_in_as(client, make_user(role="audit_admin"))
    page = client.get("/admin").text
    assert 'href="/admin/audit"' in page
    assert 'href="/admin/users"' not in page
