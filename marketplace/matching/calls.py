"""Gaps become the draft text of the next call for solutions (征集通知), for an operator to edit.

The draft is Chinese, as the document is; its figures are those of the supply-gap map.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from marketplace.core.clock import today
from marketplace.declarations import CoreScenario
from marketplace.matching.gaps import DAYS, STEPS, THIN, GapRow, gap_map
from marketplace.matching.sheet_files import CHINESE_FONT
from marketplace.taxonomy.registry import taxonomy

MOST = 20
"""A call that asks for everything asks for nothing: the scenarios most in demand."""


@dataclass(frozen=True)
class CallItem:
    """A scenario of the call: the level steps short of solutions, and what is asked for."""

    row: GapRow
    steps: tuple[tuple[int, int], ...]
    solutions: int
    asked: tuple[str, ...]

    @property
    def heading(self) -> str:
        return f"{self.row.name.zh}（{self.row.code}）"

    @property
    def levels(self) -> str:
        return "、".join(f"{low}级到{high}级" for low, high in self.steps)

    @property
    def text(self) -> str:
        supply = f"现有产品{self.solutions}个" if self.solutions else "目前没有产品"
        demand = (f"近{DAYS}天搜索无结果{self.row.searches}次、需求无结果{self.row.needs}次，"
                  f"在库需求{self.row.saved}条")
        return f"缺口在{self.levels}，{supply}；{demand}。"


@dataclass(frozen=True)
class CallDraft:
    """The draft: title, paragraphs before, scenarios, paragraphs after."""

    title: str
    opening: tuple[str, ...]
    items: tuple[CallItem, ...]
    closing: tuple[str, ...]

    def lines(self) -> list[str]:
        """The whole as lines of text."""
        found = [self.title, "", *self.opening, ""]
        for number, item in enumerate(self.items, 1):
            found += [f"{number}. {item.heading}", item.text,
                      *(f"   - {line}" for line in item.asked)]
        return [*found, "", *self.closing]


def call_draft(industry: str) -> CallDraft:
    """The draft for an industry: scenarios with a level step of fewer than `THIN` solutions, most
    wanted first. Raises `KeyError` for an industry no plugin brings."""
    name = taxonomy().industries[industry].name.zh
    items = [item for row in gap_map(industry) if (item := _item(row))]
    items.sort(key=lambda i: (-i.row.demand, i.solutions, i.row.code))
    opening = (
        "（草稿，由供给缺口自动生成，发布前请核对范围、数量和日期。）",
        f"为补齐{name}行业中小企业数字化转型的产品缺口，现面向服务商征集数字化解决方案，重点征集以下"
        f"{min(len(items), MOST)}个场景的产品。同一场景某个等级提升步骤的在架产品少于{THIN}个，"
        "即列入本次征集。",
    ) if items else (f"{name}行业各场景每个等级提升步骤都已有{THIN}个以上产品，暂不需要专门征集。",)
    closing = (
        "申报产品须写明适用场景及提升等级、价格分项、签约到上线天数、部署方式和数据导出方式；"
        "有同行案例的请附企业确认的成效。",
        f"统计截至{today():%Y年%m月%d日}。",
    ) if items else (f"统计截至{today():%Y年%m月%d日}。",)
    return CallDraft(f"关于征集{name}行业数字化解决方案的通知（草稿）", opening,
                     tuple(items[:MOST]), closing)


def _item(row: GapRow) -> CallItem | None:
    short = [step for step, count in zip(STEPS, row.counts, strict=True) if count < THIN]
    if not short:
        return None
    known = dict(zip(STEPS, row.counts, strict=True))
    return CallItem(row, tuple(short), sum(known[s] for s in short), tuple(_asked(row, short)))


def _asked(row: GapRow, steps: list[tuple[int, int]]) -> list[str]:
    """What solutions must bring a company to, in the words of the levels, and what hurts now."""
    found = taxonomy().scenario(row.code)
    lines = []
    if isinstance(found, CoreScenario):
        lines += [f"达到{high}级：{found.levels[high - 1].descriptor.zh}" for _low, high in steps]
    if found is not None and found.pain_points:
        lines.append("企业常说：" + "；".join(p.zh for p in found.pain_points[:2]))
    return lines


def call_docx(draft: CallDraft) -> bytes:
    """The draft as a document to be edited: A4, every page of it marked as a draft."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(12), CHINESE_FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE_FONT)
    section.header.paragraphs[0].text = "草稿"
    document.add_heading(draft.title, 1)
    for line in draft.opening:
        document.add_paragraph(line)
    if draft.items:
        table = document.add_table(rows=1, cols=4, style="Table Grid")
        for cell, text in zip(table.rows[0].cells, (
                "场景", "缺口等级", "现有产品", "需求（搜索/无结果/在库）"), strict=True):
            cell.text = text
        for item in draft.items:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = item.heading, item.levels
            cells[2].text = str(item.solutions)
            cells[3].text = f"{item.row.searches}/{item.row.needs}/{item.row.saved}"
        for number, item in enumerate(draft.items, 1):
            document.add_heading(f"{number}. {item.heading}", 2)
            document.add_paragraph(item.text)
            for line in item.asked:
                document.add_paragraph(line, style="List Bullet")
    for line in draft.closing:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
