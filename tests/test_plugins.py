"""The plugin manager: ordered, isolated, never the reason why the site is down."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Industry
from marketplace.hookspecs import hookimpl
from marketplace.plugin_data import load_industry
from marketplace.plugin_testing import check_plugin
from marketplace.plugins import PluginManager
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.skeleton import write_skeleton

Edit = Callable[[Path], None]


@pytest.fixture
def manager() -> PluginManager:
    tree = taxonomy()
    return tree.new_manager()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data files of a working plugin `demo`, to be spoilt."""
    return write_skeleton("demo", tmp_path) / "marketplace_demo" / "data"


def plugin(industry: Industry | Callable[[], Any], **hooks: Callable[..., Any]) -> ModuleType:
    """A plugin module that brings `industry` and these hooks."""
    module = ModuleType("made_plugin")
    bring = industry if callable(industry) else lambda: industry
    for name, function in {"register_industry": bring, **hooks}.items():
        setattr(module, name, hookimpl(specname=name)(function))
    return module


def industry(data: Path, code: str) -> Industry:
    """The demo industry under another code, nothing shared."""
    made = load_industry(data)
    groups = tuple(dataclasses.replace(g, code=f"{code}-1", scenarios=tuple(
        dataclasses.replace(s, code=f"{code}-{s.code}") for s in g.scenarios)) for g in made.groups)
    return dataclasses.replace(made, code=code, groups=groups, attributes=tuple(
        dataclasses.replace(a, key=f"{code}_{a.key}", industry=code) for a in made.attributes))


def test_installed_plugins_load_in_order_of_name() -> None:
    loaded = taxonomy().plugins
    assert list(loaded.plugins) == ["biopharma", "cnc_robotics", "steel"]
    assert loaded.broken == []
    assert all(p.distribution == "marketplace" and p.version for p in loaded.plugins.values())


def test_calls_go_in_order_of_name_whatever_was_loaded_first(manager: PluginManager,
                                                             data: Path) -> None:
    for name in ("b_plugin", "c_plugin", "a_plugin"):
        manager.load(name, lambda name=name: plugin(
            industry(data, name), industry_notes=lambda industry, n=name: [n]))
    answers = manager.call("industry_notes", industry="a_plugin")
    assert answers == [(n, [n]) for n in ("a_plugin", "b_plugin", "c_plugin")]


def test_call_reaches_only_the_wanted_industries(manager: PluginManager, data: Path) -> None:
    for name in ("one", "two"):
        manager.load(name, lambda name=name: plugin(
            industry(data, name), industry_notes=lambda industry, n=name: [n]))
    assert manager.call("industry_notes", only=["two"], industry="two") == [("two", ["two"])]
    assert manager.call("industry_notes", only=[], industry="two") == []


def test_hook_may_leave_out_arguments(manager: PluginManager, data: Path) -> None:
    manager.load("quiet", lambda: plugin(industry(data, "quiet"), industry_notes=lambda: ["-"]))
    assert manager.call("industry_notes", industry="quiet") == [("quiet", ["-"])]


# --- broken at load ------------------------------------------------------------------------------


def _raises(problem: BaseException) -> Callable[[], Any]:
    def raising() -> Any:
        raise problem

    return raising


@pytest.mark.parametrize(("loader", "reason"), [
    (_raises(ImportError("no module named x")), "no module named x"),
    (_raises(SyntaxError("invalid syntax")), "invalid syntax"),
    (_raises(SystemExit(3)), "SystemExit"),
    (_raises(RecursionError()), "RecursionError"),
    (lambda: plugin(_raises(ValueError("bad data"))), "bad data"),
    (lambda: plugin(lambda: None), "must return an Industry"),
    (lambda: plugin(lambda: {"code": "x"}), "must return an Industry"),
    (lambda: ModuleType("empty"), "implements no register_industry"),
    (lambda: None, ""),
    (lambda: 42, "implements no register_industry"),
])
def test_plugin_broken_at_load_is_named_with_its_reason(manager: PluginManager, data: Path,
                                                        loader: Any, reason: str) -> None:
    manager.load("good", lambda: plugin(industry(data, "good")))
    broken = manager.load("bad", loader, distribution="marketplace-bad", version="1")
    assert broken.error
    assert reason in broken.error
    assert manager.broken == [broken]
    assert list(manager.industries) == ["good"]
    assert manager.call("industry_notes", industry="good") == []


