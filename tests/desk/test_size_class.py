"""The national size classes of industrial companies."""

from __future__ import annotations

import pytest

from marketplace.desk.size_class import size_class

WAN = 10_000


@pytest.mark.parametrize(("staff", "revenue", "code"), [
    (1000, 40_000 * WAN, "large"), (999, 40_000 * WAN, "medium"), (1000, 39_999 * WAN, "medium"),
    (300, 2_000 * WAN, "medium"), (299, 2_000 * WAN, "small"), (20, 300 * WAN, "small"),
    (19, 90_000 * WAN, "micro"), (5000, 299 * WAN, "micro"), (19, None, "micro"),
    (None, 100 * WAN, "micro"), (500, None, None), (None, 9_000 * WAN, None), (None, None, None)])
def test_the_lower_figure_counts(staff: int | None, revenue: int | None, code: str | None) -> None:
    assert size_class(staff, revenue).code == code


@pytest.mark.parametrize(("revenue", "above"), [
    (2_000 * WAN, True), (2_000 * WAN - 1, False), (None, None)])
def test_statistical_threshold(revenue: int | None, above: bool | None) -> None:
    assert size_class(50, revenue).above_scale is above
