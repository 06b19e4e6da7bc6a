"""The contract: writing, rebuilding, verifying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from search.contract_base import ContractBase, Make, ids, written
from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document
from search.query import (
    IndexDocument,
    SearchError,
    SearchIndex,
    SearchQuery,
)


class WritingContract(ContractBase):
    """Receipts, failures, rebuilds and content hashes."""

    def test_upsert_replaces(self, index: SearchIndex) -> None:
        written(index, document("cutter", "全新名称"), document("cutter", "最新名称"))
        assert index.search(SearchQuery("刀补")).total == 0
        assert index.search(SearchQuery("“全新名称”")).total == 0
        assert ids(index.search(SearchQuery("最新名称", per_page=1))) == ["cutter"]
        assert index.stats().documents == len(DOCUMENTS)

    def test_delete(self, index: SearchIndex) -> None:
        index.wait(index.delete(["cutter", "never-was"]))
        assert index.search(SearchQuery("刀补")).total == 0
        assert index.stats().documents == len(DOCUMENTS) - 1

    def test_ids_of_any_shape(self, make: Make) -> None:
        odd = ["solution:1", "方案/二", "a b", "x" * 200]
        index = written(make(SETTINGS), *(document(i, "名称") for i in odd))
        assert set(ids(index.search(SearchQuery()))) == set(odd)
        index.wait(index.delete(odd[:2]))
        assert {i for i, _ in index.hashes()} == set(odd[2:])

    def test_failed_write_raises_and_changes_nothing(self, index: SearchIndex) -> None:
        bad = replace(document("new", "新品"), numbers={"price": float("nan")})
        with pytest.raises(SearchError):
            index.wait(index.upsert([document("other", "其他"), bad]))
        assert index.search(SearchQuery("新品 其他")).total == 0
        written(index, document("new", "新品"))
        assert index.search(SearchQuery("新品", per_page=1)).total == 1

    def test_wait_refuses_a_receipt_that_names_nothing(self, index: SearchIndex) -> None:
        with pytest.raises(SearchError):
            index.wait("")

    def test_hashes_verify_the_content(self, index: SearchIndex) -> None:
        assert dict(index.hashes()) == {entry.id: entry.content_hash for entry in DOCUMENTS}
        changed = document("cutter", "全新名称")
        written(index, changed)
        assert dict(index.hashes())["cutter"] == changed.content_hash

    def test_rebuild_replaces_everything(self, index: SearchIndex) -> None:
        stats = index.rebuild(iter(TWINS))
        assert stats.documents == len(TWINS)
        assert stats.bytes > 0
        assert index.search(SearchQuery()).total == len(TWINS)
        assert index.search(SearchQuery("刀补")).total == 0
        written(index, document("after", "后来"))
        assert index.stats().documents == len(TWINS) + 1

    def test_failed_rebuild_leaves_the_old_index(self, index: SearchIndex) -> None:
        def broken() -> Iterator[IndexDocument]:
            yield TWINS[0]
            raise RuntimeError("database went away")

        with pytest.raises(RuntimeError, match="went away"):
            index.rebuild(broken())
        assert index.search(SearchQuery()).total == len(DOCUMENTS)
        written(index, document("after", "后来"))

    def test_settings_change_asks_for_a_rebuild(self, make: Make) -> None:
        index = make(SETTINGS)
        index.rebuild(DOCUMENTS)
        assert make(SETTINGS).configure() is False
        changed = make(replace(SETTINGS, facets=("industry", "kind", "district")))
        assert changed.configure() is True
        # The old content keeps serving; a field it lacks is missing everywhere.
        page = changed.search(SearchQuery("刀补", facets=("district", "kind")))
        assert ids(page) == ["cutter"]
        assert page.facets["district"] == ()
        changed.rebuild(DOCUMENTS)
        assert changed.configure() is False
