"""Every hook has a policy, a use and a test; tests/test_docs.py looks for its heading."""

from __future__ import annotations

import inspect
import re

import pytest

from marketplace import hookspecs
from tests.support import ROOT

HOOKS = {name: function for name, function in vars(hookspecs).items()
         if hasattr(function, f"{hookspecs.PROJECT}_spec")}


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
def test_hook_has_a_docstring_that_says_its_use(name: str) -> None:
    assert len(inspect.getdoc(HOOKS[name]) or "") > 30
