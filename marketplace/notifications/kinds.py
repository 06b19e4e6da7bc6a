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
    # --- Organisations ---------------------------------------------------------------------------
    "organisation.to_verify": Kind(
        T("核验机构资料：{organisation}", "Check the papers of {organisation}"),
        T("核对营业执照和统一社会信用代码，确认后该机构才能发布和询单。",
          "Compare the licence with the unified social credit code; until then it cannot publish "
          "or enquire.")),
    "organisation.verified": Kind(
        T("机构资料已核验", "Your organisation has been checked"),
        T("{organisation}已通过核验，现在可以发布、询单和应答。",
          "{organisation} has been checked and may now publish, enquire and answer.")),
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
