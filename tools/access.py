"""Writes docs/access.md from the access table: `python tools/access.py`."""

from __future__ import annotations

from pathlib import Path

from marketplace.core.access import MEMBER, VISITOR, Rule
from marketplace.core.access_table import ROLES, TABLE

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
HEAD = """# Who may do what

Written from `marketplace/core/access_table.py` by `python tools/access.py`; a test walks every page
and API operation with every role against the same table.

The word after a role says how far it reaches: *all*; what is its own *organisation*'s; what belongs
to its *industries* or its *district*; only what is the person's own (*self*). Objects out of reach
answer 404, as if they did not exist. “Checked” asks that the organisation's licence has been
checked.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, "| Code | Role |", "|---|---|"]
    parts += [f"| `{code}` | {name.en} · {name.zh} |" for code, name in ROLES.items()]
    parts += ["", "| Action | What | Who, how far | Checked |", "|---|---|---|---|"]
    parts += [f"| `{r.action}` | {r.label.en} · {r.label.zh} | {_who(r)} | "
              f"{'yes' if r.verified else ''} |" for r in TABLE]
    return "\n".join(parts) + "\n"


def _who(rule: Rule) -> str:
    if VISITOR in rule.roles:
        return "everybody"
    if MEMBER in rule.roles:
        return "whoever is signed in: self"
    return ", ".join(f"`{role}` {scope}" for role, scope in rule.roles.items())


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
