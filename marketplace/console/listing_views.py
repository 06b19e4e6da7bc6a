"""What is listed: solutions and providers within reach; suspend and bring back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask import render_template as render

from marketplace.catalog.models import Provider, Solution
from marketplace.console import queries
from marketplace.console.pages import console_pages
from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput, NotFound
from marketplace.core.messages import gettext as _
from marketplace.listing import suspension
from marketplace.taxonomy.reach import industries_within

READ = "listing.read"
WORDS = 80


@console_pages.get("/solutions")
def solutions() -> str:
    industry, args = request.args.get("industry", ""), request.args
    wanted = queries.solutions(industry, args.get("state", ""), args.get("q", "")[:WORDS].strip())
    found = db.session.scalars(wanted.limit(queries.SHOWN + 1)).unique().all()
    return render("console/solutions.html", solutions=found[:queries.SHOWN],
                  more=len(found) > queries.SHOWN, shown=queries.SHOWN,
                  industries=industries_within(READ))


def _solution(solution_id: int) -> Solution:
    found = queries.one_solution(solution_id)
    if found is None:
        raise NotFound("There is no such record.")
    return found


def _solution_page(solution: Solution, errors: tuple[FieldError, ...] = (),
                   reason: str = "") -> str:
    return render("console/solution.html", solution=solution, errors=errors, reason=reason)


@console_pages.get("/solutions/<int:solution_id>")
def listed_solution(solution_id: int) -> str:
    return _solution_page(_solution(solution_id))


@console_pages.post("/solutions/<int:solution_id>/suspend")
def suspend_solution(solution_id: int) -> Any:
    reason = request.form.get("reason", "")
    try:
        suspension.suspend_solution(solution_id=solution_id, reason=reason)
    except InvalidInput as problem:
        return _solution_page(_solution(solution_id), problem.errors, reason), 422
    flash(_("Suspended. The public page says so with your reason."), "success")
    return redirect(f"/console/solutions/{solution_id}", 303)


@console_pages.post("/solutions/<int:solution_id>/lift")
def lift_solution(solution_id: int) -> Any:
    suspension.lift_solution(solution_id=solution_id)
    flash(_("Listed again."), "success")
    return redirect(f"/console/solutions/{solution_id}", 303)


@console_pages.get("/providers")
def providers() -> str:
    wanted = queries.providers(request.args.get("state", ""),
                               request.args.get("q", "")[:WORDS].strip())
    found = db.session.scalars(wanted.limit(queries.SHOWN + 1)).unique().all()
    return render("console/providers.html", providers=found[:queries.SHOWN],
                  more=len(found) > queries.SHOWN, shown=queries.SHOWN)


def _provider(provider_id: int) -> Provider:
    found = queries.one_provider(provider_id)
    if found is None:
        raise NotFound("There is no such record.")
    return found


def _provider_page(provider: Provider, errors: tuple[FieldError, ...] = (),
                   reason: str = "") -> str:
    offered = db.session.scalars(queries.solutions().where(
        Solution.provider_id == provider.id).limit(queries.SHOWN)).unique().all()
    return render("console/provider.html", provider=provider, errors=errors, reason=reason,
                  solutions=offered)


@console_pages.get("/providers/<int:provider_id>")
def listed_provider(provider_id: int) -> str:
    return _provider_page(_provider(provider_id))


@console_pages.post("/providers/<int:provider_id>/list")
def list_provider(provider_id: int) -> Any:
    suspension.list_provider(provider_id=provider_id)
    flash(_("Listed. The provider has been told."), "success")
    return redirect(f"/console/providers/{provider_id}", 303)


@console_pages.post("/providers/<int:provider_id>/suspend")
def suspend_provider(provider_id: int) -> Any:
    reason = request.form.get("reason", "")
    try:
        suspension.suspend_provider(provider_id=provider_id, reason=reason,
                                    with_solutions="with_solutions" in request.form)
    except InvalidInput as problem:
        return _provider_page(_provider(provider_id), problem.errors, reason), 422
    flash(_("Suspended. The public page says so with your reason."), "success")
    return redirect(f"/console/providers/{provider_id}", 303)


@console_pages.post("/providers/<int:provider_id>/lift")
def lift_provider(provider_id: int) -> Any:
    suspension.lift_provider(provider_id=provider_id)
    flash(_("Listed again."), "success")
    return redirect(f"/console/providers/{provider_id}", 303)
