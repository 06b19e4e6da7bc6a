"""Everything the operator's console shows, as a workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from marketplace.catalog.models import Solution
from marketplace.console import queries
from marketplace.console.health import SubPlatform
from marketplace.console.pages import KINDS, STATES
from marketplace.console.queries import QueueFilter
from marketplace.console.weights_form import rule_rows, threshold_rows
from marketplace.core.clock import BEIJING, now
from marketplace.core.database import db
from marketplace.core.exports import Table, to_xlsx
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.messages import gettext as _
from marketplace.matching.missed import DAYS, missed_terms
from marketplace.matching.weights import rule_book
from marketplace.taxonomy.registry import taxonomy

MOST = 20_000
"""Rows of a sheet; more is for the catalogue's own export."""


def console_workbook(platforms: Collection[SubPlatform], industry: str) -> bytes:
    """The queue, the solutions, the rules and the searches in vain; of one industry if named."""
    chosen = [p for p in platforms if industry in ("", p.industry.code)]
    made = _("Made on %(when)s", when=f"{now().astimezone(BEIJING):%Y-%m-%d %H:%M}")
    which = _("Sub-platforms: %(names)s", names=_(", ").join(str(p.industry.name) for p in chosen))
    lines = [which, made]
    return to_xlsx([
        Table(_("Submissions"), [_("Number"), _("Solution"), _("Provider"), _("Industry"),
                                 _("Kind"), _("State"), _("Submitted"), _("Due"), _("Decided"),
                                 _("By"), _("Note")],
              _queue(industry), lines, (10, 36, 30, 24, 12, 12, 18, 12, 18, 14, 40)),
        Table(_("Solutions"), [_("Number"), _("Solution"), _("Provider"), _("Industry"),
                               _("State"), _("Listed"), _("Reason"), _("Address")],
              _solutions(industry), lines, (10, 36, 30, 24, 14, 12, 40, 40)),
        Table(_("Weights"), [_("Industry"), _("Version"), _("Rule"), _("Plugin's own"),
                             _("In force")],
              _weights(chosen), lines, (20, 24, 30, 12, 12)),
        Table(_("Thresholds"), [_("Industry"), _("Version"), _("Threshold"), _("As shipped"),
                                _("In force"), _("Unit")],
              _thresholds(chosen), lines, (20, 24, 34, 12, 12, 10)),
        Table(_("Found nothing"), [_("Industry"), _("Words"), _("Times"), _("Last")],
              _missed(chosen), [*lines, _("Over the last %(days)s days.", days=DAYS)],
              (20, 40, 10, 14)),
    ])


def _when(instant: Any) -> str:
    return f"{instant.astimezone(BEIJING):%Y-%m-%d %H:%M}" if instant else ""


def _names(codes: Collection[str]) -> str:
    return _(", ").join(str(taxonomy().industry_name(code)) for code in codes)


def _queue(industry: str) -> Iterator[list[Any]]:
    for s in queries.queue(QueueFilter(industry, state="all"), MOST):
        yield [s.id, str(s.version.name), str(s.solution.provider.organisation.name),
               _names([i.code for i in s.version.industries]), str(KINDS[s.kind]),
               str(STATES[s.state]), _when(s.submitted_at), s.due_on.isoformat(),
               _when(s.decided_at), s.decided_by, s.note]


def _state(solution: Solution) -> T:
    if solution.suspended_by:
        return T("已暂停上架", "listing suspended")
    if solution.withdrawn_at:
        return T("服务商已撤回", "withdrawn by the provider")
    return T("已上架", "listed") if solution.published_version_id else T("未上架", "not listed")


def _solutions(industry: str) -> Iterator[list[Any]]:
    found = db.session.scalars(queries.solutions(industry).limit(MOST)).unique()
    for s in found:
        shown = s.versions[-1] if s.versions else None
        yield [s.id, str(shown.name) if shown else s.slug, str(s.provider.organisation.name),
               _names([i.code for i in shown.industries] if shown else []), str(_state(s)),
               s.listed_on.isoformat() if s.listed_on else "", s.withdrawn_reason,
               f"/solutions/{s.slug}"]


def _weights(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    for platform in platforms:
        book = rule_book(platform.industry.code)
        for row in rule_rows(platform.industry, book, {}):
            yield [str(platform.industry.name), book.version, str(row.label), row.declared,
                   row.present]


def _thresholds(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    for platform in platforms:
        book = rule_book(platform.industry.code)
        for row in threshold_rows(platform.industry, book, {}):
            yield [str(platform.industry.name), book.version, str(row.threshold.label),
                   row.threshold.default, row.present, str(row.threshold.unit)]


def _missed(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    for platform in platforms:
        for term in missed_terms(platform.industry.code, MOST):
            where = str(platform.industry.name) if term.industry else _("whole catalogue")
            yield [where, term.term, term.times, term.last.isoformat()]
