"""Numbers in addresses and forms: what no row can have reaches no query."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.core.numbers import LARGEST, RowNumber, as_number, as_numbers, page_number


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), ("17", 17), (" 17 ", 17), (str(LARGEST), LARGEST), (str(LARGEST + 1), None),
    ("9" * 5000, None), ("-1", None), ("1.5", None), ("1e3", None), ("²", None), ("٣", None),
    ("", None), (None, None), ("a", None)])
def test_number_of_a_row(text: str | None, number: int | None) -> None:
    assert as_number(text) == number


def test_numbers_and_pages() -> None:
    assert as_numbers(["3", "x", "9" * 40, "1"]) == [3, 1]
    assert [page_number(t) for t in (None, "0", "2", "9" * 12, "x")] == [1, 1, 2, 1, 1]


def test_every_number_in_an_address_has_a_bound(app: Flask) -> None:
    """SQLite answers one it cannot hold with an exception, so a page would answer 500."""
    numbers = [converter for url in app.url_map.iter_rules()
               for converter in url._converters.values() if hasattr(converter, "num_convert")]
    assert len(numbers) > 50
    assert all(type(converter) is RowNumber for converter in numbers)


@pytest.mark.parametrize("number", ["99999999999999999999", "9" * 5000, "٣"])
def test_address_with_an_impossible_number_leads_nowhere(client, number: str) -> None:
    assert client.get(f"/match/open/{number}").status_code == 404
    assert client.get(f"/api/v1/solutions/{number}").status_code == 404
