"""The upper limit of money a text names, in yuan; money that is no budget is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from marketplace.matching.understanding.numbers import NUMBER, value_of
from marketplace.matching.understanding.reading import Reading, Stretch

NEAR = 30
"""Characters on either side of an amount that say what it is."""
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "w": 1e4, "k": 1e3,
           "wan": 1e4, "thousand": 1e3, "million": 1e6, "mio": 1e6, "m": 1e6}
_CHINESE_SCALES = ("万", "w", "wan", "亿", "百万", "千万")
_MONEY = r"(?:元(?:人民币)?|块钱|块|圆|人民币|rmb|yuan|cny|大洋)"
_AMOUNT = re.compile(
    rf"(?:(?P<low>{NUMBER})\s*(?:万|k|w)?\s*(?:-|~|—|到|至|to)\s*)?"
    rf"(?P<sign>[¥￥]|(?:rmb"
    rf"|cny)\s*)?(?P<number>{NUMBER})(?P<vague>[多来余几])?(?P<piece>个)?(?P<vague2>多)?\s*"
    rf"(?P<scale>百万|千万|万|亿|wan\b|thousand|million|mio|[wkm](?![a-z0-9]))?"
    rf"(?P<more>[一二三四五六七八九1-9](?![\d.零〇十百千万个]))?\s*(?P<money>{_MONEY})?")
_LIMIT_BEFORE = re.compile(
    r"预算|最多|至多|顶多|封顶|[不别](?:要|能|得|许)?超|超不过|不高于|不多于|低于|少于|控制在|总共|一共"
    r"|总价|总额|给[到个]|撑死|顶天|[不别]能?够?超"
    r"|上限|能出|可以出|愿意出|肯出|(?:打算|准备|计划|想|只能|能|可|愿意?)(?:花|投|拿|给|掏|用)"
    r"|拿得出|拿出|投入|投资|手[里头上]|资金|经费|费用|批了|批下来|老板[给批]|就给|只给|就这|限"
    r"|budget|less than|under|within|up to|at most|more than|max|below|spend|afford")
_LIMIT_AFTER = re.compile(
    r"^(?:人民币|的)?\s*(?:以内|之内|以下|内|封顶|打住|左右|上下|预算|的预算|到顶|顶天|顶格"
    r"|为限|够不够|够吗|以里|里头|打死|到头|出头|之间|的?样子|能拿下|弄不|能不"
    r"|能不能|能搞|能做|能弄|能上|可以吗|行不行|行吗|拿下|包干|搞定|or less|or below|budget|max"
    r"|at most"
    r"|is (?:our|the) (?:limit|budget)|in total)")
_OTHER_BEFORE = re.compile(
    r"损失|赔|亏|罚|花了|花掉|花费了|花[两二三几]|浪费|产值|营收|营业额|销售|收入|利润|采购"
    r"|工资|月薪|年薪"
    r"|电费|气费|水费|注册资本|欠|[相永]?[差远]差?|修了|卖|报废|样机|[一每]台|[一每]件|[一每]套"
    r"|单价|[一每]片"
    r"|[一每]吨|货款|库存|成本|价值|积压|压着|占用|换了|买了|退货|索赔|补贴|奖励|首付|定金|预付"
    r"|头一?期"
    r"|首期|第一期|首笔|lost|loss|fine|revenue|turnover|sales|paid|cost us|worth|deposit")
_OTHER_AFTER = re.compile(
    r"^(?:的(?:损失|罚款|货|单子|订单|设备|机床|样机|料|库存)|没了|打水漂|白花|产值|营收|销售"
    r"|收入|利润|注册"
    r"|级|多?[人名台件吨支片盒个平米颗粒袋瓶户条次根张套号]|兆|千瓦|度|转|公里|小时|人次)")
_PER_MONTH = re.compile(
    r"每人|每月|每个月|一个月|按月|每用户|每账号|每个账号|每个人|每台|每点|[/每]\s*(?:月|人"
    r"|用户|账号|台|点)"
    r"|per (?:user|month|seat|head|person|machine)|monthly|a month|/\s*(?:month|user|mo)\b")
_FRAME = re.compile(r"第一年|首年|一年|每年|年费|全年|总共|一共|大概|大约|约|差不多|就|也就|先"
                    r"|大致|左右|将近|小|快"
                    r"|about|around|roughly|per year|a year|yearly|/年|吧|呢|了|的|,|、|\s|钱"
                    r"|元|块")
_BUDGET_OF = re.compile(r"(?:预算|budget)[^\d]{0,8}$")
_YEARLY = re.compile(r"(?<!第)(?:每年|一年|年费|按年|per year|a year|yearly|annual|/年)")


_ENGLISH_LIMIT = re.compile(
    r"(?:less than|under|within|up to|at most|more than|max|below|spend|afford)\s*$")
_SAID_AS_MONEY = re.compile(
    r"(?:预算|[只就]?批了|给到?|掏|花|投|拿出?|费用|价格?|钱|经费)[^\d,]{0,4}$")
_SAID_AS_LIMIT = re.compile(
    r"(?:最多|至多|顶多|顶天|撑死|封顶|[不别](?:要|能|得|许)?超过?|预算|控制在)[给花出掏]?$")
_LIMIT_ENDS = re.compile(
    r"^(?:以内|之内|内|以下|封顶|(?:能不能|能否)?打住|到顶|顶天|左右|上下)?(?:达不溜|w)?(?:吧|就行|了|的?样子)?\s*$")
_COUNTED = re.compile(
    r"人|员工|工[位序段]|用户|账号|帐号|席位|点位?|[台套家条间种页]|设备"
    r"|机[床器]|测点|品种|月|模块|[零配工]件|[仓车]间")


class Amount(NamedTuple):
    """Money in the text: yuan, its place, how surely it is the budget, and whether a year's."""

    yuan: int
    start: int
    end: int
    score: float
    yearly: bool


