"""The comparison tray: up to six solution ids in a cookie, so it works without sign-in."""

from __future__ import annotations

from flask import Request, Response

from marketplace.catalog.schemas import MAX_COMPARED, compared_ids

COOKIE = "compare"
KEPT_SECONDS = 90 * 24 * 3600


def tray_ids(request: Request) -> list[int]:
    """The ids in the visitor's tray, in the order they were added."""
    return compared_ids([request.cookies.get(COOKIE, "")])[0]


def added(ids: list[int], new: list[int]) -> list[int]:
    """The tray with `new` added; what does not fit is left out, nobody else is pushed out."""
    return list(dict.fromkeys([*ids, *new]))[:MAX_COMPARED]


def keep(response: Response, ids: list[int], *, secure: bool) -> Response:
    """Store the tray in the response's cookie."""
    response.set_cookie(COOKIE, ",".join(map(str, ids)), max_age=KEPT_SECONDS, samesite="Lax",
                        secure=secure, httponly=True)
    return response
