"""The shortlist of a need: shared inside the organisation, with notes and reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from marketplace.catalog.indexer import Indexes
from marketplace.catalog.models import Solution
from marketplace.catalog.queries import is_public
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.matching.events import record_followed
from marketplace.matching.matcher import MAX_LIMIT, MatchResult, match
from marketplace.matching.why_not import why_not
from marketplace.needs.anonymity import need_of
from marketplace.needs.models import NeedCandidate, SavedNeed

MOST_CANDIDATES = 20


@dataclass(frozen=True)
class Standing:
    """How the rules see a solution for a need now: rank among the recommendations, if any."""

    rank: int | None = None
    score: float | None = None
    scores: dict[str, Any] = field(default_factory=dict)
    rule_version: str = ""


def recommended(indexes: Indexes, saved: SavedNeed, limit: int = MAX_LIMIT) -> MatchResult:
    """The recommendations for a saved need, computed now."""
    return match(indexes, need_of(saved), limit=limit)


def standing(indexes: Indexes, saved: SavedNeed, solution_id: int) -> Standing:
    """Where the solution stands now; not recommended ones are evaluated all the same."""
    answer = why_not(indexes, need_of(saved), solution_id)
    if answer is None or answer.item is None:
        return Standing()
    result = recommended(indexes, saved, limit=1)
    return Standing(answer.place, answer.item.score,
                    {o.rule: round(o.score, 3) for o in answer.item.outcomes},
                    result.rule_version)


def add_candidate(*, saved: SavedNeed, solution: Solution, at: Standing,
                  note: str = "") -> NeedCandidate:
    """Put a solution on the need's shortlist, with how the rules see it today."""
    person = current_person()
    with transaction() as session:
        allow("need.write", saved)
        _open(saved)
        found = next((c for c in saved.candidates if c.solution_id == solution.id), None)
        if found is not None:
            return found
        if len(saved.candidates) >= MOST_CANDIDATES:
            raise Conflict("A shortlist holds at most 20 solutions.")
        if not is_public(solution):
            raise Conflict("This solution is no longer offered.")
        candidate = NeedCandidate(
            need=saved, solution=solution, note=_text("note", note), rank=at.rank, score=at.score,
            scores=at.scores, rule_version=at.rule_version, added_by=person.name or person.actor,
            added_at=now())
        session.add(candidate)
        saved.updated_at = now()
        session.flush()
        record_followed("shortlisted", solution_id=solution.id, industry=saved.industry,
                        rank=at.rank, rule_version=at.rule_version, scores=at.scores)
        record(session, actor=person.actor, action="need.shortlist", subject=f"need:{saved.id}",
               details={"solution": solution.id})
    return candidate


def note_candidate(*, candidate: NeedCandidate, note: str, why_not: str) -> None:
    """What colleagues should know of a candidate, and why it is not to be this one."""
    with transaction() as session:
        allow("need.write", candidate)
        _open(candidate.need)
        candidate.note, candidate.why_not = _text("note", note), _text("why_not", why_not)
        candidate.need.updated_at = now()
        record(session, actor=current_person().actor, action="need.note",
               subject=f"need:{candidate.need_id}", details={"solution": candidate.solution_id})


def drop_candidate(*, candidate: NeedCandidate) -> None:
    """Take a solution off the shortlist."""
    with transaction() as session:
        allow("need.write", candidate)
        _open(candidate.need)
        record(session, actor=current_person().actor, action="need.drop",
               subject=f"need:{candidate.need_id}", details={"solution": candidate.solution_id})
        session.delete(candidate)


def _open(saved: SavedNeed) -> None:
    if saved.state == "closed":
        raise Conflict("This need is closed and can no longer be changed.")


def _text(name: str, text: str) -> str:
    if len(text) > 1000:
        raise InvalidInput("Please correct this.", errors=(
            FieldError(name, text[:20] + "…", "write at most 1000 characters"),))
    return text.strip()
