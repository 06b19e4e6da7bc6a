"""A decision sheet as a picture for the phone: what fits one long screen, with a QR code."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask_babel import gettext as _
from PIL import Image, ImageDraw

from marketplace.core.i18n import LocalizedText
from marketplace.core.typeface import BOLD, REGULAR, draw_line, wrap
from marketplace.matching.models import DecisionSheet

WIDTH, MARGIN = 1080, 56
INK, MUTED, ACCENT, PAPER, PANEL, TRACK = ("#1d2b2b", "#566666", "#0b6363", "#ffffff", "#eef5f4",
                                           "#d4e2e1")
LINE = 1.55


class _Page:
    """Writes downwards; measures first, since the height is not known before."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.y = float(MARGIN)

    def write(self, text: str, size: int, *, fill: str = INK, weight: int = REGULAR,
              indent: int = 0, after: float = 0.25) -> None:
        for line in wrap(text, size, WIDTH - 2 * MARGIN - indent, weight):
            draw_line(self.draw, (MARGIN + indent, self.y), line, size=size, fill=fill,
                      weight=weight)
            self.y += size * LINE
        self.y += size * after

    def bar(self, share: float) -> None:
        left, right, height = MARGIN + 28, WIDTH - MARGIN - 28, 14
        self.draw.rounded_rectangle((left, self.y, right, self.y + height), 7, fill=TRACK)
        end = left + max(height, (right - left) * share)
        self.draw.rounded_rectangle((left, self.y, end, self.y + height), 7, fill=ACCENT)
        self.y += height + 22


def sheet_png(sheet: DecisionSheet, link: str) -> bytes:
    """The picture. Raises `Unavailable` when the font was not built."""
    probe = _compose(_Page(100), sheet, link)
    page = _compose(_Page(int(probe.y) + MARGIN), sheet, link)
    buffer = io.BytesIO()
    page.image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _said(value: Any) -> str:
    return str(LocalizedText.of(value))


def _compose(page: _Page, sheet: DecisionSheet, link: str) -> _Page:
    content = sheet.content
    page.write(_("Decision sheet"), 52, weight=BOLD, fill=ACCENT)
    if content["text"]:
        page.write(f"“{content['text'][:160]}”", 32, fill=MUTED, after=0.5)
    for pick in content["picks"]:
        _compose_pick(page, pick)
    _compose_foot(page, sheet, link)
    return page


def _compose_pick(page: _Page, pick: dict[str, Any]) -> None:
    top = page.y
    for panel in (False, True):
        if panel:
            page.draw.rounded_rectangle((MARGIN, top, WIDTH - MARGIN, page.y), 20, fill=PANEL)
            page.y = top
        page.y += 24
        page.write(" · ".join(map(_said, pick["label_texts"])), 28, fill=ACCENT, weight=BOLD,
                   indent=28, after=0)
        page.write(_said(pick["name"]), 40, weight=BOLD, indent=28, after=0)
        page.write(_said(pick["solution"]["provider"]["name"]), 28, fill=MUTED, indent=28)
        page.bar(pick["score"])
        price, days = pick["price"]["first_year"], pick["solution"]["go_live_days"]
        page.write(_("First year: %(price)s", price=f"{price:,.0f} {_('yuan')}" if price is not None
                     else _("ask the provider")), 32, indent=28, weight=BOLD, after=0)
        page.write(_("Go-live: %(days)s", days=_("%(days)s days", days=days) if days
                     else _("not stated")), 32, indent=28)
        for reason in pick["top_reasons"][:3]:
            page.write(f"✓ {_said(reason['text'])}", 28, indent=28, after=0)
        for name in pick["uncovered_names"][:3]:
            page.write(_("Not covered: %(name)s", name=_said(name)), 28, fill=MUTED, indent=28,
                       after=0)
        page.y += 24
    page.y += 28


def _compose_foot(page: _Page, sheet: DecisionSheet, link: str) -> None:
    code = segno.make(link, error="m")
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=8, border=2)
    picture = Image.open(buffer).convert("RGB")
    page.image.paste(picture, (MARGIN, int(page.y)))
    left = MARGIN + picture.width + 32
    draw_line(page.draw, (left, page.y + 40), _("Scan for the whole sheet"), size=32, fill=INK,
              weight=BOLD)
    draw_line(page.draw, (left, page.y + 100), sheet.created_at.date().isoformat(), size=28,
              fill=MUTED)
    draw_line(page.draw, (left, page.y + 150),
              _("Rules %(version)s", version=sheet.content["rule_version"]), size=28, fill=MUTED)
    page.y += picture.height
