"""The short forms, trade names and spellings in Latin letters by which people call a firm."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pypinyin import lazy_pinyin

_HAN = "[\\u4e00-\\u9fff]"
_PLACES = (
    "中国", "山东", "济南", "历下", "市中", "槐荫", "天桥", "历城", "长清", "章丘", "济阳", "莱芜",
    "钢城", "平阴", "商河", "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊", "济宁", "泰安", "威海",
    "日照", "临沂", "德州", "聊城", "滨州", "菏泽", "北京", "上海", "天津", "江苏", "浙江", "河北",
    "河南", "广东", "深圳", "苏州",
)
_PLACE_FIRST = re.compile(
    f"(?:济南市?市中区|(?:{'|'.join(p for p in _PLACES if p != '市中')})"
    "(?:省|市|高新技术产业开发区|经济技术开发区|高新区|起步区|开发区|区|县)?)(?=.{2})")
_LEGAL = (
    "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "股份公司", "集团公司",
    "总公司", "公司", "集团", "总厂", "厂",
)
_TRADE = (
    "精密机械", "机械制造", "重工机械", "生物科技", "生物制药", "生物医药", "智能装备",
    "智能科技", "自动化", "机器人", "特殊钢", "特钢", "钢铁", "钢管", "钢构", "轧钢",
    "不锈钢", "金属制品", "金属材料", "金属", "机械", "机床", "数控", "装备", "设备",
    "制造", "制药", "药业", "医药", "生物", "科技", "技术", "工业", "实业", "材料",
    "新材料", "精密", "智能", "电气", "电子", "铸造", "锻造", "模具", "冶金", "重工",
    "加工", "部件", "零部件", "工贸", "贸易", "医疗器械", "器械", "健康", "发展", "型材",
    "带钢", "锻压", "液压", "轴承", "阀门", "减速机", "传动", "紧固件", "标准件", "工具",
    "刀具", "量具", "激光", "仪器", "仪表", "电机", "配件", "环保", "能源", "新能源", "重型",
    "五金", "铜业", "铝业", "管业", "板材", "线材", "试剂", "诊断", "耗材", "包装", "食品",
    "棒材", "带材", "焊管", "型钢", "铸铁", "铁合金", "冷轧", "冷拔", "弹簧", "链条", "齿轮",
    "化工", "原料药", "中药", "疫苗", "制剂", "物流", "服务",
)
_LATIN_LEGAL = re.compile(
    r"[\s,.]*\b(?:co|ltd|inc|corp|corporation|company|limited|group|llc)\b[\s,.]*$", re.I)
_LATIN_GENERAL = frozenset(
    ["china", "city", "district", "province", "special", "precision", "smart", "intelligent",
     "general", "national", "digital", "steel", "metal", "machine", "machinery", "industrial",
     "united", "first", "second", "north", "south", "east", "west", "golden", "heavy", "modern",
     *("".join(lazy_pinyin(place)) for place in _PLACES)])
_LATIN_LENGTH = 5
"""So many letters a word in Latin script has at least, to stand for a firm or a person."""


def short_forms(name: str) -> Iterator[str]:
    """A name and what is left of it without places, legal form and trade, also in Latin letters;
    what is left must have two characters to stand for the organisation."""
    name = name.strip()
    forms = {name}
    while (cut := _LATIN_LEGAL.sub("", name)) != name and cut:
        name = cut
        forms.add(name)
    bare = name.translate({ord(c): None for c in "()（）"})
    forms.add(bare)
    while place := _PLACE_FIRST.match(bare):
        _core(bare, forms)
        bare = bare[place.end():]
        forms.add(bare)
    bare = _core(bare, forms)
    if re.fullmatch(f"{_HAN}{{2,}}", bare[:2]) and bare[0] != "第":
        forms.add(bare[:2])  # the trade name (字号) has two characters at least
        forms.update(_spelled(bare))
    elif word := _first_word(name):
        forms.add(word)
    yield from (f for f in forms if len(f) >= 2 and f not in _TRADE and f not in _PLACES
                and f not in _LEGAL)


def in_letters(name: str) -> Iterator[str]:
    """A person's name in pinyin, surname first and last."""
    if re.fullmatch(f"{_HAN}{{2,4}}", name):
        first, *given = lazy_pinyin(name)
        for spelled in (f"{first}{''.join(given)}", f"{''.join(given)}{first}"):
            if len(spelled) >= _LATIN_LENGTH:
                yield spelled


def _spelled(bare: str) -> Iterator[str]:
    """The trade name in pinyin: of two characters, of three, and all that is left."""
    for part in {bare[:2], bare[:3], bare}:
        letters = "".join(lazy_pinyin(part))
        if part not in _TRADE and letters.isascii() and len(letters) >= _LATIN_LENGTH:
            yield letters


def _first_word(name: str) -> str | None:
    """The first word of a Latin name that is neither a place nor a common word."""
    words = [w for w in re.findall(r"[A-Za-z]+", name) if w.lower() not in _LATIN_GENERAL]
    return words[0] if words and name.isascii() and len(words[0]) >= _LATIN_LENGTH else None


def _core(bare: str, forms: set[str]) -> str:
    """The name without legal form and trade."""
    return _cut(_cut(bare, _LEGAL, forms), _TRADE, forms)


def _cut(bare: str, endings: tuple[str, ...], forms: set[str]) -> str:
    """Cut the endings off, longest first, noting every form on the way."""
    ordered = sorted(endings, key=len, reverse=True)
    while (cut := next((e for e in ordered if bare.endswith(e) and len(bare) > len(e) + 1), None)):
        bare = bare.removesuffix(cut)
        forms.add(bare)
    return bare
