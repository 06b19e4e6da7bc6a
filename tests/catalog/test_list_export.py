"""Lists and comparisons as files: sentence, date and link on top, the same rows below."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from marketplace.core.clock import today
from tests.factories import bring_into_index, make_solution
from tests.support import IsolatedClient


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(("path", "total"), [
    ("/solutions/export.csv", 150), ("/providers/export.csv", 40),
    ("/solutions/export.csv?lang=en", 150)])
def test_csv_holds_the_whole_list(catalogue: Flask, client: IsolatedClient, path: str,
                                  total: int) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert f"{today():%Y%m%d}.csv" in answer.headers["Content-Disposition"]
    sentence, day, link, head, *rows = rows_of(answer)
    assert str(total) in sentence[0]
    assert today().isoformat() in day[0]
    assert link[0].startswith("http://localhost/")
    assert len(rows) == total
    assert all(len(row) == len(head) for row in rows)


def test_xlsx_opens_and_equals_the_csv(catalogue: Flask, client: IsolatedClient) -> None:
    query = "q=MES&industry=steel"
    book = load_workbook(io.BytesIO(client.get(f"/solutions/export.xlsx?{query}").data))
    sheet = book.active
    assert sheet is not None
    lines = [[str(v) if v is not None else "" for v in row]
             for row in sheet.iter_rows(values_only=True)]
    plain = rows_of(client.get(f"/solutions/export.csv?{query}"))
    assert lines[0][0] == plain[0][0]
    assert [row[0] for row in lines[3:]] == [row[0] for row in plain[3:]]
    assert query.replace("=", "%3D") not in lines[2][0]
    assert "q=MES" in lines[2][0]


def test_export_has_the_rows_of_the_list(catalogue: Flask, client: IsolatedClient) -> None:
    query = "industry=biopharma&deployment=private"
    total = client.get(f"/api/v1/solutions?{query}").json["total"]
    assert len(rows_of(client.get(f"/solutions/export.csv?{query}"))) == total + 4


def test_formula_in_a_name_is_harmless(app: Flask, client: IsolatedClient) -> None:
    make_solution(name={"zh": "=HYPERLINK(1)", "en": "+1"}, promise={"zh": "@x", "en": "-x"})
    bring_into_index()
    row = rows_of(client.get("/solutions/export.csv"))[-1]
    assert row[:2] == ["'=HYPERLINK(1)", "'@x"]
    sheet = load_workbook(io.BytesIO(client.get("/solutions/export.xlsx").data)).active
    assert sheet is not None
    assert sheet.cell(5, 1).data_type == "s"
    assert client.get("/solutions/export.csv?q==1%2B1").status_code == 200


def test_price_not_comparable_is_said(app: Flask, client: IsolatedClient) -> None:
    make_solution(price_parts=[])
    bring_into_index()
    row = rows_of(client.get("/solutions/export.csv"))[-1]
    assert "不可比" in row[8] or "not comparable" in row[8]


def test_comparison_xlsx_opens(catalogue: Flask, client: IsolatedClient) -> None:
    answer = client.get("/compare.xlsx?ids=3,1,2")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    lines = list(sheet.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(lines) if row[4] is not None)
    assert all(len(row) == 5 for row in lines)
    assert len(lines) - head > 15


def test_comparison_of_nothing_still_opens(app: Flask, client: IsolatedClient) -> None:
    for query in ("", "ids=", "ids=999", "ids=x"):
        answer = client.get(f"/compare.xlsx?{query}")
        assert answer.status_code == 200
        load_workbook(io.BytesIO(answer.data))
