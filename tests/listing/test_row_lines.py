"""Cases and documents in diffs, on the operator's page and in conflicts."""

from __future__ import annotations

from marketplace.core.i18n import set_language
from marketplace.listing.labels import shown_value

CASE = {
    "title": {"zh": "某螺纹钢厂", "en": "A rebar mill"}, "class": "3130", "company_size": 210,
    "summary": {"zh": "改用坯号跟踪", "en": ""}, "base_period": None, "confirmed_by": None,
    "figures": [{"indicator": {"zh": "定尺率", "en": "Yield"}, "before": 96.1, "after": 97.4,
                 "unit": {"zh": "%", "en": "%"}},
                {"indicator": {"zh": "用时", "en": ""}, "before": None, "after": 10,
                 "unit": {"zh": "分钟", "en": "min"}}]}


def test_each_part_of_a_case_says_what_it_is(app) -> None:
    assert shown_value("cases.0", CASE).split("\n") == [
        "客户或案例标题：某螺纹钢厂 / A rebar mill", "做了什么：改用坯号跟踪",
        "国民经济行业小类（GB/T 4754，四位数字）：3130", "该企业人数：210",
        "数据：定尺率 / Yield：96.1 → 97.4（%）", "数据：用时：无记录 → 10（分钟 / min）"]
    set_language("en")
    assert "Figures: 定尺率 / Yield: 96.1 → 97.4 (%)" in shown_value("cases.0", CASE)


def test_a_document_says_its_kind_not_its_code(app) -> None:
    shown = shown_value("documents.0", {"title": {"zh": "手册"}, "kind": "manual",
                                        "body": {"zh": "第一行\n第二行"}})
    assert "manual" not in shown
    assert shown.endswith("第一行\n第二行")


def test_what_is_half_written_is_shown_as_typed(app) -> None:
    assert "二百" in shown_value("cases.0", {"title": "案例", "company_size": "二百"})
