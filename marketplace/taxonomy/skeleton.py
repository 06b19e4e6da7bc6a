"""Writes a working skeleton distribution for a new industry plugin."""

from __future__ import annotations

import json
import keyword
import re
from pathlib import Path
from typing import Any

from marketplace.core.errors import ConfigurationError
from marketplace.plugin_data import CORE_RULES

PYPROJECT = """[build-system]
requires = ["setuptools>=80"]
build-backend = "setuptools.build_meta"

[project]
name = "marketplace-{dashed}"
version = "0.1.0"
requires-python = ">=3.11"

[project.entry-points."marketplace.plugins"]
{name} = "marketplace_{name}"

[tool.setuptools.package-data]
"*" = ["data/*"]
"""
MODULE = '''from marketplace.plugin_api import Industry, Path, hookimpl, load_industry


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")
'''
TEST = '''from marketplace.plugin_testing import check_plugin

import marketplace_{name}


def test_plugin_is_valid():
    check_plugin(marketplace_{name})
'''


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _files(name: str) -> dict[str, Any]:
    prefix = name[:2].upper()
    weights = dict.fromkeys(CORE_RULES, 9) | {"scenario": 10}
    return {
        "industry.json": {
            "code": name, "prefix": prefix, "name": _text("新行业", "New industry"),
            "summary": _text("这个行业做什么、有哪些企业。",
                             "What this industry makes and who is in it."),
            "hue": "steel", "gbt4754": [{"code": "3311", "name": _text("金属结构制造",
                                                                       "Metal structures")}],
            "regulations": [], "protocols": ["OPC UA"],
            "vocabulary": {"strong": ["钢结构"], "weak": ["焊接"]}},
        "scenarios.json": {"groups": [{"code": f"{prefix}-1", "name": _text("生产", "Production"),
                                       "scenarios": [{
                                           "code": f"{prefix}-1.1",
                                           "name": _text("下料与排版", "Cutting and nesting"),
                                           "core_scenarios": ["OP-06"], "categories": ["MES"],
                                           "pain_points": [_text("余料找不到", "Offcuts get lost")],
                                       }]}]},
        "attributes.json": [{
            "key": f"{name}_plate_thickness", "label": _text("最大板厚", "Thickest plate"),
            "type": "number", "unit": _text("毫米", "mm"), "better": "higher",
            "group": {"code": name, "label": _text("行业特性", "Industry properties")}}],
        "synonyms.json": [["下料", "切割下料"]],
        "expressions.json": {f"{prefix}-1.1": {"zh": ["板材余料堆着没人记"],
                                               "en": ["nobody records plate offcuts"]}},
        "match_rules.json": {"version": "1", "weights": weights, "rules": []},
        "rubrics.json": {"version": "1", "rubrics": [{
            "code": "xiaokuaiqingzhun", "label": _text("小快轻准", "SFLP"), "criteria": [{
                "code": "precise", "label": _text("精准", "Precise"), "weight": 100,
                "check": _text("是否对准痛点", "Does it meet the pain point"),
                "anchors": {"full": _text("有同行案例", "Cases in the trade"),
                            "half": _text("有相近案例", "Similar cases"),
                            "zero": _text("没有案例", "No case")}}]}]},
    }


def write_skeleton(name: str, folder: Path) -> Path:
    """Write the distribution `marketplace-<name>` under `folder`; returns its path.

    Raises `ConfigurationError` for a name that is no Python name or a folder that exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name) or keyword.iskeyword(name):
        raise ConfigurationError(f"{name!r} is no usable plugin name: use 2 to 31 small letters, "
                                 "digits and underscores, beginning with a letter.")
    target = folder / f"marketplace-{name.replace('_', '-')}"
    if target.exists():
        raise ConfigurationError(f"{target} exists already; choose another name or folder.")
    data = target / f"marketplace_{name}" / "data"
    data.mkdir(parents=True)
    (target / "pyproject.toml").write_text(
        PYPROJECT.format(name=name, dashed=name.replace("_", "-")), "utf-8")
    (data.parent / "__init__.py").write_text(MODULE, "utf-8")
    for file, content in _files(name).items():
        (data / file).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (data / "dictionary.txt").write_text("钢结构\n", "utf-8")
    (target / "test_plugin.py").write_text(TEST.format(name=name), "utf-8")
    return target
