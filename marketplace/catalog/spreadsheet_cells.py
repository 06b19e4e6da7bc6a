"""How one value is written in one cell, and read back without loss.

Inside the importer every cell is text, whatever the file. Lists are separated by `;`, the parts of
a line by `|`; a backslash in front takes a separator literally.
"""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

from marketplace.core.exports import escape_formula
from marketplace.core.i18n import LocalizedText

LIST, LINES, PARTS = ";；\n", "\n", "|｜"
CODES = LIST + ",，、"
EXACT_DIGITS = 15
"""Digits a spreadsheet keeps of a number."""
_BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SCENARIO = re.compile(r"(.+?)\s*[:：]\s*(\d+)\s*(?:->|[>＞→\-–—])\s*(\d+)")


class CellError(ValueError):
    """A cell that cannot be read; the message says what to do."""


def tidy(text: str) -> str:
    """Text as a workbook can hold it: line ends as \\n, no control characters, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _BAD_CHARACTERS.sub("", text).strip()


def cell_text(value: Any) -> str:
    """The text of a value as a spreadsheet program hands it over."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    return value.isoformat() if isinstance(value, date) else tidy(str(value))


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 10**EXACT_DIGITS):
        return str(int(value))
    return repr(value)


def escape(text: str) -> str:
    """Text as a CSV cell that no program runs as a formula; `unescape` gives it back exactly."""
    return f"'{text}" if text.startswith("'") else str(escape_formula(text))


def unescape(text: str) -> str:
    """A CSV cell without the apostrophe that `escape` put in front."""
    return text[1:] if text[:1] == "'" and text[1:] != "" and escape(text[1:]) == text else text


def split(text: str, separators: str) -> list[str]:
    """The trimmed pieces between separators; a backslash takes a separator literally."""
    if "\\" not in text:
        return [piece.strip() for piece in re.split(f"[{re.escape(separators)}]", text)]
    pieces, current = [""], iter(range(len(text)))
    for n in current:
        if text[n] == "\\" and text[n + 1:n + 2] in (*separators, "\\") and n + 1 < len(text):
            pieces[-1] += text[next(current)]
        elif text[n] in separators:
            pieces.append("")
        else:
            pieces[-1] += text[n]
    return [piece.strip() for piece in pieces]


def join(pieces: Iterable[str], separators: str, glue: str) -> str:
    """The reverse of `split`."""
    special = re.compile(f"([{re.escape(separators)}\\\\])")
    return glue.join(special.sub(r"\\\1", tidy(piece)) for piece in pieces)


class Codec(Protocol):
    """Reads a cell that is not empty into what the schema loads, and writes it back."""

    def read(self, text: str) -> Any: ...
    def write(self, value: Any) -> str: ...


class Text:
    def read(self, text: str) -> Any:
        return text

    def write(self, value: Any) -> str:
        return tidy(str(value))


@dataclass(frozen=True)
class Number:
    """A number; `whole` allows no fraction, `places` rounds it as it is stored."""

    whole: bool = False
    places: int | None = None

    def read(self, text: str) -> int | float:
        plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        try:
            value = float(plain)
        except ValueError:
            value = math.nan
        if not abs(value) < 10**EXACT_DIGITS or "_" in plain:
            raise CellError("write a number, such as 12 or 3.5, without a unit"
                            if not self.whole else "write a whole number, without a unit")
        if self.whole and not value.is_integer():
            raise CellError("write a whole number")
        if value.is_integer():
            return int(value)
        return value if self.places is None else round(value, self.places)

    def write(self, value: Any) -> str:
        if not isinstance(value, int | float):
            return tidy(str(value))
        return number_text(value if self.places is None else round(float(value), self.places))


class YesNo:
    _KNOWN: Mapping[str, bool] = {
        "yes": True, "no": False, "true": True, "false": False, "1": True, "0": False,
        "是": True, "否": False, "有": True, "无": False, "y": True, "n": False}

    def read(self, text: str) -> bool:
        value = self._KNOWN.get(text.casefold())
        if value is None:
            raise CellError("write yes or no")
        return value

    def write(self, value: Any) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True)
