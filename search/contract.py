"""The test suite every engine passes: subclass `SearchContract` and give it the fixture `make`.

It speaks only the contract of `search.query`. Needs pytest.
"""

from __future__ import annotations

from search.contract_base import Make, ids, written
from search.contract_filters import FilterContract
from search.contract_matching import MatchingContract
from search.contract_order import OrderContract
from search.contract_writing import WritingContract

__all__ = ["Make", "SearchContract", "ids", "written"]


class SearchContract(MatchingContract, OrderContract, FilterContract, WritingContract):
    """All parts of the contract."""
