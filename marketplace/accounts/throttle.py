"""An account that is guessed at closes for a while, longer with each further wrong guess."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask_security.core import UserMixin
from sqlalchemy import update

from marketplace.accounts.hashing import password_fits
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction

FREE_TRIES = 5
LONGEST = timedelta(hours=1)


def pause_after(failures: int) -> timedelta | None:
    """How long an account stays closed after so many wrong tries in a row: 1, 2, 4 … 60 minutes."""
    if failures < FREE_TRIES:
        return None
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST)


def minutes_until(end: datetime | None) -> int:
    """How many minutes are left, begun ones counted whole."""
    return 0 if end is None or end <= now() else ceil((end - now()).total_seconds() / 60)


def wait_for(minutes: int) -> str:
    """What a person is told who has to wait."""
    return (f"Too many wrong tries. Please try again in {minutes} min, or ask for a recovery "
            "slip.")


class Guarded(UserMixin):
    """What Flask-Security asks of an account: passwords in turn, tries counted, doors closed."""

    id: Any
    username: Any
    password: Any
    locked_until: Any
    failed_sign_ins: Any
    memberships: Any
    tf_phone_number = None
    """Second factors by SMS are not offered; Flask-Security asks for the number all the same."""

    def verify_and_update_password(self, password: str) -> bool:
        return password_fits(password, str(self.password))

    def minutes_locked(self) -> int:
        """How many minutes the account stays closed; 0 when it is open."""
        return minutes_until(self.locked_until)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        minutes = self.minutes_locked()
        if minutes and form_error is not None:
            form_error.append(wait_for(minutes))
        return minutes > 0

    def check_tf_required_setup(self) -> bool:
        """Whether a role the person holds demands the second factor: then it stays."""
        return any(m.demands_second_factor for m in self.memberships if m.state == "active")

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        kind = type(self)
        with transaction() as session:
            session.execute(update(kind).where(kind.id == self.id).values(
                failed_sign_ins=kind.failed_sign_ins + 1))
            session.refresh(self)
            pause = pause_after(self.failed_sign_ins)
            if pause:
                self.locked_until = now() + pause
                record(session, actor=self.username, action="account.closed_for_a_while",
                       subject=f"user:{self.id}", details={
                           "wrong_tries": self.failed_sign_ins, "second_factor": tfa,
                           "minutes": int(pause.total_seconds() // 60)})
