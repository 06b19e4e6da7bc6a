"""The words and forms by which masking knows phones, accounts, addresses and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = "[\\u4e00-\\u9fff]"
_SURNAME = (
    "(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|夏侯|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任"
    "卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔"
    "向常汤康易乔赖文樊兰殷施洪翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷祁舒耿牟卜"
    "詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强丛车冉房边辜吉"
    "饶刁瞿戚丘古米池滕晋苑邬臧畅宫嵇蔺])")
_TITLES = ("总经理|副经理|经理|董事长|厂长|主任|科长|部长|主管|会计|老板|师傅|工程师|先生|"
           "女士|小姐|老师|书记|处长|副总|总监|总|工")
_NO_NAME = ("(?!施工|车工|金工|高工|包工|管工|万工|方总|成总|任务|向总|司机|任何|高温|石工|安全|"
            "关于|常规|于是|向量|解决|查询|成本|温度|包装|单位|边缘|项目|位于|易损|段工|白班|金属|钟点)")

EMAIL = re.compile(r"[a-z0-9._%+-]+\s*(?:@|\(at\)|\[at\])\s*[a-z0-9-]+(?:\s*\.\s*[a-z0-9-]+)+")
SITE = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff,;。]+|"
                  r"(?<![a-z0-9@.])[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|top|vip)"
                  r"(?![a-z0-9])")
CHAT = re.compile(
    r"(?:微信|wechat|weixin|(?<![a-z])[wv]x|v信|(?<![a-z])qq|扣扣|钉钉|飞书|dingtalk)"
    r"(?:号码|账号|帐号|群号|号|群|id)?\s*(?:[:是为]|同号)?\s*"
    r"(?P<it>[a-z0-9][a-z0-9_-]{4,})")
PHONE = re.compile(r"\+?(?<![\d.])\d(?:[\s\-—–_·.()*]{0,2}\d){6,17}(?!\.?\d)")
UNIT_AFTER = re.compile("元|万|亿|吨|件|支|台|套|年|月|个|米|克|升|片|条|人|平|㎡|公|天|小时|度|"
                        "千|k|t(?:on)?s?|yuan|rmb|pcs|%|％")
YEARS = re.compile(r"(?:19|20)\d\d\s*[\-—–]\s*(?:19|20)\d\d")
CREDIT_CODE = re.compile(r"(?<![a-z0-9])[159y][1239][0-9]{6}[0-9a-hj-npqrtuwxy]{10}(?![a-z0-9])")
_NOT_PLACE = "(?!位于|地址|住在|坐落|我们|我厂|本厂|公司|工厂|车间|厂里|就在|在|是|到|于|[，。])"
ADDRESS = re.compile(
    f"(?:{_NOT_PLACE}{_HAN}){{1,8}}(?:大道|大街|胡同|路|街|巷|弄)\\s*(?:东|西|南|北)?"
    "(?:段)?\\s*[0-9一二三四五六七八九十百零〇\\-]{1,7}\\s*(?:号|弄)"
    f"(?:\\s*[0-9a-z一二三四五六七八九十\\-]{{1,5}}\\s*(?:号楼|号院|幢|栋|座|层|楼|室|单元|户))*"
    f"|(?:{_NOT_PLACE}{_HAN}){{2,8}}(?:路与{_HAN}{{2,6}}路交叉口|街道办?|工业园区?|产业园区?|科技园)"
    f"|(?:{_NOT_PLACE}{_HAN}){{1,5}}[镇乡]{_HAN}{{1,5}}村"
    r"|\bno\.?\s*\d+,?\s+[a-z]+(?:\s[a-z]+)?\s(?:road|street|avenue|rd|st)\b")
LEGAL_NAME = re.compile("(?:(?!我们|我是|我司|本公司|这家|一家|供应商|客户|和|与|给|是|在|[的，。])"
                        "[\\u4e00-\\u9fffa-z0-9()]){2,16}?(?:有限责任公司|股份有限公司|有限公司)")
CONTACT = re.compile("(?:联系人|负责人|经办人|对接人|法定代表人|法人代表|法人|姓名|联系|请找|找)"
                     f"\\s*[:是为]?\\s*(?P<it>{_NO_NAME}{_SURNAME}{_HAN}{{1,2}})")
TITLED = re.compile(f"(?P<it>{_NO_NAME}{_SURNAME}{_HAN}{{0,2}}?(?:{_TITLES}))"
                    "(?![业厂作艺序具件位段人时资期单装程体量计是结额共成部数账])"
                    r"|\b(?:mr|mrs|ms|dr|miss)\.?\s+(?P<en>[a-z]+)")

_PLACES = ("中国", "山东省", "山东", "济南市", "济南")
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
    "化工", "原料药", "中药", "疫苗", "制剂", "物流", "服务",
)
_LATIN_LEGAL = re.compile(
    r"[\s,.]*\b(?:co|ltd|inc|corp|corporation|company|limited|group|llc)\b[\s,.]*$", re.I)


def short_forms(name: str) -> Iterator[str]:
    """A name and what is left of it without place, legal form and trade; what is left must have
    two characters to stand for the organisation."""
    name = name.strip()
    forms = {name}
    while (cut := _LATIN_LEGAL.sub("", name)) != name and cut:
        name = cut
        forms.add(name)
    bare = name.translate({ord(c): None for c in "()（）"})
    forms.add(bare)
    for place in _PLACES:
        if bare.startswith(place):
            bare = bare.removeprefix(place)
            forms.add(bare)
    for ending in (_LEGAL, _TRADE):
        bare = _cut(bare, ending, forms)
    if re.fullmatch(f"{_HAN}{{2,}}", bare[:2]) and bare[0] != "第":
        forms.add(bare[:2])  # the trade name (字号) has two characters at least
    yield from (f for f in forms if len(f) >= 2 and f not in _TRADE and f not in _PLACES
                and f not in _LEGAL)


def _cut(bare: str, endings: tuple[str, ...], forms: set[str]) -> str:
    """Cut the endings off, longest first, noting every form on the way."""
    ordered = sorted(endings, key=len, reverse=True)
    while (cut := next((e for e in ordered if bare.endswith(e) and len(bare) > len(e) + 1), None)):
        bare = bare.removesuffix(cut)
        forms.add(bare)
    return bare
