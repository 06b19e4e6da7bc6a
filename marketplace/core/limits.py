"""How often one address may ask for something costly."""

from __future__ import annotations

from math import ceil
from time import time

from flask import Flask, Response, current_app, g
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from marketplace.core.errors import TooMany

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


def match_rate() -> str:
    """The configured rate of matches, counted in each web process."""
    rate: str = current_app.extensions["settings"].match_rate
    return rate


def failure_rate() -> str:
    """The configured rate of wrong passwords and codes, counted in each web process."""
    rate: str = current_app.extensions["settings"].failure_rate
    return rate


def _say_how_long(limit: RequestLimit) -> None:
    minutes = max(1, ceil((limit.reset_at - time()) / 60))
    raise TooMany(f"Too many wrong tries from this address. Please try again in {minutes} min. "
                  "Browsers in which you have signed in before, and links and QRs of slips, "
                  "work all the same.")


def _who_tries() -> str:
    """A browser that the accounts know (`g.counted_as`) is counted by itself, all others by their
    address."""
    known: str | None = g.get("counted_as")
    return known or get_remote_address()


def _failed(response: Response) -> bool:
    """What went through answers with a redirect; a form that is shown again was wrong, unless the
    site itself was too busy to look (`g.busy`)."""
    return response.status_code not in (302, 303, 503) and not g.get("busy")


failures = limiter.shared_limit(failure_rate, key_func=_who_tries, scope="failures",
                                methods=["POST"], deduct_when=_failed, on_breach=_say_how_long)
"""Decorator: wrong passwords and codes from one address count together, what fits does not."""


def limit_failures(app: Flask, endpoint: str) -> None:
    """Put `failures` before a view of an extension."""
    app.view_functions[endpoint] = failures(app.view_functions[endpoint])  # type: ignore[assignment]


def init_limits(app: Flask) -> None:
    """Put the limits in force."""
    limiter.init_app(app)
