"""The embedded engine keeps the contract, and what only it promises."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from search import (
    IndexBusy,
    IndexDocument,
    IndexSettings,
    IndexUnavailable,
    SearchError,
    SearchIndex,
    SearchQuery,
    TextField,
    open_index,
)
from search.contract import Make, SearchContract, ids, written
from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document
from search.embedded import EmbeddedIndex
from search.embedded_query import QueryBuilder
from search.embedded_store import RETIRE_AFTER
from search.parse import parse
from search.recipe import settings_from_json, settings_hash, settings_to_json


class TestEmbedded(SearchContract):
    @pytest.fixture
    def make(self, tmp_path: Path) -> Iterator[Make]:
        opened: list[SearchIndex] = []

        def make(settings: IndexSettings) -> SearchIndex:
            index = open_index("embedded:", settings, tmp_path)
            index.configure()
            opened.append(index)
            return index

        yield make
        for index in opened:
            index.close()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path / "index", SETTINGS)
    index.configure()
    yield index
    index.close()


def generations(index: EmbeddedIndex, tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "index").iterdir() if path.is_dir()}


def test_url_chooses_the_folder(tmp_path: Path) -> None:
    open_index("embedded:", SETTINGS, tmp_path).configure()
    open_index(f"embedded://{tmp_path}/else where", SETTINGS, "unused").configure()
    assert (tmp_path / "index" / "contract" / "current").exists()
    assert (tmp_path / "else where" / "contract" / "current").exists()
    with pytest.raises(ValueError, match="sqlite"):
        open_index("sqlite:///x", SETTINGS, tmp_path)


def test_unbuilt_index_is_unavailable(tmp_path: Path) -> None:
    index = open_index("embedded:", SETTINGS, tmp_path)
    for call in (lambda: index.search(SearchQuery()), index.stats, lambda: index.upsert([])):
        with pytest.raises(IndexUnavailable):
            call()


def test_settings_survive_their_file() -> None:
    assert settings_from_json(settings_to_json(SETTINGS)) == SETTINGS


def test_settings_hash_covers_what_changes_tokens_only() -> None:
    base = settings_hash(SETTINGS, "x")
    assert settings_hash(replace(SETTINGS, name="other"), "x") == base
    assert settings_hash(replace(SETTINGS, dictionary=()), "x") != base
    assert settings_hash(replace(SETTINGS, synonyms=()), "x") != base


def test_index_of_another_recipe_asks_for_a_rebuild(index: EmbeddedIndex, tmp_path: Path) -> None:
    written(index, *DOCUMENTS)
    (old,) = generations(index, tmp_path)
    folder = tmp_path / "index"
    (folder / old).rename(folder / "0123456789ab-older")
    (folder / "current").write_text("0123456789ab-older", "ascii")
    with pytest.raises(IndexUnavailable, match="rebuild"):
        index.search(SearchQuery())
    assert index.configure() is True
    index.rebuild(DOCUMENTS)
    assert index.search(SearchQuery()).total == len(DOCUMENTS)


def test_replaced_generation_is_removed_when_nobody_reads_it(
    index: EmbeddedIndex, tmp_path: Path
) -> None:
    first = generations(index, tmp_path)
    index.rebuild(DOCUMENTS)
    assert generations(index, tmp_path) > first
    old = time.time() - RETIRE_AFTER - 1
    os.utime(tmp_path / "index" / "current", (old, old))
    written(index, *TWINS)
    assert len(generations(index, tmp_path)) == 1
    assert index.search(SearchQuery()).total == len(DOCUMENTS) + len(TWINS)


def test_failed_rebuild_leaves_no_folder(index: EmbeddedIndex, tmp_path: Path) -> None:
    before = generations(index, tmp_path)
    bad = replace(document("bad", "坏"), id="")
    with pytest.raises(SearchError, match="id"):
        index.rebuild([*TWINS, bad])
    assert generations(index, tmp_path) == before


def test_rebuild_keeps_the_last_of_equal_ids(index: EmbeddedIndex) -> None:
    stats = index.rebuild([document("a", "网关"), document("b", "相机"), document("a", "机床")])
    assert stats.documents == 2
    assert index.search(SearchQuery("网关")).total == 0
    assert ids(index.search(SearchQuery("机床"))) == ["a"]


def test_writer_is_free_after_a_failed_source(index: EmbeddedIndex) -> None:
    def broken() -> Iterator[IndexDocument]:
        yield TWINS[0]
        raise RuntimeError("gone")

    for _ in range(2):
        with pytest.raises(RuntimeError, match="gone"):
            index.upsert(broken())
    assert index.search(SearchQuery()).total == 0
    written(index, *TWINS)


def test_busy_is_told_at_once(index: EmbeddedIndex, tmp_path: Path) -> None:
    other = EmbeddedIndex(tmp_path / "index", SETTINGS)

    def meanwhile() -> Iterator[IndexDocument]:
        with pytest.raises(IndexBusy):
            other.delete(["x"])
        yield TWINS[0]

    index.wait(index.upsert(meanwhile()))
    other.wait(other.delete(["x"]))


QUESTIONS = (
    "质量",
    "质量检测",
    "缺陷检测系统",
    "mes",
    "制造执行系统",
    "s7-12",
    "iso9001",
    "simens 刀补",
    "表 面",
    "刀",
    "工",
    "电子批记录系统",
    "热轧 刀具 审计",
    "“质量检测” 系统",
    "质量 -mes",
    "machine vision 质量",
    "c++ 接口",
    "的",
    "工业网关",
    '"检"',
    '"cnc机"',
    '"quality m"',
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_counted_and_scored_queries_match_the_same(index: EmbeddedIndex, text: str) -> None:
    """Facets are counted with a cheaper query; it has to find exactly what the hits' one does."""
    written(index, *DOCUMENTS, *TWINS)
    generation, searcher = index._store.searcher()
    build = QueryBuilder(generation.shape, searcher)
    parsed = parse(text, generation.shape.segmenter, generation.synonyms)
    for question in (build.strict(parsed), build.relaxed(parsed)):
        scored, counted = (
            {(where.segment_ord, where.doc) for _, where in searcher.search(query, 100).hits}
            for query in (question.scored, question.counted())
        )
        assert scored == counted


