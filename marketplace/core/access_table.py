"""The access table: every action, who may do it and how far, and the pages it opens.

Data only. `docs/access.md` shows it; a test walks every route with every role against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.core.access import MEMBER, VISITOR, Rule, Scope
from marketplace.core.i18n import LocalizedText as T

ROLES: Mapping[str, T] = {
    "enterprise": T("企业", "Enterprise"),
    "provider": T("服务商", "Provider"),
    "expert": T("评审专家", "Expert"),
    "operator": T("行业运营方", "Industry operator"),
    "district_officer": T("区县专员", "District officer"),
    "city_admin": T("市级管理员", "City administrator"),
    "assessor": T("评测机构", "Assessor"),
    "project_supervisor": T("项目监理", "Project supervisor"),
    "programme_supervisor": T("第三方督导", "Programme supervisor"),
    "auditor": T("审计员", "Auditor"),
    "organiser": T("活动组织方", "Event organiser"),
    "editor": T("内容编辑", "Content editor"),
    "system_admin": T("系统管理员", "System administrator"),
    "security_admin": T("安全管理员", "Security administrator"),
    "audit_admin": T("审计管理员", "Audit administrator"),
}
"""Every role a membership can carry, in the order in which they are offered."""


def _signed_in(reach: Scope = "self") -> dict[str, Scope]:
    return dict.fromkeys((MEMBER, *ROLES), reach)


def _everybody(reach: Scope = "all") -> dict[str, Scope]:
    return {VISITOR: reach, **_signed_in(reach)}


TABLE: tuple[Rule, ...] = (
    # --- Open to everybody -----------------------------------------------------------------------
    Rule("public.read", T("浏览公开页面", "Read the public pages"), _everybody(), (
        "content.home", "content.about", "content.help_page", "content.sitemap", "content.robots",
        "content.healthz", "content.readyz",
        "industries.industry", "industries.scenario", "industries.scenarios",
        "catalog.solutions", "catalog.solution", "catalog.document", "catalog.suggestions",
        "catalog.providers", "catalog.provider", "catalog.directory",
        "catalog.export_solutions", "catalog.export_providers",
        "catalog_api.list_solutions", "catalog_api.get_solution", "catalog_api.list_providers",
        "catalog_api.get_provider", "catalog_api.suggest_terms", "catalog_api.get_taxonomy",
        "catalog_api.list_plugins", "api-docs.openapi_json", "api-docs.openapi_swagger_ui",
    )),
    Rule("public.compare", T("对比产品", "Compare solutions"), _everybody(), (
        "catalog.comparison", "catalog.comparison_xlsx", "catalog.change_tray",
        "catalog.show_tray", "catalog_api.compare_solutions",
    )),
    Rule("public.match", T("需求匹配", "Match a need"), _everybody(), (
        "matching.start", "matching.ask", "matching.meter", "matching.check", "matching.resume",
        "matching.results", "matching.why", "matching.open_recommended",
        "matching.compare_recommended", "matching.make_sheet", "matching.sheet",
        "matching.sheet_file", "matching.sheet_qr", "matching.similar_solutions",
        "matching.explain", "matching.supply_gaps", "matching.gap_cell",
        "matching_api.match_need",
    )),
    # --- One's own account -----------------------------------------------------------------------
    Rule("account.sign_in", T("登录", "Sign in and out"), _everybody("self"), (
        "security.login", "security.logout", "security.verify",
    )),
    Rule("account.desk", T("我的工作台", "One's own desk"), _signed_in(), (
        "desk.home",
    )),
    # --- Sub-platforms ---------------------------------------------------------------------------
    Rule("industry.health", T("查看子平台状态", "See the health of sub-platforms"),
         {"operator": "industries", "city_admin": "all", "system_admin": "all", "auditor": "all"},
         ("administration.plugins",)),
    Rule("industry.pause", T("暂停和恢复子平台", "Pause and resume a sub-platform"),
         {"operator": "industries", "system_admin": "all"},
         ("administration.pause", "administration.resume")),
)
