"""Runs a command inside the application."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.core.database import db
from marketplace.core.errors import ConfigurationError

P = ParamSpec("P")
R = TypeVar("R")


def with_app(function: Callable[P, R]) -> Callable[P, R]:
    """Decorator: the command runs with the application's database and index at hand.

    The click context carries the application factory as its object, so that the ground floor
    need not know the application.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        app = click.get_current_context().obj()
        with app.app_context():
            try:
                return function(*args, **kwargs)
            except (OperationalError, ProgrammingError) as problem:
                if "no such table" in str(problem) or "does not exist" in str(problem):
                    raise ConfigurationError("The database is not set up; run `marketplace setup`."
                                             ) from None
                raise
            finally:
                app.extensions["indexes"].close()
                db.session.remove()
                db.engine.dispose()

    return run
