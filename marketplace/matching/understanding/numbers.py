"""Numbers as people write them: 45, 1.5, 四十五, 两百多, 半, 十来, 二三十."""

from __future__ import annotations

import re

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "零〇一二两俩仨三四五六七八九十百千半"
NUMBER = (r"(?:\d{1,3}(?:,\d{3}){1,3}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,4})?"
          rf"|[{_CHINESE}]{{1,10}})")
"""Pattern source of one number in folded text."""
_TENS = re.compile(r"([一二三四五六七八九])([一二两三四五六七八九])([十百千])$")


def value_of(text: str) -> float | None:
    """The value of a number in digits or Chinese numerals, None when it is none.

    Of an approximate pair the upper one counts: 二三十 is 30, 三五 is 5.
    """
    plain = text.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        pass
    if text in ("", "半"):
        return 0.5 if text else None
    pair = _TENS.match(text)
    if pair:
        return float(_DIGITS[pair.group(2)] * _UNITS[pair.group(3)])
    if text and all(c in _DIGITS for c in text):
        return float(max(_DIGITS[c] for c in text))
    return _spoken(text)


def _spoken(text: str) -> float | None:
    total = 0.0
    digit: int | None = None
    unit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            unit = _UNITS[char]
            total += (1 if digit is None else digit) * unit
            digit = None
        elif char == "半" and unit == 0 and digit is not None:
            return digit + 0.5
        else:
            return None
    if digit is not None:
        # 一百五 means 150, 一百零五 means 105.
        short = unit >= 100 and "零" not in text and "〇" not in text
        total += digit * (unit // 10 if short else 1)
    return total