def test_phrase_ending_in_one_character(index: EmbeddedIndex) -> None:
    written(index, *DOCUMENTS)
    assert ids(index.search(SearchQuery('"cnc机"'))) == ["cutter"]
    assert set(ids(index.search(SearchQuery('"检"')))) == {"vision"}


def test_letters_and_digits_apart(index: EmbeddedIndex) -> None:
    written(index, document("a", "通过ISO9001认证"), document("b", "通过ISO 9001认证"))
    for text in ("iso9001", "iso 9001", "ISO-9001"):
        assert set(ids(index.search(SearchQuery(text, per_page=2)))) == {"a", "b"}, text


def test_common_words_only_rank_relaxed_answers(tmp_path: Path) -> None:
    settings = IndexSettings("big", (TextField("name"),))
    index = EmbeddedIndex(tmp_path / "big", settings)
    common = (IndexDocument(f"c{n}", {"name": "平台"}) for n in range(1200))
    index.rebuild([*common, IndexDocument("rare", {"name": "高炉"})])
    page = index.search(SearchQuery("平台 高炉 转炉"))
    assert (ids(page), page.total, page.relaxed) == (["rare"], 1, True)
    # With nothing rarer, common words have to do.
    assert index.search(SearchQuery("平台 转炉")).total == 1200


def test_many_facet_values_are_exact_and_ordered(tmp_path: Path) -> None:
    settings = IndexSettings("facets", (TextField("name"),), facets=("tag",))
    index = EmbeddedIndex(tmp_path / "facets", settings)
    index.rebuild(
        IndexDocument(f"d{n}", {"name": "x"}, {"tag": [f"t{n:04}"]}) for n in reversed(range(900))
    )
    values = index.search(SearchQuery(facets=("tag",), facet_limit=5)).facets["tag"]
    assert [value.value for value in values] == ["t0000", "t0001", "t0002", "t0003", "t0004"]


def test_pages_of_no_length_count_only(index: EmbeddedIndex) -> None:
    written(index, *DOCUMENTS)
    page = index.search(SearchQuery(per_page=0, facets=("kind",)))
    assert (page.hits, page.total) == ((), len(DOCUMENTS))
    assert page.facets["kind"]
