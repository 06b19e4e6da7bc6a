"""Fixtures and helpers of the contract suite."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from search.contract_data import DOCUMENTS, SETTINGS, TWINS
from search.query import IndexDocument, IndexSettings, SearchIndex, SearchPage

Make = Callable[[IndexSettings], SearchIndex]
"""Opens an index for some settings and configures it; the same one for every call of a test."""


def written(index: SearchIndex, *documents: IndexDocument) -> SearchIndex:
    index.wait(index.upsert(documents))
    return index


def ids(page: SearchPage) -> list[str]:
    return [hit.id for hit in page.hits]


class ContractBase:
    """What every part of the suite stands on; an engine's tests give `make`."""

    @pytest.fixture
    def make(self) -> Iterator[Make]:
        """Opens an empty, configured index for some settings; closes it after the test."""
        raise NotImplementedError

    @pytest.fixture
    def index(self, make: Make) -> SearchIndex:
        return written(make(SETTINGS), *DOCUMENTS)

    @pytest.fixture
    def twins(self, make: Make) -> SearchIndex:
        return written(make(SETTINGS), *TWINS)
