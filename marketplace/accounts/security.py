"""Sign-in through Flask-Security: user name or mobile number, argon2, sessions that can be ended.

Flask-Security's global roles stay unused; roles come from memberships.
"""

from __future__ import annotations

import os
import secrets
from typing import Any

from flask import Flask, Response, after_this_request, current_app, g, redirect, request, session
from flask_login import current_user, logout_user, user_logged_in, user_logged_out
from flask_security.core import Security
from flask_security.forms import LoginForm
from flask_security.username_util import UsernameUtil
from flask_security.utils import login_user
from sqlalchemy import select

from marketplace.accounts.codes import new_secret
from marketplace.accounts.guard import SESSION_KEY
from marketplace.accounts.guessed_names import minutes_closed, track_guess
from marketplace.accounts.hashing import hashed_password, let_wait, password_fits
from marketplace.accounts.identity import find_user
from marketplace.accounts.known_browsers import COOKIE, name_of_browser, remember_browser
from marketplace.accounts.models import Membership, Organisation, Role, User
from marketplace.accounts.passwords import normalised
from marketplace.accounts.pauses import wait_for
from marketplace.accounts.queries import SESSION_LIVES
from marketplace.accounts.second_factor import (
    Accounts,
    CodeForm,
    OnceOnlyCodes,
    OnceOnlyTotp,
    RecoveryForm,
    RescueForm,
    derived_key,
)
from marketplace.accounts.second_factor_setup import init_second_factor_setup
from marketplace.accounts.sessions import close_session, open_session
from marketplace.config import Settings
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Unavailable
from marketplace.core.i18n import LocalizedText
from marketplace.core.limits import limit_failures
from marketplace.core.web import LANGUAGE_COOKIE, YEAR_SECONDS, safe_next

ADMINISTRATOR = "admin"
PLATFORM = "platform"
"""Slug of the organisation that runs the site."""
ADMINISTRATIONS = ("system_admin", "security_admin", "audit_admin")
"""The three separate administrations; the first account holds all until others are named."""
WRONG = "Authentication failed - identity or password/passcode invalid"
ARGON2 = {"argon2__rounds": 2, "argon2__memory_cost": 19456, "argon2__parallelism": 1}
"""What OWASP asks of Argon2id: 19 MiB, two passes, one lane. Equal in strength to 46 MiB in one
pass, and gentler on the caches that search lives in."""
GUESSED_AT = ("security.login", "security.two_factor_token_validation", "security.mf_recovery",
              "security.verify")


class Identity(UsernameUtil):
    """Whatever a person types as user name or mobile number is looked up, not judged."""

    def validate(self, username: str) -> tuple[str | None, str | None]:
        return None, (username or "").strip()[:80]


class SignInForm(LoginForm):
    """Takes a user name or a mobile number in one field, and says how long to wait.

    A name that nobody has, a wrong password and an account that was closed are answered alike: same
    words, same work, and the same pause after the same number of tries.
    """

    def validate(self, **kwargs: Any) -> bool:
        if not super(LoginForm, self).validate(**kwargs):
            return False
        self.ifield, password = self.username, normalised(self.password.data or "")
        self.user = find_user(self.username.data or "")
        if self._has_to_wait():
            return False
        try:
            fits = password_fits(password, self.user.password if self.user else "")
        except Unavailable as busy:
            g.busy = True
            self.form_errors.append(busy.detail)
            return False
        if fits and self.user is not None and self.user.is_active:
            self.user_authenticated = True
            return True
        if self.user is not None:
            self.user.track_failed_authn("password")
        else:
            track_guess(self.username.data or "")
        if not self._has_to_wait():
            self.password.errors.append(WRONG)
        return False

    def _has_to_wait(self) -> bool:
        user: Any = self.user
        minutes = (minutes_closed(self.username.data or "") if user is None
                   else user.minutes_locked())
        if minutes:
            self.form_errors.append(wait_for(minutes))
        return minutes > 0


def init_security(app: Flask) -> None:
    """Sign-in at /sign-in, the second factor, same-site redirects; nothing else of Flask-Security
    is open."""
    settings: Settings = app.extensions["settings"]
    let_wait(settings.threads)
    app.config.update(
        PERMANENT_SESSION_LIFETIME=SESSION_LIVES,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2,
        SECURITY_PASSWORD_SALT=settings.session_secret(),
        SECURITY_USERNAME_ENABLE=True, SECURITY_USERNAME_REQUIRED=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": lambda name: name.strip(),
                                                         "case_insensitive": True}}],
        SECURITY_LOGIN_URL="/sign-in", SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_VERIFY_URL="/account/verify",
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_VERIFY_TEMPLATE="accounts/verify.html",
        SECURITY_POST_LOGIN_VIEW="/desk", SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGOUT_METHODS=["POST"], SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True, SECURITY_EMAIL_VALIDATOR_ARGS={
            "check_deliverability": False},
        SECURITY_CSRF_COOKIE_NAME=None, SECURITY_UNAUTHORIZED_VIEW=None,
        **_second_factor(settings))
    Security(app, Accounts(db, User, Role), register_blueprint=True,
             login_form=SignInForm, two_factor_verify_code_form=CodeForm,
             two_factor_rescue_form=RescueForm, mf_recovery_form=RecoveryForm,
             totp_cls=OnceOnlyTotp, username_util_cls=Identity,
             mf_recovery_codes_util_cls=OnceOnlyCodes)
    user_logged_in.connect(_open_session, app)
    user_logged_out.connect(_close_session, app)
    init_second_factor_setup(app)
    app.before_request(_count_known_browsers_apart)
    for endpoint in GUESSED_AT:
        limit_failures(app, endpoint)


