"""The sheet `codes`: what the columns choose from, and how the workbook is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from marketplace.catalog.spreadsheet_columns import CODES_SHEET, Sheet
from marketplace.core.exports import HEAD_FILL
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.registry import taxonomy

EXPLANATIONS = (
    "每行一条记录，从第 4 行填起；第 1 行的列名请勿改动，带 * 的列必填。"
    " · One record a row, from row 4 on. Leave row 1 as it is; columns with * are required.",
    "代码列填“代码”，也可填中文或英文名称；多个值以 ; 分隔，值中的分号前加反斜杠 \\。"
    " · Write codes, or their Chinese or English names; separate several by ; and put a backslash "
    "before a semicolon that belongs to a value.",
    "再次导入时按网址名（slug）比对：没有变化的行不写入，有变化的发布新版本；删去的列保持原值，"
    "留空的单元格清空原值。"
    " · A later import compares by slug: rows without change write nothing, changed ones publish a "
    "new version. A column you remove keeps its values; an empty cell clears its value.",
)
HEAD = ("列 Column", "代码 Code", "中文", "English")
FIRST_ROW = len(EXPLANATIONS) + 3


@dataclass(frozen=True)
class CodeList:
    """The codes of one or more columns. `first` is the row of the first code."""

    name: str
    choices: Mapping[str, LocalizedText]
    first: int

    @property
    def range(self) -> str:
        return f"{CODES_SHEET}!$B${self.first}:$B${self.first + len(self.choices) - 1}"


def code_lists(known: Mapping[str, Sheet]) -> Mapping[str, CodeList]:
    """Code lists by column key; columns that choose from the same codes share a list."""
    found: dict[str, CodeList] = {}
    by_codes: dict[tuple[str, ...], CodeList] = {}
    row = FIRST_ROW
    for sheet in known.values():
        for column in sheet.columns:
            codes = tuple(column.choices or ())
            if codes and codes not in by_codes:
                assert column.choices is not None
                by_codes[codes] = CodeList(column.key, column.choices, row)
                row += len(codes)
            if codes:
                found[column.key] = by_codes[codes]
    return found


def write_codes(book: Workbook, lists: Mapping[str, CodeList]) -> None:
    """Add the sheet with explanations, every code list and the scenarios."""
    page = book.create_sheet(CODES_SHEET)
    for letter, width in zip("ABCD", (28, 24, 40, 60), strict=True):
        page.column_dimensions[letter].width = width
    for line in EXPLANATIONS:
        page.append([line])
    page.append([])
    page.append([_head(page, text) for text in HEAD])
    for name, code, label in (*_codes(lists), *_scenarios()):
        page.append([_text(page, text) for text in (name, code, label.zh, label.en)])


def _codes(lists: Mapping[str, CodeList]) -> Iterator[tuple[str, str, LocalizedText]]:
    for codes in sorted({c.name: c for c in lists.values()}.values(), key=lambda c: c.first):
        yield from ((codes.name, code, label) for code, label in codes.choices.items())


def _scenarios() -> Iterator[tuple[str, str, LocalizedText]]:
    tree = taxonomy()
    for code in (*tree.core_scenarios, *tree.scenario_owner):
        yield "scenarios", code, tree.scenario_name(code)


def _head(page: Any, text: str) -> Any:
    cell = _text(page, text)
    cell.font, cell.fill = Font(bold=True), HEAD_FILL
    return cell


def _text(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    return cell
