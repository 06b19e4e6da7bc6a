"""What becomes of shown solutions is counted with rank and scores, and with nobody's name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.core.database import db
from marketplace.matching.events import record_followed, record_later, record_shown
from marketplace.matching.matcher import MatchResult, evaluate
from marketplace.matching.models import MatchEvent
from marketplace.matching.weights import rule_book
from tests.factories import make_solution
from tests.matching.support import candidate, need


@pytest.fixture
def shown(app) -> MatchResult:
    """Two solutions shown for one need."""
    asked, book = need("industry:steel", "core_scenario:OP-05", "category:APS"), rule_book("steel")
    items = tuple(evaluate(asked, candidate(make_solution().id, go_live_days=days), book)
                  for days in (30, 60))
    result = MatchResult(asked, items, items, (), (), 2, 2, book.version, "2026-W48")
    record_shown(result)
    return result


def events(kind: str) -> list[MatchEvent]:
    return list(db.session.scalars(select(MatchEvent).where(MatchEvent.kind == kind)))


def test_what_is_shown_together_shares_a_key(shown):
    keys = {e.list_key for e in events("shown")}
    assert len(keys) == 1
    assert None not in keys


def test_what_is_opened_later_keeps_rank_scores_and_list(shown):
    first = events("shown")[0]
    assert record_later("opened", [first.id]) == [first.solution_id]
    opened, = events("opened")
    assert (opened.rank, opened.scores, opened.list_key) == (1, first.scores, first.list_key)


@pytest.mark.parametrize("kind", ["shortlisted", "enquired", "chosen"])
def test_a_saved_need_s_events_find_the_list_they_came_from(shown, kind):
    item = shown.recommendations[1]
    record_followed(kind, solution_id=item.candidate.id, industry="steel", rank=2,
                      rule_version=shown.rule_version,
                      scores={o.rule: o.score for o in item.outcomes})
    found, = events(kind)
    assert found.list_key == events("shown")[0].list_key
    assert found.rank == 2


def test_what_was_never_recommended_belongs_to_no_list(shown):
    record_followed("chosen", solution_id=shown.recommendations[0].candidate.id,
                      industry="steel")
    found, = events("chosen")
    assert (found.rank, found.list_key, found.scores) == (None, None, {})


def test_unknown_events_are_refused(app):
    with pytest.raises(LookupError):
        record_followed("liked", solution_id=1, industry=None)


def test_nothing_of_a_person_or_text_is_kept():
    assert {c.name for c in MatchEvent.__table__.columns} == {
        "id", "day", "kind", "solution_id", "industry", "rank", "rule_version", "scores",
        "list_key"}
