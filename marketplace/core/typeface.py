"""Draws Chinese and Latin text into pictures with the font that `make assets` brings.

The font comes in slices by Unicode range; each character is drawn with the slice that has it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

from marketplace.core.errors import Unavailable

FOLDER = Path(__file__).parents[1] / "static" / "build" / "fonts"
REGULAR, BOLD = 400, 700
CLOSING, OPENING = set("，。；：、！？）》」”’…％,.;:!?)%"), set("（《「“‘(")
"""What may not begin, and what may not end, a line."""
Point = tuple[float, float]


@cache
def _slices() -> dict[int, str]:
    """The file that holds each code point; raises `Unavailable` when assets were not built."""
    try:
        ranges: dict[str, str] = json.loads((FOLDER / "unicode.json").read_text("utf-8"))
    except FileNotFoundError:
        raise Unavailable("Pictures cannot be drawn: run `make assets` first.") from None
    found: dict[int, str] = {}
    for name, spans in ranges.items():
        file = f"noto-sans-sc-{name.strip('[]')}-wght-normal.woff2"
        for span in spans.split(","):
            low, _dash, high = span.strip().removeprefix("U+").partition("-")
            for point in range(int(low, 16), int(high or low, 16) + 1):
                found.setdefault(point, file)
    return found


@cache
def _font(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(FOLDER / file, size)
    font.set_variation_by_axes([weight])
    return font


def _runs(text: str, size: int, weight: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    slices = _slices()
    fallback = slices[ord("a")]
    for file, characters in groupby(text, key=lambda c: slices.get(ord(c), fallback)):
        yield "".join(characters), _font(file, size, weight)


def width(text: str, size: int, weight: int = REGULAR) -> float:
    """How wide a line is, in pixels."""
    return sum(font.getlength(run) for run, font in _runs(text, size, weight))


def draw_line(draw: ImageDraw.ImageDraw, at: Point, text: str, *, size: int, fill: str,
              weight: int = REGULAR) -> None:
    """Draw one line with its baseline grid at `at` (left, ascender)."""
    x, y = at
    for run, font in _runs(text, size, weight):
        draw.text((x, y + size), run, font=font, fill=fill, anchor="ls")
        x += font.getlength(run)


def wrap(text: str, size: int, room: float, weight: int = REGULAR) -> list[str]:
    """Break a text into lines of at most `room` pixels; Latin words stay whole if they fit, and a
    closing mark hangs over the edge rather than begin a line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if piece == "\n":
            lines.append(line)
            line = ""
        elif not line or piece in CLOSING or width(line + piece, size, weight) <= room:
            line += piece
        else:
            carried = line[-1] if line[-1] in OPENING else ""
            lines.append(line.removesuffix(carried).rstrip())
            line = carried + piece.lstrip()
    return [*lines, line] if line else lines


def _pieces(text: str) -> Iterator[str]:
    for latin, group in groupby(text, key=lambda c: c.isascii() and not c.isspace()):
        characters = list(group)
        yield from ["".join(characters)] if latin else characters
