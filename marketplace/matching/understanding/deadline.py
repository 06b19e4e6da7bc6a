"""How many days a text gives for going live. Calendar dates need to know what today is."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from marketplace.matching.understanding.named_days import named_days
from marketplace.matching.understanding.numbers import NUMBER, value_of
from marketplace.matching.understanding.reading import Reading

NEAR = 30
"""Characters on either side of a length of time that say what it is."""
_DAYS = {"天": 1, "日": 1, "工作日": 1.4, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "季度": 90,
         "季": 90, "年": 365, "day": 1, "week": 7, "month": 30, "quarter": 90, "year": 365}
_ENGLISH = {w: float(n) for n, w in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
     "twelve"), 1)} | {"a": 1.0, "an": 1.0, "half a": 0.5}
_LENGTH = re.compile(
    rf"(?:{NUMBER}\s*(?:个?)\s*(?:-|~|—|到|至|或者?"
    rf"|to)\s*)?(?<![第每近上下去这那])(?P<number>{NUMBER})"
    r"\s*(?P<unit>个工作日|工作日|个半月|个来?多?月|(?<=[俩仨])月|个星期|个礼拜|个季度|天|日(?![前期常])"
    r"|周(?![一二三四五六日])"
    r"|星期(?![一二三四五六日])|礼拜|季度|年)(?P<half>半)?"
    rf"|\b(?P<word>\d{{1,4}}|{'|'.join(_ENGLISH)})(?:\s|-)+(?:working\s+)?(?P<english>day|week"
    rf"|month|quarter|year)s?\b")
_AFTER = re.compile(
    r"^(?:的?时间)?(?:左右)?(?:以内|之内|内(?!部)|(?:就|要|得|必须|能|可以|能|后|之后|时间|最好"
    r"|争取|左右)*"
    r"(?:交付|交货|装上|弄完|弄成|弄利索|办[完好妥成]|搞完|搞利索|拿下|跑通|整好|整完|交(?!期|代|流|接)|上线|完成|做[完好成]|搞[定好]|弄好|落地|见效|见到效果"
    r"|用起来|用上|跑起来|投用|投产|验收|到位|完工"
    r"|建成|建好|装好|整改完|通过|出结果|实施)"
    r"|^之?后(?:就|要|有|来|是)*.{0,4}(?:检查|审核|验收|核查|审计|认证|飞检)"
    r"|^(?:from now|to (?:go )?live|to deliver|to finish|to implement))")
_BEFORE = re.compile(
    r"(?:(?:检查|审核|验收|核查|审计|认证|飞检)(?:就|定|安排)?在"
    r"|期限|限期|工期|时限|周期|最迟|最晚|限(?:我们|在)?|不超过|别超过|给(?:我们|你们)?"
    r"|within|need(?:ed)?(?: it| this| them| something)? in|go live in|live in"
    r"|deadline(?: is| of)?|no later than"
    r"|(?:ready|installed|finished|completed|working|complete|finish) in"
    r"|done in|delivered in|deliver in|running in"
    r"|up and running in|at most)"
    r"[是为:\s]*(?:大概|大约|about|the next)?\s*$")
_OTHER_AFTER = re.compile(
    r"^(?:以内|之内|内)?(?:要|须|得|必须)?(?:上报|报告|响应|到场|到现场|上门|反馈|保修|质保"
    r"|账期|账|保存|的?(?:数据|记录|曲线|历史|货))"
    r"|^(?:以内|内)?\s*(?:[\d一二两三四五六七八九十]+(?:\.\d+)?\s*[万块千])")
_OTHER_BEFORE = re.compile(r"(?:近|最近|过去|保存|存够?|质保|保修|追溯|留存|挤在|等了?|超了"
                           r"|拖了|账期|效期|last|past|warranty)\s*$")

_FRAME = re.compile(r"大概|大约|约|左右|时间|的|吧|最好|争取|就|[\s,、]|about|in total")


class Deadline(NamedTuple):
    """Days from today, the place of the words, how sure."""

    days: int
    start: int
    end: int
    score: float


def find_deadline(reading: Reading, today: date | None) -> Deadline | None:
    """The deadline: the surest length of time, of equals the first.

    Calendar-relative dates (年底前) count only when `today` is given.
    """
    found = list(_lengths(reading))
    if today is not None:
        found += _dates(reading, today)
        found += (Deadline((due - today).days, start, end, 0.85)
                  for due, start, end in named_days(reading.text, today))
    return max(found, key=lambda d: (d.score, -d.start), default=None)


def _lengths(reading: Reading) -> Iterator[Deadline]:
    for begin, stop in reading.clauses:
        for match in _LENGTH.finditer(reading.text, begin, stop):
            before = reading.text[max(begin, match.start() - NEAR):match.start()]
            after = reading.text[match.end():min(stop, match.end() + NEAR)]
            if _OTHER_AFTER.match(after) or _OTHER_BEFORE.search(before):
                continue
            follows, leads = _AFTER.match(after), _BEFORE.search(before)
            days = _days(match)
            alone = not _FRAME.sub("", before + after)
            if days and (follows or leads or alone):
                end = match.end() + (follows.end() if follows else 0)
                start = match.start() - len(before) + leads.start() if leads else match.start()
                yield Deadline(days, start, end, 0.7 + 0.1 * (bool(follows) + bool(leads)))


def _days(match: re.Match[str]) -> int | None:
    if match["english"]:
        number = _ENGLISH.get(match["word"]) or float(match["word"])
        return _whole(number, match["english"])
    number_zh = value_of(match["number"])
    if number_zh is None:
        return None
    unit = match["unit"].removeprefix("个")
    if unit == "半月":
        return _whole(number_zh + 0.5, "月")
    if match["half"]:
        number_zh += 0.5
    return _whole(number_zh, unit.removeprefix("来").removeprefix("多"))


def _whole(number: float, unit: str) -> int | None:
    half_a_year = number == 0.5 and _DAYS[unit] == 365
    days = 180 if half_a_year else round(number * _DAYS[unit])
    return days if 0 < days <= 3650 else None


_MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月"
_DATE = re.compile(
    rf"(?P<next>明年)?(?:{_MONTH}(?:(?P<day>\d{{1,2}})[日号]|(?P<part>底|初|中旬|份)?)"
    rf"|(?P<year>年底|(?<![半一二两俩三四五六七八九十几\d])年内|今年内)"
    r"|(?P<this>本月底?|这个月底?|(?<!下)(?<!下个)月底)|(?P<following>下个?月底?)"
    r"|(?P<end>(?:by|before) (?:the )?(?:end of (?:the |this )?year|year[- ]end)))"
    r"(?P<cue>之?前|以前|必须|要(?:上线|用|交|完成)|上线|完成|交付)?")


def _dates(reading: Reading, today: date) -> Iterator[Deadline]:
    for match in _DATE.finditer(reading.text):
        if not (match["cue"] or match["year"] or match["end"]):
            continue
        due = _due(match, today)
        if due is not None and due >= today:
            yield Deadline((due - today).days, match.start(), match.end(), 0.85)


def _due(match: re.Match[str], today: date) -> date | None:
    year, month = today.year + bool(match["next"]), today.month
    if match["year"] or match["end"]:
        return date(year, 12, 31)
    if match["this"]:
        return _month_end(year, month)
    if match["following"]:
        return _month_end(year + month // 12, month % 12 + 1)
    month = int(value_of(match["month"]) or 0)
    if not 1 <= month <= 12:
        return None
    if not match["next"] and month < today.month:
        year += 1
    last = calendar.monthrange(year, month)[1]
    day = min(int(match["day"]), last) if match["day"] else last
    if match["cue"] and match["cue"].endswith("前") and not match["day"] and not match["part"]:
        return date(year, month, 1) - timedelta(days=1)
    return date(year, month, max(day, 1))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
