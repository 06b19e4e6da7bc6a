"""Errors a person can act on. Every one names the field, the value and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from marketplace.core.i18n import LocalizedText

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `field` is the name in the API, a dotted path if nested.

    A remedy in one language is one of `core.phrases`; a plugin, which has no place there, gives
    both languages.
    """

    field: str
    value: Any
    remedy: str | LocalizedText

    def as_dict(self) -> dict[str, Any]:
        return {"field": self.field, "value": self.value, "remedy": str(self.remedy)}


class MarketplaceError(Exception):
    """Base of errors raised on purpose; `status` is the HTTP status a view answers with."""

    status = 400
    title = "Bad request"

    def __init__(self, detail: str, *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class InvalidInput(MarketplaceError):
    status = 422
    title = "Invalid input"


class NotFound(MarketplaceError):
    status = 404
    title = "Not found"


class NotAllowed(MarketplaceError):
    status = 403
    title = "Not allowed"


class Conflict(MarketplaceError):
    status = 409
    title = "Conflict"


class Paused(MarketplaceError):
    """The sub-platform is paused: says since when and why."""

    status = 410
    title = "Paused"


class TooMany(MarketplaceError):
    """Asked for too often; says how long to wait."""

    status = 429
    title = "Too many requests"


class Unavailable(MarketplaceError):
    status = 503
    title = "Temporarily unavailable"


class ConfigurationError(Exception):
    """A setting or the machine is not as it must be; shown as one line on the terminal."""


def must_exist(row: T | None) -> T:
    """The row a query within somebody's reach gave. Raises `NotFound` where it gave none."""
    if row is None:
        raise NotFound("There is no such record.")
    return row
