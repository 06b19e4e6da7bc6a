"""A seeded corpus of synthetic Chinese product documents, and questions to it."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate

from search import IndexDocument, IndexSettings, TextField

SETTINGS = IndexSettings(
    name="bench",
    text=(TextField("name", 6.0, exact=True), TextField("summary", 2.0), TextField("body", 1.0)),
    facets=("industry", "scenario", "district"),
    numbers=("price", "year"),
    dictionary=("工业大模型", "刀补", "电子批记录", "制造执行系统"),
    synonyms=(("MES", "制造执行系统"), ("ERP", "企业资源计划"), ("PLC", "可编程控制器")),
)

_TRADE_WORDS = (
    "质量 管理 系统 平台 数据 采集 设备 生产 工艺 优化 检测 表面 缺陷 热轧 冷轧 连铸 高炉 "
    "转炉 能耗 监测 预测 维护 数控 机床 刀具 刀补 主轴 机器人 焊接 装配 视觉 相机 传感器 "
    "网关 边缘 计算 云端 模型 算法 工业大模型 制造执行系统 电子批记录 企业资源计划 仓储 物流 "
    "排产 调度 工单 报工 追溯 批次 审计 偏差 合规 验证 洁净 发酵 纯化 制剂 灌装 供应链 协同 "
    "采购 订单 客户 服务 远程 诊断 知识 图谱 数字 孪生 仿真 安全 环保 排放 碳排放 计量 台账 "
    "巡检 备件 工装 夹具 模具 图纸 设计 研发 中小企业 智能 工厂 车间 产线 改造 升级 实施 "
    "培训 咨询 诊断 集成 接口 协议 部署 运维 可视化 看板 报表 分析 决策 控制 闭环 自动 无人 "
    "实时 精准 高效 稳定 可靠 灵活 低成本 轻量化 国产 自主 开放 标准 认证 案例 行业 钢铁 "
    "生物 医药 装备 零件"
)
_TRADE = _TRADE_WORDS.split()
_LATIN_WORDS = (
    "MES ERP PLC SCADA WMS LIMS GMP CNC AGV OPC-UA Modbus Profinet Siemens FANUC KUKA S7-1200 "
    "ISO9001 5G AI IoT API SaaS MQTT Docker C++ Python Linux edge cloud vision robot quality"
)
_LATIN = _LATIN_WORDS.split()
_HAN = (
    "安百北本变标表别并部采测产常场车成程持出处传创次从达单当导道得低点电定动度端对多发法反方防分风服复"
    "改感高格工公功供构固关管光规轨国果过合何核黑后护化环换回活机基及集计技加价间检建键交角接节结解介金"
    "进经精净究局具据决开看科可空控快矿类理力利联量料列流路率轮码满门面密命模目内能年配片频平评期器强切"
    "清情区全确热人认任容入三色善设深生声施时识实市示事试适收手数水顺说思速算随所台提体天条调通同头图推"
    "外完网位温文问无物务息系细现线相响向效协新信行形型性需序选学压研验样要业医仪易意应用优有域元原约运"
    "造增展站照真正支知直值指制质智中重周注转状准资自总组作"
)
_INDUSTRIES = [f"行业{i}" for i in range(12)]
_SCENARIOS = [f"场景{i:02}" for i in range(60)]
_DISTRICTS = [f"区县{i:02}" for i in range(16)]
_MARKS = "，，，。；、"


class Corpus:
    """Documents and questions that are the same for the same seed, whatever was asked before."""

    def __init__(self, size: int, seed: int = 20240607) -> None:
        self.size = size
        self._seed = seed
        rng = random.Random(seed)
        made = {"".join(rng.choices(_HAN, k=rng.choice((2, 2, 2, 3)))) for _ in range(6_000)}
        rare = sorted(made.difference(_TRADE))
        rng.shuffle(rare)
        self.words = [*_TRADE, *rare]
        # Zipf-like, as in real text: a few words everywhere, most of them rare.
        weights = accumulate(1 / (rank + 12) ** 0.9 for rank in range(len(self.words)))
        self._cumulative = list(weights)

    def _word(self, rng: random.Random) -> str:
        if rng.random() < 0.04:
            return rng.choice(_LATIN)
        return self.words[bisect(self._cumulative, rng.random() * self._cumulative[-1])]

    def _text(self, rng: random.Random, length: int) -> str:
        parts: list[str] = []
        size = 0
        while size < length:
            word = self._word(rng)
            parts.append(word)
            size += len(word)
            if rng.random() < 0.15:
                parts.append(rng.choice(_MARKS))
                size += 1
        return "".join(parts)

    def document(self, number: int) -> IndexDocument:
        rng = random.Random(self._seed * 1_000_003 + number)
        name = self._text(rng, 8).rstrip(_MARKS)
        numbers = {"year": float(rng.randint(2015, 2025))}
        if rng.random() < 0.8:
            numbers["price"] = float(rng.randint(1, 500))
        return IndexDocument(
            id=f"solution:{number}",
            text={
                "name": f"{name}{number % 9973}",
                "summary": self._text(rng, 24),
                "body": self._text(rng, 220),
            },
            facets={
                "industry": rng.sample(_INDUSTRIES, rng.choice((1, 1, 2))),
                "scenario": rng.sample(_SCENARIOS, rng.choice((1, 2, 3))),
                "district": [rng.choice(_DISTRICTS)],
            },
            numbers=numbers,
            stored={"name": name, "slug": f"s{number}", "grade": rng.choice("ABC")},
        )

    def documents(self) -> Iterator[IndexDocument]:
        return (self.document(number) for number in range(self.size))

    def questions(self, count: int) -> list[str]:
        """What people type: one to three words, half-typed ones, Latin ones, whole names."""
        rng = random.Random(self._seed + 1)
        asked = []
        for _ in range(count):
            kind = rng.random()
            if kind < 0.45:
                asked.append("".join(self._word(rng) for _ in range(rng.choice((1, 2)))))
            elif kind < 0.75:
                asked.append(" ".join(self._word(rng) for _ in range(rng.choice((2, 3)))))
            elif kind < 0.85:
                asked.append(self._word(rng)[:2])
            elif kind < 0.93:
                asked.append(rng.choice(_LATIN)[: rng.choice((3, 4, 9))])
            else:
                asked.append(self.document(rng.randrange(self.size)).text["name"])
        return asked
