"""Sub-platform and scenario pages: the taxonomy with the catalogue's counts in it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, current_app, make_response
from flask import render_template as render

from marketplace.catalog import queries
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.search import Filters, search
from marketplace.core.errors import NotFound
from marketplace.core.messages import gettext as _
from marketplace.declarations import CoreScenario, Industry
from marketplace.taxonomy.queries import (
    active_industries,
    featured_now,
    page_in_force,
    paused,
)
from marketplace.taxonomy.registry import taxonomy

industry_pages = Blueprint("industries", __name__,
                           template_folder="../taxonomy/templates")
NEWEST = 6


def _paused(code: str, name: object) -> Response:
    return make_response(render("taxonomy/paused.html", pauses=[paused()[code]], name=name), 410)


def _industry(code: str) -> Industry:
    found = taxonomy().industries.get(code)
    if found is None:
        raise NotFound(_("There is no sub-platform at this address."))
    return found


@industry_pages.get("/industries/<code>")
def industry(code: str) -> str | Response:
    found = _industry(code)
    if code in paused():
        return _paused(code, found.name)
    indexes, scope = current_app.extensions["indexes"], {"industry": (code,)}
    newest = search(indexes, SOLUTIONS, Filters(chosen=scope, sort="newest", per_page=NEWEST),
                    with_facets=False)
    offering = search(indexes, PROVIDERS, Filters(chosen=scope, per_page=12), with_facets=False)
    compared = queries.most_compared(code)
    page = page_in_force(code)
    featured = featured_now(page)
    solutions = {s.id: s for s in queries.public_solutions(
        [*(i for i, _times in compared), *(row["solution"] for row in featured)])}
    notes = taxonomy().plugins.call("industry_notes", only=[code], industry=code)
    return render("taxonomy/industry.html", industry=found, newest=newest, offering=offering,
                  landing=page.landing if page else None,
                  featured=[(solutions[row["solution"]], row, date.fromisoformat(row["until"]))
                            for row in featured
                            if row["solution"] in solutions],
                  compared=[(solutions[i], times) for i, times in compared if i in solutions],
                  compared_days=queries.COMPARED_DAYS,
                  counts=queries.solutions_per_scenario(found.scenarios),
                  notes=[note for _code, notes in notes for note in notes])


@industry_pages.get("/scenarios")
def scenarios() -> str:
    tree = taxonomy()
    counts = queries.solutions_per_scenario([*tree.core_scenarios, *tree.scenario_owner])
    return render("taxonomy/scenarios.html", counts=counts,
                  industries=[tree.industries[c] for c in active_industries()])


@industry_pages.get("/scenarios/<code>")
def scenario(code: str) -> str | Response:
    tree = taxonomy()
    found = tree.scenario(code)
    if found is None:
        raise NotFound(_("There is no scenario at this address."))
    owner = tree.scenario_owner.get(code)
    if owner and owner in paused():
        return _paused(owner, found.name)
    results = search(current_app.extensions["indexes"], SOLUTIONS,
                     Filters(chosen={"scenario": (code,)}, per_page=50), with_facets=False)
    core = [found] if isinstance(found, CoreScenario) else [
        tree.core_scenarios[c] for c in found.core_scenarios]
    related = [s for i in active_industries() for s in tree.industries[i].scenarios.values()
               if code in s.core_scenarios]
    return render("taxonomy/scenario.html", scenario=found, core=core, related=related,
                  industry=tree.industries.get(owner or ""), results=results)
