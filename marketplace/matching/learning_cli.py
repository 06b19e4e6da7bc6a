"""Commands of learning: report, proposed weights, concentration, the draft of the next call."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app

from marketplace.core.command import with_app
from marketplace.core.errors import NotFound
from marketplace.core.exports import to_xlsx
from marketplace.core.terminal import console, table
from marketplace.matching import concentration as spread
from marketplace.matching.calls import call_docx, call_draft
from marketplace.matching.learning import FEW, quality_over_time, rule_lifts, shown_lists
from marketplace.matching.ranking import report
from marketplace.matching.tuning import propose
from marketplace.taxonomy.registry import taxonomy


def _known(industry: str | None) -> str | None:
    if industry is not None and industry not in taxonomy().industries:
        raise NotFound(f"No plugin brings the industry {industry!r}; there are "
                       f"{', '.join(taxonomy().industries)}.")
    return industry


@click.command("report")
@click.argument("file", required=False,
                type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--industry", help="Only this industry's events.")
@with_app
def report_command(file: Path | None, industry: str | None) -> None:
    """Rank quality over time and per rule, from events; with FILE also on labelled needs."""
    _events(_known(industry))
    if file is not None:
        found = report(current_app.extensions["indexes"], file)
        table(("Ranking", "nDCG@10", "Against plain search"), found.rows())
        table(("Rule left out", "nDCG@10", "Worth"), found.ablation_rows())


def _events(industry: str | None) -> None:
    weeks, lists = quality_over_time(industry), shown_lists(industry)
    scope = industry or "all industries"
    if not weeks:
        console.print(f"No events are on record for {scope}.", markup=False)
        return
    table(("Week", "Event", "Times", "Mean place", "MRR", "In the first three"), [
        (w.week, w.kind, w.events, *((f"{w.mean_rank:.1f}", f"{w.mrr:.3f}",
                                      f"{w.first_three:.0%}") if w.events >= FEW
                                     else ("too few", "", ""))) for w in weeks],
        title=f"Rank quality by week, {scope}")
    table(("Rule", "Lists", "Followed score higher by", "95 % interval"), [
        (row.rule, row.lists, *((f"{row.lift:+.3f}", f"{row.interval[0]:+.3f} … "
                                 f"{row.interval[1]:+.3f}") if row.lift is not None
                                and row.interval is not None else ("too few", "")))
        for row in rule_lifts(lists)], title=f"Per rule, {len(lists)} lists, {scope}")


@click.command("tune")
@click.argument("industry")
@with_app
def tune_command(industry: str) -> None:
    """Propose weights for INDUSTRY from events; an operator accepts or declines them."""
    found = propose(industry, actor="command line")
    facts = found.evidence
    table(("Rule", "Before", "After", "Why"), [
        (rule, f"{before:.1f}", f"{found.after[rule]:.1f}", facts["reasons"][rule]["en"])
        for rule, before in found.before.items()],
        title=f"Proposal {found.id} for {industry}, against {found.rule_version}")
    console.print(
        f"{facts['lists']} lists. Cross-validated mean reciprocal rank: {facts['mrr_before']:.3f} "
        f"before, {facts['mrr_after']:.3f} after. Nothing is in force until an operator accepts "
        f"it at /console/industries/{industry}/tuning.", markup=False)


@click.command("concentration")
@click.argument("industry", required=False)
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path),
              help="Also write the figures here.")
@with_app
def concentration_command(industry: str | None, xlsx: Path | None) -> None:
    """First places and choices by provider in the last 90 days, of INDUSTRY or of all."""
    found, scope = spread.concentration(_known(industry)), industry or "all industries"
    table(("Provider", "First places", "Share", "Choices", "Share"), [
        (str(r.name), r.firsts, f"{r.first_share:.1%}", r.choices, f"{r.choice_share:.1%}")
        for r in found.rows], title=f"Last {spread.DAYS} days, {scope}")
    console.print(f"Concentration index: first places {found.first_index}, choices "
                  f"{found.choice_index} (0 to 10,000).", markup=False)
    if xlsx is not None:
        xlsx.write_bytes(to_xlsx([spread.table(found, scope)]))


@click.command("call-draft")
@click.argument("industry")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write a Word document here instead of printing.")
@with_app
def call_draft_command(industry: str, out: Path | None) -> None:
    """The draft of the next call for solutions, from the gaps of INDUSTRY."""
    _known(industry)
    draft = call_draft(industry)
    if out is not None:
        out.write_bytes(call_docx(draft))
        return
    for line in draft.lines():
        console.print(line, markup=False)
