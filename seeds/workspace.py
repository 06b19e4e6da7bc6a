"""What the demo provider has on its desk: a draft, one in review, one returned, an edit waiting.

Invented like all samples, made through the operations the pages use, and gone with the samples.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import scoped_session

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution
from marketplace.core.access import Person, acting_as
from marketplace.core.database import db
from marketplace.listing.decisions import send_back
from marketplace.listing.models import SolutionDraft, Submission
from marketplace.listing.operations import begin_draft, open_draft, save_draft
from marketplace.listing.submitting import submit
from marketplace.notifications.models import Notification, Task

DEMO_PROVIDER = "lizha-rolling-data"
"""Slug of the provider whose people have demo accounts."""
ACTOR = "seeds"
COMMENTS = {
    "promise": "“全程有号可查”请写明从哪个工位到哪个工位，没有喷号设备时怎么办。",
    "price_parts": "写0的部分请确认确实不另收费；要另行报价的，请不要填。",
}


def load_workspace() -> int:
    """Fill the demo provider's desk once; returns how many solutions were touched."""
    provider = db.session.scalar(select(Provider).where(Provider.slug == DEMO_PROVIDER))
    if provider is None or not provider.organisation.sample or _has_drafts(provider.id):
        return 0
    listed = list(db.session.scalars(select(Solution).where(
        Solution.provider_id == provider.id, Solution.published_version_id.is_not(None))
        .order_by(Solution.slug).limit(2)))
    if not listed:
        return 0
    industries = frozenset(i.code for i in listed[0].published.industries  # type: ignore[union-attr]
                           if i.code != "general")
    seller = Person(user_id=0, username=ACTOR, role="provider", verified=True,
                    organisation_id=provider.organisation_id)
    operator = Person(user_id=0, username=ACTOR, role="operator", industries=industries)
    with acting_as(seller):
        _half_written()
        _submitted("轧辊磨削台账", "Roll grinding log", listed[0])
        returned = _submitted("轧线停机归因", "Stop causes of the rolling line", listed[0])
        _edited(listed[-1])
    with acting_as(operator):
        send_back(submission_id=returned.id, comments=COMMENTS)
    return 4


def _has_drafts(provider_id: int) -> bool:
    return db.session.scalar(select(SolutionDraft.id).join(Solution).where(
        Solution.provider_id == provider_id).limit(1)) is not None


def _change(solution: Solution, **fields: Any) -> None:
    draft = open_draft(solution=solution)
    keys = tuple(fields)
    save_draft(solution=solution, keys=keys, mine=fields,
               base={k: draft.content[k] for k in keys if k in draft.content})


def _half_written() -> None:
    draft = begin_draft(name="加热炉温度曲线看板")
    _change(draft.solution, name={"zh": "加热炉温度曲线看板", "en": "Furnace temperature board"},
            industries=["steel"], deployments=["private"])


def _submitted(zh: str, en: str, pattern: Solution) -> Submission:
    draft = begin_draft(name=zh, copy_of=pattern)
    _change(draft.solution, name={"zh": zh, "en": en})
    found = submit(solution=draft.solution).submission
    assert found is not None
    return found


def _edited(solution: Solution) -> None:
    promise = dict(open_draft(solution=solution).content["promise"])
    _change(solution, promise={"zh": f"{promise['zh']}，首月不满意全额退款"[:160],
                               "en": f"{promise.get('en', '')}; full refund in the first month"})
    submit(solution=solution)


def remove_workspace(session: scoped_session[Any]) -> None:
    """Tasks and messages about sample submissions, before the samples themselves go."""
    subjects = [f"submission:{n}" for n in session.scalars(
        select(Submission.id).join(Solution).where(Solution.sample))]
    organisations = select(Organisation.id).where(Organisation.sample)
    at_once = {"synchronize_session": False}
    session.execute(delete(Task).where(
        Task.subject.in_(subjects) | Task.organisation_id.in_(organisations)),
        execution_options=at_once)
    keys = [f"{subject}:{state}" for subject in subjects
            for state in ("waiting", "approved", "returned")]
    session.execute(delete(Notification).where(Notification.key.in_(keys)),
                    execution_options=at_once)
