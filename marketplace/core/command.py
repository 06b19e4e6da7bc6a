"""Runs a command inside the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def with_app(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: the command runs with the application's database and index at hand."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from marketplace.app import create_app
        from marketplace.core.database import db

        app = create_app()
        with app.app_context():
            try:
                return function(*args, **kwargs)
            finally:
                app.extensions["indexes"].close()
                db.session.remove()
                db.engine.dispose()

    return run
