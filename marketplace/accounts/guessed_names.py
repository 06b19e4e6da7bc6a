"""Wrong tries at what is no account: names that nobody has, and single browsers.

Names are closed for a while exactly as accounts are. Otherwise a few wrong passwords would tell a
mobile number that is known here from one that is not. Only a keyed hash of the name is kept,
and no longer than it has a use.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.codes import code_hash
from marketplace.accounts.numbers import mobile
from marketplace.accounts.pauses import minutes_until, pause_after
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction

FORGOTTEN_AFTER = timedelta(days=1)


class GuessedName(Base):
    """Wrong tries at a user name or mobile number that nobody has."""

    __tablename__ = "guessed_name"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    tried_at: Mapped[datetime] = mapped_column(index=True)


def _key(identity: str) -> str:
    return code_hash(mobile(identity) or identity.strip().lower(), "guessed")


def minutes_closed(identity: str) -> int:
    """How many minutes the name stays closed; 0 when it is open."""
    found = db.session.get(GuessedName, _key(identity))
    return minutes_until(found.locked_until) if found else 0


def tries_at(identity: str) -> int:
    """How many wrong tries at the name are remembered."""
    found = db.session.get(GuessedName, _key(identity))
    return found.tries if found and found.tried_at >= now() - FORGOTTEN_AFTER else 0


def forget(identity: str) -> None:
    """The right password came: earlier tries are forgiven."""
    db.session.execute(delete(GuessedName).where(GuessedName.name == _key(identity)))


def track_guess(identity: str) -> int:
    """A wrong try at a name; how many there were in a row."""
    with transaction() as session:
        session.execute(delete(GuessedName).where(
            GuessedName.tried_at < now() - FORGOTTEN_AFTER))
        found = session.get(GuessedName, _key(identity))
        if found is None:
            found = GuessedName(name=_key(identity), tries=0)
            session.add(found)
        found.tries, found.tried_at = found.tries + 1, now()
        pause = pause_after(found.tries)
        if pause:
            found.locked_until = now() + pause
        return found.tries
