"""Every message and task, written once in Chinese and English.

`{name}` stands for a fact given when it is sent; a fact that is a bilingual text is shown in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.core.i18n import LocalizedText as T
from marketplace.core.i18n import current_language


@dataclass(frozen=True, slots=True)
class Kind:
    """A message or task. `title` is one line; `text` says what happened and what to do."""

    title: T
    text: T = T()


KINDS: Mapping[str, Kind] = {
    # --- Due dates -------------------------------------------------------------------------------
    "task.soon": Kind(
        T("快到期：{task}", "Due soon: {task}"),
        T("{day}到期，请在当天下班前办好；办好后这项待办会自动消失。",
          "It is due on {day}; once done it leaves the desk by itself.")),
    "task.overdue": Kind(
        T("已逾期：{task}", "Overdue: {task}"),
        T("原定{day}办好，请尽快处理；办好后这项待办会自动消失。",
          "It was due on {day}; please see to it soon. Once done it leaves the desk by itself.")),
    "task.escalated": Kind(
        T("运营方逾期未办：{task}", "Overdue with an operator: {task}"),
        T("{industry}的运营方原定{day}办好，至今没有办，请过问。",
          "The operator of {industry} should have done it by {day}; please look into it.")),
    # --- Accounts --------------------------------------------------------------------------------
    "invitation.join": Kind(
        T("{organisation}邀请您加入", "{organisation} asks you to join"),
        T("{name}开了一张凭条。向对方要来，扫码或打开链接并登录，就能加入；不认识的单位不用理会。",
          "{name} made a slip. Ask for it, scan its QR or open its link and sign in to join; if "
          "you do not know them, do nothing.")),
    "account.phone_wanted": Kind(
        T("有人想把您的手机号登记到另一个账号", "Somebody tried to enter your mobile number"),
        T("没有登记成，您的账号没有变化。如果是您本人有两个账号，请联系安全管理员。",
          "It was refused and nothing has changed. If you have two accounts yourself, ask the "
          "security administrator.")),
    "account.email_wanted": Kind(
        T("有人想把您的邮箱登记到另一个账号", "Somebody tried to enter your e-mail address"),
        T("没有登记成，您的账号没有变化。如果是您本人有两个账号，请联系安全管理员。",
          "It was refused and nothing has changed. If you have two accounts yourself, ask the "
          "security administrator.")),
    "account.second_factor_off": Kind(
        T("您的动态口令已取消", "Your second factor was taken off"),
        T("安全管理员取消了您账号的动态口令。请重新设置；如果不是您要求的，请马上联系安全管理员。",
          "The security administrator took it off your account. Please set up a new one; if you "
          "did not ask for this, tell the security administrator at once.")),
    "account.role_given": Kind(
        T("您现在是{organisation}的{role}", "You act for {organisation} now: {role}"),
        T("页面上方可以切换到这个角色；如果不对，请告诉安全管理员。",
          "You can change to this role at the top of the page. If this is wrong, tell the security "
          "administrator.")),
    "account.role_taken": Kind(
        T("您不再是{organisation}的{role}", "You no longer act for {organisation}: {role}"),
        T("安全管理员取消了这个角色。", "The security administrator took this role away.")),
    # --- Organisations ---------------------------------------------------------------------------
    "organisation.to_verify": Kind(
        T("核验机构资料：{organisation}", "Check the papers of {organisation}"),
        T("核对营业执照和统一社会信用代码，确认后该机构才能发布和询单。",
          "Compare the licence with the unified social credit code; until then it cannot publish "
          "or enquire.")),
    "organisation.deactivated": Kind(
        T("{organisation}已停用", "{organisation} has been deactivated"),
        T("原因：{reason}。资料没有删除；重新启用后，您恢复原来的角色。",
          "Reason: {reason}. Nothing was deleted; once it is opened again you have your roles "
          "back.")),
    "organisation.reactivated": Kind(
        T("机构已重新启用", "Your organisation is open again"),
        T("{organisation}已重新启用，原有成员可以继续使用。原因：{reason}",
          "{organisation} is open again, with the people it had. Reason: {reason}")),
    "listing.to_relist": Kind(
        T("{provider}已重新启用，产品待重新上架", "{provider} is open again: look at its listings"),
        T("停用时下架的{num}个产品不会自动恢复，由行业运营方逐个核对后重新上架。",
          "{num} solutions that went off the lists do not come back by themselves; the operator of "
          "the industry looks at each and lists it again.")),
    "organisation.verified": Kind(
        T("机构资料已核验", "Your organisation has been checked"),
        T("{organisation}已通过核验，现在可以发布、询单和应答。",
          "{organisation} has been checked and may now publish, enquire and answer.")),
    "organisation.returned": Kind(
        T("请补正机构资料", "Please put the papers of your organisation right"),
        T("{organisation}的资料被退回：{reason}。改好或重新上传营业执照后会再次核验。",
          "The papers of {organisation} were returned: {reason}. Once corrected or with a new "
          "licence they are checked again.")),
    "organisation.administrator": Kind(
        T("您现在是{organisation}的管理员", "You now administer {organisation}"),
        T("可以邀请和接受同事、维护单位资料。",
          "You can invite and accept colleagues and keep the organisation's papers.")),
    "claim.waiting": Kind(
        T("{name}认领{organisation}", "{name} claims {organisation}"),
        T("该单位还没有人管理，请核实后确认或谢绝。",
          "Nobody runs it here yet: check, then confirm or refuse.")),
    "claim.disputed": Kind(
        T("有争议的认领：{organisation}", "Disputed claim: {organisation}"),
        T("{name}认领的单位已有人管理，请看双方理由后裁定。",
          "Others run what {name} claims: read both sides, then decide.")),
    "claim.to_answer": Kind(
        T("{name}认领了您的单位{organisation}", "{name} claims your organisation {organisation}"),
        T("请写明您的意见，区县专员会看双方理由后裁定。",
          "Say what you think; the district officer reads both sides and decides.")),
    "claim.granted": Kind(
        T("认领已通过：{organisation}", "Your claim to {organisation} was granted"),
        T("您现在是该单位的管理员。{reason}", "You now administer it. {reason}")),
    "claim.refused": Kind(
        T("认领未通过：{organisation}", "Your claim to {organisation} was refused"),
        T("理由：{reason}", "Reason: {reason}")),
    "claim.decided": Kind(
        T("对{organisation}的认领已裁定", "The claim to {organisation} has been decided"),
        T("裁定说明：{reason}", "What was decided: {reason}")),
    "membership.accepted": Kind(
        T("您已加入{organisation}", "You belong to {organisation} now"),
        T("管理员接受了您的申请。", "The administrator accepted you.")),
    "membership.removed": Kind(
        T("您已不在{organisation}", "You no longer belong to {organisation}"),
        T("管理员把您移出了该单位，您做过的事仍留有记录。如有误会，请直接联系该单位。",
          "Its administrator removed you; what you did stays on record. If this is a "
          "misunderstanding, speak to them directly.")),
    "membership.declined": Kind(
        T("加入{organisation}的申请未被接受", "{organisation} did not accept your request"),
        T("如有误会，请直接联系该单位。",
          "If this is a misunderstanding, speak to them directly.")),
    "enterprise_file.proposed": Kind(
        T("请确认代填的企业档案", "Please confirm your enterprise file"),
        T("{name}在走访时代填了{organisation}的档案，确认或改正后才生效。",
          "{name} entered the file of {organisation} on a visit; it takes force once you have "
          "confirmed or corrected it.")),
    "enterprise_file.decided": Kind(
        T("{organisation}已答复代填的档案", "{organisation} has answered on its file"),
        T("企业{outcome}了您代填的档案。", "What you entered was {outcome} by the company.")),
    "membership.asked": Kind(
        T("{name}申请加入{organisation}", "{name} asks to join {organisation}"),
        T("请确认是不是本单位的人，再接受或谢绝。",
          "Make sure that this is one of your people, then accept or decline.")),
    # --- Listing ---------------------------------------------------------------------------------
    "submission.waiting": Kind(
        T("审核上架：{solution}", "Check for listing: {solution}"),
        T("{provider}提交了{solution}，请核对后通过，或在字段上写明要改什么。",
          "{provider} submitted {solution}: approve it, or return it with comments at fields.")),
    "submission.approved": Kind(
        T("已上架：{solution}", "Listed: {solution}"),
        T("审核通过，访客现在看到的是这一版。", "Approved; visitors now see this version.")),
    "solution.suspended": Kind(
        T("已暂停上架：{name}", "Listing suspended: {name}"),
        T("运营方暂停了{name}的上架，公开页面写明了原因：{reason}",
          "An operator suspended the listing of {name}; its public page says why: {reason}")),
    "provider.listed": Kind(
        T("服务商已上架：{name}", "Provider listed: {name}"),
        T("运营方已核对，{name}现在出现在服务商名录里。",
          "An operator has checked the entry; {name} is in the list of providers now.")),
    "provider.suspended": Kind(
        T("服务商已暂停上架：{name}", "Provider suspended: {name}"),
        T("运营方暂停了{name}的上架，公开页面写明了原因：{reason}",
          "An operator suspended the listing of {name}; its public page says why: {reason}")),
    "listing.lifted": Kind(
        T("已恢复上架：{name}", "Listed again: {name}"),
        T("运营方恢复了{name}的上架。", "An operator lifted the suspension of {name}.")),
    "submission.returned": Kind(
        T("请修改：{solution}", "Please revise: {solution}"),
        T("运营方退回了{solution}，意见写在相应字段旁，改好后再提交。",
          "{solution} was returned with comments at the fields; revise and submit again.")),
    # --- Working-day calendar --------------------------------------------------------------------
    "calendar.to_enter": Kind(
        T("录入{year}年工作日历", "Enter the working-day calendar of {year}"),
        T("国务院办公厅一般在上年10月底至11月公布放假安排。没有录入时只有周末算休息日，到期日会不准。",
          "The State Council's notice usually comes out in late October or November. Until it is "
          "entered only weekends count as days off, and due dates are not right.")),
    # --- Sub-platforms ---------------------------------------------------------------------------
    "pause.to_confirm": Kind(
        T("请确认：暂停子平台“{industry}”", "Confirm the pause of {industry}"),
        T("{name}申请暂停，子平台上还有密封报价等事项在进行。理由：{reason}",
          "{name} asks to pause it while sealed prices or the like are under way. "
          "Reason: {reason}")),
    "pause.made": Kind(
        T("子平台“{industry}”已由系统管理员暂停", "A system administrator paused {industry}"),
        T("{name}暂停了该子平台，其上还有密封报价等事项在进行，可以办完。原因：{reason}",
          "{name} paused it while sealed prices or the like are under way; they can be finished. "
          "Reason: {reason}")),
    "pause.confirmed": Kind(
        T("市级已确认，子平台“{industry}”已暂停", "Confirmed: {industry} is paused"),
        T("访客不再看到该子平台；进行中的事项可以办完。",
          "Visitors no longer see it; what is under way can be finished.")),
    "pause.declined": Kind(
        T("市级未同意暂停子平台“{industry}”", "The city did not agree to pause {industry}"),
        T("原因：{reason}", "Reason: {reason}")),
    # --- Needs and enquiries ---------------------------------------------------------------------
    "need.outcome": Kind(
        T("需求“{need}”后来怎么样了？", "What came of your need “{need}”?"),
        T("发布已满{days}天。选定了产品、另有安排或没有选，请说一声；只问这一次。",
          "It was published {days} days ago. Say whether you chose a solution, found something "
          "elsewhere, or chose nothing; we ask this once only.")),
    "enquiry.invited": Kind(
        T("收到询单：{need}", "Enquiry: {need}"),
        T("企业就这项需求向您询单，{day}截止。请在两个工作日内应答，或说明不参加的原因。",
          "An enterprise asks you about this need, until {day}. Answer within two working days, "
          "or say why you do not.")),
    "enquiry.to_answer": Kind(
        T("应答询单：{need}", "Answer the enquiry: {need}"),
        T("逐条应答并报价，{day}截止；不参加请写明原因。",
          "Answer point by point with a price, until {day}; or decline with a reason.")),
    "enquiry.answered": Kind(
        T("{provider}已应答：{need}", "{provider} has answered: {need}"),
        T("可以查看应答；密封的报价到截止日后才打开。",
          "You can read the answer; sealed prices open after the deadline.")),
    "enquiry.declined": Kind(
        T("{provider}不参加：{need}", "{provider} declines: {need}"),
        T("原因写在询单页上，可以再邀请别家。",
          "The reason stands on the page of the enquiry; you can ask others.")),
    "enquiry.question": Kind(
        T("有服务商提问：{need}", "A provider has a question: {need}"),
        T("您的回复所有受邀服务商都能看到，互相看不到名字。",
          "All invited providers read your reply; none sees another's name.")),
    "enquiry.reply": Kind(
        T("企业回复了提问：{need}", "The enterprise has replied: {need}"),
        T("提问和回复对所有受邀服务商公开，不显示是谁问的。",
          "All invited read questions and replies, without names.")),
    "enquiry.contact": Kind(
        T("企业向您公开了联系方式：{need}", "The enterprise gave you its contact data: {need}"),
        T("联系方式在询单页上，只用于这项需求。",
          "It stands on the page of the enquiry; use it for this need only.")),
    "enquiry.extended": Kind(
        T("截止日延到{day}：{need}", "The deadline is put off to {day}: {need}"),
        T("原因：{reason}。已应答的可在新的截止日前修改，密封的报价到那时才打开。",
          "Reason: {reason}. Answers may be changed until then; sealed prices open only then.")),
    "enquiry.full": Kind(
        T("应答已满：{need}", "Enough answers: {need}"),
        T("这份询单收到的应答已达到上限，不再接受新的应答。",
          "This enquiry has as many answers as it takes.")),
    "enquiry.ended": Kind(
        T("询单已结束：{need}", "The enquiry has ended: {need}"),
        T("这份询单不再接受应答。", "It takes no further answers.")),
    "enquiry.over": Kind(
        T("询单截止，收到{count}份应答：{need}", "The deadline is over, {count} answers: {need}"),
        T("报价已经打开，可以并排对比。", "Prices are open; compare the answers side by side.")),
    "enquiry.late": Kind(
        T("有服务商两个工作日没有应答：{need}", "No reply within two working days: {need}"),
        T("行业运营方会帮忙推荐别的服务商，由您确认后再邀请。",
          "The industry's operator looks for other providers; you confirm before they are asked.")),
    "enquiry.broker": Kind(
        T("撮合：{need}", "Find providers: {need}"),
        T("有服务商两个工作日没有应答，请推荐下一批。",
          "Providers have not replied within two working days; propose the next ones.")),
    "enquiry.proposed": Kind(
        T("运营方推荐了{count}家服务商：{need}", "The operator proposes {count} providers: {need}"),
        T("请逐家确认是否邀请。", "Confirm for each whether it is to be asked.")),
    "enquiry.nobody": Kind(
        T("运营方没有找到更多服务商：{need}", "The operator knows no further provider: {need}"),
        T("原因：{reason}", "Reason: {reason}")),
    # --- Subscriptions ---------------------------------------------------------------------------
    "subscription.needs": Kind(
        T("{count}条新需求符合您的订阅", "{count} new needs of your subscription"),
        T("{names}\n不想再收，点这里退订：{stop}", "{names}\nTo end this subscription: {stop}")),
    "subscription.solutions": Kind(
        T("{count}个新产品符合您的订阅", "{count} new solutions of your subscription"),
        T("{names}\n不想再收，点这里退订：{stop}", "{names}\nTo end this subscription: {stop}")),
}


def fill(text: T, facts: Mapping[str, Any]) -> str:
    """The text in the reader's language with its facts filled in."""
    language = current_language()
    shown = {k: T.of(v).in_language(language) if isinstance(v, (Mapping, T)) else v
             for k, v in facts.items()}
    return text.in_language(language).format_map(_Lenient(shown))


class _Lenient(dict[str, Any]):
    """A fact that an old message does not carry shows as a dash rather than as an error."""

    def __missing__(self, key: str) -> str:
        return "–"
