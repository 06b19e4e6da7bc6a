"""What an enterprise file (一企一档) holds, declared once: form, validation, comparison of versions
and what is stored are made from this list."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from marketplace.catalog.labels import PRODUCTION_MODES
from marketplace.core.i18n import LocalizedText as T
from marketplace.declarations import Attribute, Choice
from marketplace.plugin_data import read_json
from marketplace.taxonomy.registry import DATA, taxonomy

COMPANY = Choice("company", T("企业概况", "The company"))
PRODUCTION = Choice("production", T("生产与市场", "Production and markets"))
DIGITAL = Choice("digital", T("数字化基础", "Digital basis"))
SCENARIOS = Choice("scenarios", T("各场景现有系统与自评水平",
                                  "Systems and self-stated level by scenario"))
GROUPS = (COMPANY, PRODUCTION, DIGITAL, SCENARIOS)
CLOUD = (
    Choice("none", T("没用过云服务", "No cloud service so far")),
    Choice("open", T("没用过，愿意用", "None so far, willing")),
    Choice("partly", T("部分系统已上云", "Some systems in the cloud")),
    Choice("mostly", T("主要系统已上云", "Most systems in the cloud")),
    Choice("local", T("数据必须留在本地", "Data must stay on site")),
)
LEVELS = (
    Choice("0", T("还没有", "None")), Choice("1", T("一级", "Level 1")),
    Choice("2", T("二级", "Level 2")), Choice("3", T("三级", "Level 3")),
    Choice("4", T("四级", "Level 4")),
)
SYSTEM, LEVEL = "system-", "level-"
"""Before a core scenario's code: the key of its system, of its level."""


def _coded(names: Mapping[str, T]) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in names.items())


def classes() -> tuple[Choice, ...]:
    """The classes of GB/T 4754 that the industries declare, and for every other trade its division
    (two digits), each after the classes of its division."""
    named = {c.code: c.label for i in taxonomy().industries.values() for c in i.gbt4754}
    listed = {code[:2] for code in named}
    for row in read_json(DATA, "divisions.json")["divisions"]:
        other = T("（其他小类）", " (other classes)") if row["code"] in listed else T("", "")
        named[row["code"]] = T(row["zh"] + other.zh, row["en"] + other.en)
    order = sorted(named, key=lambda code: (code[:2], len(code) == 2, code))
    return tuple(Choice(c, T(f"{c} {named[c].zh}", f"{c} {named[c].en}")) for c in order)


def industry_of(class_code: str | None) -> str | None:
    """The industry that declares a class, if one does."""
    return next((code for code, i in taxonomy().industries.items()
                 if any(c.code == class_code for c in i.gbt4754)), None)


@cache
def declarations() -> tuple[Attribute, ...]:
    """Every field of the file in the order in which it is asked. `district` takes its choices from
    the table of districts."""
    fields = [
        Attribute("district", T("所在区县", "District"), "choice", COMPANY),
        Attribute("gbt4754", T("国民经济行业分类（GB/T 4754）", "Class of GB/T 4754"), "choice",
                  COMPANY, classes(), help=T(
                      "按主要产品选；没有对应小类的，选两位数的大类",
                      "By the main product; without a class of your own, the division")),
        Attribute("founded", T("成立年份", "Founded in the year"), "integer", COMPANY),
        Attribute("staff", T("从业人数", "Staff"), "integer", COMPANY, unit=T("人", "people")),
        Attribute("revenue_wan", T("上年营业收入", "Last year's revenue"), "integer", COMPANY,
                  unit=T("万元", "10,000 yuan")),
        Attribute("production_mode", T("生产方式", "Production mode"), "choice", PRODUCTION,
                  _coded(PRODUCTION_MODES)),
        Attribute("export_markets", T("出口市场", "Export markets"), "text", PRODUCTION,
                  help=T("不出口就写“无”", "Write “none” if there are none")),
        Attribute("chain_leader", T("所属链主企业", "Chain leader supplied"), "text", PRODUCTION,
                  help=T("主要给哪家链主企业配套", "The chain leader the company mainly supplies")),
        Attribute("it_staff", T("信息化人员", "IT staff"), "integer", DIGITAL,
                  unit=T("人", "people")),
        Attribute("cloud", T("对云服务的态度", "Stance on cloud services"), "choice", DIGITAL,
                  CLOUD),
        Attribute("systems", T("现有系统和设备联网情况", "Existing systems and connected machines"),
                  "text", DIGITAL, help=T("一行写一个，可注明用了几年",
                                          "One a line, with the years in use")),
    ]
    for code, scenario in taxonomy().core_scenarios.items():
        fields += [Attribute(f"{SYSTEM}{code}", scenario.name, "text", SCENARIOS),
                   Attribute(f"{LEVEL}{code}", scenario.name, "choice", SCENARIOS, LEVELS)]
    return tuple(fields)
