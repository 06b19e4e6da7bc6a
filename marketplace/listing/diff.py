"""What changed between two contents: field by field, added and removed words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from marketplace.catalog.models import SolutionVersion
from marketplace.listing.content import Content, content_of, flat
from marketplace.listing.labels import field_label, section_order, shown_value
from marketplace.listing.schemas import needs_check

Mark = Literal["same", "added", "removed"]
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.%+-]*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """A field that differs. `pieces` is its text with what was added and removed."""

    field: str
    label: str
    before: str
    after: str
    needs_check: bool

    @property
    def pieces(self) -> list[tuple[Mark, str]]:
        return list(marked(self.before, self.after))


def changes(before: Content, after: Content) -> list[Change]:
    """Every field that differs, in the order of the form."""
    old, new = flat(before), flat(after)
    fields = sorted((f for f in {**old, **new} if old.get(f) != new.get(f)), key=section_order)
    return [Change(f, field_label(f), _text(f, old.get(f)), _text(f, new.get(f)), needs_check(f))
            for f in fields]


def version_changes(before: SolutionVersion | None, after: SolutionVersion) -> list[Change]:
    """What a version changes compared with another, or with nothing."""
    return changes(content_of(before) if before else {}, content_of(after))


def _text(field: str, value: Any) -> str:
    return "" if value is None else shown_value(field, value)


def marked(before: str, after: str) -> Iterator[tuple[Mark, str]]:
    """The text of both, word by word; Chinese goes character by character."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if a < b:
            yield "removed", "".join(old[a:b])
        if c < d:
            yield "added", "".join(new[c:d])
