"""Numbers of rows as they stand in addresses and forms.

Both databases keep them in 31 bits (SQLite would take more, PostgreSQL not); whatever is larger, or
no number at all, belongs to no row and must not reach a query.
"""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
DIGITS = 10
"""Digits of `LARGEST`. Longer text is not even read: Python refuses thousands of digits."""


class RowNumber(IntegerConverter):
    """`<int:…>` of every route: an address with any other number leads to no page."""

    regex = rf"[0-9]{{1,{DIGITS}}}"

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None,
                 max: int = LARGEST, signed: bool = False) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def as_number(text: str | None, most: int = LARGEST) -> int | None:
    """A whole number from 0 to `most`; None for anything else."""
    typed = (text or "").strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS):
        return None
    number = int(typed)
    return number if number <= most else None


def as_numbers(texts: Iterable[str]) -> list[int]:
    """Those of the texts that are numbers."""
    return [number for text in texts if (number := as_number(text)) is not None]


def page_number(text: str | None) -> int:
    """Which page of a list `?page=` asks for: the first unless it is a sane number."""
    return max(1, as_number(text, 99_999) or 1)
