"""Clue rules: money, time, place, refusals, the company, typos, numbers."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.matching.understand import understand
from marketplace.matching.understanding.numbers import value_of

NEED = "仓库账实不符，想上扫码出入库系统，"
"""A need that says nothing about money, time or place."""


@pytest.mark.parametrize(("written", "value"), [
    ("45", 45), ("1,200", 1200), ("1.5", 1.5), ("四十五", 45), ("十五", 15), ("一百二", 120),
    ("一百零二", 102), ("两", 2), ("半", 0.5), ("二三十", 30), ("三五", 5), ("两千五", 2500),
    ("俩", 2), ("一半", 1.5), ("万", None), ("", None), ("十十", 20),
])
def test_numbers(written, value):
    assert value_of(written) == value


@pytest.mark.parametrize(("said", "yuan"), [
    ("预算15万", 150_000), ("20万以内", 200_000), ("预算封顶四十五万", 450_000),
    ("最多两万块", 20_000), ("总共给到60万。", 600_000), ("二十五万", 250_000),
    ("预算20-30万", 300_000), ("预算二三十万", 300_000), ("5万以内", 50_000),
    ("一年三万以内", 30_000), ("每年8000元以内", 8_000), ("第一年30万", 300_000),
    ("less than 200k yuan", 200_000), ("budget 300,000 yuan", 300_000),
    ("budget under 0.5 million RMB", 500_000), ("预算20w", 200_000), ("不超过1万5", 15_000),
    ("预算八万五左右", 85_000), ("预算12.5万", 125_000), ("大概40万上下", 400_000),
    ("手头就十万块钱", 100_000), ("老板批了30万", 300_000), ("拿得出八十万", 800_000),
    ("最多花6万元", 60_000), ("预算五十来万", 500_000), ("控制在三十万", 300_000),
    ("¥50000以内", 50_000), ("十几万的事，预算18万", 180_000), ("两百万够不够", 2_000_000),
    ("软件不超过8个", 80_000), ("15个以内", 150_000), ("预算三十个", 300_000),
    ("给个十五六万", 160_000), ("50个能不能打住", 500_000),
    ("预算30", 300_000), ("老板只批了12", 120_000), ("撑死20万", 200_000), ("20万打死", 200_000),
    ("15万到20万之间", 200_000), ("一百万出头", 1_000_000), ("二十来万能弄不", 200_000),
    ("不能超过100万元人民币", 1_000_000), ("no more than 300k", 300_000), ("20 wan", 200_000),
    ("预算150000", 150_000), ("预算15 万元", 150_000), ("不要超过25万", 250_000),
])
def test_budget(said, yuan):
    found = understand(NEED + said)
    assert found.budget is not None
    assert found.budget.value == yuan


@pytest.mark.parametrize("said", [
    "去年损失四百多万", "按人头，每人每月两百以内", "一年三个多亿产值", "一片八厘二",
    "样机一台三十万", "修主轴花了六万", "包材一年采购四千万", "每月3000元", "被罚了5万",
    "钱花了三十多万没用起来", "客户欠着二百万", "月底差十几万", "钱分两次，头一期18万",
    "有两万件库存", "十万级洁净车间", "max 3000 yuan per month", "库存金额三千万",
    "最多8个人用", "账号不超过15个", "测点不超过40个", "不超过3个月", "车间有6个",
    "年产5万吨", "一个月电费几十万", "光伏装了2兆瓦", "月薪八千",
])
def test_other_money_is_no_budget(said):
    assert understand(NEED + said).budget is None


@pytest.mark.parametrize(("said", "days"), [
    ("半个月内要能填报", 15), ("六个月内要迎接检查", 180), ("两个月交", 60), ("三个月见效", 90),
    ("一年内做完", 365), ("九个月落地", 270), ("整改期限60天", 60), ("四十天内跑起来", 40),
    ("检查前四个月内", 120), ("go live within 4 months", 120), ("45天内上线", 45),
    ("半年内上线", 180), ("两周内装好", 14), ("一个半月上线", 45), ("一个季度内完成", 90),
    ("最好三个月内", 90), ("工期不超过20天", 20), ("within six weeks", 42), ("3-4个月上线", 120),
    ("within half a year", 180), ("必须一个月内用上", 30), ("两个星期搞定", 14),
    ("俩月内搞定", 60), ("一个来月弄完", 30), ("一个月能装上吗", 30), ("100天", 100),
    ("need it in 2 months", 60), ("needed in 8 weeks", 56), ("GMP检查在三个月后", 90),
    ("100天之内建成", 100), ("四个月上线", 120), ("90天以内合规", 90),
])
def test_deadline(said, days):
    assert understand(NEED + said).deadline_days == days


@pytest.mark.parametrize("said", [
    "15天要上报", "一签就是四十五天", "三十天才能回来", "现在等24周", "录了两个月没人录",
    "盘点要停两天", "一年三万以内", "每年8000元以内", "第一年30万", "老姚六十三了",
    "服务器用了八年",
    "项目超了半年", "查了整整三天", "数据要存五年以内的", "48小时内响应", "剩下的全挤在半个月里",
    "近三个月内的数据", "一周盘一次", "年底前上线",
])
def test_other_times_are_no_deadline(said):
    assert understand(NEED + said).deadline_days is None


@pytest.mark.parametrize(("said", "days"), [
    ("年底前上线", 30), ("12月15日前", 14), ("本月底前", 30), ("明年1月底前完成", 61),
    ("by the end of the year", 30),
    ("半年内上线", 180), ("一年内见效", 365), ("年内上线", 30), ("3年内完成", 1095),
    ("before end of year", 30), ("春节前", 66), ("年前搞定", 66), ("开春前弄好", 64),
    ("618之前", 198), ("元旦前", 30), ("下个季度上线", 120), ("明年一季度", 120),
    ("by end of January", 61), ("by June 30", 211), ("国庆节前", 303),
])
def test_calendar_dates_need_to_know_today(said, days):
    assert understand(NEED + said, today=date(2026, 12, 1)).deadline_days == days


@pytest.mark.parametrize(("said", "kind"), [
    ("云上就行", "saas"), ("绝对不要本地服务器，没机房", "saas"), ("公有云就好", "saas"),
    ("按月付，不好用随时停", "saas"), ("No on-site server.", "saas"), ("要云版", "saas"),
    ("想把系统都搬上云", "saas"), ("cloud WMS please", "saas"), ("一年两万块封顶", "saas"),
    ("数据不能出厂", "private"), ("不许连外网", "private"), ("不经过外网", "private"),
    ("本地部署", "private"), ("内网用", "private"), ("不上云", "private"),
    ("on-premises only", "private"), ("数据必须留在公司", "private"),
    ("工业电脑放机旁，别走外网", "edge"), ("在机床旁边就算完，数据不上云", "edge"),
    ("data must stay at site, edge box only", "edge"), ("工控机就放台子边上", "edge"),
    ("数据可以上云", "saas"), ("we prefer cloud", "saas"), ("不要搞什么服务器", "saas"),
    ("服务器放我们机房", "private"), ("别整云的", "private"), ("不放心放云上", "private"),
    ("配方不能传出去", "private"), ("工厂网跟外网是断开的", "private"), ("本地机房", "private"),
    ("设备旁边放个盒子算", "edge"), ("一部分本地一部分云", "hybrid"),
    ("现在用的是单机版", None), ("上不上云都行", None), ("客户在云南", None),
    ("断网也能用", "edge"), ("核心数据本地，其余上云，混合部署", "hybrid"),
    ("数存在三台工控机", None), ("路上没信号", None), ("仓库没有电梯", None),
])
def test_deployment(said, kind):
    found = understand(NEED + said).deployment
    assert (found.value if found else None) == kind


@pytest.mark.parametrize(("said", "refused"), [
    ("不要再上ERP", ["ERP"]), ("金蝶不换，别推ERP", ["ERP"]),
    ("Already have Kingdee ERP, keep it.", ["ERP"]), ("别给我推MES", ["MES"]),
    ("ERP先不考虑", ["ERP"]), ("不需要OA也不要CRM", ["CRM", "OA"]), ("不是要BI", ["BI"]),
    ("ERP系统保留", ["ERP"]), ("we don't want another ERP", ["ERP"]),
    ("别再给我推ERP了", ["ERP"]), ("不要再推荐ERP", ["ERP"]), ("不考虑ERP", ["ERP"]),
    ("用不着ERP", ["ERP"]), ("已经有了ERP，不想再上", ["ERP"]), ("有ERP了，再上就浪费了", ["ERP"]),
    ("ERP已经有了，不打算再上一套", ["ERP"]), ("ERP就免了", ["ERP"]), ("MES我们不感兴趣", ["MES"]),
    ("别老给我们推销ERP", ["ERP"]), ("少来ERP", ["ERP"]), ("不打算上ERP", ["ERP"]),
    ("please stop pushing ERP", ["ERP"]), ("don't recommend ERP", ["ERP"]),
    ("有了ERP，再上个WMS", []), ("想上ERP，别的不用", []), ("用不上的功能太多，要换ERP", []),
    ("ERP用了几年，不想重复录入", []), ("别的软件不要，只要ERP", []),
    ("要能跟ERP对接", []), ("已经有金蝶ERP了，要打通", []), ("除了ERP还要MES", []),
    ("不要进口软件", []), ("药品那种追溯码不要", []), ("算不准成本", []),
    ("ERP里查不到", []),
])
def test_refused_products(said, refused):
    found = understand(NEED + said)
    assert [c.value for c in found.excluded_categories] == refused
    assert not set(refused) & {c.value for c in found.categories}


@pytest.mark.parametrize(("said", "kind", "hard"), [
    ("预算20万以内", "budget", True), ("预算20万左右", "budget", False),
    ("必须三个月内上线", "deadline", True), ("最好三个月上线", "deadline", False),
    ("数据不能出厂", "deployment", True), ("最好用云版", "deployment", False),
])
def test_hard_and_soft(said, kind, hard):
    assert dict(understand(NEED + said).wishes())[kind].hard is hard


def test_the_company():
    found = understand("我们厂在高新区，八十来号人，洁净区温湿度记录靠手抄，想自动")
    assert found.headcount is not None
    assert found.headcount.value == 80
    assert found.district is not None
    assert found.district.value == "高新区"


def test_people_at_a_task_are_not_the_headcount():
    assert understand("针剂灯检十几个人看，想上机器视觉检异物").headcount is None
    assert understand("检漏工位两三个工人盯着，想自动检异物").headcount is None


@pytest.mark.parametrize(("wrong", "right"), [
    ("仓裤盘点对不上", "仓库盘点对不上"), ("刀俱寿命没数", "刀具寿命没数"),
    ("想做数据驾驶仓", "想做数据驾驶舱"), ("文件系桶要能考试", "文件系统要能考试"),
])
def test_typos_are_understood(wrong, right):
    one, other = understand(wrong), understand(right)
    assert one.is_need
    assert [c.value for c in one.categories] == [c.value for c in other.categories]


def test_evidence_shows_the_original_words():
    found = understand("我们是钢管厂，预算２０万以内，想上ＷＭＳ")
    assert found.budget is not None
    assert found.budget.value == 200_000
    assert found.budget.evidence[0].words == "２０万"
    assert {e.words for c in found.categories for e in c.evidence} >= {"ＷＭＳ"}


def test_evidence_is_whole_words() -> None:
    """A person sees 自动排产 marked, not 动排产, and no mark that begins with 的."""
    found = understand("我们是60人的机加工厂，插单多、交期老拖，想自动排产",
                       today=date(2026, 11, 24))
    words = {e.words for clue in (*found.core_scenarios, *found.scenarios) for e in clue.evidence}
    assert "自动排产" in words
    assert not {w for w in words if w.startswith("的") or w == "动排产"}
    assert found.headcount is not None
    assert found.headcount.value == 60
