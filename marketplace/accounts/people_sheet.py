"""People from a spreadsheet: each gets an account, a role and a personal link.

The answer is the same sheet with state, user name, link and code of each row; a row that is wrong
says what is, and makes nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import or_, select

from marketplace.accounts.invitations import Slip, invite_person
from marketplace.accounts.models import Organisation
from marketplace.accounts.people_sheet_notes import add_notes
from marketplace.core.access_table import ROLES
from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput, MarketplaceError
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.core.phrases import said
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

COLUMNS = {
    "name": "姓名", "phone": "手机号", "username": "用户名", "email": "电子邮箱",
    "organisation": "单位（统一社会信用代码或标识）", "role": "角色", "administrator": "单位管理员",
    "industries": "行业", "district": "区县"}
GIVEN = {"state": "结果", "given_username": "用户名", "link": "个人链接", "code": "验证码",
         "valid_until": "有效期至"}
YES = ("1", "y", "yes", "true", "是")
MOST = 2000
MAX_UNPACKED = 32 * 1024 * 1024
"""Bytes of XML: far more than `MOST` rows need."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet with its place there and its values by column."""

    sheet: str
    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """The answer as a workbook, and how many rows were made and refused."""

    workbook: bytes
    made: int
    refused: int


def template() -> bytes:
    """An empty sheet with its head, and a page that says what may stand in it."""
    return workbook([])


def import_people(file: IO[bytes], *, site: str,
                  progress: Progress = lambda done, total: None) -> Imported:
    """Invite everybody in the sheet, each in a transaction of their own.

    The caller's rights decide row by row, as on the page. Raises `InvalidInput` for a file that is
    no such sheet or has more than `MOST` rows.
    """
    rows, made, refused = read_rows(file), 0, 0
    answer = []
    for number, row in enumerate(rows, 1):
        try:
            outcome, made = outcome_of(invite(row), site), made + 1
        except MarketplaceError as problem:
            outcome, refused = refusal(problem), refused + 1
        answer.append({**row.values, **outcome})
        progress(number, len(rows))
    return Imported(workbook(answer), made, refused)


def read_rows(file: IO[bytes]) -> list[Row]:
    """The rows of the first sheet. Raises `InvalidInput` at `file`."""
    rows = list(islice(_rows(file), MOST + 1))
    if len(rows) > MOST:
        raise _unreadable(f"choose a file of at most {MOST} rows")
    return rows


def _unreadable(remedy: str) -> InvalidInput:
    return InvalidInput("The sheet cannot be read.", errors=(FieldError("file", None, remedy),))


def _rows(file: IO[bytes]) -> Iterator[Row]:
    """The rows by column, found by their head in Chinese or by key, empty rows left out."""
    try:
        with ZipFile(file) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise _unreadable(f"choose a file of at most {MOST} rows")
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
    except (BadZipFile, InvalidFileException, KeyError, OSError, IndexError, ParseError):
        raise _unreadable("choose an Excel file (.xlsx)") from None
    rows = sheet.iter_rows(values_only=True)
    known = {**{v: k for k, v in COLUMNS.items()}, **{k: k for k in COLUMNS}}
    head = [known.get(str(cell or "").strip()) for cell in next(rows, ())]
    missing = [COLUMNS[k] for k in ("name", "organisation", "role") if k not in head]
    if missing:
        raise _unreadable(f"add the columns {', '.join(missing)}")
    for number, row in enumerate(rows, 2):
        found = {k: _text(cell) for k, cell in zip(head, row, strict=False) if k}
        if any(found.values()):
            yield Row(sheet.title, number, found)


def _text(cell: Any) -> str:
    """A cell as text; Excel keeps mobile numbers as 1.38e10."""
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell) if whole else cell).strip()


def invite(row: Row) -> Slip:
    """Invite the person of a row. Raises what is wrong with it."""
    given = row.values
    industries = [i.strip() for i in re.split("[,，、;；]", given.get("industries", ""))]
    return invite_person(
        organisation=_organisation(given["organisation"]), role=_code(given["role"], ROLES),
        name=given["name"], phone=given.get("phone", ""), username=given.get("username", ""),
        email=given.get("email", ""), administrator=given.get("administrator", "").lower() in YES,
        district=_code(given.get("district", ""), {d.code: d.name for d in districts()}) or None,
        industries=[_code(i, {c: x.name for c, x in taxonomy().industries.items()})
                    for i in industries if i])


def _code(word: str, names: Mapping[str, LocalizedText]) -> str:
    """The code of what somebody wrote by its name in either language; else the word itself."""
    return next((code for code, name in names.items()
                 if word and word.lower() in (name.zh.lower(), name.en.lower())), word)


def refusal(problem: MarketplaceError) -> dict[str, str]:
    """What the answer says of a row that made nothing, in the language spoken."""
    told = [f"{COLUMNS.get(e.field, e.field)}: {said(e.remedy)}" for e in problem.errors]
    return {"state": "; ".join(told) or said(problem.detail)}


def outcome_of(slip: Slip, site: str) -> dict[str, str]:
    """What the answer says of a row that made an account or an invitation."""
    user, kind = slip.invitation.user, slip.invitation.kind
    return {"state": _("invited") if kind == "activate" else _("invited to join"),
            "given_username": user.username if user else "",
            "link": f"{site.rstrip('/')}/invitations/{slip.secret}",
            "code": slip.code if kind == "activate" else "",
            "valid_until": slip.invitation.expires_at.date().isoformat()}


def _organisation(word: str) -> Organisation:
    found = db.session.scalar(select(Organisation).where(or_(
        Organisation.credit_code == word, Organisation.slug == word)))
    if found is None:
        raise InvalidInput("Unknown organisation.", errors=(FieldError(
            "organisation", word, "there is no such organisation: write its credit code"),))
    return found


def workbook(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The sheet with what came of each row."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    columns = {**COLUMNS, **(GIVEN if rows else {})}
    sheet.append(list(columns.values()))
    for position, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(position)].width = 22
    for row in rows:
        sheet.append([None] * len(columns))
        for position, key in enumerate(columns, 1):
            cell = sheet.cell(sheet.max_row, position)
            cell.value, cell.data_type = row.get(key, ""), "s"  # never a formula
    sheet.freeze_panes = "A2"
    if not rows:
        add_notes(book, COLUMNS)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
