"""Where a need or enquiry stands: its state, who must act next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.core.i18n import LocalizedText as T
from marketplace.needs.models import Enquiry, EnquiryInvitation, SavedNeed
from marketplace.needs.queries import is_over

YOU = T("本企业", "Your organisation")
PROVIDERS = T("受邀服务商", "Invited providers")
OPERATOR = T("行业运营方", "Industry operator")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who acts next and what for; `mine` says it is the reader's turn."""

    actor: T = T()
    step: T = T()
    due_on: date | None = None
    mine: bool = False


def need_standing(saved: SavedNeed) -> Standing:
    """What comes next in a need's life, seen by the enterprise."""
    if saved.state == "draft":
        return Standing(YOU, T("核对措辞后发布，或继续修改", "Publish it, or go on writing"),
                        mine=True)
    if saved.state == "paused":
        return Standing(YOU, T("恢复发布，或结束", "Resume or close it"), mine=True)
    if saved.state == "closed":
        return Standing()
    running = [e for e in saved.enquiries if not is_over(e)]
    if running:
        return enquiry_standing(min(running, key=lambda e: e.deadline_on))
    if any(i.state == "answered" for e in saved.enquiries for i in e.invitations):
        return Standing(YOU, T("对比应答，登记结果", "Compare the answers, record the outcome"),
                        mine=True)
    return Standing(YOU, T("向候选服务商询单", "Ask the providers on your shortlist"), mine=True)


def enquiry_standing(enquiry: Enquiry) -> Standing:
    """What comes next in an enquiry, seen by the enterprise."""
    if is_over(enquiry):
        return Standing(YOU, T("对比应答", "Compare the answers"), mine=True)
    if any(i.state == "proposed" for i in enquiry.invitations):
        return Standing(YOU, T("确认运营方推荐的服务商", "Confirm the operator's proposals"),
                        enquiry.deadline_on, mine=True)
    if enquiry.broker_at is not None:
        return Standing(OPERATOR, T("推荐别的服务商", "Propose other providers"),
                        enquiry.deadline_on)
    waiting = [i.due_on for i in enquiry.invitations if i.state == "invited" and i.due_on]
    if waiting:
        return Standing(PROVIDERS, T("应答", "Answer"), min(waiting))
    return Standing(PROVIDERS, T("到截止日前可修改应答", "May change answers until the deadline"),
                    enquiry.deadline_on)


def invitation_standing(invitation: EnquiryInvitation) -> Standing:
    """What comes next, seen by the provider that was asked."""
    if is_over(invitation.enquiry) or invitation.state in ("declined", "expired"):
        return Standing()
    if invitation.state == "invited":
        return Standing(T("贵单位", "Your organisation"), T("应答", "Answer"), invitation.due_on,
                        mine=True)
    return Standing(T("询单企业", "The enterprise"), T("对比应答", "Compare the answers"),
                    invitation.enquiry.deadline_on)
