"""Files that open safely in a spreadsheet program."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from marketplace.core.exports import BOM, Table, escape_formula, to_csv, to_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_formula_is_escaped(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, 1.5, None, "MES", "a=b", "", "钢"])
def test_what_is_no_formula_stays(value: object) -> None:
    assert escape_formula(value) == value


def test_csv_begins_with_a_byte_order_mark() -> None:
    body = to_csv(Table("t", ["名称"], [["钢"]]))
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.decode("utf-8").startswith(BOM)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n")), min_size=1))
def test_csv_never_holds_a_formula(cells: list[str]) -> None:
    body = to_csv(Table("t", ["h"] * len(cells), [cells], [cells[0]])).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(body, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_csv_of_missing_values_is_empty_cells() -> None:
    body = to_csv(Table("t", ["a", "b", "c"], [[None, 0, False]])).decode("utf-8-sig")
    assert body.splitlines()[-1] == ",0,False"


@pytest.mark.parametrize("text", DANGEROUS)
def test_xlsx_holds_formulas_as_text(text: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("页", ["头"], [[text]], ["句"])])))
    cell = book["页"]["A3"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\r", "")


@given(st.text(st.characters(codec="utf-8")))
def test_xlsx_of_any_text_opens(text: str) -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("t", ["h"], [[text]])])))
    assert book.active is not None
    assert book.active.max_row == 2


def test_xlsx_keeps_numbers_as_numbers() -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("t", ["h"], [[12000.5], [None]])])))
    assert book["t"]["A2"].value == 12000.5
    assert book["t"]["A3"].value is None


def test_xlsx_sheet_names_are_cut_to_what_excel_takes() -> None:
    book = load_workbook(io.BytesIO(to_xlsx([Table("很长" * 30, ["h"], [])])))
    assert len(book.sheetnames[0]) == 31
