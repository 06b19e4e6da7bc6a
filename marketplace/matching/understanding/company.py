"""What a text says about the company itself: number of people, district."""

from __future__ import annotations

import re

from marketplace.matching.understanding.declared import Clue
from marketplace.matching.understanding.numbers import NUMBER, value_of
from marketplace.matching.understanding.reading import Reading

_PEOPLE = re.compile(
    rf"(?:员工|职工|工人|全厂|公司|厂里|一共|总共|我们|就"
    rf"|才)?[有是约近共]?\s*(?P<number>{NUMBER})(?:[来多几余]|十来)?"
    r"(?:号人|口人|名员工|个员工|名职工|个工人(?!看|管|盯|守|填|抄|跑|轮|干|数|量|挑)|个人(?!签|说|用|查|名|看|管|盯|守|填|抄|录|跑|拿|轮|干|忙|找|算|核|数|量|挑)|人的?(?:小?厂|公司|企业"
    r"|规模|团队|$)|人的[\u4e00-\u9fff]{1,6}?(?:厂|公司|企业|作坊)|人(?=[,。;、\n]|$))"
    rf"|(?P<english>{NUMBER})[\s-]+(?:employees|people|staff|workers|man\b|person\b)")
_DISTRICT = re.compile(r"(?:在|位于|地处|坐落)(?P<name>[\u4e00-\u9fff]{2,5}?(?:高新区|开发区"
                       r"|新区|区|县))"
                       r"|(?P<other>(?:[\u4e00-\u9fff]{2}|高新|先行|起步|经开)区)的?(?:一家"
                       r"|企业|工厂|公司|厂)")
_NOT_A_PLACE = re.compile(r"车间|洁净|厂区|库区|[ABCD]级|生产|园区|无菌|功能|作业|办公"
                          r"|区$(?<=..区)(?<=[本厂该各库]区)")


def find_headcount(reading: Reading) -> Clue[int] | None:
    """The number of people in the company, if the text says it; the largest one said."""
    best: Clue[int] | None = None
    for match in _PEOPLE.finditer(reading.text):
        number = value_of(match["number"] or match["english"])
        if number and 3 <= number <= 100_000 and (best is None or number > best.value):
            best = Clue(int(number), 0.8, (reading.evidence(match.start(), match.end()),))
    return best


def find_district(reading: Reading) -> Clue[str] | None:
    """The district as it is written, if the text says where the company is."""
    for match in _DISTRICT.finditer(reading.text):
        group = "name" if match["name"] else "other"
        if not _NOT_A_PLACE.search(match[group]):
            evidence = reading.evidence(match.start(group), match.end(group))
            return Clue(evidence.words, 0.8, (evidence,))
    return None
