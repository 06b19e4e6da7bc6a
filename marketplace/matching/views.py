"""The wizard, decision sheets, and the pages that explain matching."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

import segno
from flask import Blueprint, Response, current_app, make_response, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.catalog.labels import DEPLOYMENTS
from marketplace.catalog.queries import is_public, public_solutions, solution_by
from marketplace.catalog.schemas import MAX_COMPARED, compared_ids
from marketplace.catalog.tray import added, keep, tray_ids
from marketplace.core.errors import NotFound
from marketplace.core.i18n import current_language
from marketplace.core.limits import limiter, match_rate
from marketplace.core.messages import gettext as _
from marketplace.core.numbers import as_numbers
from marketplace.core.web import is_htmx, site_address
from marketplace.matching import gaps
from marketplace.matching.answers import LABELS
from marketplace.matching.events import record_later, record_shown
from marketplace.matching.form import (
    NEED_LENGTH,
    SEARCH_LENGTH,
    WizardState,
    looks_like_need,
    read_form,
)
from marketplace.matching.matcher import match
from marketplace.matching.models import DecisionSheet
from marketplace.matching.picture import sheet_png
from marketplace.matching.presenting import (
    addable,
    bars,
    chips,
    marked_text,
    often_compared,
    painful,
    rule_table,
    threshold_table,
    wishes_met,
)
from marketplace.matching.questions import example_of, quality, questions
from marketplace.matching.reading import parse_wish, wish_token
from marketplace.matching.sheet_files import DOCX, pick_rows, sheet_docx, sheet_xlsx
from marketplace.matching.sheets import create_sheet, localized, sheet_by, wish_label
from marketplace.matching.why_not import find_by_name, similar, why_not
from marketplace.taxonomy.queries import active_industries, districts
from marketplace.taxonomy.reach import industries_within
from marketplace.taxonomy.registry import taxonomy

matching_pages = Blueprint("matching", __name__, template_folder="templates")
MOST_TAPPED = 20


@matching_pages.app_context_processor
def shared() -> dict[str, Any]:
    return {"wish_label": wish_label, "wish_token": wish_token, "match_labels": LABELS,
            "localized": localized, "bars": bars, "wishes_met": wishes_met, "addable": addable,
            "looks_like_need": looks_like_need}


@matching_pages.get("/match")
def start() -> str:
    return _start_page(request.args.get("industry"))


def _start_page(industry: str | None, state: WizardState | None = None) -> str:
    """Step 1; with a state, the text of which nothing was recognised."""
    tree, code = taxonomy(), industry if industry in active_industries() else None
    pains, chosen = painful(code), request.args.getlist("wish")[:MOST_TAPPED]
    shown = {p.token for _group, rows in pains for p in rows}
    elsewhere = [(t, wish_label(w)) for t in chosen if t not in shown and (w := parse_wish(t))]
    return render("matching/start.html", state=state, industry=tree.industries.get(code or ""),
                  industries=[tree.industries[c] for c in active_industries()],
                  pains=pains, chosen=chosen, elsewhere=elsewhere,
                  example=example_of(code, current_language()),
                  quality=quality(state.need, current_language()) if state else None)


@matching_pages.post("/match/quality")
@limiter.limit(match_rate)
def meter() -> str:
    """While a text is being written: how good it is, and what has been understood so far."""
    state = read_form(request.form)
    return render("matching/_quality.html", chips=chips(state), state=state,
                  quality=quality(state.need, current_language()))


def _is_search() -> bool:
    return len(request.form.get("text", "").strip()) < NEED_LENGTH


@matching_pages.post("/ask")
@limiter.limit(match_rate, exempt_when=_is_search)
def ask() -> ResponseReturnValue:
    """The one box: a few words search, a sentence is understood as a need."""
    text, industry = request.form.get("text", "").strip(), request.form.get("industry")
    scope = {"industry": industry} if industry in active_industries() else {}
    state = None if _is_search() else read_form(request.form)
    if state is not None and state.understood.is_need:
        return _check_page(state)
    if state is not None and len(text) > SEARCH_LENGTH:
        return _answered(_start_page(scope.get("industry"), state), state)
    return redirect(f"/solutions?{urlencode({'q': text, **scope})}", 303)


@matching_pages.post("/match/check")
@limiter.limit(match_rate)
def check() -> ResponseReturnValue:
    state = read_form(request.form)
    understood = state.understood.is_need or state.need.wishes or state.checked
    if understood and not state.empty:
        return _check_page(state)
    if is_htmx():
        return Response(headers={"HX-Redirect": "/match"})
    return _answered(_start_page(state.need.industry or request.form.get("industry"), state), state)


@matching_pages.get("/match/check")
@matching_pages.get("/match/results")
def resume() -> str:
    """A step come back to or loaded anew: the browser has its state and sends it again."""
    return render("matching/resume.html")


def _answered(page: str, state: WizardState) -> str | tuple[str, int]:
    """The page; 422 where a field cannot be used. A part of a page keeps 200, or the browser
    would not put it in place."""
    return (page, 422) if state.errors and not is_htmx() else page


def _check_page(state: WizardState) -> ResponseReturnValue:
    result = match(current_app.extensions["indexes"], state.need)
    template = "matching/_check.html" if is_htmx() else "matching/check.html"
    page = render(template, state=state, need=state.need, result=result,
                  marked=marked_text(state.need, state.understood),
                  chips=chips(state), questions=questions(state.need, result),
                  quality=quality(state.need, current_language()), districts=districts(),
                  deployments=DEPLOYMENTS)
    return _answered(page, state)


@matching_pages.post("/match/results")
@limiter.limit(match_rate)
def results() -> ResponseReturnValue:
    state = read_form(request.form)
    if state.empty:
        return (Response(headers={"HX-Redirect": "/match"}) if is_htmx()
                else redirect("/match", 303))
    result = match(current_app.extensions["indexes"], state.need)
    template = "matching/_results.html" if is_htmx() else "matching/results.html"
    page = render(template, state=state, need=state.need, result=result, chips=chips(state),
                  districts=districts(), deployments=DEPLOYMENTS, shown=record_shown(result))
    return _answered(page, state)


@matching_pages.get("/match/open/<int:event>")
@limiter.limit(match_rate)
def open_recommended(event: int) -> Response:
    """A recommendation is opened: counted with its rank, then on to the solution."""
    found = public_solutions(record_later("opened", [event]))
    if not found:
        raise NotFound(_("This recommendation is no longer offered."))
    return redirect(f"/solutions/{found[0].slug}", 303)  # type: ignore[return-value]


@matching_pages.post("/match/compare")
@limiter.limit(match_rate)
def compare_recommended() -> Response:
    """Recommendations are put side by side: counted, put into the tray, compared."""
    events = as_numbers(request.form.getlist("event"))
    ids = compared_ids([str(i) for i in record_later("compared", events[:MAX_COMPARED])])[0]
    full = added(ids, tray_ids(request))
    answer = redirect(f"/compare?ids={','.join(map(str, ids))}", 303)
    return keep(answer, full, secure=request.is_secure)  # type: ignore[arg-type]


@matching_pages.post("/match/why")
@limiter.limit(match_rate)
def why() -> str:
    state, name = read_form(request.form), request.form.get("name", "").strip()
    indexes = current_app.extensions["indexes"]
    found = find_by_name(indexes, name) if name else []
    answers = [a for s in found if (a := why_not(indexes, state.need, s.id))]
    template = "matching/_why.html" if is_htmx() else "matching/why.html"
    return render(template, name=name, answers=answers, state=state, need=state.need,
                  chips=chips(state))


@matching_pages.post("/match/sheet")
@limiter.limit(match_rate)
def make_sheet() -> Response:
    state = read_form(request.form)
    sheet = create_sheet(match(current_app.extensions["indexes"], state.need))
    return redirect(f"/sheets/{sheet.token}", 303)  # type: ignore[return-value]


def _sheet(token: str) -> DecisionSheet:
    found = sheet_by(token)
    if found is None:
        raise NotFound(_("There is no decision sheet at this address."))
    return found


def _link(token: str) -> str:
    return f"{site_address()}/sheets/{token}"


@matching_pages.get("/sheets/<token>")
def sheet(token: str) -> Response:
    found = _sheet(token)
    body = make_response(render("matching/sheet.html", sheet=found, content=found.content,
                                rows=pick_rows(found.content), link=_link(token)))
    body.headers["X-Robots-Tag"] = "noindex"
    body.headers["Referrer-Policy"] = "no-referrer"
    return body


@matching_pages.get("/sheets/<token>.<any(png, xlsx, docx):kind>")
def sheet_file(token: str, kind: str) -> Response:
    found, link = _sheet(token), _link(token)
    make, mimetype = {
        "png": (sheet_png, "image/png"), "docx": (sheet_docx, DOCX),
        "xlsx": (sheet_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }[kind]
    name = f"decision-sheet-{found.created_at:%Y%m%d}.{kind}"
    kept = "inline" if kind == "png" else "attachment"
    return Response(make(found, link), mimetype=mimetype, headers={
        "Content-Disposition": f'{kept}; filename="{name}"', "X-Robots-Tag": "noindex"})


@matching_pages.get("/sheets/<token>/qr.svg")
def sheet_qr(token: str) -> Response:
    _sheet(token)
    buffer = io.BytesIO()
    segno.make(_link(token), error="m").save(buffer, kind="svg", scale=4, border=2)
    return Response(buffer.getvalue(), mimetype="image/svg+xml")


@matching_pages.get("/solutions/<slug>/similar")
def similar_solutions(slug: str) -> str:
    found = solution_by(slug=slug)
    if found is None or found.published is None or not (found.withdrawn_at or is_public(found)):
        raise NotFound(_("There is no solution at this address."))
    pairs = often_compared(found.id)
    together = {s.id: s for s in public_solutions([i for i, _times in pairs])}
    template = "matching/_similar.html" if is_htmx() else "matching/similar.html"
    return render(template, solution=found,
                  similar=similar(current_app.extensions["indexes"], found),
                  compared=[(together[i], times) for i, times in pairs if i in together])


@matching_pages.get("/how-matching-works")
def explain() -> str:
    tree = taxonomy()
    books = [(tree.industries[c].name, *rule_table(c), threshold_table(c))
             for c in active_industries()]
    return render("matching/explain.html", books=books,
                  general=(*rule_table(None), threshold_table(None)))


@matching_pages.get("/supply-gaps")
def supply_gaps() -> str:
    tree, industry = taxonomy(), request.args.get("industry", "")
    code = industry if industry in active_industries() else next(iter(active_industries()), None)
    rows = gaps.gap_map(code) if code else []
    return render("matching/gaps.html", rows=rows, code=code, steps=gaps.STEPS, thin=gaps.THIN,
                  days=gaps.DAYS, may_draft=code in industries_within("call.draft"),
                  industries=[tree.industries[c] for c in active_industries()])


@matching_pages.get("/supply-gaps/<industry>/<code>/<int:step>")
def gap_cell(industry: str, code: str, step: int) -> str:
    tree = taxonomy()
    if industry not in active_industries() or tree.scenario(code) is None or step > 3:
        raise NotFound(_("There is no such cell."))
    found = public_solutions(gaps.cell_solutions(industry, code, step)[:200])
    return render("matching/gap_cell.html", solutions=found, code=code, step=step,
                  industry=tree.industries[industry], name=tree.scenario_name(code))
