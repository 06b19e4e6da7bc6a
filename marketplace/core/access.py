"""What may this person see: SQL filters, never a yes or no per row.

Each domain registers how a model's rows become visible; every query asks `visible(Model)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement

Filter = Callable[[], ColumnElement[bool]]
_filters: dict[type[Any], Filter] = {}


def sees(model: type[Any]) -> Callable[[Filter], Filter]:
    """Decorator: this function gives the filter for `model`."""

    def register(function: Filter) -> Filter:
        _filters[model] = function
        return function

    return register


def visible(model: type[Any]) -> ColumnElement[bool]:
    """The rows of `model` the public may see. Raises `LookupError` for an undeclared model."""
    try:
        return _filters[model]()
    except KeyError:
        raise LookupError(f"no access filter is declared for {model.__name__}") from None
