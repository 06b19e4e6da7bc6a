"""What the heads of the spreadsheet's columns say to people, by field name."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.i18n import LocalizedText as T

Words = Mapping[str, tuple[T, T]]

COMMON: Words = {
    "slug": (T("网址名", "Slug"),
             T("小写字母、数字和连字符；留空则按拼音生成。它是更新时的识别码，请勿改动。",
               "Small letters, digits and hyphens; made from the pinyin when empty. "
               "It identifies the row in later imports: keep it.")),
    "solution": (T("方案网址名", "Slug of the solution"),
                 T("同一方案可写多行，多行一起替换原有内容；不写的方案保持不变；"
                   "只写网址名、其余留空则清空。",
                   "Several rows may name one solution; together they replace what it has. "
                   "Solutions not named stay as they are; a row with the slug alone removes all.")),
    "provider": (T("服务商网址名", "Slug of the provider"),
                 T("见 providers 表第一列。", "As in the first column of the sheet providers.")),
    "name": (T("名称", "Name"), T()),
    "description": (T("详细说明", "Description"), T()),
    "summary": (T("简介", "Summary"), T()),
    "title": (T("标题", "Title"), T()),
}
PROVIDERS: Words = {
    "credit_code": (T("统一社会信用代码", "Unified social credit code"),
                    T("18 位，校验位会核对。", "18 characters; the check character is verified.")),
    "district": (T("所在区县", "District"), T("市外留空。", "Leave empty outside the city.")),
    "city": (T("所在城市", "City"), T()),
    "founded": (T("成立年份", "Founded in"), T()),
    "staff": (T("员工人数", "People"), T()),
    "classes": (T("服务商类别", "Provider classes"), T()),
    "service_districts": (T("服务区县", "Districts served"),
                          T("全市写 all。", "Write all for the whole city.")),
    "response_hours": (T("响应时间（小时）", "Response time (hours)"), T()),
    "qualifications": (T("资质", "Qualifications"), T()),
    "team": (T("团队", "Team"), T()),
    "contact.person": (T("联系人", "Contact person"), T()),
    "contact.phone": (T("联系电话", "Phone"), T()),
    "contact.email": (T("电子邮箱", "E-mail"), T()),
}
SOLUTIONS: Words = {
    "promise": (T("一句话说明", "In one line"), T()),
    "industries": (T("适用行业", "Industries"),
                   T("general 表示各行业通用。", "general serves every industry.")),
    "categories": (T("产品类别", "Product categories"),
                   T("第一个为主类别，最多 6 个。", "The main one first, at most 6.")),
    "deployments": (T("部署方式", "Deployment"), T()),
    "scenarios": (T("场景与等级", "Scenarios and levels"),
                  T("编号:起始等级>达到等级，如 OP-06:1>3; ST-3.2:1>2",
                    "code:level from>level to, as OP-06:1>3; ST-3.2:1>2")),
    "price": (T("价格", "Price"),
              T("元；0 表示已含或不需要，留空表示未说明（缺一项即价格不可比）。",
                "Yuan; 0 is included or not needed, empty is not stated "
                "(then the price is not comparable).")),
    "unit": (T("计价单位", "unit"), T("留空为 flat。", "Empty is flat.")),
    "from_year": (T("起始年", "from year"), T("留空为第 1 年。", "Empty is year 1.")),
    "cost_class": (T("费用类别", "cost class"),
                   T("留空为该项的默认类别。", "Empty is the usual class of the part.")),
    "go_live_days": (T("上线天数", "Days from contract to go-live"), T()),
    "smallest_package": (T("最小起步方案", "Smallest package"), T()),
    "interfaces": (T("接口", "Interfaces"), T()),
    "data_export": (T("数据导出", "Data export"), T()),
}
PARTS: Words = {
    "class": (T("客户行业小类", "Class of the customer's trade"),
              T("GB/T 4754 四位代码。", "Four digits of GB/T 4754.")),
    "company_size": (T("客户人数", "People at the customer"), T()),
    "figures": (T("成效数据", "Figures"), T()),
    "base_period": (T("数据基期", "Base period"), T()),
    "confirmed_by": (T("数据确认方", "Figures confirmed by"),
                     T("留空则显示为“服务商自述”。", "Left empty, figures are shown as the "
                       "provider's own.")),
    "kind": (T("种类", "Kind"), T()),
    "body": (T("正文（Markdown）", "Text (Markdown)"), T()),
}
ALL: Words = {**COMMON, **PROVIDERS, **SOLUTIONS, **PARTS}
SHEET_TITLES: Mapping[str, T] = {
    "providers": T("服务商", "Providers"), "solutions": T("解决方案", "Solutions"),
    "cases": T("案例", "Cases"), "documents": T("资料", "Documents"),
}


def words(name: str) -> tuple[T, T]:
    """Label and help of a field; a field nobody named yet shows its own name."""
    return ALL.get(name) or (T(name, name.replace("_", " ")), T())
