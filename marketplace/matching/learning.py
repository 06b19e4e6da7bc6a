"""What events say of the ranking: where in the list the followed solutions stood, rule by rule.

Only the first places are recorded, without person or text. Figures that rest on fewer than
`FEW` lists are not given: they would say more about chance than about a rule.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log2
from statistics import fmean

from sqlalchemy import select

from marketplace.core.clock import iso_week, today
from marketplace.core.database import db
from marketplace.matching.events import FOLLOWED
from marketplace.matching.models import MatchEvent

GAINS: Mapping[str, float] = {"opened": 1, "compared": 1, "sheet": 2, "shortlisted": 3,
                              "enquired": 4, "chosen": 5}
"""How much each event says for a solution, from looking to deciding."""
DAYS = 365
FEW = 30
MOST_LISTS = 2_000
RESAMPLES = 500
LEAST_SEEN = 3.0
"""What stands low is seen less often: an event there counts more, at most so much."""
Scores = Mapping[str, float]


@dataclass
class ShownList:
    """The solutions shown for one need: rule scores and rank of each, gain of those followed."""

    day: date
    scores: dict[int, Scores] = field(default_factory=dict)
    ranks: dict[int, int] = field(default_factory=dict)
    gains: dict[int, float] = field(default_factory=dict)

    @property
    def weights(self) -> Mapping[int, float]:
        """What each followed solution counts: its gain, more where it stood lower."""
        return {i: g * min(LEAST_SEEN, log2(1 + self.ranks[i])) for i, g in self.gains.items()}


def shown_lists(industry: str | None = None, *, days: int = DAYS) -> list[ShownList]:
    """The latest lists of an industry (None: all) of which something was followed and something
    was not."""
    since = today() - timedelta(days=days)
    followed = select(MatchEvent.list_key).where(
        MatchEvent.kind.in_(FOLLOWED), MatchEvent.list_key.is_not(None), MatchEvent.day > since)
    if industry is not None:
        followed = followed.where(MatchEvent.industry == industry)
    rows = db.session.execute(
        select(MatchEvent.list_key, MatchEvent.kind, MatchEvent.solution_id, MatchEvent.rank,
               MatchEvent.scores, MatchEvent.day)
        .where(MatchEvent.list_key.in_(followed)).order_by(MatchEvent.id.desc()))
    lists: dict[str, ShownList] = {}
    for key, kind, solution, rank, scores, day in rows:
        if key not in lists and len(lists) >= MOST_LISTS:
            continue
        found = lists.setdefault(key, ShownList(day))
        if kind == "shown":
            found.scores[solution], found.ranks[solution] = scores, rank
        else:
            found.gains[solution] = max(found.gains.get(solution, 0), GAINS[kind])
    return [found for found in lists.values() if _whole(found)]


def _whole(found: ShownList) -> bool:
    found.gains = {i: g for i, g in found.gains.items() if i in found.scores}
    return 0 < len(found.gains) < len(found.scores)


@dataclass(frozen=True)
class WeekQuality:
    """A week's events of a kind: how many, mean rank, mean reciprocal rank (1: always first),
    share among the first three."""

    week: str
    kind: str
    events: int
    mean_rank: float
    mrr: float
    first_three: float


def quality_over_time(industry: str | None = None, *, days: int = DAYS) -> list[WeekQuality]:
    """Rank quality by week and kind of event, the earliest week first."""
    asked = select(MatchEvent.day, MatchEvent.kind, MatchEvent.rank).where(
        MatchEvent.kind.in_(FOLLOWED), MatchEvent.rank.is_not(None),
        MatchEvent.day > today() - timedelta(days=days))
    if industry is not None:
        asked = asked.where(MatchEvent.industry == industry)
    ranks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for day, kind, rank in db.session.execute(asked):
        ranks[iso_week(day), kind].append(rank or 0)
    return [WeekQuality(week, kind, len(found), fmean(found), fmean(1 / r for r in found),
                        fmean(r <= 3 for r in found))
            for (week, kind), found in sorted(
                ranks.items(), key=lambda row: (row[0][0], FOLLOWED.index(row[0][1])))]


@dataclass(frozen=True)
class RuleLift:
    """How much higher followed solutions scored in a rule than the others of their list, with the
    95 % interval of a bootstrap over lists; both None where there are too few."""

    rule: str
    lists: int
    lift: float | None
    interval: tuple[float, float] | None
    spread: float
    """How much the rule's score differs within a list, on average; 0: it tells nothing apart."""


def rule_lifts(lists: Sequence[ShownList]) -> list[RuleLift]:
    """A row a rule, the most telling first."""
    rules = sorted({rule for found in lists for s in found.scores.values() for rule in s})
    rows = [_lift(rule, [d for found in lists if (d := _difference(rule, found)) is not None],
                  _spread(rule, lists)) for rule in rules]
    return sorted(rows, key=lambda row: -(row.lift if row.lift is not None else -2))


def _difference(rule: str, found: ShownList) -> float | None:
    won = [s[rule] for i, s in found.scores.items() if i in found.gains and rule in s]
    lost = [s[rule] for i, s in found.scores.items() if i not in found.gains and rule in s]
    return fmean(won) - fmean(lost) if won and lost else None


def _spread(rule: str, lists: Iterable[ShownList]) -> float:
    ranges = [max(known) - min(known) for found in lists
              if (known := [s[rule] for s in found.scores.values() if rule in s])]
    return fmean(ranges) if ranges else 0.0


def _lift(rule: str, differences: Sequence[float], spread: float) -> RuleLift:
    if len(differences) < FEW:
        return RuleLift(rule, len(differences), None, None, spread)
    rng = random.Random(0)
    means = sorted(fmean(rng.choices(differences, k=len(differences))) for _ in range(RESAMPLES))
    return RuleLift(rule, len(differences), fmean(differences),
                    (means[RESAMPLES // 40], means[-RESAMPLES // 40]), spread)
