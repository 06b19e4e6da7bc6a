"""The contract: filters and facets."""

from __future__ import annotations

import pytest

from search.contract_base import ContractBase, Make, ids, written
from search.contract_data import DOCUMENTS, SETTINGS, document
from search.query import (
    AllOf,
    AnyOf,
    Between,
    Exists,
    FacetValue,
    Filter,
    In,
    Not,
    SearchError,
    SearchIndex,
    SearchQuery,
    Sort,
)


class FilterContract(ContractBase):
    """Typed filters with missing values, disjunctive counts."""

    @pytest.mark.parametrize(
        ("clause", "expected"),
        [
            (In("industry", ("cnc", "biopharma")), {"cutter", "batch", "exec", "vision", "robot"}),
            (In("industry", ()), set()),
            (In("industry", ('a" OR kind = "software',)), set()),
            (In("kind", ("model",)), {"brain", "vision"}),
            (Between("price", 30, 50), {"brain", "brain-plus", "exec", "robot"}),
            (Between("price", at_most=20), {"cutter", "quality"}),
            (Between("year", at_least=2024.5), {"batch"}),
            (Exists("industry"), {entry.id for entry in DOCUMENTS} - {"quality"}),
            (Not(Exists("price")), {"vision"}),
            (Not(Between("price", at_least=20)), {"cutter", "vision"}),
            (Not(In("industry", ("steel", "cnc"))), {"batch", "quality"}),
            (Not(Not(In("kind", ("model",)))), {"brain", "vision"}),
            (
                AllOf((In("industry", ("steel",)), Not(In("kind", ("model",))))),
                {"brain-plus", "exec"},
            ),
            (
                AnyOf((In("kind", ("hardware",)), Between("price", at_least=80))),
                {"vision", "robot", "batch"},
            ),
            (AllOf(()), {entry.id for entry in DOCUMENTS}),
            (AnyOf(()), set()),
        ],
    )
    def test_filters(self, index: SearchIndex, clause: Filter, expected: set[str]) -> None:
        page = index.search(SearchQuery(filters=(clause,)))
        assert set(ids(page)) == expected
        assert page.total == len(expected)

    def test_filters_are_anded_and_apply_to_text(self, index: SearchIndex) -> None:
        filters = (In("industry", ("steel",)), Between("price", at_most=40))
        assert set(ids(index.search(SearchQuery("质量", filters=filters)))) == {"brain", "exec"}

    def test_quotes_in_values(self, make: Make) -> None:
        odd = 'O\'Neil "Co\\" \\ 与'
        index = written(make(SETTINGS), document("odd", "名称", industry=(odd,)))
        page = index.search(SearchQuery(filters=(In("industry", (odd,)),), facets=("industry",)))
        assert ids(page) == ["odd"]
        assert page.facets["industry"] == (FacetValue(odd, 1),)

    def test_facets_by_count_then_value(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery(facets=("industry", "kind")))
        assert page.facets["industry"] == (
            FacetValue("cnc", 4),
            FacetValue("steel", 4),
            FacetValue("biopharma", 1),
        )
        assert page.facets["kind"][0] == FacetValue("software", 6)
        few = index.search(SearchQuery(facets=("industry",), facet_limit=1))
        assert few.facets["industry"] == (FacetValue("cnc", 4),)

    def test_facets_ignore_their_own_selection(self, index: SearchIndex) -> None:
        filters = (In("industry", ("cnc",)), In("kind", ("hardware",)))
        page = index.search(SearchQuery(filters=filters, facets=("industry", "kind")))
        assert set(ids(page)) == {"vision", "robot"}
        assert page.facets["industry"] == (FacetValue("cnc", 2), FacetValue("steel", 1))
        assert page.facets["kind"] == (
            FacetValue("hardware", 2),
            FacetValue("software", 2),
            FacetValue("model", 1),
        )

    def test_facets_obey_other_clauses_on_their_field(self, index: SearchIndex) -> None:
        filters = (Not(In("industry", ("cnc",))),)
        page = index.search(SearchQuery(filters=filters, facets=("industry",)))
        assert page.facets["industry"] == (FacetValue("steel", 2), FacetValue("biopharma", 1))

    def test_facets_describe_the_hits(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("质量", facets=("kind",)))
        assert page.total == 3
        assert page.facets["kind"] == (
            FacetValue("model", 2),
            FacetValue("software", 2),
            FacetValue("hardware", 1),
        )

    @pytest.mark.parametrize(
        "query",
        [
            SearchQuery(facets=("price",)),
            SearchQuery(filters=(Not(In("nope", ("x",))),)),
            SearchQuery(sort=Sort("industry")),
            SearchQuery(highlight=("nope",)),
            SearchQuery(page=0),
        ],
    )
    def test_undeclared_fields_are_refused(self, index: SearchIndex, query: SearchQuery) -> None:
        with pytest.raises(SearchError):
            index.search(query)
