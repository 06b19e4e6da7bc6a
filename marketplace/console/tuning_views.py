"""What an operator tunes of its sub-platform: page, weights, words; what was searched in vain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, request
from flask import render_template as render

from marketplace.catalog.index_rebuilding import latest_rebuild
from marketplace.catalog.queries import public_solutions
from marketplace.console import operations
from marketplace.console.page_content import MOST_FEATURED, page_form
from marketplace.console.pages import console_pages
from marketplace.console.weights_form import (
    rule_rows,
    threshold_rows,
    typed_thresholds,
    typed_weights,
)
from marketplace.core.access import may
from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.matching.missed import DAYS, missed_terms
from marketplace.matching.weight_preview import preview
from marketplace.matching.weights import check_weights, rule_book, weight_versions
from marketplace.taxonomy.queries import page_in_force, page_versions
from marketplace.taxonomy.reach import require_industry
from marketplace.taxonomy.words import words_of

READ, EDIT = "industry.tune.read", "industry.tune"
Errors = tuple[FieldError, ...]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1


# --- Landing text and featured solutions ---------------------------------------------------------


def _editor(industry: str, errors: Errors = (), form: Mapping[str, str] | None = None) -> str:
    found, page = require_industry(READ, industry), page_in_force(industry)
    versions = db.session.scalars(page_versions(industry)).all()
    ids = [row["solution"] for version in versions for row in version.featured]
    if form is None:
        form = page_form(page.landing if page else LocalizedText(), page.featured if page else [])
    return render("console/page.html", industry=found, form=form, errors=errors, page=page,
                  versions=versions, most=MOST_FEATURED, may_edit=may(EDIT),
                  names={s.id: s.published.name for s in public_solutions(ids) if s.published})


@console_pages.get("/industries/<industry>/page")
def page(industry: str) -> str:
    return _editor(industry)


@console_pages.post("/industries/<industry>/page")
def save_page(industry: str) -> Any:
    try:
        operations.save_page(industry=industry, form=request.form,
                             reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _editor(industry, problem.errors, request.form), 422
    flash(_("Saved. The sub-platform's page shows it now."), "success")
    return redirect(f"/console/industries/{industry}/page", 303)


@console_pages.post("/industries/<industry>/page/back")
def restore_page(industry: str) -> Any:
    try:
        operations.restore_page(industry=industry, number=_whole(request.form.get("number", "")),
                                reason=request.form.get("reason", ""))
    except InvalidInput as problem:
        return _editor(industry, problem.errors), 422
    flash(_("The earlier version is in force again, as a new one."), "success")
    return redirect(f"/console/industries/{industry}/page", 303)


# --- Weights and thresholds ----------------------------------------------------------------------


def _weights_page(industry: str, errors: Errors = (), form: Mapping[str, str] | None = None,
                  moved: Any = None) -> str:
    found = require_industry(READ, industry)
    book = rule_book(industry)
    return render("console/weights.html", industry=found, book=book, errors=errors, moved=moved,
                  rows=rule_rows(found, book, form or {}), form=form or {}, may_edit=may(EDIT),
                  thresholds=threshold_rows(found, book, form or {}),
                  versions=weight_versions(industry))


@console_pages.get("/industries/<industry>/weights")
def weights(industry: str) -> str:
    return _weights_page(industry)


@console_pages.post("/industries/<industry>/weights")
def save_weights(industry: str) -> Any:
    require_industry(EDIT, industry)
    reason, form = request.form.get("reason", ""), request.form
    wanted, errors = typed_weights(industry, form)
    limits, wrong = typed_thresholds(industry, form, rule_book(industry).thresholds)
    try:
        if errors or wrong:
            raise InvalidInput("These weights cannot be used.", errors=(*errors, *wrong))
        if "preview" in form:
            check_weights(industry, wanted, limits)
            moved = preview(current_app.extensions["indexes"], industry, wanted, limits)
            return _weights_page(industry, form=form, moved=moved)
        operations.change_weights(industry=industry, weights=wanted, thresholds=limits,
                                  reason=reason)
    except InvalidInput as problem:
        return _weights_page(industry, problem.errors, form), 422
    flash(_("Saved. The new rules are in force."), "success")
    return redirect(f"/console/industries/{industry}/weights", 303)


@console_pages.post("/industries/<industry>/weights/back")
def restore_weights(industry: str) -> Any:
    try:
        operations.restore_weights(industry=industry, reason=request.form.get("reason", ""),
                                   number=_whole(request.form.get("number", "")))
    except InvalidInput as problem:
        return _weights_page(industry, problem.errors), 422
    flash(_("The earlier version is in force again, as a new one."), "success")
    return redirect(f"/console/industries/{industry}/weights", 303)


# --- Words ---------------------------------------------------------------------------------------


def _words_page(industry: str, errors: Errors = (), form: Mapping[str, str] | None = None) -> str:
    found = require_industry(READ, industry)
    return render("console/words.html", industry=found, words=words_of(industry), errors=errors,
                  form=form or request.args, job=latest_rebuild(), may_edit=may(EDIT))


@console_pages.get("/industries/<industry>/words")
def words(industry: str) -> str:
    return _words_page(industry)


@console_pages.post("/industries/<industry>/words")
def add_words(industry: str) -> Any:
    form = request.form
    try:
        operations.add_words(industry=industry, kind=form.get("kind", ""),
                             text=form.get("words", ""))
    except InvalidInput as problem:
        return _words_page(industry, problem.errors, form), 422
    flash(_("Added. Search uses it as soon as the index is rebuilt."), "success")
    return redirect(f"/console/industries/{industry}/words", 303)


@console_pages.post("/industries/<industry>/words/<int:word_id>/remove")
def remove_words(industry: str, word_id: int) -> Any:
    operations.remove_words(industry=industry, word_id=word_id)
    flash(_("Removed. Search forgets it as soon as the index is rebuilt."), "success")
    return redirect(f"/console/industries/{industry}/words", 303)


@console_pages.get("/industries/<industry>/missed")
def missed(industry: str) -> str:
    found = require_industry(READ, industry)
    return render("console/missed.html", industry=found, terms=missed_terms(industry), days=DAYS,
                  may_edit=may(EDIT))
