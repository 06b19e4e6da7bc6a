"""A decision sheet as XLSX and DOCX."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, Protocol

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from marketplace.core.exports import Table, to_xlsx
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHINESE_FONT = "Microsoft YaHei"


class Frozen(Protocol):
    """What was kept on a day: a decision sheet or a record for the file."""

    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def created_at(self) -> datetime: ...


def _said(value: Any) -> str:
    return str(LocalizedText.of(value))


def _yuan(amount: float | None) -> str:
    return _("not comparable") if amount is None else f"{amount:,.0f}"


def pick_rows(content: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The sheet as rows: (property, a value for each pick)."""
    picks = content["picks"]

    def row(label: str, value: Any) -> tuple[str, list[str]]:
        return label, [value(p) for p in picks]

    labels = list(dict.fromkeys(_said(part["label"]) for p in picks for part in
                                p["price"]["parts"]))
    rows = [
        row(_("Recommended as"), lambda p: " · ".join(map(_said, p["label_texts"]))),
        row(_("Provider"), lambda p: _said(p["solution"]["provider"]["name"])),
        row(_("Fit"), lambda p: _("%(score)s of 100, meets %(met)s of %(judged)s wishes",
                                  score=f"{p['score'] * 100:.0f}", met=p["met"],
                                  judged=p["judged"])),
        row(_("First-year payment (yuan)"), lambda p: _yuan(p["price"]["first_year"])),
        row(_("Three-year total (yuan)"), lambda p: _yuan(p["price"]["three_years"])),
        row(_("Contract to go-live (days)"),
            lambda p: str(p["solution"]["go_live_days"] or _("not stated"))),
    ]
    for label in labels:
        rows.append(row(label, lambda p, name=label: next(
            (f"{sum(part['years']):,.0f}" for part in p["price"]["parts"]
             if _said(part["label"]) == name), _("not stated"))))
    rows += [
        row(_("Reasons"), lambda p: "\n".join(_said(r["text"]) for r in p["top_reasons"])),
        row(_("To be checked"), lambda p: "\n".join(_said(r["text"]) for r in p["doubts"])
            or _("nothing")),
        row(_("Not covered"), lambda p: "、".join(map(_said, p["uncovered_names"]))
            or _("everything is covered")),
    ]
    for label, key in ((_("Our note"), "note"), (_("Why not this one"), "why_not")):
        if any(p.get(key) for p in picks):
            rows.append(row(label, lambda p, key=key: p.get(key) or "–"))
    return rows


def heading_lines(sheet: Frozen, link: str) -> list[str]:
    """What stands above the table: the need, its wishes, day, rules and link."""
    content = sheet.content
    wishes = "；".join(_said(w["label"]) + (_(" (must)") if w["hard"] else "")
                      for w in content["wishes"])
    lines = [_("The need: %(text)s", text=content["text"])] if content["text"] else []
    return [*lines, _("Understood as: %(wishes)s", wishes=wishes),
            _("Made on %(day)s, rules %(version)s, week %(week)s",
              day=sheet.created_at.date().isoformat(), version=content["rule_version"],
              week=content["week"]), link]


def sheet_xlsx(sheet: Frozen, link: str, title: str = "") -> bytes:
    """The sheet, or another record of its form, as a workbook."""
    names = [_said(p["name"]) for p in sheet.content["picks"]]
    rows = [[label, *values] for label, values in pick_rows(sheet.content)]
    return to_xlsx([Table(title or _("Decision sheet"), [_("Property"), *names], rows,
                          heading_lines(sheet, link), widths=(24, 40, 40, 40))])


def sheet_docx(sheet: Frozen, link: str, title: str = "") -> bytes:
    """The sheet as a document for the file: A4, one table."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(10), CHINESE_FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE_FONT)
    document.add_heading(title or _("Decision sheet"), 1)
    for line in heading_lines(sheet, link):
        document.add_paragraph(line)
    rows = pick_rows(sheet.content)
    table = document.add_table(rows=1, cols=1 + len(sheet.content["picks"]), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, [_("Property"), *(
            _said(p["name"]) for p in sheet.content["picks"])], strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for label, values in rows:
        for cell, text in zip(table.add_row().cells, [label, *values], strict=True):
            cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
