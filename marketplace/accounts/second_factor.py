"""The second factor: an authenticator app through Flask-Security, demanded role by role."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from flask import g
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.forms import TwoFactorRescueForm, TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryCodesUtil, MfRecoveryForm
from flask_security.totp import Totp
from passlib.totp import TotpMatch
from sqlalchemy import delete, update
from wtforms import RadioField

from marketplace.accounts.account_events import second_factor_taken_off
from marketplace.accounts.models import SecondFactorDemand, User
from marketplace.core.access import allow, current_person
from marketplace.core.access_table import ROLES
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict

REFUSED = "refused_setup_code"
"""Where a request keeps the form of a wrong code while the second factor is being set up."""


def derived_key(secret: str, use: str) -> str:
    """A key of its own for each use, made from the site's secret."""
    digest = hashlib.blake2b(secret.encode(), digest_size=32, person=use.encode()[:16]).digest()
    return base64.urlsafe_b64encode(digest).decode()


class OnceOnlyTotp(Totp):
    """A code that was accepted is not accepted again, though its time has not run out."""

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        with transaction() as session:
            session.execute(update(User).where(User.id == user.id).values(
                tf_last_counter=tmatch.counter))


class Accounts(SQLAlchemyUserDatastore):
    """Changes of the second factor in a transaction of their own, on record."""

    def tf_set(self, user: Any, primary_method: str, totp_secret: str | None = None,
               phone: str | None = None) -> None:
        with transaction() as session:
            before = (user.tf_primary_method, user.tf_totp_secret)
            super().tf_set(user, primary_method, totp_secret)
            if before != (user.tf_primary_method, user.tf_totp_secret):
                record(session, actor=user.username, action="second_factor.set_up",
                       subject=f"user:{user.id}")

    def tf_reset(self, user: Any) -> None:
        with transaction() as session:
            super().tf_reset(user)
            user.mf_recovery_codes = []
            record(session, actor=user.username, action="second_factor.switch_off",
                   subject=f"user:{user.id}")


class OnceOnlyCodes(MfRecoveryCodesUtil):
    """Recovery codes that are gone once used (an edited JSON list would not be stored)."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        with transaction() as session:
            record(session, actor=user.username, action="second_factor.recovery_codes",
                   subject=f"user:{user.id}")
            codes: list[str] = super().create_recovery_codes(user)
        return codes

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        with transaction():
            kept = [c for c in self.get_recovery_codes(user) if c != code]
            user.mf_recovery_codes = self._encrypt_codes(kept)
        return True


class CodeForm(TwoFactorVerifyCodeForm):
    """The code of the authenticator app. Wrong ones close the account for a while."""

    def validate(self, **kwargs: Any) -> bool:
        if self.user is not None and not self.is_setup and self.user.is_locked(self.form_errors):
            return False
        fits = bool(super().validate(**kwargs))
        if not fits and self.is_setup:
            setattr(g, REFUSED, self)
        return fits


class RecoveryForm(MfRecoveryForm):
    """A recovery code instead of the authenticator's. Wrong ones count like wrong passwords."""

    def validate(self, **kwargs: Any) -> bool:
        if self.user is None or self.user.is_locked(self.form_errors):
            return False
        self.code.data = (self.code.data or "").strip().lower()
        if super().validate(**kwargs):
            return True
        if self.code.data:
            self.user.track_failed_authn("code", True)
        return False


class RescueForm(TwoFactorRescueForm):
    """Leads on to the recovery codes; there is no mail to an administrator."""

    help_setup = RadioField(choices=[])


def demand_second_factor(*, roles: set[str]) -> None:
    """Say which roles need a second factor. Who lacks one is led to set it up before all else."""
    with transaction() as session:
        allow("second_factor.demand")
        wanted = roles & set(ROLES)
        before = {d.role for d in session.query(SecondFactorDemand)}
        session.execute(delete(SecondFactorDemand).where(
            SecondFactorDemand.role.in_(before - wanted)))
        session.add_all(SecondFactorDemand(
            role=role, demanded_at=now(), demanded_by=current_person().actor)
            for role in sorted(wanted - before))
        if before != wanted:
            record(session, actor=current_person().actor, action="second_factor.demand",
                   subject="second_factor", details={"before": sorted(before),
                                                     "after": sorted(wanted)})


def reset_second_factor(*, user: User) -> None:
    """Take the second factor off an account whose owner lost both app and recovery codes."""
    with transaction() as session:
        allow("user.manage", user)
        if user.tf_primary_method is None:
            raise Conflict("This account has no second factor.")
        user.tf_primary_method = user.tf_totp_secret = user.tf_last_counter = None
        user.mf_recovery_codes = []
        record(session, actor=current_person().actor, action="second_factor.reset",
               subject=f"user:{user.id}", details={"username": user.username})
        second_factor_taken_off.send(user=user)
