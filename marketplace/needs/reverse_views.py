"""The provider's pages of needs that fit its solutions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask import render_template as render

from marketplace.core.numbers import page_number
from marketplace.needs import reverse_demand, reverse_terms  # noqa: F401 - they listen
from marketplace.needs.anonymity import public_need
from marketplace.needs.reverse import filters_of, fits_of, fitting_needs, know_organisations
from marketplace.needs.subscriptions import own_subscriptions
from marketplace.needs.web import indexes

fitting_pages = Blueprint("fitting", __name__, template_folder="templates")
PER_PAGE = 20


@fitting_pages.get("/workspace/needs")
def fitting() -> str:
    """Needs that fit my solutions, best first, with the reasons and what would improve the fit."""
    chosen = {name: request.args.get(name) or None for name in ("industry", "category")}
    fit = fitting_needs(indexes(), industry=chosen["industry"], category=chosen["category"])
    pages = max(1, -(-len(fit.needs) // PER_PAGE))
    page = min(page_number(request.args.get("page")), pages)
    rows = fit.needs[(page - 1) * PER_PAGE:page * PER_PAGE]
    know_organisations([*rows, *fit.near_misses])
    return render("needs/fitting.html", fit=fit, rows=rows, page=page, pages=pages, chosen=chosen,
                  subscriptions=own_subscriptions("needs"), **_choices(fit, chosen))


def _choices(fit: Any, chosen: dict[str, str | None]) -> dict[str, Any]:
    """What can be filtered by: what occurs, and what is chosen already."""
    found = filters_of(fit)
    return {name: sorted({*found[name], *filter(None, [chosen[single]])})
            for name, single in (("industries", "industry"), ("categories", "category"))}


@fitting_pages.get("/workspace/needs/<int:need_id>")
def fitting_need(need_id: int) -> str:
    """One need with every solution of mine: bars, what stops it, what would improve it."""
    saved, found = fits_of(indexes(), need_id)
    know_organisations(found)
    return render("needs/fitting_need.html", saved=saved, found=found,
                  shown=found[0].shown if found else public_need(saved))
