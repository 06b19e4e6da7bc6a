"""Public pages of the catalogue: parse, call, render."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request
from flask import render_template as render
from werkzeug.datastructures import MultiDict

from marketplace.catalog import queries
from marketplace.catalog.comparison import compare
from marketplace.catalog.counts import EXPORT, VIEW, count
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.labels import (
    COST_CLASSES,
    DEPLOYMENTS,
    DOCUMENT_KINDS,
    FILE_KINDS,
    PRICE_PARTS,
    PROVIDER_CLASSES,
    UNITS,
    district_name,
)
from marketplace.catalog.list_export import comparison_file, list_file
from marketplace.catalog.models import Solution, SolutionFile, SolutionVersion
from marketplace.catalog.operations import count_comparison
from marketplace.catalog.presenting import (
    attribute_groups,
    chips,
    columns,
    directory_letters,
    range_inputs,
    reference_company,
    scenario_branches,
    scenario_rows,
    sentence,
    yuan_short,
)
from marketplace.catalog.pricing import price
from marketplace.catalog.schemas import MAX_COMPARED, compared_ids, page_filters
from marketplace.catalog.search import PER_PAGE, SORTS, nothing_found, search, suggest
from marketplace.catalog.tray import added, keep, tray_ids
from marketplace.core.access import current_person
from marketplace.core.errors import NotFound
from marketplace.core.files import PICTURES, read
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.core.phrases import said
from marketplace.core.web import is_htmx, page_above, safe_next, site_address
from marketplace.taxonomy.queries import active_industries, paused
from marketplace.taxonomy.registry import taxonomy

catalog_pages = Blueprint("catalog", __name__, template_folder="templates")


@catalog_pages.app_context_processor
def shared() -> dict[str, Any]:
    """What every page of the site may name: labels and the tray."""
    return {"tree": taxonomy(), "tray": tray_ids(request), "max_compared": MAX_COMPARED,
            "deployments": DEPLOYMENTS, "provider_classes": PROVIDER_CLASSES,
            "price_parts": PRICE_PARTS, "units": UNITS, "cost_classes": COST_CLASSES,
            "document_kinds": DOCUMENT_KINDS, "district_name": district_name,
            "active": active_industries(), "here": here}


for _name, _filter in (("localized", LocalizedText.of), ("said", said), ("yuan", yuan_short)):
    catalog_pages.add_app_template_filter(_filter, _name)


def here(**changes: object) -> str:
    """The address of this page with other query parameters; None takes one away. What answered a
    form has no address to come back to: then that of the page above."""
    path, args = (request.path, request.args) if request.method == "GET" else (
        page_above(request.path), MultiDict())
    kept = [(k, v) for k, v in args.items(multi=True) if k not in ("lang", *changes)]
    kept += [(k, str(v)) for k, v in changes.items() if v is not None]
    return f"{path}?{urlencode(kept, safe=',')}" if kept else path


@catalog_pages.before_app_request
def wechat_cannot_download() -> str | None:
    """Inside WeChat downloads fail: say so, with the link to open in a browser."""
    wanted = request.path.endswith((".xlsx", ".csv", ".docx"))
    if wanted and "MicroMessenger" in request.user_agent.string:
        return render("catalog/open_in_browser.html", link=request.url)
    return None


def _list_page(collection: str, template: str) -> str | Response:
    filters, errors = page_filters(collection, request.args)
    results = search(current_app.extensions["indexes"], collection, filters)
    part = is_htmx()
    body = render(f"catalog/{template}{'_results' if part else ''}.html", results=results,
                  filters=filters, errors=errors, sentence=sentence(collection, results),
                  chips=chips(results), sorts=SORTS, page_sizes=PER_PAGE, path=request.path,
                  scenario_branches=scenario_branches, range_inputs=range_inputs)
    if not results.total and collection == SOLUTIONS:
        nothing_found.send(filters=filters)
    if not part:
        return body
    more = {"more": "1"} if "more" in request.args else {}
    address = f"{request.path}?{urlencode([*filters.pairs(), *more.items()])}".rstrip("?")
    return Response(body, headers={"HX-Push-Url": address})


@catalog_pages.get("/solutions")
def solutions() -> str | Response:
    return _list_page(SOLUTIONS, "solutions")


@catalog_pages.get("/providers")
def providers() -> str | Response:
    return _list_page(PROVIDERS, "providers")


@catalog_pages.get("/solutions/export.<any(xlsx, csv):kind>")
def export_solutions(kind: str) -> Response:
    return _export(SOLUTIONS, kind)


@catalog_pages.get("/providers/export.<any(xlsx, csv):kind>")
def export_providers(kind: str) -> Response:
    return _export(PROVIDERS, kind)


def _export(collection: str, kind: str) -> Response:
    filters, _errors = page_filters(collection, request.args)
    link = f"{site_address()}/{collection}{filters.query_string()}"
    return list_file(current_app.extensions["indexes"], collection, filters, kind, link)


@catalog_pages.get("/solutions/<slug>")
def solution(slug: str) -> str | Response:
    found = queries.solution_by(slug=slug)
    if found is None or found.published is None:
        raise NotFound(_("There is no solution at this address. It may have been renamed; "
                         "search for its name."))
    if found.withdrawn_at is not None:
        return make_response(render("catalog/withdrawn.html", solution=found), 410)
    if not queries.is_public(found):
        return _paused_page(found)
    if current_person().organisation_id != found.provider.organisation_id:
        count(VIEW, [found.id])
    return solution_page(found, found.published)


def solution_page(found: Solution, version: SolutionVersion, **more: Any) -> str:
    """A version as visitors read it; also the preview of one that is not public yet."""
    company = reference_company(request.args)
    return render("catalog/solution.html", solution=found, version=version, company=company,
                  price=price(version.price_parts, company), scenarios=scenario_rows(version),
                  attribute_groups=attribute_groups(version), file_kinds=FILE_KINDS,
                  **{"files": queries.shown_files(version),
                     "files_at": f"/solutions/{found.slug}/files", **more})


def _paused_page(found: Solution) -> Response:
    codes = [i.code for i in found.published.industries] if found.published else []
    pauses = [paused()[c] for c in codes if c in paused()]
    return make_response(render("taxonomy/paused.html", pauses=pauses,
                                name=found.published and found.published.name), 410)


@catalog_pages.get("/solutions/<slug>/documents/<int:number>")
def document(slug: str, number: int) -> str:
    found = queries.solution_by(slug=slug)
    if found is None or found.published is None or not queries.is_public(found):
        abort(404)
    shown = next((d for d in found.published.documents if d.id == number), None)
    if shown is None:
        raise NotFound(_("There is no such document."))
    return render("catalog/document.html", solution=found, document=shown)


@catalog_pages.get("/solutions/<slug>/files/<int:file_id>")
def solution_file(slug: str, file_id: int) -> Response:
    found = queries.solution_by(slug=slug)
    shown = found.published if found and queries.is_public(found) else None
    named = queries.shown_files(shown) if shown else []
    file = next((s.file for s in named if s.file.id == file_id), None)
    if file is None:
        raise NotFound(_("There is no such document."))
    body = stored_file(file)
    body.cache_control.private, body.cache_control.max_age = True, 3600
    return body


def stored_file(file: SolutionFile) -> Response:
    """An upload: pictures show in the page, documents are downloads."""
    body = make_response(read(file.file_key))
    body.content_type = file.media_type
    body.headers.set("Content-Disposition", "inline" if file.media_type in PICTURES
                     else "attachment", filename=file.name)
    return body


@catalog_pages.get("/providers/<slug>")
def provider(slug: str) -> str | Response:
    found = queries.provider_by(slug=slug)
    if found is None:
        suspended = queries.suspended_provider(slug)
        if suspended is None:
            raise NotFound(_("There is no provider at this address. Search for its name."))
        return make_response(render("catalog/suspended_provider.html", provider=suspended), 410)
    offered = queries.public_solutions(queries.solution_ids_of(found.id))
    cases = [(s, c) for s in offered if s.published for c in s.published.cases]
    return render("catalog/provider.html", provider=found, solutions=offered, cases=cases)


@catalog_pages.get("/directory")
def directory() -> str:
    return render("catalog/directory.html", letters=directory_letters(queries.directory()))


@catalog_pages.get("/compare")
def comparison() -> str | Response:
    ids, errors = compared_ids(request.args.getlist("ids"))
    if not ids and not request.args.get("ids") and tray_ids(request):
        return redirect(f"/compare?ids={','.join(map(str, tray_ids(request)))}")  # type: ignore[return-value]
    company = reference_company(request.args)
    found = queries.public_solutions(ids)
    made = compare(found, company)
    body = render("catalog/compare.html", comparison=made, columns=columns(made), company=company,
                  errors=errors, gone=len(ids) - len(found),
                  differences="differences" in request.args)
    # Counted last: a write ends the read and would make the page load everything again.
    count_comparison(solution_ids=made.ids)
    return body


@catalog_pages.get("/compare.xlsx")
def comparison_xlsx() -> Response:
    ids, _errors = compared_ids(request.args.getlist("ids"))
    made = compare(queries.public_solutions(ids), reference_company(request.args))
    count(EXPORT, made.ids)
    return comparison_file(made, f"{site_address()}/compare?ids={','.join(map(str, made.ids))}")


@catalog_pages.post("/compare/tray")
def change_tray() -> Response:
    ids, form = tray_ids(request), request.form
    if "clear" in form:
        ids = []
    ids = [i for i in ids if str(i) not in form.getlist("remove")]
    wanted = queries.public_solutions(compared_ids(form.getlist("add"))[0])
    full = added(ids, [s.id for s in wanted])
    kept_out = [s for s in wanted if s.id not in full]
    shown = queries.public_solutions(full)
    body = (make_response(render("catalog/tray.html", tray=full, solutions=shown,
                                 kept_out=kept_out)) if is_htmx()
            else redirect(safe_next(form.get("next"), "/compare"), 303))
    return keep(body, full, secure=request.is_secure)  # type: ignore[arg-type]


@catalog_pages.get("/compare/tray")
def show_tray() -> str:
    return render("catalog/tray.html", solutions=queries.public_solutions(tray_ids(request)),
                  kept_out=[])


@catalog_pages.get("/suggest")
def suggestions() -> str:
    industry = request.args.get("industry")
    scope = industry if industry in active_industries() else None
    found = suggest(current_app.extensions["indexes"], request.args.get("q", ""), industry=scope)
    return render("catalog/suggestions.html", suggestions=found)


