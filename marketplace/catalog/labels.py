"""Names of the catalogue's closed lists, in both languages, said once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText as T
from marketplace.taxonomy.models import District

BOOLEAN = {"yes": T("是", "Yes"), "no": T("否", "No")}
DEPLOYMENTS = {
    "saas": T("SaaS 云服务", "SaaS"), "private": T("本地部署", "On premises"),
    "hybrid": T("混合部署", "Hybrid"), "edge": T("边缘部署", "Edge"),
}
PROVIDER_CLASSES = {
    "consulting": T("咨询诊断", "Consulting and diagnosis"),
    "integrator": T("综合集成", "Integrator"), "product": T("产品型", "Product maker"),
    "chain_leader": T("链主型", "Chain leader"),
    "infrastructure_security": T("设施与安全", "Infrastructure and security"),
}
PRICE_PARTS = {
    "licence": T("软件许可", "Licence"),
    "subscription": T("订阅费（每年）", "Subscription (a year)"),
    "implementation": T("实施费", "Implementation"), "interface": T("接口费", "Interfaces"),
    "training": T("培训费", "Training"), "hardware": T("硬件", "Hardware"),
    "maintenance": T("维护费（每年）", "Maintenance (a year)"),
}
UNITS = {
    "flat": T("一口价", "flat"), "per_seat": T("每席位", "per seat"),
    "per_line": T("每条产线", "per line"), "per_person": T("每人", "per person"),
}
COST_CLASSES = {
    "software": T("软件", "Software"), "implementation": T("实施", "Implementation"),
    "cloud": T("云服务", "Cloud"), "consulting": T("咨询培训", "Consulting and training"),
    "data_capture_hardware": T("数据采集硬件", "Data-capture hardware"),
    "other": T("其他", "Other"),
}
DOCUMENT_KINDS = {
    "manual": T("使用手册", "Manual"), "whitepaper": T("白皮书", "White paper"),
    "certificate": T("证书", "Certificate"), "test_report": T("测试报告", "Test report"),
    "case": T("案例材料", "Case file"),
}
PICTURE = "picture"
FILE_KINDS = {PICTURE: T("图片", "Picture"), **DOCUMENT_KINDS}
"""What an upload of a solution is."""
VERSION_STATES = {
    "draft": T("草稿", "Draft"), "in_review": T("审核中", "In review"),
    "published": T("已发布", "Published"), "archived": T("历史版本", "Archived"),
}
PRODUCTION_MODES = {
    "eto": T("按订单设计", "Engineer to order"), "mto": T("按订单生产", "Make to order"),
    "mts": T("按库存生产", "Make to stock"),
}


@cache
def _district_names(url: str) -> Mapping[str, T]:
    return {d.code: d.name for d in db.session.query(District)}


def district_name(code: str | None) -> T:
    """A district's name; `outside` and unknown codes read as outside the city."""
    names = _district_names(str(db.engine.url))
    return names.get(code or "") or T("市外", "Outside the city")


def forget_districts() -> None:
    """After districts were loaded or changed in this process."""
    _district_names.cache_clear()


def price_label(band: str) -> T:
    """`10000-50000` as 1万—5万元."""
    low, high = band.split("-")
    if not high:
        return T(f"{_wan(low)}万元以上", f"Over {int(low):,} yuan")
    if low == "0":
        return T(f"{_wan(high)}万元以下", f"Under {int(high):,} yuan")
    return T(f"{_wan(low)}—{_wan(high)}万元", f"{int(low):,} to {int(high):,} yuan")


def _wan(yuan: str) -> str:
    return f"{int(yuan) / 10_000:g}"


def go_live_label(band: str) -> T:
    """`15-30` as 15—30天."""
    low, high = band.split("-")
    if not high:
        return T(f"{int(low) - 1}天以上", f"Over {int(low) - 1} days")
    if low == "0":
        return T(f"{high}天以内", f"Up to {high} days")
    return T(f"{low}—{high}天", f"{low} to {high} days")
