"""How often a provider's solutions are looked at, compared, shortlisted and exported."""

from __future__ import annotations

from flask import Response
from flask import render_template as render

from marketplace.catalog.list_export import COUNTED, download
from marketplace.core.clock import today
from marketplace.core.exports import Table, to_xlsx
from marketplace.core.messages import gettext as _
from marketplace.listing import queries as listing
from marketplace.listing.standing import solution_name
from marketplace.workspace import queries
from marketplace.workspace.views import workspace_pages


def figure_labels() -> dict[str, str]:
    return {"views": _("Page views"), "comparisons": _("In comparisons"),
            "shortlists": _("In shortlists"), "enquiries": _("In enquiries"),
            "exports": _("In exports")}


def figure_words() -> dict[str, str]:
    """What each figure counts."""
    return {
        "views": _("How often the page was opened; your own people are left out."),
        "comparisons": _("How often it was opened beside others."),
        "shortlists": _("How often an enterprise put it on the shortlist of a need."),
        "enquiries": _("How often an enterprise asked for an offer on it."),
        "exports": _("How often it was in a comparison or a list that somebody saved as Excel or "
                     "CSV; of a list the first %(most)s count.", most=COUNTED)}


@workspace_pages.get("/workspace/statistics")
def statistics() -> str:
    solutions = queries.own_listed()
    found = queries.figures([s.id for s in solutions])
    return render("workspace/statistics.html", solutions=solutions, labels=figure_labels(),
                  words=figure_words(),
                  sums={i: {n: f.over(n) for n in queries.PERIODS} for i, f in found.items()},
                  periods=queries.PERIODS)


@workspace_pages.get("/workspace/solutions/<int:solution_id>/statistics")
def solution_statistics(solution_id: int) -> str:
    solution = listing.own_solution(solution_id)
    found = queries.figures([solution_id])[solution_id]
    return render("workspace/solution_statistics.html", solution=solution, figures=found,
                  name=solution_name(solution, listing.draft_of(solution_id), None),
                  labels=figure_labels(), words=figure_words(), periods=queries.PERIODS,
                  most=max((row["views"] for row in found.by_day.values()), default=0) or 1)


@workspace_pages.get("/workspace/statistics.xlsx")
def statistics_xlsx() -> Response:
    labels, solutions = figure_labels(), queries.own_listed()
    found = queries.figures([s.id for s in solutions])
    rows = [[str(s.published.name) if s.published else s.slug, day.isoformat(),
             *(row[n] for n in queries.FIGURES)]
            for s in solutions for day, row in found[s.id].by_day.items() if any(row.values())]
    body = to_xlsx([Table(
        _("Statistics"), [_("Solution"), _("Day"), *(labels[n] for n in queries.FIGURES)], rows,
        lines=[_("Figures of the last %(days)s days, made on %(day)s", days=queries.LONGEST,
                 day=today().isoformat())], widths=(40, 14, 12, 12, 12, 12, 12))])
    return download(body, f"statistics-{today():%Y%m%d}.xlsx")
