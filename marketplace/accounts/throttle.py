"""An account that is guessed at closes for a while, longer with each further wrong guess.

Guesses from a browser in which its owner has signed in before close the account in that browser
only, and those from elsewhere do not close it there: strangers shut nobody out.
"""

from __future__ import annotations

from typing import Any

from flask_security.core import UserMixin
from sqlalchemy import update

from marketplace.accounts.guessed_names import minutes_closed, track_guess
from marketplace.accounts.hashing import password_fits
from marketplace.accounts.known_browsers import name_of_browser
from marketplace.accounts.pauses import minutes_until, pause_after, wait_for
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction


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
        """How many minutes the account stays closed to this browser; 0 when it is open."""
        known = name_of_browser(self.id)
        return minutes_closed(known) if known else minutes_until(self.locked_until)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        minutes = self.minutes_locked()
        if minutes and form_error is not None:
            form_error.append(wait_for(minutes))
        return minutes > 0

    def check_tf_required_setup(self) -> bool:
        """Whether a role the person holds demands the second factor: then it stays."""
        return any(m.demands_second_factor for m in self.memberships if m.state == "active")

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        known = name_of_browser(self.id)
        with transaction() as session:
            tries = track_guess(known) if known else self._count()
            pause = pause_after(tries)
            if pause:
                if not known:
                    self.locked_until = now() + pause
                record(session, actor=self.username, action="account.closed_for_a_while",
                       subject=f"user:{self.id}", details={
                           "wrong_tries": tries, "second_factor": tfa,
                           "minutes": int(pause.total_seconds() // 60),
                           "own_browser_only": bool(known)})

    def _count(self) -> int:
        kind, session = type(self), db.session
        session.execute(update(kind).where(kind.id == self.id).values(
            failed_sign_ins=kind.failed_sign_ins + 1))
        session.refresh(self)
        return int(self.failed_sign_ins)