def test_plugin_with_an_unknown_hook_is_broken(manager: PluginManager, data: Path) -> None:
    broken = manager.load("bad", lambda: plugin(industry(data, "bad"), on_fire=lambda: None))
    assert broken.error
    assert "unknown hook 'on_fire'" in broken.error
    assert "industry_notes" in broken.error


def test_plugin_with_an_unknown_argument_is_broken(manager: PluginManager, data: Path) -> None:
    broken = manager.load("bad", lambda: plugin(
        industry(data, "bad"), industry_notes=lambda industry, mood: []))
    assert broken.error
    assert "mood" in broken.error


def test_second_plugin_of_the_same_name_leaves_the_first_working(manager: PluginManager,
                                                                 data: Path) -> None:
    manager.load("steel", lambda: plugin(industry(data, "first"),
                                         industry_notes=lambda industry: ["here"]),
                 distribution="one")
    broken = manager.load("steel", lambda: plugin(industry(data, "second")), distribution="two")
    assert broken.error
    assert "one" in broken.error
    assert list(manager.industries) == ["first"]
    assert manager.broken == [broken]
    assert manager.call("industry_notes", industry="first") == [("first", ["here"])]


def _json(name: str, change: Callable[[Any], Any]) -> Edit:
    def edit(data: Path) -> None:
        path = data / name
        content = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(content if (new := change(content)) is None else new), "utf-8")

    return edit


