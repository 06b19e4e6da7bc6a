"""An industry nobody wrote code for is understood and matched, from its data files alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from marketplace.catalog.indexer import make_ready
from marketplace.hookspecs import hookimpl
from marketplace.matching.matcher import match
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from marketplace.plugin_data import load_industry
from marketplace.plugins import PluginManager
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.skeleton import write_skeleton
from tests.factories import bring_into_index, make_solution

TEXT = "我们是钢结构厂，下料以后板材余料堆着没人记，余料找不到，10万以内"


def forget_everything() -> None:
    """Empty every cache of the product, so that the plugins are looked at anew."""
    for name, module in list(sys.modules.items()):
        if name.startswith("marketplace."):
            for value in list(vars(module).values()):
                if isinstance(value, type(taxonomy)):
                    value.cache_clear()


@pytest.fixture
def plugin(tmp_path_factory: pytest.TempPathFactory,
           monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A plugin `demo` beside the installed ones, with the files `plugin new` writes."""
    folder = write_skeleton("demo", tmp_path_factory.mktemp("plugin"))
    made = load_industry(Path(folder) / "marketplace_demo" / "data")
    module = ModuleType("marketplace_demo")
    module.register_industry = hookimpl(specname="register_industry")(lambda: made)
    load = PluginManager.load_installed

    def load_all(self: PluginManager) -> PluginManager:
        load(self).load("demo", lambda: module)
        return self

    monkeypatch.setattr(PluginManager, "load_installed", load_all)
    forget_everything()
    yield "demo"
    monkeypatch.undo()
    forget_everything()


def test_a_new_plugin_is_matched(plugin: str, app: Flask) -> None:
    assert plugin in taxonomy().industries
    found = understand(TEXT)
    assert found.is_need
    assert found.industry is not None
    assert found.industry.value == plugin
    assert "DE-1.1" in [c.value for c in found.scenarios]
    mine = make_solution(industries=[plugin], categories=["MES"],
                         scenarios=[{"code": "DE-1.1", "from": 0, "to": 2}]).id
    make_solution(industries=["steel"])
    indexes = app.extensions["indexes"]
    make_ready(indexes)
    bring_into_index()
    result = match(indexes, need_of(found))
    assert result.recommendations[0].candidate.id == mine
    assert result.rule_version == "demo-1"
    first = result.recommendations[0]
    assert first.judged["scenario:DE-1.1"]
    assert any("下料与排版" in o.text.zh for o in first.outcomes)
