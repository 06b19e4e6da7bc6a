"""The fields at which an operator can write a comment, with the names people know them by."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from marketplace.core.i18n import LocalizedText as T
from marketplace.taxonomy.registry import taxonomy

CORE_FIELDS: Mapping[str, T] = {
    "name": T("名称", "Name"),
    "promise": T("一句话说明", "In one line"),
    "description": T("详细说明", "Description"),
    "industries": T("适用行业", "Industries"),
    "categories": T("产品类别", "Product categories"),
    "scenarios": T("场景与等级", "Scenarios and levels"),
    "deployments": T("部署方式", "Deployment"),
    "price_parts": T("价格", "Price"),
    "go_live_days": T("上线天数", "Days to go-live"),
    "smallest_package": T("最小起步包", "Smallest package"),
    "interfaces": T("接口", "Interfaces"),
    "data_export": T("数据导出", "Data export"),
    "cases": T("案例", "Cases"),
    "documents": T("文档和图片", "Documents and pictures"),
}


def commentable_fields(industries: Collection[str]) -> dict[str, T]:
    """Label by field name: the core's, then `attr.<key>` for what these industries declare."""
    own = {f"attr.{a.key}": a.label for a in taxonomy().attributes_for(industries)}
    return {**CORE_FIELDS, **own}
