"""Where a solution stands on its way to visitors: its state, who acts next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.core.i18n import LocalizedText
from marketplace.listing.content import content_of
from marketplace.listing.models import SolutionDraft, Submission

State = Literal["draft", "in_review", "returned", "listed", "suspended", "withdrawn"]
Actor = Literal["provider", "operator", ""]


@dataclass(frozen=True)
class Standing:
    """A `suspended` solution was taken off by an operator, a `withdrawn` one by its provider.
    `public` says whether visitors see a version meanwhile; `unsent` that the draft holds
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
    if last is not None and last.state == "returned" and (draft is not None or not public):
        return Standing("returned", "provider", None, public)
    unsent = draft is not None and _newer(draft, solution)
    if public:
        return Standing("listed", "provider" if unsent else "", None, True, unsent)
    if solution.withdrawn_at is not None and solution.suspended_by is None:
        return Standing("withdrawn", "", None, False, unsent)
    if solution.withdrawn_at is not None:
        return Standing("suspended", "provider", None, False, unsent)
    return Standing("draft", "provider", None, False, draft is not None)


def _newer(draft: SolutionDraft, solution: Solution) -> bool:
    published = solution.published
    return published is None or published.published_at is None or \
        draft.updated_at > published.published_at


def begun_from(solution: Solution, last: Submission | None) -> SolutionVersion | None:
    """The version a draft begins from: the public one, else what was submitted last."""
    return solution.published or (last.version if last else None)


def written(solution: Solution, draft: SolutionDraft | None,
            last: Submission | None) -> dict[str, Any]:
    """What the provider works on: the draft, or what a draft would begin from."""
    if draft is not None:
        return dict(draft.content)
    version = begun_from(solution, last)
    return content_of(version) if version else {}


def solution_name(solution: Solution, draft: SolutionDraft | None,
                  last: Submission | None) -> LocalizedText:
    """What a solution is called: as written last, else as in the version, else its address."""
    version = begun_from(solution, last)
    return LocalizedText.of((draft.content if draft else {}).get("name")) or (
        version.name if version else None) or LocalizedText.of(solution.slug)
