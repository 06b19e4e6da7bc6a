"""What each role finds in the navigation of its desk. Data only; labels in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.i18n import LocalizedText as T

Entry = tuple[str, T]
SHARED: tuple[Entry, ...] = (
    ("/desk", T("工作台", "Desk")),
    ("/messages", T("消息", "Messages")),
)
"""On every desk, before the role's own."""
MENU: Mapping[str, tuple[Entry, ...]] = {
    "enterprise": (
        ("/desk/file", T("企业档案", "Enterprise file")),
        ("/desk/comparisons", T("保存的对比", "Kept comparisons")),
        ("/desk/sheets", T("保存的决策单", "Kept decision sheets")),
        ("/needs", T("我的需求", "Our needs")),
        ("/subscriptions", T("订阅", "Subscriptions")),
    ),
    "provider": (
        ("/workspace", T("我的产品", "My solutions")),
        ("/workspace/company", T("公司资料", "Company profile")),
        ("/workspace/statistics", T("统计", "Statistics")),
        ("/enquiries", T("收到的询单", "Enquiries to us")),
        ("/workspace/needs", T("匹配的需求", "Needs that fit")),
        ("/subscriptions", T("订阅", "Subscriptions")),
    ),
    "operator": (
        ("/officer/organisations", T("机构核验", "Organisations")),
        ("/console", T("审核和子平台", "Console")),
        ("/console/solutions", T("产品上架", "Listed solutions")),
        ("/console/providers", T("服务商上架", "Listed providers")),
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
        ("/visits", T("走访", "Visits")),
        ("/invitations", T("邀请", "Invitations")),
        ("/console/enquiries", T("撮合", "Enquiries nobody answers")),
    ),
    "consortium_member": (
        ("/visits", T("走访", "Visits")),
    ),
    "district_officer": (
        ("/officer/organisations", T("机构核验", "Organisations")),
        ("/visits", T("走访", "Visits")),
        ("/invitations", T("邀请", "Invitations")),
    ),
    "city_admin": (
        ("/officer/organisations", T("机构核验", "Organisations")),
        ("/console", T("审核和子平台", "Operator consoles")),
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
    ),
    "auditor": (
        ("/admin", T("系统管理", "Administration")),
        ("/admin/audit", T("审计记录", "Audit trail")),
        ("/officer/organisations", T("机构核验", "Organisations")),
        ("/console", T("审核和子平台", "Operator consoles")),
        ("/admin/spool", T("发出的消息", "Sent messages")),
    ),
    "editor": (
        ("/admin/notices", T("页面公告", "Notices")),
    ),
    "system_admin": (
        ("/admin", T("系统管理", "Administration")),
        ("/admin/jobs", T("后台任务", "Background jobs")),
        ("/admin/system", T("索引和待处理", "Index and outbox")),
        ("/admin/calendar", T("工作日历", "Working-day calendar")),
        ("/admin/notices", T("页面公告", "Notices")),
        ("/admin/settings", T("设置", "Settings")),
        ("/admin/plugins", T("子平台状态", "Sub-platforms")),
        ("/admin/spool", T("发出的消息", "Sent messages")),
    ),
    "security_admin": (
        ("/admin", T("系统管理", "Administration")),
        ("/admin/users", T("人员和角色", "People and roles")),
        ("/officer/organisations", T("机构核验", "Organisations")),
        ("/invitations", T("邀请", "Invitations")),
        ("/admin/second-factor", T("动态口令要求", "Second factor by role")),
    ),
    "audit_admin": (
        ("/admin", T("系统管理", "Administration")),
        ("/admin/audit", T("审计记录", "Audit trail")),
    ),
}
LAST: tuple[Entry, ...] = (
    ("/organisation", T("我的单位", "My organisation")),
    ("/account", T("账号", "Account")),
)
"""On every desk, after the role's own: what is the person's."""


def menu_of(role: str) -> tuple[Entry, ...]:
    """The desk navigation of a role."""
    return (*SHARED, *MENU.get(role, ()), *LAST)


def entry_of(role: str, path: str) -> str:
    """The entry of the desk navigation under which a page stands; empty when under none."""
    return max((entry for entry, _label in menu_of(role)
                if f"{path}/".startswith(f"{entry}/")), key=len, default="")
