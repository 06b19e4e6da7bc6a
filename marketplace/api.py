"""The API under /api/v1: the frame and the operations of every domain."""

from __future__ import annotations

from flask import Flask

from marketplace import __version__
from marketplace.accounts.api import accounts_api
from marketplace.catalog.api import catalog_api
from marketplace.core.api import init_frame
from marketplace.core.web import csrf
from marketplace.matching.api import matching_api
from marketplace.needs.api import needs_api
from marketplace.workspace.api import workspace_api


def init_api(app: Flask) -> None:
    """Register every domain's operations."""
    frame = init_frame(app, __version__)
    for operations in (catalog_api(), matching_api(), accounts_api(), workspace_api(),
                       needs_api()):
        csrf.exempt(operations)
        frame.register_blueprint(operations)
