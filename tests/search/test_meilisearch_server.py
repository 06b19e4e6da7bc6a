"""What goes wrong between the adapter and its server, and what a rebuild meets; on the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from search import (
    Between,
    IndexDocument,
    IndexSettings,
    IndexUnavailable,
    SearchError,
    SearchQuery,
    open_index,
)
from search.contract import ids, written
from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document
from search.meilisearch import MeilisearchIndex
from search.meilisearch_documents import MOST_BYTES, MOST_DOCUMENTS, payloads
from tests.search.standin import KEY, StandIn, listening, serving
from tests.search.standin_index import StandInIndex


@pytest.fixture
def running() -> Iterator[tuple[StandIn, str]]:
    with serving() as found:
        yield found


@pytest.fixture
def standin(running: tuple[StandIn, str]) -> StandIn:
    return running[0]


def opened(url: str, settings: IndexSettings = SETTINGS, key: str | None = KEY) -> MeilisearchIndex:
    index = open_index(url, settings, "unused", key=key)
    assert isinstance(index, MeilisearchIndex)
    return index


@pytest.fixture
def index(running: tuple[StandIn, str]) -> MeilisearchIndex:
    index = opened(running[1])
    index.configure()
    return index


@pytest.mark.parametrize("key", [None, "wrong"])
def test_a_bad_key_is_unavailable(running: tuple[StandIn, str], key: str | None) -> None:
    index = opened(running[1], key=key)
    for call in (lambda: index.search(SearchQuery()), index.configure, index.stats):
        with pytest.raises(IndexUnavailable, match="key"):
            call()


@pytest.mark.parametrize(("status", "body"), [
    (200, b"<html>welcome</html>"), (200, b'{"hello": 1}'), (200, b"[]"), (404, b"<html>"),
    (502, b""), (404, b'{"error": "no route"}')])
def test_what_is_no_meilisearch_is_unavailable(status: int, body: bytes) -> None:
    with listening(lambda *request: (status, body)) as url:
        index = opened(url)
        for call in (lambda: index.search(SearchQuery()), index.configure, index.stats):
            with pytest.raises(IndexUnavailable):
                call()


def test_an_older_server_is_named(running: tuple[StandIn, str]) -> None:
    running[0].version = "1.14.2"
    with pytest.raises(SearchError, match=r"1\.15 or newer is needed, not 1\.14\.2"):
        opened(running[1]).configure()


def test_a_write_counts_when_its_task_has_succeeded(
    standin: StandIn, index: MeilisearchIndex
) -> None:
    standin.hold.clear()
    receipt = index.upsert(DOCUMENTS)
    with pytest.raises(SearchError, match=f"write {receipt} is not finished"):
        index.wait(receipt, timeout=0.05)
    assert index.search(SearchQuery()).total == 0
    standin.hold.set()
    index.wait(receipt)
    assert index.search(SearchQuery()).total == len(DOCUMENTS)


def test_a_failed_task_raises_with_its_reason(standin: StandIn, index: MeilisearchIndex) -> None:
    standin.hold.clear()
    receipt = index.upsert(DOCUMENTS)
    standin.indexes[SETTINGS.name].primary_key = "other"
    standin.hold.set()
    with pytest.raises(SearchError, match="failed: no `other`"):
        index.wait(receipt)


def test_a_refused_call_is_no_outage(index: MeilisearchIndex) -> None:
    with pytest.raises(SearchError, match="task_not_found") as found:
        index.wait("4711")
    assert not isinstance(found.value, IndexUnavailable)


def test_a_first_filling_that_failed_is_asked_for_again(index: MeilisearchIndex) -> None:
    def broken() -> Iterator[IndexDocument]:
        yield DOCUMENTS[0]
        raise RuntimeError("database went away")

    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    assert index.configure() is True
    index.rebuild(DOCUMENTS)
    assert index.configure() is False


def test_two_rebuilds_at_once_stay_whole(
    running: tuple[StandIn, str], index: MeilisearchIndex
) -> None:
    other = opened(running[1])

    def meanwhile() -> Iterator[IndexDocument]:
        yield DOCUMENTS[0]
        other.rebuild(TWINS)
        yield from DOCUMENTS[1:]

    assert index.rebuild(meanwhile()).documents == len(DOCUMENTS)
    assert set(ids(other.search(SearchQuery()))) == {entry.id for entry in DOCUMENTS}
    assert set(running[0].indexes) == {"contract", "contract-meta"}


def test_what_an_interrupted_rebuild_left_is_removed_days_later(
    standin: StandIn, index: MeilisearchIndex
) -> None:
    for name in ("contract-next-aa", "contract-next-bb", "other-next-aa"):
        standin.indexes[name] = StandInIndex("pk")
    standin.updated |= {"contract-next-aa": "2020-05-05T00:00:00.123456789Z",
                        "other-next-aa": "2020-05-05T00:00:00Z"}
    index.rebuild(DOCUMENTS)
    assert set(standin.indexes) == {
        "contract", "contract-meta", "contract-next-bb", "other-next-aa"}


TURNED = replace(SETTINGS, facets=("kind", "industry"), numbers=("year", "price"))


def test_a_search_follows_a_rebuild_with_other_settings_at_once(
    running: tuple[StandIn, str], index: MeilisearchIndex
) -> None:
    index.rebuild(DOCUMENTS)
    query = SearchQuery(facets=("industry",), filters=(Between("year", 2025, 2025),))
    before = index.search(query)
    opened(running[1], TURNED).rebuild(DOCUMENTS)
    assert index.search(query) == before
    assert ids(before) == ["batch"]


def test_a_document_written_for_the_layout_before_is_found_by_verification(
    running: tuple[StandIn, str], index: MeilisearchIndex
) -> None:
    index.rebuild(DOCUMENTS)
    late = index._layout().document(DOCUMENTS[0])
    other = opened(running[1], TURNED)
    other.rebuild(DOCUMENTS)
    index.wait(index._add("contract", [late]))
    held = dict(other.hashes())
    assert [key for key, value in held.items() if value != _hash(key)] == [DOCUMENTS[0].id]
    written(other, DOCUMENTS[0])
    assert dict(other.hashes())[DOCUMENTS[0].id] == DOCUMENTS[0].content_hash


def _hash(key: str) -> str:
    return next(entry.content_hash for entry in DOCUMENTS if entry.id == key)


def test_infinite_ends_are_open_or_shut(index: MeilisearchIndex) -> None:
    written(index, *DOCUMENTS)
    infinity = float("inf")
    totals = [index.search(SearchQuery(filters=(Between("price", low, high),))).total
              for low, high in ((-infinity, infinity), (infinity, None), (None, -infinity))]
    assert totals == [7, 0, 0]


def test_syntax_inside_a_phrase_is_no_syntax_to_the_server(index: MeilisearchIndex) -> None:
    written(index, document("a", "水泵 -控制 单元"), document("b", "控制单元"))
    assert ids(index.search(SearchQuery('"水泵 -控制"'))) == ["a"]


def test_payloads_are_neither_too_long_nor_too_large() -> None:
    small = [{"pk": str(number)} for number in range(MOST_DOCUMENTS + 1)]
    assert [raw.count(b"pk") for raw in payloads(small)] == [MOST_DOCUMENTS, 1]
    large = [{"pk": "a", "t0": "钢" * (MOST_BYTES // 8)} for _ in range(5)]
    sizes = [len(raw) for raw in payloads(large)]
    assert len(sizes) == 3
    assert max(sizes) <= MOST_BYTES + 2
    assert list(payloads([])) == []


def test_a_prefix_keeps_sites_on_one_server_apart(running: tuple[StandIn, str]) -> None:
    standin, url = running
    for name, documents in (("east-", DOCUMENTS), ("west-", TWINS)):
        with closing(opened(f"{url}?prefix={name}&key={KEY}", key=None)) as index:
            index.rebuild(documents)
    assert set(standin.indexes) == {
        "east-contract", "east-contract-meta", "west-contract", "west-contract-meta"}
