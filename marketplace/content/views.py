"""Home, about, help; sitemap and robots; whether the site is alive and ready."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from flask import render_template as render
from sqlalchemy import select, text

from marketplace.catalog import queries as catalog
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.search import Filters, search
from marketplace.core.access import visible
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.core.web import site_address
from marketplace.taxonomy.queries import active_industries, current_programme
from marketplace.taxonomy.registry import taxonomy
from search import SearchError

content_pages = Blueprint("content", __name__, template_folder="templates")
SITEMAP_LIMIT = 50_000
NOTE_SECONDS = 60.0
_notes: dict[str, tuple[float, ProgrammeNote | None]] = {}


@dataclass(frozen=True, slots=True)
class ProgrammeNote:
    """What the foot of every page says about the programme in force."""

    name: LocalizedText
    ends_on: date
    over: bool


@content_pages.app_context_processor
def footer() -> dict[str, Any]:
    return {"programme_note": programme_note}


def programme_note() -> ProgrammeNote | None:
    """The current programme, at most a minute old, so that pages need no query for it."""
    key = str(db.engine.url)
    at, note = _notes.get(key, (0.0, None))
    if not at or time.monotonic() - at > NOTE_SECONDS:
        found = current_programme()
        note = (ProgrammeNote(found.name, found.ends_on, found.ends_on < today())
                if found else None)
        _notes[key] = (time.monotonic(), note)
    return note


@content_pages.get("/")
def home() -> str:
    tree, indexes = taxonomy(), current_app.extensions["indexes"]
    library = search(indexes, SOLUTIONS, Filters(per_page=1), highlight=False)
    providers = search(indexes, PROVIDERS, Filters(per_page=1), with_facets=False)
    programme = current_programme()
    return render("content/home.html", industries=[tree.industries[c] for c in active_industries()],
                  library=library, providers=providers, programme=programme,
                  programme_over=bool(programme and programme.ends_on < today()),
                  counts=catalog.solutions_per_scenario(tree.core_scenarios))


@content_pages.get("/about")
def about() -> str:
    programme = current_programme()
    return render("content/about.html", programme=programme,
                  programme_over=bool(programme and programme.ends_on < today()))


@content_pages.get("/help")
def help_page() -> str:
    return render("content/help.html")


@content_pages.get("/robots.txt")
def robots() -> Response:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /compare/tray", "Disallow: /*/export",
             f"Sitemap: {site_address()}/sitemap.xml", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@content_pages.get("/sitemap.xml")
def sitemap() -> Response:
    tree = taxonomy()
    active = active_industries()
    paths = ["/", "/solutions", "/providers", "/scenarios", "/directory", "/about", "/help"]
    paths += [f"/industries/{code}" for code in active]
    paths += [f"/scenarios/{code}" for code in tree.core_scenarios]
    paths += [f"/scenarios/{s}" for code in active for s in tree.industries[code].scenarios]
    for model, prefix in ((Solution, "/solutions/"), (Provider, "/providers/")):
        slugs = db.session.scalars(
            select(model.slug).where(visible(model)).order_by(model.id).limit(SITEMAP_LIMIT // 3))
        paths += [prefix + slug for slug in slugs]
    body = render("content/sitemap.xml", base=site_address(), paths=paths)
    return Response(body, mimetype="application/xml")


@content_pages.get("/healthz")
def healthz() -> Response:
    return jsonify(status="alive")


@content_pages.get("/readyz")
def readyz() -> tuple[Response, int]:
    checks: dict[str, Any] = {"database": _check_database(), "index": _check_index()}
    broken = {p.name: p.error for p in taxonomy().plugins.broken}
    ready = all(check == "ok" for check in checks.values())
    return jsonify(status="ready" if ready else "not ready", **checks,
                   plugins={"working": sorted(taxonomy().industries), "broken": broken}), (
        200 if ready else 503)


def _check_database() -> str:
    try:
        db.session.execute(text("select 1 from solution limit 1")).all()
    except Exception as problem:
        return type(problem).__name__
    return "ok"


def _check_index() -> str:
    try:
        for collection in (SOLUTIONS, PROVIDERS):
            current_app.extensions["indexes"][collection].stats()
    except SearchError as problem:
        return str(problem) or type(problem).__name__
    return "ok"
