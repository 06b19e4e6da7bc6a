"""The test suite every engine passes: subclass `SearchContract` and give it `make`.

It speaks only the contract of `search.query`. Needs pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from search.contract_data import DOCUMENTS, SETTINGS, TWINS, document
from search.query import (
    MAX_TEXT,
    AllOf,
    AnyOf,
    Between,
    Exists,
    FacetValue,
    Filter,
    In,
    IndexDocument,
    IndexSettings,
    Not,
    QueryTooLong,
    SearchError,
    SearchIndex,
    SearchPage,
    SearchQuery,
    Sort,
)

Make = Callable[[IndexSettings], SearchIndex]

GOLDEN = [
    # Exact name first, although another document says it more often.
    ("钢铁大脑", "brain", 2),
    ("电子批记录系统", "batch", 1),
    ("quality management cloud", "quality", 1),
    # Trade words from the dictionary.
    ("刀补", "cutter", 1),
    ("工业大模型", "vision", 1),
    # All words, in any order and field.
    ("热轧 质量", "brain", 1),
    ("缺陷检测", "vision", 1),
    ("robot welds", "robot", 1),
    # Full-width letters in the document, and in the query.
    ("lims", "batch", 1),
    ("ＬＩＭＳ", "batch", 1),
    ("KUKA机器人", "robot", 1),
    # Signs belong to the word.
    ("c++", "cutter", 1),
    ("S7-1200", "cutter", 1),
    ("s7", "cutter", 1),
    # One typo from 4 letters, two from 9.
    ("simens", "cutter", 1),
    ("managemant", "quality", 1),
    ("sttistcal", "quality", 1),
]


def written(index: SearchIndex, *documents: IndexDocument) -> SearchIndex:
    index.wait(index.upsert(documents))
    return index


def ids(page: SearchPage) -> list[str]:
    return [hit.id for hit in page.hits]


class SearchContract:
    """Rows of the contract table in docs; each test names the row it keeps."""

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

    # --- matching -------------------------------------------------------------------------

    @pytest.mark.parametrize(("text", "first", "total"), GOLDEN)
    def test_golden(self, index: SearchIndex, text: str, first: str, total: int) -> None:
        page = index.search(SearchQuery(text, per_page=total))
        assert ids(page)[0] == first
        assert page.total == total
        assert not page.relaxed

    def test_synonyms_both_ways(self, index: SearchIndex) -> None:
        assert set(ids(index.search(SearchQuery("mes", per_page=2)))) == {"batch", "exec"}
        assert set(ids(index.search(SearchQuery("制造执行系统", per_page=2)))) == {"batch", "exec"}
        assert set(ids(index.search(SearchQuery("machine vision", per_page=2)))) == {
            "quality",
            "vision",
        }

    def test_empty_text_browses(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("  "))
        assert page.total == len(DOCUMENTS)
        assert len(page.hits) == len(DOCUMENTS)

    @pytest.mark.parametrize("text", ["😀", "，。！", "---", '""', "“ ”", "- ( )", "\x00"])
    def test_text_without_tokens_finds_nothing(self, index: SearchIndex, text: str) -> None:
        page = index.search(SearchQuery(text, facets=("kind",)))
        assert (page.hits, page.total, page.facets) == ((), 0, {"kind": ()})

    @pytest.mark.parametrize(
        "text", ["a:b", '质量"', "(", "-", "质量 AND", "*", "[1 TO", "\\", "'"]
    )
    def test_syntax_of_engines_is_plain_text(self, index: SearchIndex, text: str) -> None:
        index.search(SearchQuery(text, facets=("kind",), highlight=("name",)))

    def test_too_long_text_is_refused(self, index: SearchIndex) -> None:
        index.search(SearchQuery("质" * MAX_TEXT))
        with pytest.raises(QueryTooLong, match="1001"):
            index.search(SearchQuery("质" * (MAX_TEXT + 1)))

    def test_relaxed_when_not_all_words_are_found(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("热轧 刀具 审计", facets=("industry",)))
        assert page.relaxed
        assert set(ids(page)) == {"brain", "cutter", "batch"}
        assert page.total == 3
        counted = {value.value: value.count for value in page.facets["industry"]}
        assert counted == {"steel": 1, "cnc": 1, "biopharma": 1}

    def test_all_words_come_before_any_word(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("热轧 工艺 刀具"))
        assert page.relaxed
        assert ids(page)[0] == "brain"

    def test_not_relaxed_for_a_full_page(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("热轧 质量", per_page=1))
        assert (ids(page), page.total, page.relaxed) == (["brain"], 1, False)

    def test_any_word_from_the_start(self, index: SearchIndex) -> None:
        page = index.search(SearchQuery("热轧 刀具 审计", match="any", ids_only=True, per_page=2))
        assert page.total == 3
        assert not page.relaxed
        assert all(not hit.stored and not hit.highlights for hit in page.hits)

    def test_phrase_is_literal(self, index: SearchIndex) -> None:
        assert ids(index.search(SearchQuery("“质量检测”"))) == ["vision"]
        assert ids(index.search(SearchQuery('"quality management"'))) == ["quality"]
        assert ids(index.search(SearchQuery("「检测质量」"))) == []
        assert ids(index.search(SearchQuery('"management quality"'))) == []

    def test_exclusion_is_literal(self, index: SearchIndex) -> None:
        everything = {entry.id for entry in DOCUMENTS}
        assert set(ids(index.search(SearchQuery("-质量")))) == everything - {
            "brain",
            "exec",
            "vision",
        }
        assert ids(index.search(SearchQuery("缺陷 -热轧", per_page=1))) == ["vision"]
        # A synonym of an excluded word stays.
        assert ids(index.search(SearchQuery("制造执行系统 -mes", per_page=1))) == ["exec"]
        assert ids(index.search(SearchQuery('quality -"process control"'))) == []

    @pytest.mark.parametrize("typo", ["xuality", "kuka1", "s7-1201", "mos"])
    def test_no_typo_in_first_letter_digits_or_short_words(
        self, index: SearchIndex, typo: str
    ) -> None:
        assert index.search(SearchQuery(typo)).total == 0

    def test_exact_word_above_typo(self, make: Make) -> None:
        index = written(
            make(SETTINGS),
            document("near", "steal steal", "steal"),
            document("exact", "other", body="some words and steel at the end of the text"),
        )
        assert ids(index.search(SearchQuery("steel"))) == ["exact", "near"]

    def test_every_chinese_prefix_matches(self, index: SearchIndex) -> None:
        for entry in DOCUMENTS:
            for text in entry.text.values():
                start = next((i for i, char in enumerate(text) if char >= "一"), None)
                if start is None:
                    continue
                for end in range(start + 2, min(start + 8, len(text) + 1)):
                    prefix = text[start:end]
                    if all("一" <= char <= "龥" for char in prefix):
                        page = index.search(SearchQuery(prefix, per_page=50))
                        assert entry.id in ids(page), prefix

    def test_latin_prefix_of_the_last_word(self, index: SearchIndex) -> None:
        assert ids(index.search(SearchQuery("supplier qual"))) == ["quality"]
        assert index.search(SearchQuery("qual supplier ", per_page=1)).relaxed

    # --- order ----------------------------------------------------------------------------

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

    # --- filters and facets ---------------------------------------------------------------

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

    # --- hits -----------------------------------------------------------------------------

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
        assert index.search(SearchQuery("siemens")).did_you_mean is None
        assert index.search(SearchQuery("质量")).did_you_mean is None

    # --- writing --------------------------------------------------------------------------

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
