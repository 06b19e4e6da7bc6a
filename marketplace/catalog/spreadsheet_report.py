"""What an import did and what was wrong with which cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be taken over. `column` is its letter, `key` the column's name."""

    sheet: str
    row: int
    column: str
    key: str
    value: str
    remedy: str

    @classmethod
    def at(cls, sheet: str, row: int, position: int, key: str, value: str,
           remedy: str) -> CellProblem:
        """`position` counts columns from 1; 0 where the file lacks the column."""
        letter = get_column_letter(position) if position else ""
        return cls(sheet, row, letter, key, value, remedy)

    def as_dict(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "key": self.key,
                "value": self.value, "remedy": self.remedy}


@dataclass
class Counts:
    """Rows of a sheet by what became of them; `wrong` rows were left out."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0

    @property
    def total(self) -> int:
        return self.new + self.changed + self.unchanged + self.wrong


@dataclass
class ImportReport:
    """The outcome of an import. `written` is False after a dry run and when `all_or_nothing`
    found a problem; the counts then say what would have happened. `slugs` holds
    (sheet, row, slug) of the slugs that were made from a name."""

    file: Path
    dry_run: bool = False
    written: bool = False
    sheets: dict[str, Counts] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    slugs: list[tuple[str, int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self, sheet: str) -> Counts:
        return self.sheets.setdefault(sheet, Counts())

    @property
    def changes(self) -> int:
        return sum(c.new + c.changed for c in self.sheets.values())
