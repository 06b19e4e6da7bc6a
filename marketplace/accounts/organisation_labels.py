"""Names of what organisations are and in which state, in both languages, said once."""

from __future__ import annotations

from marketplace.core.i18n import LocalizedText as T

KIND_NAMES = {
    "enterprise": T("企业", "Enterprise"), "provider": T("服务商", "Provider"),
    "operator": T("行业运营方", "Industry operator"),
    "agency": T("主管部门", "Agency"), "expert_body": T("专家机构", "Expert body"),
    "assessor": T("评测机构", "Assessor"), "supervisor": T("监理机构", "Project supervisor"),
    "chain_leader": T("链主企业", "Chain leader"),
}
FILE_KIND_NAMES = {
    "licence": T("营业执照", "Business licence"), "certificate": T("证书", "Certificate"),
    "other": T("其他", "Other"),
}
STATE_NAMES = {
    "waiting": T("待办", "Waiting"), "unchecked": T("未核验", "Not checked"),
    "returned": T("已退回", "Returned"), "verified": T("已核验", "Checked"),
    "deactivated": T("已停用", "Deactivated"), "all": T("全部", "All"),
}
SEES = {
    "enterprise": T("本企业档案、同事共享的对比和决策单、本企业的需求和询单",
                    "the company's file, what colleagues share, its needs and enquiries"),
    "provider": T("本公司资料、产品和草稿、收到的询单",
                  "the company's profile, solutions and drafts, enquiries received"),
}
"""What a member of an organisation sees there, by role."""
SEES_OTHER = T("所在角色的工作台", "the desk of the role")