def _set(path: str, value: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        *parents, last = [int(p) if p.isdigit() else p for p in path.split(".")]
        for key in parents:
            content = content[key]
        content[last] = value

    return change


SCENARIO = "groups.0.scenarios.0"
SPOILT: Mapping[str, tuple[Edit, str]] = {
    "no industry file": (lambda d: (d / "industry.json").unlink(),
                         "industry.json: file is missing"),
    "no dictionary": (lambda d: (d / "dictionary.txt").unlink(), "dictionary.txt"),
    "not JSON": (lambda d: (d / "rubrics.json").write_text("{"), "rubrics.json: not valid JSON"),
    "list for object": (_json("industry.json", lambda c: [c]), "industry.json"),
    "no weights": (_json("match_rules.json", lambda c: {"version": "1", "rules": []}), "weights"),
    "no groups": (_json("scenarios.json", lambda c: {}), "groups"),
    "groups are text": (_json("scenarios.json", _set("groups", "none")), "scenarios.json"),
    "unknown key": (_json("industry.json", _set("colour", "red")), "unknown key 'colour'"),
    "missing key": (_json("attributes.json", _set("0", {"key": "x"})), "is missing"),
    "half a text": (_json("industry.json", _set("name", {"zh": "行业", "en": ""})), "both filled"),
    "wrong type": (_json("attributes.json", _set("0.facet", "yes")), "must be of type bool"),
    "wrong choice": (_json("attributes.json", _set("0.type", "colour")), "must be one of"),
    "unknown category": (_json("scenarios.json", _set(f"{SCENARIO}.categories", ["XXX"])),
                         "unknown category 'XXX'"),
    "unknown core scenario": (
        _json("scenarios.json", _set(f"{SCENARIO}.core_scenarios", ["OP-99"])),
        "unknown core scenario 'OP-99'"),
    "duplicate scenario": (_json("scenarios.json", lambda c: c["groups"].append(c["groups"][0])),
                           "is declared 2 times"),
    "duplicate attribute": (_json("attributes.json", lambda c: c + c), "is declared 2 times"),
    "weights of 99": (_json("match_rules.json", _set("weights.scenario", 9)), "add up to 99"),
    "unknown weight": (_json("match_rules.json", _set("weights.luck", 1)), "unknown rule 'luck'"),
    "rubric of 90": (_json("rubrics.json", _set("rubrics.0.criteria.0.weight", 90)),
                     "add up to 90"),
}


@pytest.mark.parametrize(("edit", "reason"), SPOILT.values(), ids=SPOILT)
def test_plugin_with_wrong_data_is_named_with_the_place(manager: PluginManager, data: Path,
                                                        edit: Edit, reason: str) -> None:
    edit(data)
    broken = manager.load("bad", lambda: plugin(lambda: load_industry(data)))
    assert broken.error
    assert reason in broken.error
    assert manager.industries == {}


@pytest.mark.parametrize("shared", ["industry", "scenario", "attribute"])
def test_plugin_that_takes_anothers_codes_is_refused(manager: PluginManager, data: Path,
                                                     shared: str) -> None:
    first = industry(data, "first")
    second = industry(data, "second")
    second = dataclasses.replace(second, **{
        "industry": {"code": "first"}, "scenario": {"groups": first.groups},
        "attribute": {"attributes": first.attributes}}[shared])
    manager.load("a", lambda: plugin(first))
    broken = manager.load("b", lambda: plugin(second))
    assert broken.error
    assert "already declared by plugin a" in broken.error
    assert list(manager.industries) == ["first"]


def test_plugin_that_takes_a_code_of_the_core_is_refused(manager: PluginManager,
                                                         data: Path) -> None:
    made = industry(data, "bold")
    group = made.groups[0]
    scenario = dataclasses.replace(group.scenarios[0], code="OP-01")
    key = taxonomy().core_attributes[0].key
    for changed in (
            dataclasses.replace(made, groups=(dataclasses.replace(group, scenarios=(scenario,)),)),
            dataclasses.replace(made, code="general"),
            dataclasses.replace(made, attributes=(
                dataclasses.replace(made.attributes[0], key=key),))):
        broken = manager.load(f"bold{id(changed)}", lambda c=changed: plugin(c))
        assert broken.error
        assert "already declared by the core" in broken.error


# --- broken while running ------------------------------------------------------------------------


def test_page_hook_that_raises_is_left_out_and_recorded(manager: PluginManager,
                                                        data: Path) -> None:
    manager.load("bad", lambda: plugin(industry(data, "bad"),
                                       industry_notes=lambda industry: 1 / 0))
    manager.load("good", lambda: plugin(industry(data, "good"),
                                        industry_notes=lambda industry: ["fine"]))
    told = []
    manager.on_failure = told.append
    assert manager.call("industry_notes", industry="good") == [("good", ["fine"])]
    assert [(f.plugin, f.hook) for f in manager.failures] == [("bad", "industry_notes")]
    assert "ZeroDivisionError" in manager.failures[0].error
    assert told == list(manager.failures)


def test_page_hook_that_raises_stays_isolated_when_nobody_can_be_told(manager: PluginManager,
                                                                      data: Path) -> None:
    manager.load("bad", lambda: plugin(industry(data, "bad"),
                                       industry_notes=lambda industry: 1 / 0))
    manager.on_failure = lambda failure: 1 / 0  # type: ignore[assignment,return-value]
    assert manager.call("industry_notes", industry="bad") == []
    assert len(manager.failures) == 1


def test_veto_hook_reaches_the_caller(manager: PluginManager, data: Path) -> None:
    problem = FieldError("attr.x", 1, "write 2")
    manager.load("strict", lambda: plugin(industry(data, "strict"),
                                          check_solution=lambda solution: [problem]))
    assert manager.call("check_solution", solution={}) == [("strict", [problem])]


def test_veto_hook_that_raises_propagates(manager: PluginManager, data: Path) -> None:
    manager.load("strict", lambda: plugin(industry(data, "strict"),
                                          check_solution=lambda solution: solution["missing"]))
    with pytest.raises(KeyError, match="missing"):
        manager.call("check_solution", solution={})
    assert [f.hook for f in manager.failures] == ["check_solution"]


def test_failures_keep_the_latest_fifty(manager: PluginManager, data: Path) -> None:
    manager.load("bad", lambda: plugin(industry(data, "bad"),
                                       industry_notes=lambda industry: 1 / 0))
    for _ in range(60):
        manager.call("industry_notes", industry="bad")
    assert len(manager.failures) == 50


# --- for plugin authors --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["steel", "cnc_robotics", "biopharma"])
def test_check_plugin_accepts_the_bundled_ones(name: str) -> None:
    module = __import__(f"plugins.{name}", fromlist=["x"])
    assert check_plugin(module).code == name


def test_check_plugin_says_what_is_wrong(data: Path) -> None:
    shutil.rmtree(data)
    with pytest.raises(AssertionError, match=r"industry\.json: file is missing"):
        check_plugin(plugin(lambda: load_industry(data)))


def test_check_plugin_calls_the_page_hooks(data: Path) -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        check_plugin(plugin(industry(data, "x"), industry_notes=lambda industry: 1 / 0))


def test_check_plugin_returns_the_industry(data: Path) -> None:
    found = check_plugin(plugin(industry(data, "x"),
                                industry_notes=lambda industry: [LocalizedText("a", "b")]))
    assert found.code == "x"
