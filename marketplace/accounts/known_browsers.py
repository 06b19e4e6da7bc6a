"""Browsers in which a person has signed in before, known by a signed cookie.

Their wrong tries are counted apart from everybody else's (OWASP calls it a device cookie): neither
somebody who guesses from elsewhere nor a neighbour behind the same address can shut the owner out.
The cookie opens nothing.
"""

from __future__ import annotations

from flask import Response, current_app, has_request_context, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from marketplace.accounts.codes import new_secret

COOKIE = "known"
LIVES = 365 * 24 * 3600
MOST_PEOPLE = 8
"""Who share a browser; the one who has not signed in for longest is forgotten."""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.extensions["settings"].session_secret(), salt="known-browser")


def _people() -> dict[str, str]:
    """Whom this browser is known to, each with the browser's name for that person."""
    try:
        found: dict[str, str] = _serializer().loads(request.cookies.get(COOKIE, ""), LIVES)
    except BadSignature:
        return {}
    return found


def name_of_browser(user_id: int) -> str | None:
    """Under which name this browser's wrong tries at the person's account are counted; None for a
    browser in which the person has never signed in."""
    found = _people().get(str(user_id)) if has_request_context() else None
    return f"browser {found} of {user_id}" if found else None


def remember_browser(response: Response, user_id: int) -> None:
    """The person has just signed in with this browser."""
    others = {k: v for k, v in _people().items() if k != str(user_id)}
    kept = dict(list(others.items())[1 - MOST_PEOPLE:])
    kept[str(user_id)] = _people().get(str(user_id)) or new_secret()
    response.set_cookie(COOKIE, _serializer().dumps(kept), max_age=LIVES, httponly=True,
                        samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])
