"""The house keeps its shape: small files, thin views, plugins behind their one door."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

from tests.support import ROOT

SOURCES = sorted(p for name in ("marketplace", "search", "plugins", "seeds", "tools", "bench")
                 for p in (ROOT / name).rglob("*.py")
                 if "migrations/versions" not in str(p) and "node_modules" not in str(p))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
VIEWS = [p for p in SOURCES if p.name in ("views.py", "api.py") or p.name.endswith("_views.py")]
LONGEST_VIEW = 25


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=named)
def test_file_has_at_most_500_lines(path: Path) -> None:
    assert lines(path) <= 500, f"{named(path)} has two jobs: find them"


def test_nine_of_ten_files_have_at_most_300_lines() -> None:
    long = [named(p) for p in SOURCES if lines(p) > 300]
    assert len(long) <= len(SOURCES) / 10, long


def test_median_file_is_small() -> None:
    assert statistics.median(lines(p) for p in SOURCES) < 120


def _views(path: Path) -> list[tuple[str, int]]:
    """(name, lines) of the functions a route decorates, without their decorators."""
    tree = ast.parse(path.read_text("utf-8"))
    return [(node.name, (node.end_lineno or 0) - node.lineno + 1) for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(d, ast.Call) and isinstance(d.func, ast.Attribute)
                and d.func.attr in ("get", "post", "put", "delete", "route")
                for d in node.decorator_list)]


@pytest.mark.parametrize("path", VIEWS, ids=named)
def test_views_have_at_most_25_lines(path: Path) -> None:
    long = {name: size for name, size in _views(path) if size > LONGEST_VIEW}
    assert long == {}


def test_views_are_found() -> None:
    assert sum(len(_views(p)) for p in VIEWS) > 25


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "." * node.level)
    return found


@pytest.mark.parametrize("path", [
    *(ROOT / "plugins").rglob("*.py"),
    *(ROOT / "tests/plugins/marketplace-demo-industry").rglob("*.py")], ids=named)
def test_plugins_import_the_plugin_api_alone(path: Path) -> None:
    core = {name for name in _imports(path)
            if name.split(".")[0] in ("marketplace", "search", "seeds")}
    assert core <= {"marketplace.plugin_api"}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.is_relative_to(ROOT / "search")],
                         ids=named)
def test_search_knows_nothing_of_the_marketplace(path: Path) -> None:
    assert not {n for n in _imports(path)
                if n.split(".")[0] in ("marketplace", "plugins", "seeds", "flask", "sqlalchemy")}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name in ("operations.py", "queries.py")],
                         ids=named)
def test_operations_and_queries_import_no_flask(path: Path) -> None:
    assert not {n for n in _imports(path) if n.split(".")[0].startswith("flask")}


def test_tests_have_no_init() -> None:
    inside = [p for p in (ROOT / "tests").rglob("__init__.py")
              if "marketplace-demo-industry" not in p.parts]
    assert inside == []


def test_tests_mirror_the_tree() -> None:
    """tests/catalog/test_operations.py tests marketplace/catalog/operations.py."""
    for path in (ROOT / "tests").glob("*/test_*.py"):
        folder = path.parent.name
        if folder in ("architecture", "browser", "plugins"):
            continue
        assert (ROOT / "marketplace" / folder).is_dir() or (ROOT / folder).is_dir(), named(path)


@pytest.mark.parametrize("path", VIEWS, ids=named)
def test_numbers_of_rows_are_read_by_core_numbers(path: Path) -> None:
    """`type=int` takes numbers that no database holds, and the page breaks on them."""
    assert "type=int" not in path.read_text("utf-8"), "use as_number of core/numbers.py"
