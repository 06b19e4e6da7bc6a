"""Tables as XLSX and CSV: dated, with the sentence that says what is in them, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BOM = "﻿"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEAD_FILL = PatternFill("solid", fgColor="E3EFEF")


@dataclass(frozen=True)
class Table:
    """A sheet: heading lines on top (what it is, when, from where), a head row, rows."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]]
    lines: Sequence[str] = ()
    widths: Sequence[int] = ()


def escape_formula(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads Chinese; formulas escaped."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    for line in table.lines:
        writer.writerow([escape_formula(line)])
    writer.writerow([escape_formula(h) for h in table.head])
    writer.writerows([escape_formula("" if v is None else v) for v in row] for row in table.rows)
    return (BOM + buffer.getvalue()).encode("utf-8")


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook, a sheet a table; text is stored as text, never as a formula."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title[:31])
        for number, _head in enumerate(table.head, 1):
            width = table.widths[number - 1] if number <= len(table.widths) else 18
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.freeze_panes = f"B{len(table.lines) + 2}"
        for line in table.lines:
            sheet.append([_cell(sheet, line, bold=True)])
        sheet.append([_cell(sheet, h, bold=True, fill=True) for h in table.head])
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(sheet: Any, value: Any, *, bold: bool = False, fill: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=_clean(value))
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=not bold or fill, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    if fill:
        cell.fill = HEAD_FILL
    return cell


def _clean(value: Any) -> Any:
    """Control characters are not allowed in a workbook."""
    if isinstance(value, str):
        return "".join(c for c in value if c >= " " or c in "\n\t")
    return value
