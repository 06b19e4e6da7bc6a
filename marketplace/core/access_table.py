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
    "consortium_member": T("联合体成员", "Consortium member"),
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


_INVITERS: Mapping[str, Scope] = {
    **{role: "organisation" for role in ROLES if role not in ("auditor", "audit_admin")},
    "operator": "industries", "district_officer": "district", "security_admin": "all"}
"""Operators and district officers invite those they look after, the security administrator
anybody, administrators of an organisation their own people."""


def _writing(reach: Scope) -> dict[str, Scope]:
    """Everybody signed in but the auditor, who reads all and writes nothing."""
    return {role: reach for role in _signed_in() if role != "auditor"}


def _members(reach: Scope) -> dict[str, Scope]:
    """Of those, whoever acts for an organisation."""
    return {role: reach for role in _writing(reach) if role != MEMBER}

_SYSTEM_READERS: Mapping[str, Scope] = {"system_admin": "all", "auditor": "all"}
_AUDITING: Mapping[str, Scope] = {"audit_admin": "all", "auditor": "all"}
_ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin", "auditor")


TABLE: tuple[Rule, ...] = (
    # --- Open to everybody -----------------------------------------------------------------------
    Rule("public.read", T("浏览公开页面", "Read the public pages"), _everybody(), (
        "content.home", "content.about", "content.help_page", "content.sitemap", "content.robots",
        "content.healthz", "content.readyz",
        "industries.industry", "industries.scenario", "industries.scenarios",
        "catalog.solutions", "catalog.solution", "catalog.document", "catalog.solution_file",
        "catalog.suggestions",
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
        "security.login", "security.logout", "accounts.privacy", "invitations.open_link",
        "invitations.activate", "invitations.check_code", "invitations.take_up",
        "invitations.accept", "oidc.start", "oidc.back",
    )),
    Rule("account.second_step", T("输入动态口令", "Give the second factor"), {VISITOR: "self"}, (
        "security.two_factor_token_validation", "security.two_factor_rescue",
        "security.mf_recovery", "security.tf_select",
    )),
    Rule("account.own", T("管理本人账号", "Look after one's own account"), _signed_in(), (
        "accounts.account", "accounts.change_account", "accounts.change_password",
        "accounts.switch_role", "accounts.end_session", "accounts.end_other_sessions",
        "accounts.create_token", "accounts.revoke_token", "security.verify",
        "accounts.consent", "accounts.give_consent",
        "security.two_factor_setup", "security.two_factor_setup_validate",
        "security.mf_recovery_codes", "invitations.join", "accounts_api.get_me",
    )),
    Rule("account.desk", T("我的工作台", "One's own desk"), _signed_in(), (
        "desk.home",
    )),
    # --- Invitations and the security of accounts ------------------------------------------------
    Rule("invitation.issue", T("发放邀请", "Invite people into an organisation"), _INVITERS, (
        "invitations.overview", "invitations.new", "invitations.issue", "invitations.slip",
    )),
    Rule("invitation.renew", T("重新发放凭条", "Give somebody a new slip"), _INVITERS,
         ("invitations.renew",)),
    Rule("invitation.withdraw", T("撤回邀请", "Withdraw an invitation one gave out"),
         dict.fromkeys(_INVITERS, "self"), ("invitations.withdraw",)),
    Rule("user.manage", T("管理账号和角色", "Look after accounts and their roles"),
         {"security_admin": "all"}, (
             "administration.give_role", "administration.take_role",
             "administration.close_account", "administration.open_account",
             "administration.end_sessions", "administration.take_second_factor_off")),
    Rule("second_factor.demand", T("按角色要求动态口令", "Demand a second factor by role"),
         {"security_admin": "all"}, ("accounts.second_factor_roles", "accounts.demand")),
    # --- Messages and tasks ----------------------------------------------------------------------
    Rule("message.own", T("自己的消息和待办", "One's own messages and how they arrive"),
         _signed_in(), (
             "notifications.messages", "notifications.open_message", "notifications.mark_all",
             "notifications.preferences", "notifications.save_preferences",
         )),
    Rule("spool.read", T("查看发出的消息", "See what was sent"),
         {"system_admin": "all", "auditor": "all"},
         ("spool.deliveries", "spool.delivery", "spool.file")),
    Rule("spool.resend", T("重发失败的消息", "Send a failed message again"),
         {"system_admin": "all"}, ("spool.again",)),
    # --- The operator's console -----------------------------------------------------------------
    Rule("submission.read", T("查看上架审核", "See submissions"),
         {"operator": "industries", "city_admin": "all", "auditor": "all"}, (
        "console.home", "console.submission", "console.preview", "console.submitted_file",
        "console.export",
    )),
    Rule("submission.decide", T("审核上架", "Decide submissions"), {"operator": "industries"}, (
        "console.approve_submission", "console.return_submission",
    )),
    Rule("listing.read", T("查看上架情况", "See what is listed"),
         {"operator": "industries", "city_admin": "all", "auditor": "all"}, (
        "console.solutions", "console.listed_solution", "console.providers",
        "console.listed_provider",
    )),
    Rule("listing.suspend", T("暂停和恢复上架", "Suspend and restore listings"),
         {"operator": "industries"}, (
        "console.suspend_solution", "console.lift_solution", "console.list_provider",
        "console.suspend_provider", "console.lift_provider",
    )),
    Rule("industry.tune.read", T("查看子平台设置", "See a sub-platform's settings"),
         {"operator": "industries", "city_admin": "all", "auditor": "all"}, (
        "console.industry", "console.page", "console.weights",
        "console.words", "console.missed",
    )),
    Rule("industry.tune", T("编辑子平台设置", "Edit a sub-platform's settings"),
         {"operator": "industries"}, (
        "console.save_page", "console.restore_page", "console.save_weights",
        "console.restore_weights", "console.add_words", "console.remove_words",
    )),
    # --- Needs and enquiries ---------------------------------------------------------------------
    Rule("need.save", T("保存需求（登录后继续）", "Save a need, signing in on the way"),
         _everybody(),
         ("saving.save", "saving.go_on", "saving.keep")),
    Rule("need.read", T("查看本企业需求", "See the organisation's needs"),
         {"enterprise": "organisation"}, (
             "needs.needs_list", "needs.need", "needs.recommendations", "shortlist.record",
             "shortlist.record_file", "needs_api.list_needs", "needs_api.get_need",
         )),
    Rule("need.write", T("编辑本企业需求和候选清单", "Edit needs and shortlists"),
         {"enterprise": "organisation"}, (
             "needs.rename", "needs.delete", "needs.closing", "needs.close", "shortlist.add",
             "shortlist.note", "shortlist.drop", "shortlist.make_record",
             "shortlist.record_sheet", "needs_api.save",
         )),
    Rule("need.publish", T("发布需求", "Publish, pause and resume needs"),
         {"enterprise": "organisation"},
         ("needs.publishing", "needs.publish", "needs.pause", "needs.resume"), verified=True),
    Rule("enquiry.read", T("查看本企业询单", "See the organisation's enquiries and answers"),
         {"enterprise": "organisation"}, (
             "enquiries.enquiry", "enquiries.answers", "enquiries.answers_xlsx",
             "enquiries.close", "needs_api.get_enquiry",
         )),
    Rule("enquiry.ask", T("询单", "Ask providers, release contact data, reply"),
         {"enterprise": "organisation"}, (
             "enquiries.asking", "enquiries.ask", "enquiries.invite", "enquiries.contact",
             "enquiries.proposals", "enquiries.reply_to", "enquiries.withdraw",
             "enquiries.extend",
         ), verified=True),
    Rule("enquiry.asked", T("查看收到的询单", "See the enquiries one was asked"),
         {"provider": "organisation"}, ("asked.asked_list", "asked.asked")),
    Rule("enquiry.answer", T("应答询单", "Answer, ask back or decline"),
         {"provider": "organisation"}, ("asked.answer", "asked.question", "asked.refuse"),
         verified=True),
    Rule("enquiry.broker", T("撮合", "Propose providers where nobody replies"),
         {"operator": "industries"},
         ("broker.queue", "broker.broker", "broker.propose_providers", "broker.leave_it")),
    # --- Learning --------------------------------------------------------------------------------
    Rule("weights.propose.read", T("查看推荐效果和权重建议", "See rank quality, proposed weights"),
         {"operator": "industries", "city_admin": "all", "auditor": "all"},
         ("tuning.tuning", "tuning.concentration_xlsx")),
    Rule("weights.propose.decide", T("采纳或谢绝权重建议", "Accept or decline proposed weights"),
         {"operator": "industries"}, ("tuning.make_proposal", "tuning.decide_proposal")),
    Rule("call.draft", T("起草征集通知", "Draft the next call from the gaps"),
         {"operator": "industries", "city_admin": "all", "auditor": "all"},
         ("tuning.draft", "tuning.draft_docx")),
    # --- Needs that fit, subscriptions -----------------------------------------------------------
    Rule("need.fitting", T("查看匹配的需求", "See open needs that fit one's solutions"),
         {"provider": "organisation"}, ("fitting.fitting", "fitting.fitting_need")),
    Rule("subscription.own", T("订阅新需求和新产品", "Subscribe to new needs or solutions"),
         {"provider": "self", "enterprise": "self"}, (
             "subscriptions.subscriptions", "subscriptions.new_subscription",
             "subscriptions.begin_subscription", "subscriptions.end")),
    Rule("subscription.stop", T("凭链接退订", "End a subscription by its link"), _everybody("self"),
         ("subscriptions.stopping", "subscriptions.stop")),
    # --- Organisations ---------------------------------------------------------------------------
    Rule("organisation.own", T("查看本单位", "See one's own organisation"),
         _signed_in("organisation"),
         ("organisations.own", "organisations.people", "organisations.papers",
          "organisations.paper")),
    Rule("organisation.found", T("登记、认领和加入机构", "Found, claim or join an organisation"),
         _writing("self"),
         ("organisations.new", "organisations.found", "organisations.search",
          "organisations.claim", "organisations.join",
          "organisations.withdraw_request", "organisations.withdraw_claim")),
    Rule("organisation.manage", T("管理本单位", "Run one's own organisation"),
         _members("organisation"),
         ("organisations.change", "organisations.deactivate", "organisations.answer_claim",
          "organisations.accept_member", "organisations.decline_member",
          "organisations.hand_over", "organisations.remove_member", "organisations.add_paper",
          "organisations.remove_paper")),
    Rule("organisation.leave", T("退出机构", "Leave an organisation"), _members("self"),
         ("organisations.leave",)),
    Rule("organisation.review", T("查看机构", "See organisations and their papers"),
         {"district_officer": "district", "operator": "industries", "city_admin": "all",
          "security_admin": "all", "auditor": "all"},
         ("organisation_officer.organisations", "organisation_officer.export",
          "organisation_officer.organisation", "organisation_officer.paper")),
    Rule("organisation.verify", T("核验机构", "Check an organisation's papers"),
         {"district_officer": "district", "operator": "industries", "city_admin": "all"},
         ("organisation_officer.verify", "organisation_officer.send_back")),
    Rule("organisation.close", T("停用机构", "Deactivate an organisation"),
         {"city_admin": "all", "security_admin": "all"},
         ("organisation_officer.deactivate",)),
    Rule("organisation.reopen", T("重新启用机构", "Open a deactivated organisation again"),
         {"city_admin": "all", "security_admin": "all"},
         ("organisation_officer.reactivate",)),
    Rule("claim.decide", T("处理机构认领", "Decide on claims to organisations"),
         {"district_officer": "district", "operator": "industries", "city_admin": "all",
          "security_admin": "all"},
         ("organisation_officer.decide_claim",)),
    Rule("claim.decide_disputed", T("裁定有争议的认领", "Decide on disputed claims"),
         {"district_officer": "district", "city_admin": "all", "security_admin": "all"}),
    # --- Enterprise desk -------------------------------------------------------------------------
    Rule("enterprise_file.own", T("填写本企业档案", "Keep one's own enterprise file"),
         {"enterprise": "organisation"},
         ("enterprise_file.own", "enterprise_file.enter", "enterprise_file.history",
          "enterprise_file.proposal", "enterprise_file.answer")),
    Rule("enterprise_file.visit", T("走访时代填企业档案", "Enter an enterprise file on a visit"),
         {"operator": "industries", "district_officer": "district",
          "consortium_member": "industries"},
         ("enterprise_file.visit", "enterprise_file.propose", "enterprise_file.visited",
          "visits.visits")),
    Rule("enterprise_file.register", T("走访时登记企业", "Register an enterprise on a visit"),
         {"operator": "industries", "district_officer": "district",
          "consortium_member": "industries"},
         ("visits.new", "visits.register")),
    Rule("enterprise_file.link", T("凭链接确认企业档案", "Confirm an enterprise file by its link"),
         _everybody(),
         ("enterprise_file.link", "enterprise_file.answer_link")),
    Rule("kept.read", T("查看保存的对比和决策单", "Open kept comparisons and decision sheets"),
         {"enterprise": "organisation"},
         ("kept.comparisons", "kept.sheets")),
    Rule("kept.own", T("保存和删除自己的对比和决策单", "Keep and delete one's own of both"),
         {"enterprise": "self"},
         ("kept.new_comparison", "kept.keep_comparison", "kept.forget_comparison",
          "kept.keep_sheet", "kept.forget_sheet")),
    # --- Sub-platforms ---------------------------------------------------------------------------
    Rule("industry.health", T("查看子平台状态", "See the health of sub-platforms"),
         {"operator": "industries", "city_admin": "all", "system_admin": "all", "auditor": "all"},
         ("administration.plugins",)),
    Rule("industry.pause", T("暂停和恢复子平台", "Pause and resume a sub-platform"),
         {"operator": "industries", "system_admin": "all"},
         ("console.pause", "console.withdraw_pause", "console.resume")),
    Rule("industry.pause.read", T("查看暂停的影响", "See what a pause concerns"),
         {"operator": "industries", "city_admin": "all", "system_admin": "all", "auditor": "all"},
         ("console.pause_preview",)),
    Rule("industry.pause.confirm", T("确认或不同意暂停", "Confirm or decline a pause"),
         {"city_admin": "all"}, ("console.confirm_pause", "console.decline_pause")),
    # --- The provider's workspace ----------------------------------------------------------------
    Rule("provider.profile", T("维护公司资料", "Keep the company profile"),
         {"provider": "organisation"}, (
             "workspace.company", "workspace.save_company")),
    Rule("solution.create", T("新建产品", "Begin a solution"), {"provider": "organisation"}, (
             "workspace.new", "workspace.create")),
    Rule("solution.draft", T("编写自己的产品", "Write one's own solutions"),
         {"provider": "organisation"}, (
             "workspace.home", "workspace.solution", "workspace.section",
             "workspace.save_section", "workspace.preview", "workspace.show_changes",
             "workspace.upload", "workspace.remove_file", "workspace.discard",
             "workspace_api.list_own_solutions", "workspace_api.get_draft",
             "workspace_api.put_draft")),
    Rule("solution.submit", T("提交产品审核", "Submit a solution for listing"),
         {"provider": "organisation"}, (
             "workspace.submit",), verified=True),
    Rule("solution.withdraw", T("下架和恢复自己的产品", "Take one's own solutions off and back"),
         {"provider": "organisation"}, (
             "workspace.take_off", "workspace.bring_back")),
    Rule("submission.withdraw", T("撤回提交", "Withdraw a submission"),
         {"provider": "organisation"}, (
             "workspace.withdraw",)),
    Rule("submission.answer", T("答复审核意见", "Answer an operator's comments"),
         {"provider": "organisation"}, ()),
    Rule("solution.file", T("查看产品附件", "See a solution's uploads before it is public"),
         {"provider": "organisation", "operator": "industries", "city_admin": "all",
          "auditor": "all"}, (
             "workspace.file",)),
    Rule("solution.statistics", T("查看自己产品的统计", "See the figures of one's own solutions"),
         {"provider": "organisation"}, (
             "workspace.statistics", "workspace.solution_statistics",
             "workspace.statistics_xlsx")),
    Rule("solution.import", T("批量导入自己的产品", "Import one's own solutions"),
         {"provider": "organisation"}, (
             "workspace.import_page", "workspace.start_import", "workspace.import_job",
             "workspace.import_checked", "workspace.import_template")),
    # --- Administration --------------------------------------------------------------------------
    Rule("admin.home", T("管理首页", "The administration's start page"),
         dict.fromkeys(_ADMINISTRATORS, "all"), ("administration.home",)),
    Rule("audit.read", T("查看审计记录", "Read the audit trail"), _AUDITING, (
        "administration.audit", "administration.audit_event", "administration.audit_export")),
    Rule("calendar.read", T("查看工作日历", "See the working-day calendar"), _SYSTEM_READERS, (
        "administration.calendar", "administration.calendar_year")),
    Rule("calendar.edit", T("维护工作日历", "Edit the working-day calendar"),
         {"system_admin": "all"}, ("administration.save_calendar",)),
    Rule("job.read", T("查看全部后台任务", "See all background jobs"), _SYSTEM_READERS, (
        "administration.jobs",)),
    Rule("job.own", T("查看自己的后台任务", "See one's own background jobs"),
         {**_signed_in(), "system_admin": "all", "auditor": "all"}, ("administration.job",)),
    Rule("job.retry", T("重试后台任务", "Try a failed job again"),
         {**_writing("self"), "system_admin": "all"}, ("administration.retry_job",)),
    Rule("system.read", T("查看索引和待处理消息", "See the state of index and outbox"),
         _SYSTEM_READERS, ("administration.system",)),
    Rule("system.repair", T("重建和核对索引", "Rebuild and check the search index"),
         {"system_admin": "all"}, (
             "administration.rebuild_index", "administration.verify_index",)),
    Rule("notice.edit", T("编辑页面公告", "Edit notices on top of pages"),
         {"system_admin": "all", "editor": "all"}, (
             "administration.notices", "administration.notice", "administration.new_notice",
             "administration.save_notice", "administration.remove_notice")),
    Rule("notice.dismiss", T("关闭页面公告", "Put a notice away"), _everybody("self"), (
        "administration.dismiss_notice",)),
    Rule("setting.read", T("查看系统设置", "See the settings"), _SYSTEM_READERS, (
        "administration.settings",)),
    Rule("setting.edit", T("修改站点信息", "Edit the site's particulars"),
         {"system_admin": "all"}, ("administration.save_settings",)),
    Rule("user.read", T("查看账号和角色", "See accounts and their roles"),
         {"security_admin": "all", **_SYSTEM_READERS}, (
             "administration.users", "administration.user")),
    Rule("user.import", T("批量导入人员", "Import people"), {"security_admin": "all"}, (
        "administration.people", "administration.import_people", "administration.people_job",
        "administration.people_links",
        "administration.people_template")),
    Rule("user.erase", T("导出和删除个人信息", "Export and erase personal data"),
         {"security_admin": "all"}, (
             "administration.export_person", "administration.erase_person")),
)
