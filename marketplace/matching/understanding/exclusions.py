"""Products a text names: those it wants, those it has already, those it does not want."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from marketplace.matching.understanding.lexicon import Lexicon
from marketplace.matching.understanding.phrases import PhraseBook
from marketplace.matching.understanding.reading import Reading
from marketplace.plugin_data import read_json

DATA = Path(__file__).parent.parent / "data"

_REFUSED_BEFORE = re.compile(
    r"(?:不要|不用|不需要|不想要?|不想[上用买搞]|不考虑|不打算|不准备|不上|不买|不做|不租|不碰"
    r"|[别勿][上推买搞提装]|别再|(?:千万|可)别|[别勿](?:老|总|一直)*(?:给|跟|向|对|和|拿|让)[^,。;]{0,3}|不许再?[推提]"
    r"|甭|莫再?|少[来提推给]|休提|拒推"
    r"|无需|不必|用不着|用不上|犯不着|没必要|谢绝|拒绝|排除|除了|而不是|不是要|不是找|受够了?"
    r"|no need for|do(?:es)? not (?:want|need)|don't (?:want|need|sell us|push|pitch)|without"
    r"|stop (?:pushing|selling|offering|recommending|pitching)(?: us| me)?|fed up with|tired of"
    r"|don't (?:recommend|suggest|offer|show)(?: us| me)?|please no|instead of|rather than"
    r"|except(?: for)?|apart from|other than|not another|not interested in|no more|no new|not)"
    r"(?:\s|再|又|还|总|老|上|搞|买|用|推|提|换|装|谈|讲|说|来|给|跟|向|我|咱|俺|们|了|什么|任何"
    r"|推荐|推销|安利|介绍|考虑|新的?|整套|大型?|一套|个|那种|another|an?|any|new|big|full|more"
    r"|us|me)*$")
_REFUSED_AFTER = re.compile(
    r"^(?:系统|软件|平台|这类|之类|什么|那套|的|东西)*(?:就|都|也|我们?|暂时|先|现在|可|咱|真|是"
    r"|请|再)*"
    r"(?:不要|不用|不换|不想[换要上用买]|不动|不上|不考虑|不需要|不打算[上换买]?|别[推动提上再]"
    r"|免谈|免了|算了|保留|不碰|除外|以外|用不着|用不上|没必要|没兴趣|不感兴趣|不在考虑"
    r"|(?:已经?)?有了,?[^,。;]{0,6}(?:别|不要|不用|不想|不打算|没必要|用不着)[^,。;]{0,3}"
    r"[再重另又]?[上买换装搞推]"
    r"|\s*(?:is|are) not (?:needed|wanted)|\s*(?:not needed|stays?|excluded|must stay"
    r"|remains?))(?!了?(?:解|起来|上来))")
_NOT_AGAIN = re.compile(
    r"(?:系统|软件|平台)?(?:已?经?有了?|了|的)?[,。;]?[^,。;]{0,4}(?:别|不要|不用|不想|不打算|不会|没必要"
    r"|用不着|犯不着|何必|不能)[^,。;]{0,4}(?:再|重复|重新|另外?|又)"
    r"[^,。;]{0,2}[上买换装搞推花]|(?:系统|软件|平台)?(?:已?经?有了?|了)?,?再(?:上|买|换|装|搞)(?:一套|一遍|个)?"
    r"(?:就|是|纯|太|没|不)")
"""Said of a product one has: not another one. 已经有了ERP,不想再上; 有ERP了,再上就浪费了."""
_OWNED_BEFORE = re.compile(
    r"(?:已经?有|已经?上|已经?用|已经?买|上过|有了|用着|正在用|现有|现在[用有上]|目前[用有上]"
    r"|用的是?|原有|原来的|早有|装了"
    r"|already (?:have|use|own|run)|we (?:have|use|run)|our (?:existing|current)|existing|current)"
    r"(?:\s|了|的|的是|是|一套|个|自己的|an?|our)*$")
_OWNED_AFTER = re.compile(r"^(?:系统|软件)?(?:已经?有|已经?上|上了|用着|在用|有了|用了)")
_KEPT = re.compile(r"不换|不动|保留|不想换|别[动推]|继续用|接着用|keep it|keep using|stays"
                   r"|not replac|keep (?:the|our)")
_HAD = re.compile(r"(?<![没还])有(?:\s|一套|个|自己的)*$")
_JOINED = re.compile(r"(?:跟|和|与|同|从|接|对接|打通|集成|连接?|导入|导到|读取?"
                     r"|integrates? with|connects? (?:to|with)|link(?:s|ed)? (?:to|with)"
                     r"|interface (?:to|with)|from)\s*(?:我们|现有|现在|已有|原来|厂里|的|our"
                     r"|the|existing|current)*\s*$")

_KIND_OF = re.compile(r"(?:[那这哪]种|[那这]类|进口的?|国外的?|大型|老式)$")
"""A kind of the product is refused, not the product."""


class Product(NamedTuple):
    """A product word: category, place, and whether it is wanted, owned, joined or refused."""

    code: str
    start: int
    end: int
    stance: str


@cache
def _brands() -> PhraseBook:
    book = PhraseBook()
    for code, names in read_json(DATA, "brands.json").items():
        book.add(code, names)
    return book.seal()


def find_products(reading: Reading, lexicon: Lexicon) -> list[Product]:
    """Product words in order. A brand counts only as owned or refused, never as wanted."""
    brands = []
    for f in _brands().find(reading.text):
        stance = _stance(reading, f.start, f.end)
        brands.append(Product(f.owner, f.start, f.end, "owned" if stance == "wanted" else stance))
    found = list(brands)
    for f in lexicon.products.find(reading.text):
        brand = next((b for b in brands if 0 <= f.start - b.end <= 2), None)
        stance = brand.stance if brand else _stance(reading, f.start, f.end)
        found.append(Product(f.owner, f.start, f.end, stance))
    return sorted(found, key=lambda p: p.start)


def _stance(reading: Reading, start: int, end: int) -> str:
    begin, stop = reading.clause_of(start)
    before = reading.text[max(begin, start - 20):start]
    after = reading.text[end:max(stop, end)]
    if _REFUSED_BEFORE.search(before):
        # "besides X we also need Y" wants both
        return "wanted" if before.endswith("除了") and "还" in after else "refused"
    if _REFUSED_AFTER.match(after):
        return "joined" if _KIND_OF.search(before) else "refused"
    if _OWNED_BEFORE.search(before) or _OWNED_AFTER.match(after):
        kept = _KEPT.search(reading.text, end, stop + 16)
        return "refused" if kept or _NOT_AGAIN.match(reading.text, end) else "owned"
    if _HAD.search(before) and _NOT_AGAIN.match(reading.text, end):
        return "refused"
    return "joined" if _JOINED.search(before) else "wanted"
