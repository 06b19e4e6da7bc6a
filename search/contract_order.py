"""The contract: in which order, and what a hit shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.contract_base import ContractBase, Make, ids, written
from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document
from search.query import (
    SearchIndex,
    SearchQuery,
    Sort,
)


class OrderContract(ContractBase):
    """Weights, ties, sorting, pages, highlights, suggestions."""

    def test_earlier_fields_weigh_more(self, make: Make) -> None:
        index = written(
            make(SETTINGS),
            document("body", "甲", "乙", "网关"),
            document("name", "网关", "乙", "甲"),
            document("summary", "甲", "网关", "乙"),
        )
        assert ids(index.search(SearchQuery("网关"))) == ["name", "summary", "body"]

    @pytest.mark.parametrize("text", ["", "工业网关"])
    def test_ties_by_salt_are_stable_over_pages(self, twins: SearchIndex, text: str) -> None:
        orders = set()
        for salt in ("monday", "tuesday", "wednesday", "thursday"):
            query = SearchQuery(text, tie_salt=salt, per_page=7)
            pages = [twins.search(replace(query, page=page)) for page in range(1, 8)]
            assert [page.total for page in pages] == [40] * 7
            order = [hit for page in pages for hit in ids(page)]
            assert sorted(order) == [entry.id for entry in TWINS]
            assert order == ids(twins.search(replace(query, per_page=40)))
            orders.add(tuple(order))
        assert len(orders) > 1

    @pytest.mark.parametrize("text", ["", "system 网关 质量"])
    def test_sort_puts_missing_last(self, index: SearchIndex, text: str) -> None:
        up = index.search(SearchQuery(text, sort=Sort("year"), match="any"))
        down = index.search(SearchQuery(text, sort=Sort("year", descending=True), match="any"))
        years = {entry.id: entry.numbers.get("year") for entry in DOCUMENTS}
        assert ids(up) == sorted(ids(up), key=lambda i: (years[i] is None, years[i] or 0, i))
        assert ids(down) == sorted(ids(down), key=lambda i: (years[i] is None, -(years[i] or 0), i))
        assert set(ids(up)) == set(ids(down))

    @pytest.mark.parametrize("descending", [False, True])
    def test_sort_breaks_ties_by_id_over_pages(self, twins: SearchIndex, descending: bool) -> None:
        query = SearchQuery(sort=Sort("price", descending), per_page=9)
        order = [
            hit for page in range(1, 6) for hit in ids(twins.search(replace(query, page=page)))
        ]
        prices = {entry.id: entry.numbers["price"] for entry in TWINS}
        sign = -1 if descending else 1
        assert order == sorted(prices, key=lambda i: (sign * prices[i], i))

    def test_page_beyond_the_end_is_empty(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery(page=9))
        assert (page.hits, page.total) == ((), len(DOCUMENTS))

    @pytest.mark.parametrize(
        ("text", "hit", "field", "marked"),
        [
            ("质量", "vision", "summary", ["质量"]),
            ("lims", "batch", "body", ["LIMS"]),
            ("mes", "batch", "body", ["ＭＥＳ"]),
            ("mes", "exec", "name", ["制造执行系统"]),
            ("simens", "cutter", "body", ["Siemens"]),
            ("c++", "cutter", "body", ["C++"]),
            ("supplier qual", "quality", "body", ["supplier quality"]),
            ('"process control"', "quality", "body", ["process control"]),
            ("热轧缺陷", "brain", "body", ["热轧", "缺陷"]),
        ],
    )
    def test_highlights_on_the_original_text(
        self, index: SearchIndex, text: str, hit: str, field: str, marked: list[str]
    ) -> None:
        page = index.search(SearchQuery(text, highlight=("name", "summary", "body")))
        found = next(entry for entry in page.hits if entry.id == hit)
        original = next(entry for entry in DOCUMENTS if entry.id == hit).text[field]
        spans = [original[start : start + length] for start, length in found.highlights[field]]
        assert "".join(spans).replace(" ", "") == "".join(marked).replace(" ", "")

    def test_stored_payload_comes_back(self, index: SearchIndex) -> None:
        (hit,) = index.search(SearchQuery("刀补")).hits
        assert hit.stored == {"name": "数控刀补助手", "tags": ["software"]}

    def test_did_you_mean(self, index: SearchIndex) -> None:
        assert index.search(SearchQuery("simens 刀补")).did_you_mean == "siemens 刀补"
        assert index.search(SearchQuery("simens 刀补", match="any")).did_you_mean is None
        assert index.search(SearchQuery("siemens")).did_you_mean is None
        assert index.search(SearchQuery("质量")).did_you_mean is None
