"""The API under /api/v1: the frame and the operations of every domain."""

from __future__ import annotations

from flask import Flask

from marketplace import __version__
from marketplace.catalog.api import catalog_api
from marketplace.core.api import init_frame


def init_api(app: Flask) -> None:
    """Register every domain's operations."""
    frame = init_frame(app, __version__)
    frame.register_blueprint(catalog_api())
