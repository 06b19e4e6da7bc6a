"""What an operator changes of its sub-platform: page, weights, words. Versioned, on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from marketplace.catalog.index_rebuilding import ask_for_rebuild
from marketplace.console.page_content import checked_page
from marketplace.console.word_entry import checked_words
from marketplace.core.access import current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.matching.models import MatchWeights
from marketplace.matching.weights import adjust_weights, weights_of
from marketplace.taxonomy.models import SubPlatformPage, TradeWord
from marketplace.taxonomy.queries import page_versions
from marketplace.taxonomy.reach import require_industry

TUNE = "industry.tune"
REASON_LENGTH = (4, 400)


def save_page(*, industry: str, form: Mapping[str, Any], reason: str) -> SubPlatformPage:
    """Put a landing text and featured solutions in force as the next version.

    Raises `InvalidInput` with errors at `landing.zh`, `featured.<n>.<part>` or `reason`.
    """
    require_industry(TUNE, industry)
    with transaction():
        landing, featured, errors = checked_page(industry, form)
        errors += _reason_errors(reason)
        if errors:
            raise InvalidInput("The page was not saved.", errors=tuple(errors))
        return _next_page(industry, landing=landing, featured=featured, reason=reason)


def restore_page(*, industry: str, number: int, reason: str) -> SubPlatformPage:
    """Go back to an earlier version of the page, which becomes the newest one."""
    require_industry(TUNE, industry)
    _require_reason(reason)
    with transaction() as session:
        old = session.scalar(page_versions(industry).where(SubPlatformPage.number == number))
        if old is None:
            raise NotFound("There is no such version.")
        return _next_page(industry, landing=old.landing, featured=old.featured, reason=reason)


def _next_page(industry: str, *, landing: Any, featured: list[dict[str, Any]],
               reason: str) -> SubPlatformPage:
    before = db.session.scalars(page_versions(industry).limit(1)).first()
    row = SubPlatformPage(industry=industry, number=(before.number if before else 0) + 1,
                          landing=landing, featured=featured, reason=reason.strip(),
                          actor=current_person().actor, created_at=now())
    db.session.add(row)
    record(db.session, actor=row.actor, action="industry.page", subject=f"industry:{industry}",
           details={"number": row.number, "reason": row.reason,
                    "before": _described(before), "after": _described(row)})
    return row


def _described(page: SubPlatformPage | None) -> dict[str, Any]:
    return {"landing": page.landing.as_dict(), "featured": page.featured} if page else {}


def change_weights(*, industry: str, weights: Mapping[str, float],
                   thresholds: Mapping[str, float], reason: str) -> MatchWeights:
    """Put other weights and thresholds in force as the next version."""
    require_industry(TUNE, industry)
    return adjust_weights(industry=industry, weights=weights, thresholds=thresholds, reason=reason,
                          actor=current_person().actor)


def restore_weights(*, industry: str, number: int, reason: str) -> MatchWeights:
    """Go back to a version of weights and thresholds (0: the plugin's own) as a new one."""
    require_industry(TUNE, industry)
    weights, thresholds = weights_of(industry, number)
    return adjust_weights(industry=industry, weights=weights, thresholds=thresholds, reason=reason,
                          actor=current_person().actor)


def add_words(*, industry: str, kind: str, text: str) -> TradeWord:
    """Add a group of synonyms or a dictionary word; the index is rebuilt in the background."""
    require_industry(TUNE, industry)
    with transaction() as session:
        row = TradeWord(industry=industry, kind=kind, words=checked_words(industry, kind, text),
                        actor=current_person().actor, created_at=now())
        session.add(row)
        session.flush()
        record(session, actor=row.actor, action="words.add", subject=f"industry:{industry}",
               details={"kind": kind, "words": row.words})
        ask_for_rebuild()
    return row


def remove_words(*, industry: str, word_id: int) -> None:
    """Take an entry of the operator away again; the index is rebuilt in the background."""
    require_industry(TUNE, industry)
    with transaction() as session:
        row = session.scalar(select(TradeWord).where(
            TradeWord.id == word_id, TradeWord.industry == industry))
        if row is None:
            raise NotFound("There is no such record.")
        session.delete(row)
        record(session, actor=current_person().actor, action="words.remove",
               subject=f"industry:{industry}", details={"kind": row.kind, "words": row.words})
        ask_for_rebuild()


def _reason_errors(reason: str) -> list[FieldError]:
    low, high = REASON_LENGTH
    fits = low <= len(reason.strip()) <= high
    return [] if fits else [FieldError("reason", reason, f"write {low} to {high} characters")]


def _require_reason(reason: str) -> None:
    errors = _reason_errors(reason)
    if errors:
        raise InvalidInput("Going back needs a reason.", errors=tuple(errors))
