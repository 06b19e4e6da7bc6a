"""How often one address may ask for something costly."""

from __future__ import annotations

from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


def match_rate() -> str:
    """The configured rate of matches, counted in each web process."""
    rate: str = current_app.extensions["settings"].match_rate
    return rate


def init_limits(app: Flask) -> None:
    """Put the limits in force."""
    limiter.init_app(app)
