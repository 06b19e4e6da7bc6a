"""Gives an import's problems back in the file itself: comments in red cells, or a report as CSV."""

from __future__ import annotations

import csv
import warnings
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from marketplace.catalog.spreadsheet_cells import escape
from marketplace.catalog.spreadsheet_report import CellProblem, ImportReport
from marketplace.core.errors import InvalidInput
from marketplace.core.exports import BOM
from marketplace.core.messages import gettext as _

AUTHOR = "marketplace"
RED = PatternFill("solid", fgColor="FFC7CE")


def write_checked(report: ImportReport, folder: Path | None = None) -> Path:
    """Write what is wrong with the cells beside the file (or into `folder`); returns the file.

    A workbook gives a copy `<name>-checked.xlsx` with comments, a CSV file `<name>-report.csv`,
    both in the current language.
    """
    workbook = report.file.suffix.lower() != ".csv"
    name = f"{report.file.stem}-checked.xlsx" if workbook else f"{report.file.stem}-report.csv"
    target = (folder or report.file.parent) / name
    try:
        (_write_copy if workbook else _write_list)(report, target)
    except OSError as problem:
        raise InvalidInput(f"Cannot write {target}: {problem.strerror}.") from None
    return target


def _write_copy(report: ImportReport, target: Path) -> None:
    by_cell: dict[tuple[str, str], list[CellProblem]] = defaultdict(list)
    for problem in report.problems:
        by_cell[problem.sheet, f"{problem.column or 'A'}{problem.row}"].append(problem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(report.file)
    for (sheet, place), problems in by_cell.items():
        cell = book[sheet][place]
        cell.fill = RED
        cell.comment = Comment(_said(problems), AUTHOR, width=320, height=120)
    book.save(target)


def _said(problems: Sequence[CellProblem]) -> str:
    return "\n".join(p.said if p.column else _("%(label)s: %(remedy)s", label=str(p.label),
                                              remedy=p.said) for p in problems)


def _write_list(report: ImportReport, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow([_("Sheet"), _("Row"), _("Column"), _("Column key"), _("Name"),
                         _("In the cell"), _("What to do")])
        for p in report.problems:
            values = (p.sheet, p.row, p.column, p.key, p.label, p.value, p.said)
            writer.writerow([escape(str(value)) for value in values])
