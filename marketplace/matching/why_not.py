"""Why is a certain solution not recommended, or not higher?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from marketplace.catalog.index_documents import SOLUTIONS, card
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.models import Solution
from marketplace.catalog.queries import is_public, solution_by
from marketplace.catalog.search import Filters, search
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.matching.candidates import candidates, standing_of
from marketplace.matching.matcher import MAX_LIMIT, MatchResult, Recommendation, evaluate, match
from marketplace.matching.need import Need, Wish
from marketplace.matching.weights import rule_book

T = LocalizedText


@dataclass(frozen=True)
class WhyNot:
    """The answer for one solution: where it stands and the sentence that says why."""

    solution: Solution
    verdict: LocalizedText
    item: Recommendation | None = None
    place: int | None = None


def find_by_name(indexes: Indexes, name: str, limit: int = 5) -> Sequence[Solution]:
    """Published or withdrawn solutions whose slug is `name` or whose name resembles it."""
    found = db.session.scalars(select(Solution).where(Solution.slug == name)).all()
    if found:
        return found
    cards = search(indexes, SOLUTIONS, Filters(q=name[:80], per_page=20), with_facets=False,
                   highlight=False).cards[:limit]
    ids = [c.data["id"] for c in cards]
    by_id = {s.id: s for s in db.session.scalars(select(Solution).where(Solution.id.in_(ids)))}
    return [by_id[i] for i in ids if i in by_id]


def why_not(indexes: Indexes, need: Need, solution_id: int) -> WhyNot | None:
    """Evaluate one solution against the need and compare it with what was recommended."""
    solution = solution_by(id=solution_id)
    if solution is None or solution.published is None:
        return None
    if solution.withdrawn_at is not None:
        day = solution.withdrawn_at.date().isoformat()
        return WhyNot(solution, T(f"该产品已于{day}下架：{solution.withdrawn_reason}",
                                  f"Withdrawn on {day}: {solution.withdrawn_reason}"))
    if not is_public(solution):
        return WhyNot(solution, T("它所属的子平台已暂停", "Its sub-platform is paused"))
    result = match(indexes, need, limit=MAX_LIMIT)
    place = next((n for n, r in enumerate(result.recommendations, 1)
                  if r.candidate.id == solution_id), None)
    if place is not None:
        item = result.recommendations[place - 1]
        return WhyNot(solution, T(f"它在推荐之列，第{place}位",
                                  f"It is recommended, in place {place}"), item, place)
    candidate = standing_of(need, card(solution), candidates(indexes, need))
    item = evaluate(need, candidate, rule_book(need.industry))
    return WhyNot(solution, _verdict(item, result), item)


def _verdict(item: Recommendation, result: MatchResult) -> LocalizedText:
    if item.vetoes:
        reasons = T("；".join(v.zh for v in item.vetoes), "; ".join(v.en for v in item.vetoes))
        return T(f"不符合硬性要求：{reasons.zh}", f"A hard wish is not met: {reasons.en}")
    weakest = min(item.outcomes, key=lambda o: (o.score - 1) * o.weight, default=None)
    last = result.recommendations[-1].score if result.recommendations else 0
    score = T(f"得分{item.score * 100:.0f}，推荐之列最低{last * 100:.0f}",
              f"It scores {item.score * 100:.0f}, the last one recommended {last * 100:.0f}")
    if weakest is None:
        return score
    return T(f"{score.zh}；失分最多的是：{weakest.text.zh}",
             f"{score.en}; it loses most by: {weakest.text.en}")


def similar(indexes: Indexes, solution: Solution, limit: int = 4) -> list[Recommendation]:
    """Solutions that do the same: the rules applied to a need made of this solution's facts."""
    version = solution.published
    if version is None:
        return []
    wishes = [Wish("industry", i.code) for i in version.industries[:1]]
    wishes += [Wish("scenario" if "." in s.code else "core_scenario", s.code)
               for s in version.scenarios]
    wishes += [Wish("category", c.code, confidence=1 / (n + 1))
               for n, c in enumerate(version.categories)]
    result = match(indexes, Need(version.promise.zh, tuple(wishes)), limit=limit + 1)
    return [replace(r, labels=()) for r in result.recommendations
            if r.candidate.id != solution.id][:limit]
