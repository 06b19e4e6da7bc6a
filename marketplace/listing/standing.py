"""Where a solution stands on its way to visitors: its state, who acts next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from marketplace.catalog.models import Solution
from marketplace.core.i18n import LocalizedText
from marketplace.listing.models import SolutionDraft, Submission

State = Literal["draft", "in_review", "returned", "listed", "suspended"]
Actor = Literal["provider", "operator", ""]


@dataclass(frozen=True)
class Standing:
    """`public` says whether visitors see a version meanwhile; `unsent` that the draft holds
    changes nobody was asked to check yet."""

    state: State
    actor: Actor
    due_on: date | None = None
    public: bool = False
    unsent: bool = False


def standing(solution: Solution, draft: SolutionDraft | None,
             last: Submission | None) -> Standing:
    """The state of a solution; `last` is its latest submission."""
    public = solution.published_version_id is not None and solution.withdrawn_at is None
    if last is not None and last.state == "waiting":
        return Standing("in_review", "operator", last.due_on, public)
    if last is not None and last.state == "returned":
        return Standing("returned", "provider", None, public)
    unsent = draft is not None and _newer(draft, solution)
    if public:
        return Standing("listed", "provider" if unsent else "", None, True, unsent)
    if solution.withdrawn_at is not None:
        return Standing("suspended", "provider", None, False, unsent)
    return Standing("draft", "provider", None, False, draft is not None)


def _newer(draft: SolutionDraft, solution: Solution) -> bool:
    published = solution.published
    return published is None or published.published_at is None or \
        draft.updated_at > published.published_at


def solution_name(solution: Solution, draft: SolutionDraft | None) -> LocalizedText:
    """What a solution is called: as written last, else as published, else its address."""
    written = LocalizedText.of((draft.content if draft else {}).get("name"))
    return written or (solution.published.name if solution.published else None) or \
        LocalizedText.of(solution.slug)
