"""The Meilisearch engine keeps the contract, on a real server; what needs none runs always."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from search import (
    Between,
    In,
    IndexSettings,
    IndexUnavailable,
    Not,
    SearchIndex,
    SearchQuery,
    open_index,
)
from search.contract import Make, SearchContract
from search.contract_data import DOCUMENTS, SETTINGS
from search.meilisearch_documents import Layout, facet_key, facet_value, token
from search.meilisearch_filter import Expressions
from search.parse import parse
from tests.search.standin import KEY, serving

URL = os.environ.get("MEILISEARCH_URL")


HOW = (
    "needs a Meilisearch server >= 1.15: start one (`meilisearch --master-key KEY` or its "
    "container) and set MEILISEARCH_URL='http://localhost:7700?key=KEY'"
)


class OnServer(SearchContract):
    """The whole contract; each test has an index of its own on the server at `address`."""

    @pytest.fixture
    def make(self, address: str) -> Iterator[Make]:
        opened: list[SearchIndex] = []
        name = f"contract-{uuid.uuid4().hex[:8]}"

        def make(settings: IndexSettings) -> SearchIndex:
            index = open_index(address, replace(settings, name=name), "unused")
            index.configure()
            opened.append(index)
            return index

        yield make
        for index in opened:
            index._drop(name)  # type: ignore[attr-defined]
            index.close()


@pytest.fixture(scope="module")
def standin_address() -> Iterator[str]:
    with serving() as (_, url):
        yield f"{url}?key={KEY}"


class TestOnStandIn(OnServer):
    """What the adapter sends is what a server takes; see `standin` for what this cannot show."""

    @pytest.fixture
    def address(self, standin_address: str) -> str:
        return standin_address


if URL:

    class TestOnServer(OnServer):
        """The same on the real one."""

        @pytest.fixture
        def address(self) -> str:
            assert URL
            return URL

else:

    def test_contract_on_a_server() -> None:
        pytest.skip(HOW)


def test_unreachable_server_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        index = open_index(f"meilisearch://127.0.0.1:{port}?key=secret", SETTINGS, "unused")
        for call in (lambda: index.search(SearchQuery()), index.configure, index.stats):
            with pytest.raises(IndexUnavailable):
                call()


def test_index_names_are_checked() -> None:
    with pytest.raises(ValueError, match="name"):
        open_index("http://localhost:7700", replace(SETTINGS, name="a/b"), "unused")


def test_document_holds_tokens_as_hashes() -> None:
    body = Layout(SETTINGS).document(DOCUMENTS[2])
    assert body["id"] == "cutter"
    assert body["t0"] == "数控刀补助手"
    held = [("w", "刀补"), ("b", "补助"), ("c", "刀"), ("x", "数控刀补助手"), ("w", "c++")]
    assert {token(kind, text) for kind, text in held} <= set(body["w"])
    assert {"siemens", "s7-1200", "s7", "fanuc"} <= set(body["lat"])
    assert [facet_value(key) for key in body["f0"]] == ["cnc"]
    assert facet_key("f0", "C") != facet_key("f0", "c")
    assert (body["n0"], body["n1"]) == (10.0, 2023.0)


def test_expressions_hold_nothing_a_person_typed() -> None:
    layout = Layout(SETTINGS)
    build = Expressions(layout, {"simens": ["siemens"]})
    parsed = parse('simens 质量 -"a\\" OR b" “表面”', layout.segmenter, layout.synonyms)
    filters = build.filters((Not(In("industry", ('x" OR w',))), Between("price", 1, 2.5)))
    for expression in (build.strict(parsed), build.relaxed(parsed), filters):
        words = expression.replace("(", " ").replace(")", " ").replace(",", " ").split()
        assert all(
            word in {"AND", "OR", "NOT", "IN", "w", "n0", "=", ">=", "<="}
            or word.strip('[]"').replace(".", "").isalnum()
            for word in words
        ), expression
    assert token("w", "siemens") in build.strict(parsed)
