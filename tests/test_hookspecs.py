"""Every hook has a policy, a test, and a heading with its exact signature in the guide."""

from __future__ import annotations

import inspect
import re

import pytest

from marketplace import hookspecs
from tests.support import ROOT

HOOKS = {name: function for name, function in vars(hookspecs).items()
         if hasattr(function, f"{hookspecs.PROJECT}_spec")}
GUIDE = ROOT / "docs/plugins.md"


def signature(name: str) -> str:
    return f"{name}({', '.join(inspect.signature(HOOKS[name]).parameters)})"


def test_every_hook_has_a_policy() -> None:
    assert set(HOOKS) == set(hookspecs.POLICIES)
    assert set(hookspecs.POLICIES.values()) <= {"collect", "page", "veto"}


@pytest.mark.parametrize("name", hookspecs.POLICIES)
def test_hook_is_tested(name: str) -> None:
    tests = (ROOT / "tests/test_plugins.py").read_text("utf-8")
    assert re.search(rf"\b{name}\b", tests), f"tests/test_plugins.py has no test of {name}"


@pytest.mark.parametrize("name", hookspecs.POLICIES)
def test_hook_is_used(name: str) -> None:
    """A hook exists only if the core calls it."""
    sources = [p.read_text("utf-8") for p in (ROOT / "marketplace").rglob("*.py")
               if p.name not in ("hookspecs.py", "plugin_testing.py")]
    assert any(f'call("{name}"' in s or f"hook.{name}." in s for s in sources), (
        f"nobody calls {name}")


@pytest.mark.parametrize("name", hookspecs.POLICIES)
def test_hook_is_documented_with_its_signature(name: str) -> None:
    headings = [line.lstrip("#").strip().strip("`") for line in
                GUIDE.read_text("utf-8").splitlines() if line.startswith("#")]
    assert signature(name) in headings, f"docs/plugins.md needs a heading `{signature(name)}`"


@pytest.mark.parametrize("name", hookspecs.POLICIES)
def test_hook_has_a_docstring_that_says_its_use(name: str) -> None:
    assert len(inspect.getdoc(HOOKS[name]) or "") > 30
