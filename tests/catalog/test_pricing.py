"""Prices as parts, made comparable for a reference company."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalog.pricing import (
    DEFAULT_COST_CLASS,
    GO_LIVE_BANDS,
    PARTS,
    PRICE_BANDS,
    REFERENCE,
    UNITS,
    YEARLY,
    ReferenceCompany,
    go_live_band,
    price,
    price_band,
)


@dataclass(frozen=True)
class Stated:
    part: str
    unit: str = "flat"
    amount: float = 0
    from_year: int = 1


def whole(*parts: Stated) -> list[Stated]:
    """These parts, the others stated as nothing."""
    given = {p.part: p for p in parts}
    return [given.get(name, Stated(name)) for name in PARTS]


@pytest.mark.parametrize(("parts", "first_year", "three_years"), [
    ((), 0, 0),
    ((Stated("licence", amount=100),), 100, 100),
    ((Stated("licence", "per_seat", 100),), 2_000, 2_000),
    ((Stated("licence", "per_line", 100),), 200, 200),
    ((Stated("training", "per_person", 100),), 6_000, 6_000),
    ((Stated("subscription", amount=100),), 100, 300),
    ((Stated("subscription", "per_seat", 100),), 2_000, 6_000),
    ((Stated("maintenance", amount=100, from_year=2),), 0, 200),
    ((Stated("maintenance", amount=100, from_year=3),), 0, 100),
    ((Stated("licence", amount=100, from_year=2),), 100, 100),
    ((Stated("licence", amount=50_000), Stated("subscription", "per_seat", 300),
      Stated("implementation", amount=20_000), Stated("hardware", "per_line", 5_000),
      Stated("maintenance", amount=8_000, from_year=2)), 86_000, 114_000),
])
def test_price_of_the_reference_company(parts: tuple[Stated, ...], first_year: float,
                                        three_years: float) -> None:
    computed = price(whole(*parts))
    assert (computed.first_year, computed.three_years) == (first_year, three_years)


def test_reference_company_is_the_stated_one() -> None:
    assert ReferenceCompany(people=60, lines=2, seats=20) == REFERENCE


def test_price_follows_the_company() -> None:
    parts = whole(Stated("licence", "per_seat", 10), Stated("hardware", "per_line", 1_000))
    assert price(parts, ReferenceCompany(people=9, lines=5, seats=3)).first_year == 5_030


@pytest.mark.parametrize("missing", PARTS)
def test_price_with_a_part_missing_is_not_comparable(missing: str) -> None:
    computed = price([p for p in whole() if p.part != missing])
    assert not computed.comparable
    assert computed.missing == (missing,)
    assert computed.first_year is None
    assert computed.three_years is None
    assert len(computed.costs) == 6


amounts = st.integers(0, 10_000_000)
stated_parts = st.tuples(*(st.builds(
    Stated, st.just(name), st.sampled_from(UNITS), amounts, st.integers(1, 3)) for name in PARTS))
companies = st.builds(ReferenceCompany, st.integers(1, 5_000), st.integers(1, 50),
                      st.integers(1, 900))


@given(stated_parts, companies)
def test_total_is_the_sum_of_its_parts(parts: tuple[Stated, ...],
                                       company: ReferenceCompany) -> None:
    computed = price(parts, company)
    assert computed.first_year == sum(c.years[0] for c in computed.costs)
    assert computed.three_years == sum(y for c in computed.costs for y in c.years)
    alone = [price(whole(p), company).three_years for p in parts]
    assert computed.three_years == sum(a for a in alone if a is not None)


@given(stated_parts, companies)
def test_three_years_are_never_below_the_first(parts: tuple[Stated, ...],
                                               company: ReferenceCompany) -> None:
    computed = price(parts, company)
    assert computed.first_year is not None
    assert computed.three_years is not None
    assert 0 <= computed.first_year <= computed.three_years


@given(st.sets(st.sampled_from(PARTS), max_size=6))
def test_missing_names_exactly_what_is_not_stated(names: set[str]) -> None:
    computed = price([Stated(n, amount=5) for n in names])
    assert set(computed.missing) == set(PARTS) - names
    assert computed.three_years is None


@pytest.mark.parametrize(("amount", "band"), [
    (None, None), (0, "0-10000"), (9_999.99, "0-10000"), (10_000, "10000-50000"),
    (99_999, "50000-100000"), (100_000, "100000-300000"), (300_000, "300000-"),
    (9e9, "300000-"),
])
def test_price_band(amount: float | None, band: str | None) -> None:
    assert price_band(amount) == band


@pytest.mark.parametrize(("days", "band"), [
    (None, None), (0, "0-14"), (14, "0-14"), (15, "15-30"), (30, "15-30"), (31, "31-60"),
    (90, "61-90"), (91, "91-"), (2000, "91-"),
])
def test_go_live_band(days: int | None, band: str | None) -> None:
    assert go_live_band(days) == band


def test_bands_leave_no_gap() -> None:
    assert [high for _low, high in PRICE_BANDS[:-1]] == [low for low, _high in PRICE_BANDS[1:]]
    assert [(high or 0) + 1 for _low, high in GO_LIVE_BANDS[:-1]] == [
        low for low, _high in GO_LIVE_BANDS[1:]]


def test_every_part_has_a_cost_class() -> None:
    assert set(DEFAULT_COST_CLASS) == set(PARTS)
    assert set(YEARLY) < set(PARTS)
