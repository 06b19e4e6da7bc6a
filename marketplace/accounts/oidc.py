"""Sign-in through another service by OpenID Connect, off until its settings are given.

It opens accounts that exist: by an e-mail address or mobile number that the service has verified.
It never makes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, Response, current_app, flash, redirect, request, session
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.accounts.numbers import mobile
from marketplace.accounts.security import enter
from marketplace.config import Settings
from marketplace.core.database import db
from marketplace.core.messages import gettext as _
from marketplace.core.web import safe_next, site_address

oidc_pages = Blueprint("oidc", __name__)
NAME, NEXT = "oidc", "oidc_next"
log = structlog.get_logger(__name__)


def init_oidc(app: Flask) -> None:
    """Make the service known where it is configured."""
    settings: Settings = app.extensions["settings"]
    if settings.oidc_metadata_url:
        OAuth(app).register(
            NAME, server_metadata_url=settings.oidc_metadata_url,
            client_id=settings.oidc_client_id, client_secret=settings.oidc_client_secret,
            client_kwargs={"scope": "openid profile email phone", "timeout": 10,
                           "code_challenge_method": "S256"})


def _service() -> Any:
    oauth = current_app.extensions.get("authlib.integrations.flask_client")
    return getattr(oauth, NAME) if oauth is not None else None


def _refused(said: str) -> Response:
    flash(said, "error")
    return redirect("/sign-in", 303)  # type: ignore[return-value]


@oidc_pages.get("/sign-in/oidc")
def start() -> Response:
    """Go to the other service; `next` is where to go on afterwards."""
    service = _service()
    if service is None:
        return _refused(_("Signing in through another service is not set up here."))
    session[NEXT] = safe_next(request.args.get("next"), "/desk")
    back = site_address() + "/sign-in/oidc/back"
    try:
        return service.authorize_redirect(back)
    except (AuthlibBaseError, requests.RequestException) as problem:
        return _failed(problem)


@oidc_pages.get("/sign-in/oidc/back")
def back() -> Response:
    """The other service sends the person back with a proof of who they are."""
    service = _service()
    if service is None:
        return _refused(_("Signing in through another service is not set up here."))
    try:
        token = service.authorize_access_token()
        claims = token.get("userinfo") or service.userinfo(token=token)
    except (AuthlibBaseError, requests.RequestException, ValueError) as problem:
        return _failed(problem)
    user = account_of_claims(claims)
    if user is None or not user.is_active:
        return _refused(_("No account here has the verified e-mail address or mobile number of "
                          "that service. Ask for an invitation."))
    if user.is_locked():
        return _refused(_("This account is closed at the moment."))
    return enter(user, via="oidc", next_page=session.pop(NEXT, None))


def _failed(problem: Exception) -> Response:
    log.warning("oidc_failed", error=type(problem).__name__, detail=str(problem)[:200])
    return _refused(_("The other service did not confirm who you are. Try again, or sign in with "
                      "your password."))


def account_of_claims(claims: Mapping[str, Any]) -> User | None:
    """The account whose e-mail address or mobile number the service has verified; None otherwise.

    Claims as in OpenID Connect Core 1.0, section 5.1; one that is not verified counts for nothing.
    """
    email, phone = str(claims.get("email") or ""), mobile(str(claims.get("phone_number") or ""))
    if email and claims.get("email_verified") is True:
        found = db.session.scalar(select(User).where(func.lower(User.email) == email.lower()))
        if found is not None:
            return found
    if phone and claims.get("phone_number_verified") is True:
        return db.session.scalar(select(User).where(User.phone == phone))
    return None
