"""Reads a workbook or a CSV file into tables of text. Whatever the file holds, it is either read
or refused with `InvalidInput` that says what to do."""

from __future__ import annotations

import csv
import difflib
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from marketplace.catalog.spreadsheet_cells import (
    EXACT_DIGITS,
    Progress,
    cell_text,
    silent,
    unescape,
)
from marketplace.catalog.spreadsheet_columns import CODES_SHEET, Sheet
from marketplace.core.errors import FieldError, InvalidInput

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of XML; 50,000 full rows have about half. Each takes time even before it is refused."""
MAX_ROWS = 50_000
"""Rows a sheet of one import may have."""
LAST_ROW = 1_048_576
MAX_COLUMNS = 1_000
NOTE = "#"
"""Rows under the head that start so in the key column are explanations."""
_ESCAPED = re.compile(r"_x(005F|000D|000A|0009)_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file: text by column key, and a remedy for cells that hold no plain value."""

    number: int
    cells: Mapping[str, str]
    wrong: Mapping[str, str]


@dataclass
class Table:
    """The rows of one kind. `columns` gives the position (from 1) of each column key."""

    sheet: Sheet
    title: str
    columns: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)


@dataclass
class Book:
    """A file's tables by sheet name. `notes` tell what was left aside."""

    path: Path
    workbook: bool
    tables: dict[str, Table] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


Raw = tuple[Any, str]
"""A cell's value and openpyxl's type of it: `f` formula, `e` error."""


