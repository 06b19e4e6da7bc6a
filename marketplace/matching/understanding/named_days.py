"""Dates people name instead of writing: 春节前, 618之前, 下个季度, by the end of January."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

_SPRING_FESTIVAL = {
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23),
    2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28)}
"""First day of the lunar year, by the calendar of GB/T 33661-2017."""
_FIXED = {"元旦": (1, 1), "开春": (2, 4), "立春": (2, 4), "五一": (5, 1), "劳动节": (5, 1),
          "六一八": (6, 18), "618": (6, 18), "七一": (7, 1), "国庆": (10, 1), "十一": (10, 1),
          "双十一": (11, 11), "双11": (11, 11), "圣诞": (12, 25), "christmas": (12, 25)}
_MONTHS = [name.lower() for name in calendar.month_name]
_NAMED = re.compile(
    r"(?P<festival>春节|过年|(?<![\d今去前明后每一两半])年(?=前))(?:之?前|以前)"
    rf"|(?<![\d一二三四五六七八九])(?P<fixed>{'|'.join(sorted(_FIXED, key=len, reverse=True))})"
    r"(?:节)?(?:长假|放假|大促)?(?:之?前|以前)"
    r"|(?:by|before) (?P<christmas>christmas)"
    r"|(?P<quarter>下个?季度|next quarter)|(?P<this_quarter>(?:本|这个?)季度|this quarter)"
    r"|明年(?P<part>一季度|二季度|三季度|四季度|上半年|下半年)"
    rf"|(?:by|before) (?P<end>(?:the )?end of )?(?P<month>{'|'.join(_MONTHS[1:])})"
    r"(?: (?P<day>\d{1,2}))?\b")
_PARTS = {"一季度": 3, "二季度": 6, "上半年": 6, "三季度": 9, "四季度": 12, "下半年": 12}


def named_days(text: str, today: date) -> Iterator[tuple[date, int, int]]:
    """Each named date not before `today`, with its place. `前` means the day before."""
    for match in _NAMED.finditer(text):
        due = _due(match, today)
        if due is not None and due >= today:
            yield due, match.start(), match.end()


def _due(match: re.Match[str], today: date) -> date | None:
    if match["festival"]:
        return _eve_of_spring_festival(today)
    name = match["fixed"] or match["christmas"]
    if name:
        return _next(*_FIXED[name], today) - timedelta(days=1)
    if match["part"]:
        return _month_end(today.year + 1, _PARTS[match["part"]])
    if match["month"]:
        return _month_or_day(match, today)
    month = (today.month - 1) // 3 * 3 + (6 if match["quarter"] else 3)
    return _month_end(today.year + (month > 12), (month - 1) % 12 + 1)


def _eve_of_spring_festival(today: date) -> date | None:
    first_days = (date(year, *_SPRING_FESTIVAL[year])
                  for year in (today.year, today.year + 1) if year in _SPRING_FESTIVAL)
    return next((d - timedelta(days=1) for d in first_days if d > today), None)


def _month_or_day(match: re.Match[str], today: date) -> date | None:
    month = _MONTHS.index(match["month"])
    if match["day"]:
        last = calendar.monthrange(today.year, month)[1]
        return _next(month, min(max(int(match["day"]), 1), last), today)
    if match["end"]:
        year = today.year + (month < today.month)
        return _month_end(year, month)
    return _next(month, 1, today) - timedelta(days=1)


def _next(month: int, day: int, today: date) -> date:
    year = today.year
    if (month, day) <= (today.month, today.day):
        year += 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