def _second_factor(settings: Settings) -> dict[str, Any]:
    """An authenticator app and recovery codes, on pages of our own."""
    secret = settings.session_secret()
    return {
        "SECURITY_TWO_FACTOR": True, "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False, "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_TOTP_SECRETS": {"1": derived_key(secret, "totp")},
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [derived_key(secret, "recovery").encode()],
        "SECURITY_TOTP_ISSUER": "Marketplace",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/second-factor",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/account#second-factor",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/sign-in/without-app",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/sign-in/method",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
        "SECURITY_TWO_FACTOR_SETUP_TEMPLATE": "accounts/second_factor.html",
        "SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/code.html",
        "SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/recovery_code.html",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    }


def _count_known_browsers_apart() -> None:
    """Wrong tries of a person's own browser do not count against the address, nor its against
    them."""
    if request.method != "POST" or COOKIE not in request.cookies:
        return
    if current_user.is_authenticated:
        user = current_user
    elif "tf_user_id" in session:
        user = db.session.scalar(select(User).where(
            User.fs_uniquifier == session["tf_user_id"]))
    else:
        user = find_user(request.form.get("username") or request.form.get("identity") or "")
    g.counted_as = name_of_browser(user.id) if user is not None else None


def enter(user: User, *, via: str, next_page: str | None = None) -> Response:
    """Let somebody in who has proved who they are, by way of the second factor if they have one."""
    if current_user.is_authenticated:
        logout_user()
    target = safe_next(next_page, "/desk")
    asked = current_app.extensions["security"].two_factor_plugins.tf_enter(
        user, False, via, next_loc=target)
    if asked:
        return asked
    login_user(user, remember=False, authn_via=[via])
    return redirect(target, 303)  # type: ignore[return-value]


def _open_session(sender: Flask, user: User, **more: Any) -> None:
    """Remember this browser, so that its owner sees it in the list of sessions.

    "Stay signed in" makes the session's own cookie last; there is no other cookie to steal (that
    of `known_browsers` opens nothing).
    """
    secret = new_secret()
    open_session(user=user, secret=secret, browser=request.user_agent.string or "",
                 address=request.remote_addr or "")
    session[SESSION_KEY] = secret
    session.permanent = session.pop("_remember", None) == "set"

    @after_this_request
    def remember(response: Response) -> Response:
        remember_browser(response, user.id)
        return response

    if user.language and LANGUAGE_COOKIE not in request.cookies:
        language = user.language

        @after_this_request
        def speak(response: Response) -> Response:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, samesite="Lax",
                                httponly=True)
            return response


def _close_session(sender: Flask, user: User, **more: Any) -> None:
    secret = session.pop(SESSION_KEY, None)
    if secret:
        close_session(secret=secret)


def bootstrap_administrator(settings: Settings) -> str | None:
    """Create the administrator when nobody exists; the password is kept in the data folder.

    Returns the password while its file is still there, else None.
    """
    path = settings.data_dir / "administrator-password"
    if db.session.scalar(select(User.id).limit(1)) is None:
        password = secrets.token_urlsafe(9)
        hash_ = hashed_password(password)
        with transaction() as db_session:
            user = User(username=ADMINISTRATOR, password=hash_, active=True,
                        fs_uniquifier=secrets.token_hex(32), created_at=now())
            platform = platform_organisation()
            user.memberships = [
                Membership(organisation=platform, role=role, administrator=True, created_at=now())
                for role in ADMINISTRATIONS]
            db_session.add(user)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(password)
    return path.read_text("ascii") if path.exists() else None


def platform_organisation() -> Organisation:
    """The organisation that runs the site; made at first need, inside a transaction."""
    found = db.session.scalar(select(Organisation).where(Organisation.slug == PLATFORM))
    if found is None:
        found = Organisation(
            slug=PLATFORM, kind="agency", name=LocalizedText("平台运营单位", "Platform operator"),
            city=LocalizedText(), verified_at=now(), verified_by="setup", created_at=now())
        db.session.add(found)
    return found
