"""The contract: what a text finds."""

from __future__ import annotations

import pytest

from search.contract_base import ContractBase, Make, ids, written
from search.contract_data import DOCUMENTS, SETTINGS, document
from search.query import (
    MAX_TEXT,
    QueryTooLong,
    SearchIndex,
    SearchQuery,
)

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


class MatchingContract(ContractBase):
    """Words, phrases, exclusions, typos, prefixes, relaxed answers."""

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