def read_book(path: Path, known: Mapping[str, Sheet], progress: Progress = silent) -> Book:
    """Read a file; raises `InvalidInput` when it is no spreadsheet of the catalogue."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as problem:
        raise InvalidInput(f"Cannot read {path}: {problem.strerror}.") from None
    if not size:
        raise InvalidInput(f"{path.name} is empty. `marketplace catalog template` writes a start.")
    if size > MAX_BYTES:
        raise InvalidInput(f"{path.name} has {size / 1e6:,.0f} MB; split it into files of at most "
                           f"{MAX_BYTES / 1e6:,.0f} MB.")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise InvalidInput(f"{path.name} is an old or password-protected workbook; save it as "
                           ".xlsx without a password.")
    if start.startswith(b"PK"):
        return _read_workbook(path, known, progress)
    return _read_csv(path, known)


def _read_workbook(path: Path, known: Mapping[str, Sheet], progress: Progress) -> Book:
    book = Book(path, workbook=True)
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise InvalidInput(f"{path.name} unpacks to {unpacked / 1e6:,.0f} MB; split it.")
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(file, read_only=True)
            try:
                for page in workbook.worksheets:
                    declared = page.max_row or 0
                    page.reset_dimensions()
                    rows = (_values(row) for row in page.iter_rows())
                    _take(book, known, page.title, rows, declared, progress)
            finally:
                workbook.close()
    except InvalidInput:
        raise
    except Exception as problem:
        raise InvalidInput(f"{path.name} cannot be read as a workbook ({type(problem).__name__}); "
                           "open it in a spreadsheet program and save it as .xlsx.") from problem
    return _checked(book)


def _values(row: Iterable[Any]) -> list[Raw]:
    return [(_ESCAPED.sub(_unescape, cell.value) if cell.data_type == "s" and cell.value
             else cell.value, cell.data_type) for cell in islice(row, MAX_COLUMNS)]


def _read_csv(path: Path, known: Mapping[str, Sheet]) -> Book:
    book = Book(path, workbook=False)
    text = _decoded(path)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    rows = ([(unescape(value), "s") for value in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    try:
        _take(book, known, "", rows, 0, silent)
    except csv.Error as problem:
        raise InvalidInput(f"{path.name} is no proper CSV: {problem}.") from None
    return _checked(book)


def _decoded(path: Path) -> str:
    """UTF-8 with or without mark, UTF-16 with mark, else GB 18030, as offices in China save it."""
    body = path.read_bytes()
    utf16 = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidInput(f"{path.name} is neither a workbook nor text; save it as .xlsx, or as CSV "
                       "in UTF-8.")


def _checked(book: Book) -> Book:
    if not book.tables:
        raise InvalidInput(f"{book.path.name} holds no sheet of the catalogue: row 1 of a sheet "
                           "must hold the column keys. `marketplace catalog template` writes them.")
    return book


def _take(book: Book, known: Mapping[str, Sheet], title: str, rows: Iterator[list[Raw]],
          declared: int, progress: Progress) -> None:
    """Add one sheet of the file to the book if its head names a sheet of the catalogue."""
    head = [cell_text(value).casefold() for value, _type in next(rows, [])]
    sheet = _sheet_of(known, title, head)
    if sheet is None:
        if book.workbook and title != CODES_SHEET:
            book.notes.append(f"Sheet {title!r} is no sheet of the catalogue and was left aside.")
        return
    if sheet.name in book.tables:
        raise InvalidInput(f"{book.path.name} has two sheets of {sheet.name}: "
                           f"{book.tables[sheet.name].title!r} and {title!r}. Keep one.")
    table = Table(sheet, title or sheet.name, _positions(book, sheet, head))
    keys = {position - 1: key for key, position in table.columns.items()}
    astray: set[int] = set()
    in_head = True
    for number, raw in enumerate(rows, 2):
        row = _row(number, raw, keys, sheet, astray)
        in_head = in_head and row.cells.get(sheet.key, "").startswith(NOTE)
        if number > LAST_ROW or len(table.rows) > MAX_ROWS:
            raise InvalidInput(f"Sheet {table.title} has more than {MAX_ROWS:,} rows; split it.")
        if number % 500 == 0:
            progress(f"reading {table.title}", number, max(declared, number))
        if not in_head and (row.cells or row.wrong):
            table.rows.append(row)
    book.notes += [f"Sheet {table.title}: column {n + 1} has values but no key in row 1 and was "
                   "left aside." for n in sorted(astray)]
    book.tables[sheet.name] = table


def _sheet_of(known: Mapping[str, Sheet], title: str, head: Sequence[str]) -> Sheet | None:
    """By its title, else the sheet that shares most columns with the head, if it has its key."""
    if title.strip().casefold() in known:
        return known[title.strip().casefold()]
    fitting = {name: len(set(head) & set(sheet.by_key)) for name, sheet in known.items()
               if sheet.key in head}
    best = max(fitting, key=fitting.__getitem__, default="")
    return known[best] if best and fitting[best] >= 3 else None


def _positions(book: Book, sheet: Sheet, head: Sequence[str]) -> dict[str, int]:
    """Where each column stands; unknown, doubled and missing columns are refused together."""
    errors = []
    positions: dict[str, int] = {}
    for n, key in enumerate(head, 1):
        if not key:
            continue
        if key not in sheet.by_key:
            near = difflib.get_close_matches(key, sheet.by_key, 1, 0.6)
            errors.append(FieldError(sheet.name, key[:60], f"is no column of this sheet; rename it "
                                     f"to {near[0]}" if near else "is no column of this sheet; "
                                     "remove it"))
        elif key in positions:
            errors.append(FieldError(sheet.name, key, "stands twice in row 1; keep one column"))
        else:
            positions[key] = n
    errors += [FieldError(sheet.name, key, "is missing in row 1; add the column")
               for key in sheet.required if key not in positions]
    if errors:
        raise InvalidInput(f"Row 1 of {book.path.name} does not fit the sheet {sheet.name}; "
                           "`marketplace catalog template` writes the right one.",
                           errors=tuple(errors))
    return positions


def _row(number: int, raw: Sequence[Raw], keys: Mapping[int, str], sheet: Sheet,
         astray: set[int]) -> Row:
    cells: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for n, (value, kind) in enumerate(raw[:MAX_COLUMNS]):
        if value is None or value == "":
            continue
        key = keys.get(n)
        if key is None:
            astray.add(n)
            continue
        text = cell_text(value)
        if kind == "f":
            wrong[key] = "holds a formula; paste its value instead"
        elif kind == "e":
            wrong[key] = "holds an error of the spreadsheet program; write a value"
        elif _rounded(value) and not sheet.by_key[key].numeric:
            wrong[key] = ("the spreadsheet program has rounded this number; format the column as "
                          "text and type it again")
        if text:
            cells[key] = text
    return Row(number, cells, wrong)


def _rounded(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) >= 10**EXACT_DIGITS


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
