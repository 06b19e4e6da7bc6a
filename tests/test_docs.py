"""The documentation keeps step with the code: settings, hooks, commands, links, examples."""

from __future__ import annotations

import inspect
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from marketplace import hookspecs, plugin_api
from marketplace.cli import cli
from marketplace.config import Settings
from marketplace.declarations import (
    Anchors,
    Attribute,
    Criterion,
    Industry,
    MatchRule,
    Regulation,
    Rubric,
    Scenario,
    Trigger,
)
from marketplace.matching.rules import CORE
from marketplace.plugin_data import CORE_RULES
from marketplace.taxonomy.skeleton import _files
from tests.support import ROOT

PAGES = [ROOT / name for name in ("README.md", "README.zh-CN.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
OPERATIONS, PLUGINS, MATCHING, API = (
    ROOT / f"docs/{name}.md" for name in ("operations", "plugins", "matching", "api"))
HOOKS = {name: function for name, function in vars(hookspecs).items()
         if hasattr(function, f"{hookspecs.PROJECT}_spec")}
NOT_IN_FILES = {"industry", "rule_version", "rubric_version", "dictionary", "strong_words",
                "weak_words"}
"""Fields that no data file names so: filled in by the loader, or from files of their own."""


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(page), re.M | re.S)


def headings(page: Path) -> list[str]:
    prose = re.sub(r"^```.*?^```", "", text_of(page), flags=re.M | re.S)
    return [m.strip().strip("`") for m in re.findall(r"^#+ (.*)$", prose, re.M)]


def anchors(page: Path) -> set[str]:
    """The anchors a code forge gives the headings of a page."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings(page)}


# --- Settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", fields(Settings), ids=lambda f: f.metadata["variable"])
def test_setting_is_in_the_table_with_its_default(setting) -> None:
    default = {False: "0", True: "1"}.get(setting.default) \
        if isinstance(setting.default, bool) else str(setting.default)
    shown = f"`{default}`" if default else "empty"
    row = f"| `{setting.metadata['variable']}` | {shown} | "
    assert row in text_of(OPERATIONS), f"docs/operations.md needs a row beginning {row!r}"


def test_table_of_settings_names_no_other() -> None:
    known = {f.metadata["variable"] for f in fields(Settings)}
    mentioned = {v for page in PAGES for v in re.findall(r"\bMARKETPLACE_[A-Z_]+", text_of(page))}
    assert mentioned <= known


# --- Hooks and plugins ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOOKS)
def test_hook_has_a_heading_with_its_exact_signature(name: str) -> None:
    signature = f"{name}{inspect.signature(HOOKS[name])}".replace("'", "")
    assert signature in headings(PLUGINS), f"docs/plugins.md needs a heading {signature!r}"


@pytest.mark.parametrize("name", HOOKS)
def test_hook_is_described_with_its_policy(name: str) -> None:
    section = re.split(r"^### ", text_of(PLUGINS), flags=re.M)
    own = next(s for s in section if re.match(rf"{name}\(.*\) -> ", s))
    assert f"*{hookspecs.POLICIES[name]}*" in own.split("```")[0]


@pytest.mark.parametrize("name", plugin_api.__all__)
def test_name_of_the_plugin_api_is_documented(name: str) -> None:
    assert f"`{name}`" in text_of(PLUGINS)


@pytest.mark.parametrize("file", [*_files("demo"), "dictionary.txt"])
def test_data_file_has_a_section(file: str) -> None:
    assert file in headings(PLUGINS)


@pytest.mark.parametrize("kind", [Industry, Regulation, Scenario, Attribute, MatchRule, Trigger,
                                  Rubric, Criterion, Anchors], ids=lambda kind: kind.__name__)
def test_fields_of_data_files_are_documented(kind) -> None:
    guide = text_of(PLUGINS)
    missing = [f.name for f in fields(kind) if f.name not in NOT_IN_FILES
               and not re.search(rf"\b{f.name}\b", guide)]
    assert not missing


@pytest.mark.parametrize("code", CORE_RULES)
def test_core_match_rule_is_described(code: str) -> None:
    assert f"| `{code}` | " in text_of(MATCHING)
    assert f"`{code}`" in text_of(PLUGINS)


def test_core_match_rules_are_those_plugins_weigh() -> None:
    assert tuple(CORE) == CORE_RULES


@pytest.mark.parametrize("number", range(len(blocks(PLUGINS, "python"))))
def test_python_example_compiles(number: int) -> None:
    compile(blocks(PLUGINS, "python")[number], f"docs/plugins.md[{number}]", "exec")


# --- Commands ------------------------------------------------------------------------------------


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that does something, as its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


def find(words: list[str]) -> tuple[list[str], click.Command, list[str]]:
    """The words that lead to a command, the command, and what follows."""
    command: click.Command = cli
    path: list[str] = []
    rest = list(words)
    while isinstance(command, click.Group) and rest:
        name, command_, rest = command.resolve_command(click.Context(command), rest)
        assert command_ is not None, f"there is no command {' '.join([*path, rest[0]])!r}"
        command, path = command_, [*path, str(name)]
    return path, command, rest


def shell_lines(page: Path) -> Iterator[list[str]]:
    """The commands of the shell examples of a page, settings in front taken off."""
    for block in blocks(page, "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and re.match(r"[A-Z_]+=", words[0]):
                words = words[1:]
            if words:
                yield words


EXAMPLES = [(named(page), words[1:]) for page in PAGES for words in shell_lines(page)
            if words[0].split("/")[-1] == "marketplace"]
INLINE = sorted({(named(page), found) for page in PAGES for found in
                 re.findall(r"`marketplace ((?:[a-z-]+ ?)+)", text_of(page))})


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_command_is_in_the_table(path: tuple[str, ...]) -> None:
    row = f"| `marketplace {' '.join(path)}` | "
    assert row in text_of(OPERATIONS), f"docs/operations.md needs a row beginning {row!r}"


@pytest.mark.parametrize(("page", "words"), EXAMPLES, ids=lambda v: v if isinstance(v, str) else
                         " ".join(v)[:50])
def test_command_of_an_example_exists_with_its_options(page: str, words: list[str]) -> None:
    path, command, rest = find(words)
    answer = CliRunner().invoke(cli, [*path, "--help"])
    assert answer.exit_code == 0, f"{page}: {answer.output}"
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    used = {w.partition("=")[0] for w in rest if w.startswith("--")}
    assert used <= known, f"{page}: {' '.join(words)}"
    arguments = [p for p in command.params if isinstance(p, click.Argument) and p.required]
    assert len([w for w in rest if not w.startswith("--")]) >= len(arguments), f"{page}: {words}"


@pytest.mark.parametrize(("page", "words"), INLINE)
def test_command_named_in_a_sentence_exists(page: str, words: str) -> None:
    _path, command, rest = find(words.split())
    assert not isinstance(command, click.Group) or not rest, f"{page}: marketplace {words}"


def test_options_named_beside_a_command_exist() -> None:
    for row in re.findall(r"^\| `marketplace ([a-z -]+)` \| (.*) \|$", text_of(OPERATIONS), re.M):
        _path, command, _rest = find(row[0].split())
        known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        assert set(re.findall(r"`(--[a-z-]+)", row[1])) <= known, row


def test_make_targets_of_examples_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.M))
    used = {w for page in PAGES for words in shell_lines(page) if words[0] == "make"
            for w in words[1:] if "=" not in w}
    assert used
    assert used <= targets


# --- Links and pictures --------------------------------------------------------------------------


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```", "", text_of(page), flags=re.M | re.S)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)
    yield from re.findall(r'src="([^"]+)"', text)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        if urlsplit(link).scheme:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", PAGES[:2], ids=named)
def test_readme_shows_pictures_of_its_language(page: Path) -> None:
    language = "zh" if "zh" in page.name else "en"
    shown = [link for link in links(page) if link.startswith("docs/images/")]
    assert {Path(link).name for link in shown} == {
        f"{name}.{language}.png"
        for name in ("home", "search", "solution", "compare", "match", "workspace", "console",
                     "phone")}


@pytest.mark.parametrize("picture", sorted((ROOT / "docs/images").glob("*.png")), ids=named)
def test_picture_is_small_and_shown(picture: Path) -> None:
    assert picture.stat().st_size < 300_000
    assert any(picture.name in text_of(page) for page in PAGES)


def test_decisions_are_listed_in_order() -> None:
    folder = ROOT / "docs/decisions"
    written = sorted(p.name for p in folder.glob("0*.md"))
    assert re.findall(r"\((0\d+[^)]*)\)", text_of(folder / "README.md")) == written
    assert [int(name[:4]) for name in written] == list(range(1, len(written) + 1))
    for name in written:
        title = text_of(folder / name).splitlines()[0].lstrip("# ")
        assert title in text_of(folder / "README.md")


# --- The API -------------------------------------------------------------------------------------


def curls() -> list[tuple[str, str | None]]:
    """(address, body) of the curl examples."""
    found = []
    for words in shell_lines(API):
        address = next(w for w in words if w.startswith("http"))
        body = words[words.index("-d") + 1] if "-d" in words else None
        found.append((address.removeprefix("http://127.0.0.1:8000"), body))
    return found


@pytest.mark.parametrize(("address", "body"), curls(), ids=lambda v: (v or "get")[:60])
def test_curl_example_works(catalogue: None, app: Flask, address: str, body: str | None) -> None:
    client = app.test_client()
    answer = (client.get(address) if body is None else
              client.post(address, json=json.loads(body)))
    assert answer.status_code == (422 if "colour" in address else 200), answer.text[:300]
    if body:
        assert answer.json["recommendations"]
        assert all(f"`{key}`" in text_of(API) for key in answer.json)
    elif "items" in answer.json:
        assert answer.json["items"]
        assert all(f"`{key}`" in text_of(API) for key in answer.json["items"][0])
        assert all(f"`{key}`" in text_of(API) for key in answer.json)


def test_api_operations_are_those_of_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/openapi.json").json
    declared = {f"{method.upper()} {path}" for path, ways in document["paths"].items()
                for method in ways if method in ("get", "post", "put", "patch", "delete")}
    table = text_of(API).split("## Search")[0]
    written = {re.sub(r"{\w+}", "{id}", w.partition("?")[0])
               for w in re.findall(r"`((?:GET|POST|PUT) /api/v1[^`]*)`", table)}
    assert written == {re.sub(r"{\w+}", "{id}", d) for d in declared}


# --- Access --------------------------------------------------------------------------------------


def test_access_table_is_shown_as_it_is() -> None:
    from tools.access import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "run `python tools/access.py`"
