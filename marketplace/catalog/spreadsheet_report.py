"""What an import did and what was wrong with which cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from marketplace.catalog.spreadsheet_reading import Row, Table
from marketplace.core.i18n import LocalizedText
from marketplace.core.phrases import said


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be taken over. `column` is its letter, `key` the column's name in row 1,
    `label` what people call it. `said` gives the remedy in the reader's language."""

    sheet: str
    row: int
    column: str
    key: str
    label: LocalizedText
    value: str
    remedy: str | LocalizedText

    @classmethod
    def at(cls, table: Table, row: Row, key: str, remedy: str | LocalizedText) -> CellProblem:
        """The problem of the cell under `key`; the file may lack that column."""
        position, column = table.columns.get(key, 0), table.sheet.by_key.get(key)
        return cls(table.title, row.number, get_column_letter(position) if position else "", key,
                   column.label if column else LocalizedText(key, key), row.cells.get(key, ""),
                   remedy)

    @property
    def said(self) -> str:
        return said(self.remedy)

    def as_dict(self) -> dict[str, Any]:
        """As JSON; the remedy stays as it came, so that whoever shows it says it."""
        remedy = self.remedy if isinstance(self.remedy, str) else self.remedy.as_dict()
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "key": self.key,
                "label": self.label.as_dict(), "value": self.value, "remedy": remedy}


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