class Code:
    """A code of a closed list; its Chinese or English name is understood too."""

    choices: Mapping[str, LocalizedText]

    @cached_property
    def _known(self) -> Mapping[str, str]:
        known: dict[str, str] = {}
        doubtful = set()
        for code, label in self.choices.items():
            for name in {label.zh.casefold(), label.en.casefold()} - {""}:
                if known.setdefault(name, code) != code:
                    doubtful.add(name)
        for name in doubtful:
            del known[name]
        return known | {code.casefold(): code for code in self.choices}

    def read(self, text: str) -> str:
        found = self._known.get(text.strip().casefold())
        if found is None:
            raise CellError(self._remedy(text))
        return found

    def _remedy(self, text: str) -> str:
        near = difflib.get_close_matches(text.casefold(), self._known, 1, 0.6)
        if near:
            return f"{text[:40]} is unknown; did you mean {self._known[near[0]]}?"
        shown = ", ".join(list(self.choices)[:12])
        more = f" … ({len(self.choices)} in all)" if len(self.choices) > 12 else ""
        return f"{text[:40]} is unknown; choose from {shown}{more}"

    def write(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class ListOf:
    """Several values in one cell, separated by `;`."""

    item: Codec
    separators: str = LIST

    def read(self, text: str) -> list[Any]:
        return [self.item.read(piece) for piece in split(text, self.separators) if piece]

    def write(self, value: Any) -> str:
        return join(filter(None, map(self.item.write, value)), self.separators, "; ")


class Scenarios:
    """Scenarios with the levels they lead from and to, as `OP-06:1>3; ST-3.2:1>2`."""

    def read(self, text: str) -> list[dict[str, Any]]:
        rows = []
        for piece in split(text, CODES):
            found = _SCENARIO.fullmatch(piece)
            if found:
                rows.append({"code": found[1].upper(), "from": int(found[2]), "to": int(found[3])})
            elif piece:
                raise CellError(f"write {piece[:40]} as code:from>to, such as OP-06:1>3")
        return rows

    def write(self, value: Any) -> str:
        rows = sorted(value, key=lambda row: str(row["code"]))
        return "; ".join(f"{r['code']}:{r['from']}>{r['to']}" for r in rows)


@dataclass(frozen=True)
class Field:
    """A part of a line in a cell: where it goes in the row and how it is written."""

    path: tuple[str, ...]
    codec: Codec


@dataclass(frozen=True)
class Lines:
    """A small table in one cell: a line a row, its parts separated by `|`."""

    fields: Sequence[Field]

    def read(self, text: str) -> list[dict[str, Any]]:
        return [self._row(line) for line in _lines(text)]

    def _row(self, line: str) -> dict[str, Any]:
        pieces = split(line, PARTS)
        if len(pieces) > len(self.fields):
            raise CellError(f"write {self.pattern}; this line has {len(pieces)} parts")
        row: dict[str, Any] = {}
        for field, piece in zip(self.fields, [*pieces, *[""] * len(self.fields)], strict=False):
            put(row, field.path, field.codec.read(piece) if piece else None)
        return row

    @property
    def pattern(self) -> str:
        return " | ".join(".".join(field.path) for field in self.fields)

    def write(self, value: Any) -> str:
        return "\n".join(filter(None, map(self._line, value)))

    def _line(self, row: Mapping[str, Any]) -> str:
        values = (take(row, field.path) for field in self.fields)
        pieces = ["" if v is None else f.codec.write(v)
                  for f, v in zip(self.fields, values, strict=True)]
        return join(pieces, PARTS + LINES, " | ").rstrip() if any(pieces) else ""


def _lines(text: str) -> list[str]:
    """Lines of a cell; a backslash at a line's end carries the line on."""
    lines = [""]
    for piece in text.split("\n"):
        carried = len(lines[-1]) - len(lines[-1].rstrip("\\"))
        if carried % 2:
            lines[-1] = f"{lines[-1][:-1]}\n{piece}"
        else:
            lines.append(piece)
    return [line for line in lines if line.strip()]


def take(row: Any, path: Sequence[str]) -> Any:
    """The value at a path of nested mappings; None where the path ends early."""
    for name in path:
        if not isinstance(row, Mapping):
            return None
        row = row.get(name)
    return row


def put(row: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Set the value at a path of nested mappings, making what is missing."""
    for name in path[:-1]:
        row = row.setdefault(name, {})
    row[path[-1]] = value


Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
