"""What may stand in each column of the sheet of people, on a second page of the empty sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from marketplace.core.access_table import ROLES
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.messages import gettext as _
from marketplace.taxonomy.queries import districts
from marketplace.taxonomy.registry import taxonomy

NOTES: Mapping[str, T] = {
    "name": T("必填", "needed"),
    "phone": T("选填，11位；可以用它登录", "optional, 11 figures; one can sign in with it"),
    "username": T("选填；不填则由姓名生成", "optional; made from the name when empty"),
    "email": T("选填", "optional"),
    "organisation": T("必填；填18位统一社会信用代码，或网址中的简称",
                      "needed; the unified social credit code of 18 characters, or the short name "
                      "in its address"),
    "role": T("必填；填下面“角色”中的一个", "needed; one of the roles below"),
    "administrator": T("选填；填“是”则可以邀请和接受同事",
                       "optional; “yes” for whoever may invite and accept colleagues"),
    "industries": T("行业运营方和联合体成员必填；多个用逗号隔开",
                    "needed for industry operators and consortium members; several with commas"),
    "district": T("区县专员必填", "needed for district officers")}


def add_notes(book: Workbook, columns: Mapping[str, str]) -> None:
    """A page after the first, which alone is read."""
    sheet = book.create_sheet(_("How to fill it in"))
    for row in _rows(columns):
        sheet.append(row)
    for cell in sheet["A"]:
        cell.font = Font(bold=True)
    for cell in sheet["B"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 70


def _rows(columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, head in columns.items():
        yield head, str(NOTES[key])
    for head, names in (
            (columns["role"], ROLES.values()),
            (columns["industries"], (i.name for i in taxonomy().industries.values())),
            (columns["district"], (d.name for d in districts()))):
        yield "", ""
        for number, name in enumerate(names):
            yield "" if number else head, str(name)
