"""Folding, tokens, parsing and highlighting, without any engine."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import MAX_TEXT, MAX_WORDS, QueryTooLong
from search.highlight import Highlighter
from search.parse import ParsedText, Synonyms, parse, typo_budget, typo_distance
from search.text import (
    bigrams,
    fold,
    fold_mapped,
    latin_tokens,
    pieces,
    plain_key,
    runs,
    segmenter,
    stream,
)

SEGMENTER = segmenter(("工业大模型", "刀补", "制造执行系统", "machine vision", "mes"))
SYNONYMS = Synonyms([("MES", "制造执行系统"), ("机器视觉", "machine vision")])

# Characters that make folding, quoting and segmentation do something.
SIGNS = '质量检测系统钢铁的刀补ＭＥＳmes C++#-_."“”「」『』，。：-−１①½ﬁİß😀'
PARTS = "é\u0301가\u1100\u1161ｶﾞ"
NASTY = st.text(st.one_of(st.sampled_from(SIGNS + PARTS), st.characters()), max_size=60)


def parsed(text: str) -> ParsedText:
    return parse(text, SEGMENTER, SYNONYMS)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＭＥＳ（Ｖ２）：ＯＫ！", "mes(v2):ok!"),
        ("ﬁne ½", "fine 1⁄2"),
        ("CAFE\u0301", "café"),
        ("機床聯網 DNC、質保書", "机床联网 dnc、质保书"),
        ("ＭＥＳ㎏無人過磅", "meskg无人过磅"),
        ("ΟΔΟΣ", "οδοσ"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("c++", ["c++"]),
        ("C#/.NET", ["c#", "net"]),
        ("s7-1200", ["s7-1200"]),
        ("5G机床", ["5g", "机床"]),
        ("node.js, r&d", ["node.js", "r&d"]),
        ("a_b·质量・管理", ["a_b", "质量", "管理"]),
        ("😀，。", []),
    ],
)
def test_runs(text: str, tokens: list[str]) -> None:
    assert [run.text for run in runs(fold(text))] == tokens


def test_latin_tokens_give_the_whole_and_its_parts() -> None:
    assert set(latin_tokens("s7-1200")) == {"s7-1200", "s7", "1200"}
    assert set(latin_tokens("c++")) == {"c++", "c"}
    assert set(latin_tokens("iso9001")) == {"iso9001", "iso", "9001"}
    assert set(latin_tokens("5g")) == {"5g"}
    assert pieces("opc-ua") == ["opc", "ua"]


def test_bigrams_and_stream() -> None:
    assert bigrams("质量管") == ["质量", "量管"]
    assert bigrams("质") == ["质"]
    assert stream("质量 s7-1200钢") == ["质量", "量", "s7", "1200", "钢"]


def test_names_are_compared_without_separators() -> None:
    assert plain_key("MES-系统（V2）") == plain_key("mes-系统 v2")


def test_dictionary_words_stay_whole() -> None:
    assert "工业大模型" in SEGMENTER.query_words("部署工业大模型")
    assert "刀补" in SEGMENTER.tokens("自动刀补").words.split()


def test_parse_takes_text_apart() -> None:
    result = parsed('热轧 “表面缺陷” -"process control" -mes s7-1200')
    assert [unit.text for unit in result.units] == ["热轧", "s7-1200"]
    assert [phrase.text for phrase in result.phrases] == ["表面缺陷"]
    assert [phrase.text for phrase in result.excluded] == ["process control", "mes"]
    assert result.units[-1].prefix


def test_parse_knows_empty_from_nothing() -> None:
    assert parsed(" \n").empty
    assert parsed("😀 -，").nothing
    assert not parsed("-x").nothing


def test_only_the_word_being_typed_is_a_prefix() -> None:
    assert [unit.prefix for unit in parsed("quality mana").units] == [False, True]
    assert [unit.prefix for unit in parsed("quality mana ").units] == [False, False]
    assert [unit.prefix for unit in parsed('quality "mana"').units] == [False]


def test_synonyms_match_over_words_and_runs() -> None:
    (unit,) = parsed("machine vision").units
    assert [phrase.text for phrase in unit.synonyms] == ["机器视觉"]
    units = parsed("钢铁制造执行系统").units
    assert [(unit.text, len(unit.synonyms)) for unit in units] == [("钢铁", 0), ("制造执行系统", 1)]


def test_words_without_meaning_are_dropped_unless_alone() -> None:
    assert [unit.text for unit in parsed("质量 的 管理").units] == ["质量", "管理"]
    assert [unit.text for unit in parsed("的").units] == ["的"]


def test_at_most_ten_words_the_most_specific() -> None:
    text = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima"
    kept = [word for unit in parsed(text).units for word in unit.words]
    assert len(kept) == MAX_WORDS
    assert kept == text.split()[:10]
    counts = {word: number for number, word in enumerate(text.split())}
    rare = parse(text, SEGMENTER, SYNONYMS, counts.__getitem__)
    kept = [word for unit in rare.units for word in unit.words]
    # `alpha` is in no document and tells nothing, the last ones are the most common.
    assert kept == text.split()[1:11]


def test_too_long() -> None:
    with pytest.raises(QueryTooLong):
        parsed("x" * (MAX_TEXT + 1))


@pytest.mark.parametrize(
    ("word", "other", "distance"),
    [
        ("siemens", "siemens", 0),
        ("simens", "siemens", 1),
        ("seimens", "siemens", 1),
        ("xiemens", "siemens", None),
        ("manajemnt", "management", 2),
        ("steel", "stone", None),
    ],
)
def test_typo_distance(word: str, other: str, distance: int | None) -> None:
    assert typo_distance(word, other, typo_budget(word)) == distance


def test_typo_budget() -> None:
    assert [typo_budget(word) for word in ("plc", "steel", "management", "s7x9", "c++++")] == [
        0,
        1,
        2,
        0,
        0,
    ]


def marked(query: str, text: str) -> list[str]:
    spans = Highlighter(parsed(query)).spans(text)
    return [text[start : start + length] for start, length in spans]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("mes", "支持ＭＥＳ与MESH", ["ＭＥＳ", "MESH"]),
        ("mes ", "支持ＭＥＳ与MESH", ["ＭＥＳ"]),
        ("mes", "制造执行系统", ["制造执行系统"]),
        ("机器视觉", "a machine  vision kit", ["machine  vision"]),
        ("质量检测", "质量与检测", ["质量", "检测"]),
        ("量检", "质量检测", ["量检"]),
        ("1200", "ﬁx ½ S7-1200", ["S7-1200"]),
        ("café", "Cafe\u0301 noir", ["Cafe\u0301"]),
        ('"cnc机床"', "高端CNC机床与CNC设备", ["CNC机床"]),
        ("-质量", "质量", []),
    ],
)
def test_highlight(query: str, text: str, expected: list[str]) -> None:
    assert marked(query, text) == expected


@given(NASTY)
@settings(deadline=None)
def test_fold_mapped_folds_the_same_and_maps_inside(text: str) -> None:
    folded = fold_mapped(text)
    if "\u1100" not in text:
        assert folded.text == fold(text)
    last = 0
    for i in range(len(folded.text)):
        start, length = folded.span(i, i + 1)
        assert last <= start < start + length <= len(text)
        last = start


@given(NASTY)
@settings(deadline=None)
def test_indexing_any_text(text: str) -> None:
    tokens = SEGMENTER.tokens(text)
    assert tokens.stream.split() == stream(fold(text))
    for run in runs(fold(text)):
        if not run.cjk:
            assert run.text in tokens.latin


@given(NASTY, NASTY)
@settings(deadline=None)
def test_parsing_and_highlighting_never_fail(query: str, text: str) -> None:
    result = parsed(query)
    end = 0
    for start, length in Highlighter(result).spans(text):
        assert end <= start
        assert length > 0
        end = start + length
    assert end <= len(text)


@given(st.sampled_from(["质量", "刀补", "mes", "s7-1200", "工业大模型"]), NASTY, NASTY)
@settings(deadline=None)
def test_what_stands_in_the_text_is_marked(word: str, before: str, after: str) -> None:
    text = f"{before} {word} {after}"
    start = len(before) + 1
    spans = Highlighter(parsed(word)).spans(text)
    assert any(s <= start and start + len(word) <= s + n for s, n in spans)


@given(NASTY)
@settings(deadline=None)
def test_every_mark_is_a_hit(text: str) -> None:
    for start, length in Highlighter(parsed("质量检测 ")).spans(text):
        span = fold(text[start : start + length])
        assert any(needle in span for needle in ("质量", "检测", "量检"))
