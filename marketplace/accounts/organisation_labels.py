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
HISTORY = {
    "organisation.found": T("登记", "Founded"), "organisation.import": T("导入", "Imported"),
    "organisation.register": T("走访时登记", "Registered on a visit"),
    "organisation.change": T("修改资料", "Changed"),
    "organisation.file_add": T("上传文件", "Document added"),
    "organisation.file_remove": T("删除文件", "Document removed"),
    "organisation.ask_check": T("申请核验", "Asked to be checked"),
    "organisation.verify": T("通过核验", "Checked"),
    "organisation.return": T("退回", "Returned"),
    "organisation.hand_over": T("移交管理", "Administration handed over"),
    "organisation.claim": T("被认领", "Claimed"), "claim.answer": T("答复认领", "Claim answered"),
    "claim.decide": T("裁定认领", "Claim decided"),
    "organisation.deactivate": T("停用", "Deactivated"),
    "organisation.reactivate": T("重新启用", "Opened again"),
    "membership.ask": T("申请加入", "Asked to join"),
    "membership.accept": T("接受加入", "Accepted"),
    "membership.decline": T("谢绝加入", "Declined"),
    "membership.remove": T("移出成员", "Member removed"),
    "claim.withdraw": T("撤回认领", "Claim withdrawn"),
    "membership.withdraw": T("撤回加入申请", "Request to join withdrawn"),
    "membership.leave": T("成员退出", "Member left"),
    "enterprise_file.enter": T("填写企业档案", "Enterprise file entered"),
    "enterprise_file.propose": T("代填企业档案", "Enterprise file entered on a visit"),
    "enterprise_file.decide": T("答复代填档案", "Visit entry answered"),
}
"""Actions of the audit trail as an organisation's history shows them."""
SEES = {
    "enterprise": T("本企业档案、同事共享的对比和决策单、本企业的需求和询单",
                    "the company's file, what colleagues share, its needs and enquiries"),
    "provider": T("本公司资料、产品和草稿、收到的询单",
                  "the company's profile, solutions and drafts, enquiries received"),
}
"""What a member of an organisation sees there, by role."""
SEES_OTHER = T("所在角色的工作台", "the desk of the role")
