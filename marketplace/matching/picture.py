"""A decision sheet as a picture for the phone: a long page with a QR code."""

from __future__ import annotations

import io
from typing import Any

import segno
from PIL import Image, ImageDraw

from marketplace.core.i18n import LocalizedText, current_language
from marketplace.core.messages import gettext as _
from marketplace.core.typeface import BOLD, REGULAR, draw_line, width, wrap
from marketplace.matching.models import DecisionSheet

WIDTH, MARGIN, PADDING, MOST_HEIGHT = 1080, 48, 40, 8000
INK, MUTED, ACCENT, WARN, PAPER, CARD, EDGE, SOFT, WHITE = (
    "#1a2a2c", "#526367", "#0b5f60", "#7d4e00", "#eef3f3", "#ffffff", "#c9d6d6", "#e2f0ef",
    "#ffffff")
LINE = 1.5
COLOURS = 128
"""Enough for flat colours and smooth letters; makes the file a third as large."""
REASONS, WORDS = 3, 200
STRAIGHT = str.maketrans("“”’", "\"\"'")
"""The typeface draws curly marks as wide as a Chinese character."""


class _Page:
    """Writes downwards on a sheet that is cut to length at the end."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH, MOST_HEIGHT), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.y = 0.0

    def write(self, text: str, size: int, *, left: float = MARGIN, right: float = MARGIN,
              fill: str = INK, weight: int = REGULAR, after: float = 0) -> None:
        if current_language() == "en":
            text = text.translate(STRAIGHT)
        for line in wrap(text, size, WIDTH - left - right, weight):
            draw_line(self.draw, (left, self.y), line, size=size, fill=fill, weight=weight)
            self.y += size * LINE
        self.y += after

    def pills(self, texts: list[str], size: int, *, left: float, fill: str, ink: str,
              weight: int = REGULAR) -> None:
        """Labels side by side, as many lines as they need."""
        x, height = left, size * 1.7
        for text in texts:
            wide = width(text, size, weight) + size * 1.2
            if x > left and x + wide > WIDTH - left:
                x, self.y = left, self.y + height + 12
            self.draw.rounded_rectangle((x, self.y, x + wide, self.y + height), height / 2, fill)
            draw_line(self.draw, (x + size * 0.6, self.y + size * 0.24), text, size=size, fill=ink,
                      weight=weight)
            x += wide + 12
        self.y += height + 16

    def bar(self, share: float) -> None:
        left, right, height = MARGIN + PADDING, WIDTH - MARGIN - PADDING, 20
        self.draw.rounded_rectangle((left, self.y, right, self.y + height), 10, SOFT, EDGE, 2)
        end = left + max(height, (right - left) * share)
        self.draw.rounded_rectangle((left, self.y, end, self.y + height), 10, ACCENT)
        self.y += height + 14

    def item(self, text: str, *, good: bool) -> None:
        """A line of the list of reasons, with a tick or a warning triangle drawn before it."""
        x, y = MARGIN + PADDING, self.y + 9
        if good:
            self.draw.line((x + 2, y + 14, x + 11, y + 23, x + 27, y + 3), ACCENT, 5, "curve")
        else:
            self.draw.polygon((x + 14, y, x + 28, y + 24, x, y + 24), None, WARN, 4)
        self.write(text, 30, left=x + 44, right=MARGIN + PADDING, fill=INK, after=6)


def sheet_png(sheet: DecisionSheet, link: str) -> bytes:
    """The picture. Raises `Unavailable` when the font was not built."""
    page = _Page()
    _compose_head(page, sheet)
    for pick in sheet.content["picks"]:
        _compose_card(page, pick)
    _compose_foot(page, sheet, link)
    buffer = io.BytesIO()
    cut = page.image.crop((0, 0, WIDTH, int(page.y)))
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _said(value: Any) -> str:
    return str(LocalizedText.of(value))


def _compose_head(page: _Page, sheet: DecisionSheet) -> None:
    content = sheet.content
    page.draw.rectangle((0, 0, WIDTH, 196), ACCENT)
    page.y = 36
    page.write(_("Digital Transformation Marketplace"), 30, fill=SOFT)
    page.write(_("Decision sheet"), 60, fill=WHITE, weight=BOLD)
    page.y = 228
    if content["text"]:
        text = content["text"]
        page.write(f"“{text[:WORDS]}{'…' if len(text) > WORDS else ''}”", 36, after=16)
    page.pills([_said(w["label"]) + (_(" (must)") if w["hard"] else "")
                for w in content["wishes"] if not w["key"].startswith("category:")], 27,
               left=MARGIN, fill=SOFT, ink=ACCENT)
    page.write(_("Made on %(day)s from %(considered)s solutions looked at; %(fitting)s fit.",
                 day=sheet.created_at.date().isoformat(), considered=content["considered"],
                 fitting=content["fitting"]), 27, fill=MUTED, after=20)


def _compose_card(page: _Page, pick: dict[str, Any]) -> None:
    """A pick on its card: written once to learn its height, then again upon the card."""
    top = page.y
    _compose_pick(page, pick)
    page.draw.rounded_rectangle((MARGIN, top, WIDTH - MARGIN, page.y), 24, CARD, EDGE, 2)
    page.y = top
    _compose_pick(page, pick)
    page.y += 28


def _compose_pick(page: _Page, pick: dict[str, Any]) -> None:
    left = MARGIN + PADDING
    page.y += 36
    page.pills([_said(text) for text in pick["label_texts"]], 30, left=left, fill=ACCENT,
               ink=WHITE, weight=BOLD)
    page.write(_said(pick["name"]), 46, left=left, right=left, weight=BOLD)
    page.write(_said(pick["solution"]["provider"]["name"]), 30, left=left, right=left, fill=MUTED,
               after=16)
    _compose_figures(page, pick)
    page.bar(pick["score"])
    page.write(_("%(score)s of 100, meets %(met)s of %(judged)s wishes",
                 score=f"{pick['score'] * 100:.0f}", met=pick["met"], judged=pick["judged"]), 30,
               left=left, right=left, after=14)
    for reason in pick["top_reasons"][:REASONS]:
        page.item(_said(reason["text"]), good=True)
    for doubt in pick["doubts"][:REASONS - 1]:
        page.item(_said(doubt["text"]), good=False)
    for name in pick["uncovered_names"][:REASONS]:
        page.item(_("Not covered: %(name)s", name=_said(name)), good=False)
    page.y += 24


def _compose_figures(page: _Page, pick: dict[str, Any]) -> None:
    """Price and days side by side, large."""
    price, days = pick["price"]["first_year"], pick["solution"]["go_live_days"]
    total, left, top = pick["price"]["three_years"], MARGIN + PADDING, page.y
    figures = (
        (_("First year"), _("%(amount)s yuan", amount=f"{price:,.0f}") if price is not None
         else _("ask the provider")),
        (_("Three years"), _("%(amount)s yuan", amount=f"{total:,.0f}") if total is not None
         else _("not stated")),
        (_("Go-live"), _("%(days)s days", days=days) if days else _("not stated")))
    column = (WIDTH - 2 * left) / len(figures)
    for n, (label, value) in enumerate(figures):
        x = left + n * column
        draw_line(page.draw, (x, top), label, size=28, fill=MUTED)
        size = 40
        while size > 24 and width(value, size, BOLD) > column - 16:
            size -= 2
        draw_line(page.draw, (x, top + 44 + (40 - size)), value, size=size, fill=INK, weight=BOLD)
    page.y = top + 124


def _compose_foot(page: _Page, sheet: DecisionSheet, link: str) -> None:
    buffer, top = io.BytesIO(), page.y
    segno.make(link, error="m").save(buffer, kind="png", scale=7, border=3)
    code = Image.open(buffer).convert("RGB")
    bottom = top + code.height + 48
    page.draw.rounded_rectangle((MARGIN, top, WIDTH - MARGIN, bottom), 24, CARD, EDGE, 2)
    page.image.paste(code, (MARGIN + 24, int(top) + 24))
    page.y, left = top + 64, MARGIN + 24 + code.width + 24
    page.write(_("Scan for the whole sheet"), 36, left=left, right=72, weight=BOLD, after=12)
    page.write(_("Frozen: later changes of products or rules do not change it."), 28, left=left,
               right=72, fill=MUTED, after=8)
    page.write(_("Rules %(version)s", version=sheet.content["rule_version"]), 28, left=left,
               right=72, fill=MUTED)
    page.y = bottom + 48
