"""How recommendations and choices are spread over providers: what a regulator asks about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.exports import Table
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.matching.models import MatchEvent

DAYS = 90


@dataclass(frozen=True)
class ProviderShare:
    """A provider's first places and choices, with its shares of all."""

    provider_id: int
    name: LocalizedText
    firsts: int
    first_share: float
    choices: int
    choice_share: float


@dataclass(frozen=True)
class Concentration:
    """Shares by provider, and the Herfindahl-Hirschman index (0 to 10,000; above 2,500 a market
    is usually called highly concentrated), None where nothing was counted."""

    rows: tuple[ProviderShare, ...]
    firsts: int
    choices: int
    first_index: int | None
    choice_index: int | None


def concentration(industry: str | None = None) -> Concentration:
    """First places and choices of the last `DAYS` days, of one industry's needs or of all."""
    asked = (select(Solution.provider_id, MatchEvent.kind, func.count())
             .join(Solution, Solution.id == MatchEvent.solution_id)
             .where(MatchEvent.day > today() - timedelta(days=DAYS),
                    ((MatchEvent.kind == "shown") & (MatchEvent.rank == 1))
                    | (MatchEvent.kind == "chosen"))
             .group_by(Solution.provider_id, MatchEvent.kind))
    if industry is not None:
        asked = asked.where(MatchEvent.industry == industry)
    firsts: Counter[int] = Counter()
    choices: Counter[int] = Counter()
    for provider, kind, count in db.session.execute(asked):
        (firsts if kind == "shown" else choices)[provider] += count
    names: dict[int, LocalizedText] = dict(db.session.execute(
        select(Provider.id, Organisation.name).join(
            Organisation, Provider.organisation_id == Organisation.id)
        .where(Provider.id.in_([*firsts, *choices]))).all())
    first_total, choice_total = firsts.total(), choices.total()
    rows = [ProviderShare(p, names[p], firsts[p], firsts[p] / (first_total or 1), choices[p],
                          choices[p] / (choice_total or 1)) for p in names]
    rows.sort(key=lambda r: (-r.first_share, -r.choice_share, r.provider_id))
    return Concentration(tuple(rows), first_total, choice_total, _index(firsts), _index(choices))


def _index(counts: Counter[int]) -> int | None:
    total = counts.total()
    return round(sum((100 * n / total) ** 2 for n in counts.values())) if total else None


def table(found: Concentration, scope: str) -> Table:
    """The figures as a sheet; `scope` names the industry."""
    rows = [[str(r.name), r.firsts, round(100 * r.first_share, 1), r.choices,
             round(100 * r.choice_share, 1)] for r in found.rows]
    lines = [_("%(scope)s: first places and choices of the last %(days)s days, as of %(day)s",
               scope=scope, days=DAYS, day=today().isoformat()),
             _("Concentration index (0 to 10,000): first places %(first)s, choices %(choice)s",
               first=_number(found.first_index), choice=_number(found.choice_index))]
    return Table(_("Concentration"), [
        _("Provider"), _("First places"), _("Share (percent)"), _("Choices"),
        _("Share (percent)")],
        rows, lines, widths=(36, 14, 14, 14, 14))


def _number(index: int | None) -> str:
    return _("nothing counted") if index is None else f"{index:,}"
