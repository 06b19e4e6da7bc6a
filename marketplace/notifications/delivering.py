"""Takes what waits out of the house, each letter once, whatever process dies on the way.

One process at a time delivers (an exclusive lock on a file in the data folder). A delivery is
marked `sending` in one transaction, sent, and marked `sent` in another. What is found in `sending`
by the next process was under way when the last one died: a letter that may be repeated (a spool
file, a mail with its Message-ID) waits again; any other is marked failed, for a person to decide.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from flask import current_app
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from marketplace.config import Settings
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.jobs import stopping
from marketplace.notifications.channels import CHANNELS, spool
from marketplace.notifications.channels.failure import SendFailed
from marketplace.notifications.letters import compose
from marketplace.notifications.models import Delivery, Notification

LOCK = "deliveries.lock"
BATCH = 50
"""How many letters for the spool are marked in one transaction; others go one by one."""
PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120))
"""How long a failed delivery waits before it is tried again."""
MOST_ATTEMPTS = len(PAUSES) + 1
KEPT = timedelta(days=180)
"""How long messages and spooled letters are kept."""
UNKNOWN = "unknown whether sent: the process ended while sending"
log = structlog.get_logger(__name__)


def deliver_waiting(limit: int = 1_000) -> int:
    """Send what waits, at most `limit` letters; returns how many were tried.

    Does nothing while another process delivers.
    """
    settings: Settings = current_app.extensions["settings"]
    tried = 0
    with _alone(settings.data_dir) as elected:
        if not elected:
            return 0
        _take_up_lost(settings)
        while tried < limit and (ids := _waiting(min(BATCH, limit - tried))):
            to_spool = [i for i, channel in ids if _spools(channel, settings)]
            for chosen in ([to_spool] if to_spool else []) + [
                    [i] for i, _c in ids if i not in to_spool]:
                if stopping.is_set():
                    return tried
                _send(_mark(chosen), settings)
                tried += len(chosen)
    db.session.rollback()
    return tried


@contextmanager
def _alone(data_dir: Path) -> Iterator[bool]:
    with (data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _spools(channel: str, settings: Settings) -> bool:
    return channel not in CHANNELS or not CHANNELS[channel].configured(settings)


def _take_up_lost(settings: Settings) -> None:
    """Decide about what was under way when the last process died."""
    under_way = select(Delivery).where(Delivery.state == "sending")
    if db.session.scalar(under_way.limit(1)) is None:
        return
    with transaction() as session:
        for found in session.scalars(under_way):
            if found.spooled or _spools(found.channel, settings) or CHANNELS[
                    found.channel].repeatable:
                found.state, found.attempts = "waiting", max(found.attempts - 1, 0)
            else:
                found.state, found.error = "failed", UNKNOWN


def _waiting(limit: int) -> Sequence[tuple[int, str]]:
    db.session.rollback()
    return [(i, c) for i, c in db.session.execute(
        select(Delivery.id, Delivery.channel)
        .where(Delivery.state == "waiting", Delivery.not_before <= now())
        .order_by(Delivery.id).limit(limit))]


def _mark(ids: Sequence[int]) -> Sequence[Delivery]:
    """Mark these as under way and load them with what their letters need."""
    settings: Settings = current_app.extensions["settings"]
    with transaction() as session:
        found = session.scalars(
            select(Delivery).options(joinedload(Delivery.notification), joinedload(Delivery.user))
            .where(Delivery.id.in_(ids), Delivery.state == "waiting").order_by(Delivery.id)).all()
        for delivery in found:
            delivery.state, delivery.attempts = "sending", delivery.attempts + 1
            delivery.spooled = _spools(delivery.channel, settings)
    return found


def _send(deliveries: Sequence[Delivery], settings: Settings) -> None:
    failures: dict[int, SendFailed] = {}
    for delivery in deliveries:
        try:
            _carry(delivery, settings)
        except SendFailed as problem:
            failures[delivery.id] = problem
        except Exception as problem:  # one letter that cannot be made must not hold up the others
            db.session.rollback()
            failures[delivery.id] = SendFailed(f"{type(problem).__name__}: {problem}")
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id.in_(
            [d.id for d in deliveries if d.id not in failures])).values(
                state="sent", sent_at=now(), error=None))
        for id_, failure in failures.items():
            if found := session.get(Delivery, id_):
                _failed(found, failure)


def _carry(delivery: Delivery, settings: Settings) -> None:
    channel, letter = CHANNELS[delivery.channel], compose(delivery)
    if not channel.reaches(letter.email, letter.phone):
        raise SendFailed("the account has no address for this channel any more", again=False)
    content = channel.render(letter, settings)
    if delivery.spooled:
        spool.put(spool.path_of(settings.data_dir, delivery.channel, letter, channel.ending),
                  content)
    else:
        channel.send(content, letter, settings)


def _failed(delivery: Delivery, problem: SendFailed) -> None:
    again = problem.again and delivery.attempts < MOST_ATTEMPTS
    delivery.state, delivery.error = "waiting" if again else "failed", str(problem)[:400]
    if again:
        delivery.not_before = now() + PAUSES[delivery.attempts - 1]
    log.warning("delivery_failed", delivery=delivery.id, channel=delivery.channel,
                attempt=delivery.attempts, again=again, error=str(problem)[:400])


def clear_old() -> int:
    """Remove messages, deliveries and spooled letters older than `KEPT`; returns how many
    messages went."""
    before = now() - KEPT
    with transaction() as session:
        session.execute(delete(Delivery).where(Delivery.created_at < before))
        gone = session.execute(delete(Notification).where(Notification.created_at < before))
    spool.clear_before(current_app.extensions["settings"].data_dir, today() - KEPT)
    return int(gone.rowcount)  # type: ignore[attr-defined]
