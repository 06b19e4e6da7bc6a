"""1,000 messages while the delivering process is killed again and again: none lost, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Membership, User
from marketplace.accounts.security import platform_organisation
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.notifications.audience import Audience
from marketplace.notifications.delivering import UNKNOWN
from marketplace.notifications.models import Delivery, Preference
from marketplace.notifications.operations import notify
from tests.support import ROOT, environment, marketplace

PEOPLE = 1_000
DELIVER = ("import sys; from marketplace.cli import main; main(['notifications', 'deliver'])")


def tell(people: int, channel: str) -> None:
    """One message to many people who chose `channel`."""
    with transaction() as session:
        organisation = platform_organisation()
        for n in range(people):
            user = User(username=f"p{n}", password="", fs_uniquifier=f"p{n}", created_at=now(),
                        email=f"p{n}@example.org", phone=f"1380000{n:04}")
            session.add(user)
            session.add(Membership(user=user, organisation=organisation, role="operator",
                                   created_at=now()))
        session.flush()
        session.add_all(Preference(user_id=i, role="operator", channels=[channel])
                        for i in session.scalars(select(User.id).where(User.phone.is_not(None))))
    assert notify("submission.approved", Audience("operator"), key="k", path="/",
                  solution="甲") == people


def states() -> dict[str, int]:
    db.session.rollback()
    return dict(db.session.execute(
        select(Delivery.state, func.count()).group_by(Delivery.state)).all())


def kill_when(env: dict[str, str], reached) -> None:
    """Start a delivering process and kill it without warning once `reached()`."""
    with subprocess.Popen([sys.executable, "-c", DELIVER], cwd=ROOT, env=env,
                          stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 120
        while process.poll() is None and not reached():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert process.poll() is None, "it ended before it was killed"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)


def test_killed_again_and_again_the_spool_holds_every_letter_once(app):
    tell(PEOPLE, "mail")
    folder: Path = app.extensions["settings"].data_dir / "spool"
    env = environment(app)
    for threshold in (1, 300, 650):
        kill_when(env, lambda least=threshold: len(list(folder.rglob("*.eml"))) >= least)
        assert states().get("sent", 0) < PEOPLE
    done = marketplace(env, "notifications", "deliver")
    assert done.returncode == 0, done.stderr
    files = [p for p in folder.rglob("*.eml") if not p.name.startswith(".")]
    assert states() == {"sent": PEOPLE}
    assert Counter(p.name for p in files) == Counter(
        f"delivery-{i}.eml" for i in db.session.scalars(select(Delivery.id)))
    assert all(b"\nMessage-ID: <delivery-" in p.read_bytes() for p in files)


@pytest.fixture
def gateway():
    """A gateway for short messages that counts what it gets."""
    got: Counter[bytes] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got[self.rfile.read(int(self.headers["Content-Length"]))] += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server.server_port, got
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_killed_while_posting_no_short_message_goes_twice(app, gateway):
    port, got = gateway
    tell(120, "sms")
    env = environment(app, MARKETPLACE_SMS_URL=f"http://127.0.0.1:{port}/sms",
                      MARKETPLACE_SMS_BODY='{"to": "{phone}", "id": "{key}"}')
    for threshold in (1, 40):
        kill_when(env, lambda least=threshold: len(got) >= least)
    assert marketplace(env, "notifications", "deliver").returncode == 0
    found = states()
    unknown = db.session.scalars(select(Delivery).where(Delivery.state == "failed")).all()
    assert found["sent"] + len(unknown) == 120
    assert len(unknown) <= 2
    assert {d.error for d in unknown} <= {UNKNOWN}
    assert max(got.values()) == 1
    assert 120 - len(unknown) <= len(got) <= 120
