"""Sign-in through Flask-Security: user name or mobile number, argon2, sessions that can be ended.

Flask-Security's global roles stay unused; roles come from memberships.
"""

from __future__ import annotations

import os
import secrets
from typing import Any

from flask import Flask, request, session
from flask_login import user_logged_in, user_logged_out
from flask_security.core import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.forms import LoginForm
from flask_security.utils import hash_password
from sqlalchemy import select, update

from marketplace.accounts.guard import SESSION_KEY, hashed
from marketplace.accounts.identity import find_user
from marketplace.accounts.models import Membership, Organisation, Role, SignInSession, User
from marketplace.config import Settings
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText

ADMINISTRATOR = "admin"
PLATFORM = "platform"
"""Slug of the organisation that runs the site."""
ADMINISTRATIONS = ("system_admin", "security_admin", "audit_admin")
"""The three separate administrations; the first account holds all until others are named."""


class SignInForm(LoginForm):
    """Takes a user name or a mobile number in one field."""

    def validate(self, **kwargs: Any) -> bool:
        self.ifield = self.username
        self.user = find_user(self.username.data or "")
        return bool(super().validate(**kwargs))


def init_security(app: Flask) -> None:
    """Sign-in at /sign-in, same-site redirects; nothing else of Flask-Security is open."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SALT=settings.session_secret(),
        SECURITY_USERNAME_ENABLE=True, SECURITY_USERNAME_REQUIRED=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": lambda name: name.strip(),
                                                         "case_insensitive": True}}],
        SECURITY_LOGIN_URL="/sign-in", SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_POST_LOGIN_VIEW="/desk", SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGOUT_METHODS=["POST"], SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True, SECURITY_EMAIL_VALIDATOR_ARGS={
            "check_deliverability": False},
        SECURITY_CSRF_COOKIE_NAME=None, SECURITY_UNAUTHORIZED_VIEW=None,
        REMEMBER_COOKIE_SAMESITE="Lax", REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
    )
    Security(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=True,
             login_form=SignInForm)
    user_logged_in.connect(_open_session, app)
    user_logged_out.connect(_close_session, app)


def _open_session(sender: Flask, user: User, **more: Any) -> None:
    """Remember this browser, so that its owner sees it in the list of sessions."""
    secret = secrets.token_urlsafe(32)
    with transaction() as db_session:
        db_session.add(SignInSession(
            token=hashed(secret), user_id=user.id, created_at=now(), seen_at=now(),
            browser=(request.user_agent.string or "")[:200], address=request.remote_addr or ""))
    session[SESSION_KEY] = secret


def _close_session(sender: Flask, user: User, **more: Any) -> None:
    secret = session.pop(SESSION_KEY, None)
    if secret:
        with transaction() as db_session:
            db_session.execute(update(SignInSession).where(
                SignInSession.token == hashed(secret)).values(revoked_at=now()))


def bootstrap_administrator(settings: Settings) -> str | None:
    """Create the administrator when nobody exists; the password is kept in the data folder.

    Returns the password while its file is still there, else None.
    """
    path = settings.data_dir / "administrator-password"
    if db.session.scalar(select(User.id).limit(1)) is None:
        password = secrets.token_urlsafe(9)
        with transaction() as db_session:
            user = User(username=ADMINISTRATOR, password=hash_password(password), active=True,
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
