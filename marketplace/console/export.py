"""Everything the operator's console shows, as a workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from marketplace.catalog.models import Solution
from marketplace.catalog.queries import public_solutions
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
from marketplace.listing.labels import field_label
from marketplace.matching.missed import DAYS, missed_terms
from marketplace.matching.weights import rule_book, weight_versions
from marketplace.taxonomy.queries import featured_now, page_in_force, page_versions
from marketplace.taxonomy.registry import taxonomy
from marketplace.taxonomy.words import words_of

MOST = 20_000
"""Rows of a sheet; more is for the catalogue's own export."""


def console_workbook(platforms: Collection[SubPlatform], industry: str) -> bytes:
    """Everything the console shows: submissions with comments, solutions, providers, rules, page,
    words and searches in vain; of one industry if named."""
    chosen = [p for p in platforms if industry in ("", p.industry.code)]
    made = _("Made on %(when)s", when=f"{now().astimezone(BEIJING):%Y-%m-%d %H:%M}")
    which = _("Sub-platforms: %(names)s", names=_(", ").join(str(p.industry.name) for p in chosen))
    lines = [which, made]
    return to_xlsx([
        Table(_("Submissions"), [_("Number"), _("Solution"), _("Provider"), _("Industry"),
                                 _("Kind"), _("State"), _("Submitted at"), _("Due"), _("Decided"),
                                 _("By"), _("Note")],
              _queue(industry), lines, (10, 36, 30, 24, 12, 12, 18, 12, 18, 14, 40)),
        Table(_("Comments"), [_("Number"), _("Solution"), _("Field"), _("Comment"), _("By"),
                              _("When"), _("Answer"), _("Answered by")],
              _comments(industry), lines, (10, 36, 24, 50, 14, 18, 50, 14)),
        Table(_("Solutions"), [_("Number"), _("Solution"), _("Provider"), _("Industry"),
                               _("State"), _("Listed"), _("Reason"), _("Address")],
              _solutions(industry), lines, (10, 36, 30, 24, 14, 12, 40, 40)),
        Table(_("Providers"), [_("Number"), _("Provider"), _("Unified social credit code"),
                               _("Licence"), _("State"), _("Listed"), _("Reason"), _("Address")],
              _providers(), lines, (10, 30, 22, 12, 14, 12, 40, 40)),
        Table(_("Weights"), [_("Industry"), _("Version"), _("Rule"), _("Plugin's own"),
                             _("In force")],
              _weights(chosen), lines, (20, 24, 30, 12, 12)),
        Table(_("Thresholds"), [_("Industry"), _("Version"), _("Threshold"), _("As shipped"),
                                _("In force"), _("Unit")],
              _thresholds(chosen), lines, (20, 24, 34, 12, 12, 10)),
        Table(_("Versions"), [_("Industry"), _("Kind"), _("Version"), _("When"), _("By"), _("Why")],
              _versions(chosen), lines, (20, 20, 10, 18, 14, 50)),
        Table(_("Featured solutions"), [_("Industry"), _("Address"), _("Why"), _("Last day")],
              _featured(chosen), lines, (20, 40, 50, 12)),
        Table(_("Words"), [_("Industry"), _("Kind"), _("Words"), _("By"), _("When")],
              _words(chosen), lines, (20, 16, 50, 14, 18)),
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


def _comments(industry: str) -> Iterator[list[Any]]:
    for c in queries.all_comments(QueueFilter(industry, state="all"), MOST):
        yield [c.submission_id, str(c.submission.version.name), field_label(c.field), c.text,
               c.author, _when(c.created_at), c.answer, c.answered_by]


def _providers() -> Iterator[list[Any]]:
    for p in db.session.scalars(queries.providers().limit(MOST)).unique():
        state = (_("listing suspended") if p.suspended_at else
                 _("Listed") if p.listed_on else _("waits to be listed"))
        yield [p.id, str(p.organisation.name), p.organisation.credit_code,
               _("checked") if p.organisation.verified else _("not checked yet"), state,
               p.listed_on.isoformat() if p.listed_on else "", p.suspended_reason,
               f"/providers/{p.slug}"]


def _versions(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    """Who changed the page and the rules, when and why."""
    for platform in platforms:
        code = platform.industry.code
        for part, versions in (
                (_("Landing text and featured"), db.session.scalars(page_versions(code)).all()),
                (_("Weights and thresholds"), weight_versions(code))):
            for v in versions:
                yield [str(platform.industry.name), part, v.number, _when(v.created_at), v.actor,
                       v.reason]


def _featured(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    for platform in platforms:
        rows = featured_now(page_in_force(platform.industry.code))
        slugs = {s.id: s.slug for s in public_solutions([row["solution"] for row in rows])}
        for row in rows:
            if row["solution"] in slugs:
                yield [str(platform.industry.name), f"/solutions/{slugs[row['solution']]}",
                       str(T.of(row["reason"])), row["until"]]


def _words(platforms: Collection[SubPlatform]) -> Iterator[list[Any]]:
    for platform in platforms:
        for w in words_of(platform.industry.code):
            yield [str(platform.industry.name),
                   _("Synonyms") if w.kind == "synonyms" else _("Dictionary word"),
                   " = ".join(w.words), w.actor, _when(w.created_at)]


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
