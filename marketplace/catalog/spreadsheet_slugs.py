"""Which record a row means: its slug, made from the pinyin of the name when the cell is empty."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from pypinyin import lazy_pinyin

from marketplace.catalog.spreadsheet_reading import Row, Table

LONGEST = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHAPE = f"use small letters, digits and hyphens, at most {LONGEST}"


def is_slug(text: str) -> bool:
    """Whether a text may become the address of a new record."""
    return len(text) <= LONGEST and _SLUG.fullmatch(text) is not None


def slug_of(*names: str) -> str:
    """A slug from names in Chinese or Latin letters; empty when they hold neither."""
    words = "-".join("-".join(lazy_pinyin(name)) for name in names).lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:LONGEST].strip("-")


def doubled(table: Table) -> Mapping[str, Sequence[int]]:
    """Slugs that several rows carry, with the numbers of these rows."""
    rows = defaultdict(list)
    for row in table.rows:
        if row.cells.get("slug"):
            rows[row.cells["slug"]].append(row.number)
    return {slug: numbers for slug, numbers in rows.items() if len(numbers) > 1}


def made_slugs(table: Table, second: str, existing: Callable[[Iterable[str]], Mapping[str, str]]
               ) -> Mapping[int, str]:
    """Slugs for the rows that have none, by row number; a row stays out when none is free.

    The name makes the slug, or the name and the column `second` where that is taken by a record of
    another name. `existing` gives the Chinese names of stored records by slug. The same file thus
    gets the same slugs again.
    """
    rows = [row for row in table.rows if not row.cells.get("slug") and row.cells.get("name_zh")]
    wanted = {row.number: _candidates(row, second) for row in rows}
    stored = existing({slug for slugs in wanted.values() for slug in slugs})
    taken = {row.cells["slug"] for row in table.rows if row.cells.get("slug")}
    made: dict[int, str] = {}
    for row in rows:
        name = row.cells["name_zh"]
        free = (s for s in wanted[row.number] if s not in taken and stored.get(s, name) == name)
        slug = next(free, None)
        if slug:
            made[row.number] = slug
            taken.add(slug)
    return made


def _candidates(row: Row, second: str) -> list[str]:
    name = row.cells["name_zh"]
    return [slug_of(name), slug_of(name, row.cells.get(second, ""))] if slug_of(name) else []