def find_budget(reading: Reading) -> Amount | None:
    """The budget: the surest amount, of equals the largest, since it is an upper limit."""
    found = [a for clause in reading.clauses for a in _amounts(reading.text, clause)]
    sure = [a for a in found if a.score > 0]
    return max(sure, key=lambda a: (a.score, a.yuan), default=None)


def _amounts(text: str, clause: Stretch) -> Iterator[Amount]:
    begin, stop = clause
    last = begin
    for match in _AMOUNT.finditer(text, begin, stop):
        before = text[max(last, match.start() - NEAR):match.start()]
        after = text[match.end():min(stop, match.end() + NEAR)]
        yuan = _yuan(match, before, after)
        if yuan is not None and _is_money(match, before, after):
            score = _score(match, before, after)
            yearly = _YEARLY.search(before + after[:6]) is not None
            yield Amount(round(yuan), match.start(), match.end(), score, yearly)
            last = match.end()


def _yuan(match: re.Match[str], before: str, after: str) -> float | None:
    number = value_of(match["number"])
    if number is None:
        return None
    scale = _SCALES.get(match["scale"] or "", 1.0)
    if _in_ten_thousands(match, before, after):
        scale = 1e4
    total = number * scale
    if match["more"] and scale >= 1e3:
        total += (value_of(match["more"]) or 0) * scale / 10
    return total if 0 < total < 1e12 else None


def _in_ten_thousands(match: re.Match[str], before: str, after: str) -> bool:
    """Whether a bare number is meant in 10,000 yuan, as in 不超过15个 or 预算30."""
    if match["scale"] or match["money"] or match["sign"] or not _LIMIT_ENDS.match(after):
        return False
    number = value_of(match["number"]) or 0
    if not 1 <= number <= 999 or _COUNTED.search(before[-10:]):
        return False
    if not match["piece"]:
        return _SAID_AS_MONEY.search(before) is not None
    return _SAID_AS_LIMIT.search(before) is not None or after.strip() != ""


def _is_money(match: re.Match[str], before: str, after: str) -> bool:
    if _OTHER_AFTER.match(after) and not match["money"]:
        return False
    if _in_ten_thousands(match, before, after):
        return True
    if match["money"] or match["sign"] or match["scale"] in _CHINESE_SCALES:
        return True
    if not (_BUDGET_OF.search(before)
            or (match["scale"] in ("k", "m", "thousand") and _ENGLISH_LIMIT.search(before))):
        return False
    return match["scale"] is not None or (value_of(match["number"]) or 0) > 999


def _score(match: re.Match[str], before: str, after: str) -> float:
    near = before[-14:]
    if _PER_MONTH.search(near) or _PER_MONTH.match(after.lstrip()):
        return -1.0
    score = 0.0
    if _LIMIT_BEFORE.search(near):
        score += 2.0
    if _LIMIT_AFTER.match(after):
        score += 2.0
    if not _FRAME.sub("", before + after).strip():
        score += 1.5
    other = _OTHER_BEFORE.search(near)
    if other and not _LIMIT_BEFORE.search(near, other.end()):
        score -= 2.5
    if _OTHER_AFTER.match(after):
        score -= 2.0
    if match["vague"] == "多" or match["vague2"] or match["scale"] == "亿":
        score -= 1.5
    return score
