"""Writes the sheets as a workbook or as CSV files, and the template with its code lists."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from marketplace.catalog.spreadsheet_cells import EXACT_DIGITS, escape, number_text
from marketplace.catalog.spreadsheet_codes import CodeList, code_lists, write_codes
from marketplace.catalog.spreadsheet_columns import Column, Sheet
from marketplace.catalog.spreadsheet_reading import LAST_ROW, NOTE
from marketplace.catalog.spreadsheet_records import Cells
from marketplace.core.errors import InvalidInput
from marketplace.core.exports import BOM, HEAD_FILL

HEAD_ROWS = 3
LONGEST = 32_767
"""Characters a cell of a workbook can hold."""
SEVERAL = ("多个值以 ; 分隔。", "Several are separated by ;.")
_KEYS = Font(size=8, color="808080")
_BOLD = Font(bold=True)
_HELP = Font(size=9, italic=True, color="595959")
_WRAP = Alignment(wrap_text=True, vertical="top")
Rows = Iterable[tuple[str, Cells]]
"""Rows with the name of their sheet, in any order."""


def write_file(path: Path, known: Mapping[str, Sheet], rows: Rows) -> list[Path]:
    """Write rows to `path`: a workbook, or as CSV a file a sheet; returns the files written.

    Raises `InvalidInput` for another kind of file and for text no cell can hold.
    """
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise InvalidInput(f"{path.name} must end in .xlsx or .csv.")
    try:
        return (_write_workbook if kind == ".xlsx" else _write_csv)(path, known, rows)
    except OSError as problem:
        raise InvalidInput(f"Cannot write {path}: {problem.strerror}.") from None


def _write_csv(path: Path, known: Mapping[str, Sheet], rows: Rows) -> list[Path]:
    paths = {name: path if len(known) == 1 else path.with_name(f"{path.stem}-{name}{path.suffix}")
             for name in known}
    with ExitStack() as stack:
        writers = {}
        for name, sheet in known.items():
            file = stack.enter_context(paths[name].open("w", encoding="utf-8", newline=""))
            file.write(BOM)
            writers[name] = csv.writer(file)
            writers[name].writerow(sheet.by_key)
        for name, cells in rows:
            writers[name].writerow([escape(cells.get(key, "")) for key in known[name].by_key])
    return list(paths.values())


def _write_workbook(path: Path, known: Mapping[str, Sheet], rows: Rows) -> list[Path]:
    book = Workbook(write_only=True)
    lists = code_lists(known)
    pages = {name: _start(book, sheet, lists) for name, sheet in known.items()}
    for name, cells in rows:
        pages[name].append(list(_row(pages[name], known[name], cells)))
    write_codes(book, lists)
    book.save(path)
    return [path]


def _start(book: Workbook, sheet: Sheet, lists: Mapping[str, CodeList]) -> Any:
    """A page with its three head rows: column keys, labels, explanations."""
    page = book.create_sheet(sheet.name)
    page.freeze_panes = f"B{HEAD_ROWS + 1}"
    for n, column in enumerate(sheet.columns, 1):
        look = page.column_dimensions[get_column_letter(n)]
        look.width = column.width
        look.number_format = "General" if column.numeric else "@"
        if column.rare:
            look.outline_level, look.hidden = 1, True
    for rule in _validations(sheet, lists):
        page.data_validations.append(rule)
    page.append([_head(page, column.key, _KEYS) for column in sheet.columns])
    page.append([_head(page, _label(sheet, column), _BOLD) for column in sheet.columns])
    page.append([_head(page, _help(sheet, column, lists), _HELP) for column in sheet.columns])
    return page


def _head(page: Any, text: str, font: Font) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.font, cell.fill, cell.alignment = font, HEAD_FILL, _WRAP
    return cell


def _noted(sheet: Sheet, column: Column, text: str) -> str:
    return f"{NOTE} {text}" if column.key == sheet.key else text


def _label(sheet: Sheet, column: Column) -> str:
    star = " *" if column.required else ""
    return _noted(sheet, column, f"{column.label.zh}{star}\n{column.label.en}{star}")


def _help(sheet: Sheet, column: Column, lists: Mapping[str, CodeList]) -> str:
    zh, en = column.help.zh, column.help.en
    codes = lists.get(column.key)
    if codes:
        zh += f"{SEVERAL[0] * column.listed}代码见 codes 表：{codes.name}"
        en += f" {SEVERAL[1] * column.listed} Codes: sheet codes, {codes.name}"
    elif column.listed and not zh:
        zh, en = SEVERAL
    return _noted(sheet, column, f"{zh}\n{' '.join(en.split())}".strip())


def _validations(sheet: Sheet, lists: Mapping[str, CodeList]) -> Iterator[DataValidation]:
    """Drop-down lists where one code is chosen, and a check of numbers."""
    for n, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(n)
        codes = lists.get(column.key)
        if codes and not column.listed:
            rule = DataValidation(type="list", formula1=codes.range, allow_blank=True,
                                  showErrorMessage=True)
            rule.error = "请选择列表中的代码。Choose a code from the list."
        elif column.numeric:
            rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0",
                                  allow_blank=True, showErrorMessage=True)
            rule.error = "请填写数字。Write a number."
        else:
            continue
        rule.add(f"{letter}{HEAD_ROWS + 1}:{letter}{LAST_ROW}")
        yield rule


def _row(page: Any, sheet: Sheet, cells: Cells) -> Iterator[Any]:
    for column in sheet.columns:
        text = cells.get(column.key)
        if not text:
            yield None
        elif column.numeric and (number := _number(text)) is not None:
            yield number
        else:
            yield _text(page, sheet, column, cells, text)


def _number(text: str) -> int | float | None:
    """The number when a workbook holds it exactly."""
    value = float(text)
    kept = float(f"{value:.{EXACT_DIGITS}g}")
    return (int(value) if value.is_integer() else value) if number_text(kept) == text else None


def _text(page: Any, sheet: Sheet, column: Column, cells: Cells, text: str) -> Any:
    """Text that is stored as text, never as a formula."""
    stored = text.replace("_x", "_x005F_x") if "_x" in text else text
    if len(stored) > LONGEST:
        raise InvalidInput(f"{cells.get(sheet.key)}: {column.key} has {len(stored):,} characters, "
                           f"more than a workbook's cell can hold; export as CSV.")
    cell = WriteOnlyCell(page, value=stored)
    cell.data_type = "s"
    return cell

