"""Where the software may run, by the words of the vocabulary and a few turns of phrase."""

from __future__ import annotations

import re
from typing import NamedTuple

from marketplace.matching.understanding.lexicon import Lexicon
from marketplace.matching.understanding.reading import Reading

ORDER = ("hybrid", "edge", "private", "saas")
"""Which kind stands when the text names several: the one that says more about the place."""
_BOX = "(?:工控机|工业电脑|工业平板|电脑|盒子|网关|一体机|服务器|主机|box|gateway|ipc)"
_TURNS = (
    ("edge", re.compile(
        rf"{_BOX}.{{0,3}}(?:放|装|摆|搁|挂).{{0,8}}(?:边|旁|跟前|现场|线上|电柜|柜里)"
        rf"|(?:边上?|旁边?|跟前)(?:放|装|摆|搁|挂|加)(?:个|一?台)?.{{0,2}}{_BOX}"
        rf"|(?:放|装|摆|搁|挂)(?:个|一?台)?.{{0,6}}(?:边上?|旁边?|跟前).{{0,4}}{_BOX}"
        r"|(?:机床|机台|设备|产线|机器|线|机)旁边?(?:就|上)?(?:能|要|直接)?(?:算|跑|处理|判)"
        r"|(?:就地|现场|当地|本机)(?:就)?(?:算|判|处理)")),
    ("saas", re.compile(
        r"(?:全|都|搬|放|迁|挪)(?:部|搬|放|迁|到)*(?:上|到|在)云|(?<![不别])(?:想|要|能|可以?|愿意|同意|接受)上云(?!盒)"
        r"|不(?:要|用|想|愿)(?:搞|买|弄|装|养|架)?(?:什么|啥)服务器"
        r"|别让我[买装]|不想?(?:自己)?(?:买|养|装|搭)(?:服务器|机器|机房)|按云平台|云(?=[a-z]{3})"
        r"|\bno (?:on-?site |local |own )?servers?\b|\bcloud[- ](?!server|host)(?=[a-z])"
        r"|\b(?:prefer(?:red|ably)?|want|use|open to|fine with|ok with|in the|on the) "
        r"(?:the |a )?(?:public )?cloud\b")),
    ("hybrid", re.compile(
        r"一部分.{0,6}(?:本地|厂里|内网).{0,6}(?:一部分|其余|其他|剩下).{0,6}云"
        r"|一部分.{0,6}云.{0,6}(?:一部分|其余|其他|剩下).{0,6}(?:本地|厂里|内网)")),
    ("private", re.compile(
        r"(?:不|别|勿|禁止|不要|不许|不能|不准|不得|不想)(?:要|能|许|准|让|再|经过?|走|接|连|联|通"
        r"|碰|上|出|往){1,3}"
        r"(?:外网|互联网|公网|因特网|云)|(?:数据|资料|图纸|配方|程序).{0,6}(?:不|别)(?:能|许|准"
        r"|得|要|可)?"
        r"(?:出厂|出门|出公司|外传|外流|外泄|离开|上网|传出|流出|拷走|泄露|给外人)|(?:数据|图纸|资料).{0,4}(?:留|存|放"
        r"|锁)在?(?:厂里|公司|本地|自己)"
        r"|(?:别|不要|甭|不用)(?:给我)?(?:整|搞|弄|上)?(?:什么|啥)?云(?![南端台图])"
        r"|(?:不放心|不敢|信不过|不想)(?:往|把.{1,6}|放|搁|存|传)*(?:在|到)?云"
        r"|(?:数据|资料|图纸|配方).{0,4}(?:外面|外头|别人|人家).{0,4}(?:不放心|不敢|不踏实|怕)"
        r"|服务器(?:要|得|必须)?(?:放|装|摆|搁)在?(?:我们|自己|自家|咱|俺|厂里?|公司){1,3}"
        r"|(?:跟|和|与)?(?:外网|互联网)(?:是|都|已经?|要)*(?:断开|隔离|不通|断着)"
        r"|must (?:stay|remain|be kept) (?:on|in|at|inside)|self-host")),
)
_DENIED = re.compile(r"(?:不要|不用|不想要?|不需要|绝对不|别|无需|没有?|拒绝|no|not|without"
                     r"|don't want)\s*"
                     r"(?:any|a|上|搞|弄|装|买|放|做|建|再)*\s*$")
_STANDS_NOW = re.compile(r"(?:用的(?:都|还|也)*是|(?:现在|目前|原来|原先|以前|过去|老的?)"
                         r"(?:用|上|的|还|都|是)*|十年前的?|老)\s*$")
"""Says what is there today, such as 现在用的是单机版: no wish."""
_EITHER = re.compile(
    r"上不上云|云不云|是不是云|either (?:cloud|on-?prem)\S*"
    r"|(?:云|本地|私有)[^,]{0,4}(?:或者?|还是|、|和|跟)[^,]{0,5}(?:云|本地|私有|自己)[^,]{0,3}(?:都|无所谓|随)")
"""Says that the place does not matter."""
_FLIPPED = {"saas": "private", "private": "saas", "edge": "", "hybrid": ""}


class Place(NamedTuple):
    """A kind of deployment and the words that name it."""

    kind: str
    start: int
    end: int


def find_deployment(reading: Reading, lexicon: Lexicon) -> list[Place]:
    """Every place named, those of the kind that stands first. Empty when none is."""
    text = _EITHER.sub(lambda m: " " * len(m[0]), reading.text)
    found = [Place(kind, m.start(), m.end()) for kind, turn in _TURNS for m in turn.finditer(text)]
    for owner, phrase, start, end in lexicon.deployment.find(text):
        begin = reading.clause_of(start)[0]
        if _STANDS_NOW.search(text[max(begin, start - 12):start]):
            continue
        denied = _DENIED.search(text[max(begin, start - 12):start])
        kind = _FLIPPED[owner] if denied and not _carries_no(phrase) else owner
        if kind:
            found.append(Place(kind, start - (len(denied[0]) if denied else 0), end))
    if not found:
        return []
    best = min((p.kind for p in found), key=ORDER.index)
    return sorted(found, key=lambda p: (p.kind != best, p.start))


def _carries_no(phrase: str) -> bool:
    """Whether the phrase of the vocabulary is itself a denial, such as 不用买断."""
    return phrase.startswith(("不", "没", "无", "免", "断", "no ", "not ", "without", "nothing"))
