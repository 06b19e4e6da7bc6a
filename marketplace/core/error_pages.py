"""Error pages that say what to do next.

They stand in the frame of every page, which asks the database for notices, messages and the like.
Where that fails too, a bare page is shown that needs nothing but its template.
"""

from __future__ import annotations

from typing import Any

from flask import (
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    render_template,
    request,
)
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from marketplace.core.errors import Unavailable
from marketplace.core.web import choose_language

NO_DATABASE = (OperationalError, InterfaceError, NoConnectionLeft)
"""The database is out of reach, locked for long, or has no connection left."""
RETRY_AFTER = 15
"""Seconds after which a visitor, or a program, is told to try again."""


def error_page(status: int, title: str, detail: str, errors: tuple[Any, ...] = ()) -> Response:
    """An error page that says what to do next."""
    if has_request_context() and "language" not in g:
        choose_language()
    try:
        body = render_template("error.html", status=status, title=title, detail=detail,
                               errors=errors)
    except NO_DATABASE:
        return bare_page(Unavailable.status)
    except Exception:
        current_app.logger.exception("the error page failed too")
        return bare_page(max(status, 500))
    return make_response(body, status)


def bare_page(status: int) -> Response:
    """An error page that asks neither the database nor a plugin."""
    template = current_app.jinja_env.get_template("without_frame.html")
    body = template.render(status=status, language=g.get("language"), request=request)
    response = make_response(body, status)
    if status == Unavailable.status:
        response.headers["Retry-After"] = RETRY_AFTER
    return response
