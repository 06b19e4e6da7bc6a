"""Settings and documents of the contract suite."""

from __future__ import annotations

from search.query import IndexDocument, IndexSettings, TextField

SETTINGS = IndexSettings(
    name="contract",
    text=(
        TextField("name", 6.0, exact=True),
        TextField("summary", 2.0),
        TextField("body", 1.0),
    ),
    facets=("industry", "kind"),
    numbers=("price", "year"),
    dictionary=("工业大模型", "刀补", "电子批记录", "制造执行系统"),
    synonyms=(("MES", "制造执行系统"), ("机器视觉", "machine vision")),
)


def document(
    document_id: str,
    name: str,
    summary: str = "",
    body: str = "",
    *,
    industry: tuple[str, ...] = (),
    kind: tuple[str, ...] = (),
    price: float | None = None,
    year: float | None = None,
) -> IndexDocument:
    numbers = {"price": price, "year": year}
    return IndexDocument(
        id=document_id,
        text={"name": name, "summary": summary, "body": body},
        facets={"industry": industry, "kind": kind},
        numbers={key: value for key, value in numbers.items() if value is not None},
        stored={"name": name, "tags": list(kind)},
    )


DOCUMENTS = (
    document(
        "brain",
        "钢铁大脑",
        "面向热轧产线的质量管控",
        "采集连铸与热轧数据,预测表面缺陷,闭环控制轧制工艺。",
        industry=("steel",),
        kind=("software", "model"),
        price=30,
        year=2024,
    ),
    document(
        "brain-plus",
        "钢铁大脑增强版",
        "钢铁大脑的升级,钢铁大脑用户优先",
        "在钢铁大脑之上增加能耗优化,钢铁大脑数据可迁移。",
        industry=("steel",),
        kind=("software",),
        price=50,
    ),
    document(
        "cutter",
        "数控刀补助手",
        "自动刀补与刀具寿命预测",
        "读取CNC机床主轴电流,支持Siemens S7-1200与FANUC,提供C++接口。",
        industry=("cnc",),
        kind=("software",),
        price=10,
        year=2023,
    ),
    document(
        "batch",
        "电子批记录系统",
        "符合GMP的电子批记录",
        "ＭＥＳ与LIMS数据自动归集,偏差管理,审计追踪。",
        industry=("biopharma",),
        kind=("software",),
        price=80,
        year=2025,
    ),
    document(
        "exec",
        "制造执行系统标准版",
        "车间排产与报工",
        "工单、物料、质量追溯一体化管理。",
        industry=("steel", "cnc"),
        kind=("software",),
        price=30,
        year=2022,
    ),
    document(
        "vision",
        "表面缺陷机器视觉检测",
        "工业大模型驱动的质量检测",
        "高速相机检测带钢与零件表面,检测系统误报率低。",
        industry=("steel", "cnc"),
        kind=("hardware", "model"),
    ),
    document(
        "quality",
        "Quality Management Cloud",
        "quality management for small manufacturers",
        "Statistical process control, machine vision and supplier quality management.",
        kind=("software",),
        price=20,
        year=2024,
    ),
    document(
        "robot",
        "焊接机器人工作站",
        "KUKA机器人与焊缝跟踪",
        "The robot cell welds steel frames; programming takes minutes.",
        industry=("cnc",),
        kind=("hardware",),
        price=50,
        year=2023,
    ),
)

TWINS = tuple(
    document(
        f"twin-{number:02}", "同款工业网关", "边缘采集网关", industry=("cnc",), price=number % 3
    )
    for number in range(40)
)
"""Documents that nothing but their id tells apart (and three prices)."""
