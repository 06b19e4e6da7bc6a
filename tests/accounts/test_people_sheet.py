"""People from a spreadsheet: each row by itself, one link each."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.people_sheet import (
    COLUMNS,
    MAX_UNPACKED,
    import_people,
    template,
)
from marketplace.core.access import acting_as
from marketplace.core.errors import InvalidInput
from tests.factories import make_organisation, make_user, person

HEAD = list(COLUMNS.values())
SITE = "https://market.example/"


@pytest.fixture
def firm(app: Flask) -> Iterator[Organisation]:
    with acting_as(person(make_user(role="security_admin"))):
        yield make_organisation()


def sheet(*rows: list[object], head: list[str] = HEAD) -> io.BytesIO:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    for cell in (c for row in book.active for c in row if isinstance(c.value, str)):
        cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read(workbook: bytes) -> list[dict[str, object]]:
    head, *rows = load_workbook(io.BytesIO(workbook)).active.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_each_row_gets_its_link_or_what_is_wrong(app: Flask, firm: Organisation,
                                                 session: scoped_session[Session]) -> None:
    before = session.scalar(select(func.count()).select_from(User))
    seen: list[tuple[int, int]] = []
    done = import_people(sheet(
        ["王明", 13800138000.0, None, None, firm.credit_code, "enterprise", "是", None, None],
        [None] * 9,
        ["李华", "12", None, None, firm.slug, "enterprise", None, None, None],
        ["=1+1", None, "formula", None, firm.slug, "enterprise", None, None, None],
        ["赵六", None, None, None, "no-such-firm", "enterprise", None, None, None],
        ["孙七", None, None, None, firm.slug, "city_admin", None, None, None],
        ["钱三", None, "qiansan", None, firm.slug, "企业", None, None, None],
    ), site=SITE, progress=lambda at, total: seen.append((at, total)))
    rows = read(done.workbook)
    assert (done.made, done.refused) == (3, 3)
    assert re.fullmatch(r"https://market\.example/invitations/[\w-]{20,}",
                        str(rows[0]["个人链接"]))
    assert re.fullmatch(r"\d{6}", str(rows[0]["验证码"]))
    assert [str(row["结果"]).split(":")[0] for row in rows] == [
        "已邀请", COLUMNS["phone"], "已邀请", COLUMNS["organisation"], COLUMNS["role"], "已邀请"]
    assert rows[2]["姓名"] == "=1+1", "text, never a formula"
    assert seen[-1] == (6, 6)
    assert session.scalar(select(func.count()).select_from(User)) == before + 3
    user = session.scalars(select(User).where(User.phone == "13800138000")).one()
    assert user.memberships[0].administrator


def test_importing_again_asks_known_people_to_join(firm: Organisation) -> None:
    row: list[object] = ["王明", "13800138000", None, None, firm.slug, "enterprise", None, None,
                         None]
    import_people(sheet(row), site=SITE)
    again = read(import_people(sheet(row), site=SITE).workbook)
    assert again[0]["结果"] == "已邀请加入"
    assert not again[0]["验证码"]


def replaced(part: str, content: bytes) -> io.BytesIO:
    """A workbook with another sheet than Excel would write."""
    made = io.BytesIO()
    with ZipFile(sheet(["王明"])) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, content if name == part else source.read(name))
    made.seek(0)
    return made


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize("file", [
    io.BytesIO(b"no workbook"), sheet(["王明"], head=["姓名"]), replaced(SHEET, ENTITIES),
    replaced(SHEET, b" " * (MAX_UNPACKED + 1))], ids=["text", "head", "entities", "bomb"])
def test_file_that_is_no_sheet_is_refused(firm: Organisation, file: io.BytesIO) -> None:
    with pytest.raises(InvalidInput) as wrong:
        import_people(file, site=SITE)
    assert wrong.value.errors[0].field == "file"


def test_template_has_every_column(app: Flask) -> None:
    head = next(load_workbook(io.BytesIO(template())).active.iter_rows(values_only=True))
    assert list(head) == HEAD
    notes = load_workbook(io.BytesIO(template())).worksheets[1]
    words = {cell for row in notes.iter_rows(values_only=True) for cell in row}
    assert {*COLUMNS.values(), "区县专员", "历下区"} <= words
    assert list(import_people(io.BytesIO(template()), site=SITE).workbook[:2]) == list(b"PK")
