"""Two tabs on one draft: what each changed is kept, and where both changed one field it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from marketplace.listing.content import Content, flat, unflat

Choice = Literal["mine", "theirs"]


@dataclass(frozen=True)
class Conflict:
    """A field both changed: what stands there now and what this tab would write."""

    field: str
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Merged:
    """`content` holds every change of both; in a field of `conflicts` it holds mine. `taken` are
    the fields the other tab changed meanwhile, `changed` those this one changes."""

    content: dict[str, Any]
    conflicts: tuple[Conflict, ...]
    changed: tuple[str, ...]
    taken: tuple[str, ...]


def merge(base: Content, mine: Content, theirs: Content,
          choices: Mapping[str, Choice] | None = None) -> Merged:
    """Bring together what two people made of `base`, field by field.

    `choices` settles fields both changed.
    """
    before, here, there = flat(base), flat(mine), flat(theirs)
    result, conflicts = dict(there), []
    changed, taken = [], []
    for field in dict.fromkeys((*there, *here, *before)):
        was, mine_now, theirs_now = before.get(field), here.get(field), there.get(field)
        if theirs_now != was and theirs_now != mine_now:
            taken.append(field)
        if mine_now in (was, theirs_now):
            continue
        if theirs_now != was:
            choice = (choices or {}).get(field)
            if choice is None:
                conflicts.append(Conflict(field, theirs_now, mine_now))
            if choice == "theirs":
                continue
        changed.append(field)
        if mine_now is None:
            result.pop(field, None)
        else:
            result[field] = mine_now
    return Merged(unflat(result), tuple(conflicts), tuple(changed), tuple(taken))
