"""Every hook: arguments by keyword, return type, error policy.

Policies: *collect* and *page* hooks are isolated: a plugin that raises is logged, named on the
health page and left out of that answer. *veto* hooks reach the user as problems at fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pluggy

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Industry

PROJECT: Final = "marketplace"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
POLICIES: Final[Mapping[str, str]] = {
    "register_industry": "collect",
    "industry_notes": "page",
    "check_solution": "veto",
}


@hookspec
def register_industry() -> Industry:  # type: ignore[empty-body]
    """The industry this plugin brings. Called once, at load."""


@hookspec
def industry_notes(industry: str) -> Sequence[LocalizedText]:  # type: ignore[empty-body]
    """Short notes for the sub-platform's home page, such as a rule that differs by class."""


@hookspec
def check_solution(solution: Mapping[str, Any]) -> Sequence[FieldError]:  # type: ignore[empty-body]
    """Problems that keep a solution of this plugin's industry from being imported.

    `solution` has the columns of the spreadsheet as keys; attribute keys as `attr.<key>`.
    """
