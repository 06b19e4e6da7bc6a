"""Sign-in through Flask-Security; for now one bootstrap administrator."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, current_app
from flask_login import current_user
from flask_security.core import Security
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.utils import hash_password
from sqlalchemy import select

from marketplace.accounts.models import Role, User
from marketplace.config import Settings
from marketplace.core.database import db, transaction
from marketplace.core.errors import NotFound

P = ParamSpec("P")
R = TypeVar("R")
ADMINISTRATOR = "admin"


def init_security(app: Flask) -> None:
    """User name and password at /sign-in, argon2, same-site redirects; nothing else is open."""
    settings: Settings = app.extensions["settings"]
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SALT=settings.session_secret(),
        SECURITY_USERNAME_ENABLE=True, SECURITY_USERNAME_REQUIRED=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"username": {"mapper": lambda name: name.strip(),
                                                         "case_insensitive": True}}],
        SECURITY_LOGIN_URL="/sign-in", SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_POST_LOGIN_VIEW="/admin/plugins", SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_LOGOUT_METHODS=["POST"], SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True, SECURITY_EMAIL_VALIDATOR_ARGS={
            "check_deliverability": False},
        SECURITY_CSRF_COOKIE_NAME=None, SECURITY_UNAUTHORIZED_VIEW=None,
        REMEMBER_COOKIE_SAMESITE="Lax", REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
    )
    Security(app, SQLAlchemyUserDatastore(db, User, Role), register_blueprint=True)


def administrators_only(view: Callable[P, R]) -> Callable[P, R]:
    """Others are told the page does not exist; visitors who are not signed in may sign in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if not current_user.administrator:
            raise NotFound("There is no such page.")
        return view(*args, **kwargs)

    return guarded


def bootstrap_administrator(settings: Settings) -> str | None:
    """Create the administrator when nobody exists; the password is kept in the data folder.

    Returns the password while its file is still there, else None.
    """
    path = settings.data_dir / "administrator-password"
    if db.session.scalar(select(User.id).limit(1)) is None:
        password = secrets.token_urlsafe(9)
        with transaction() as session:
            session.add(User(username=ADMINISTRATOR, password=hash_password(password), active=True,
                             fs_uniquifier=secrets.token_hex(32), administrator=True))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(password)
    return path.read_text("ascii") if path.exists() else None
