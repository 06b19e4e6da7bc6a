"""The operator's pages of learning: rank quality, proposed weights, shares, the next call."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, request
from flask import render_template as render
from flask.typing import ResponseReturnValue

from marketplace.core.access import current_person, may
from marketplace.core.clock import today
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.exports import XLSX, to_xlsx
from marketplace.core.messages import gettext as _
from marketplace.matching import concentration as spread
from marketplace.matching.calls import call_docx, call_draft
from marketplace.matching.learning import FEW, quality_over_time, rule_lifts, shown_lists
from marketplace.matching.presenting import EVENT_LABELS, rule_labels
from marketplace.matching.sheet_files import DOCX
from marketplace.matching.tuning import CHANGE, LEAST_LISTS, decide, proposals, propose
from marketplace.taxonomy.reach import require_industry
from marketplace.taxonomy.registry import taxonomy

tuning_pages = Blueprint("tuning", __name__, template_folder="templates")
WEEKS = 12


@tuning_pages.get("/console/industries/<industry>/tuning")
def tuning(industry: str) -> str:
    """Where followed solutions stood, what each rule tells, proposals, concentration."""
    require_industry("weights.propose.read", industry)
    return _page(industry)


def _page(industry: str, typed: str = "", errors: Any = (), proposal_id: int | None = None) -> str:
    lists = shown_lists(industry)
    own = taxonomy().industries[industry]
    return render(
        "matching/tuning.html", industry=own, lists=len(lists), few=FEW, least=LEAST_LISTS,
        change=CHANGE, weeks=quality_over_time(industry, days=7 * WEEKS), lifts=rule_lifts(lists),
        labels=rule_labels(industry), event_labels=EVENT_LABELS, proposals=proposals(industry),
        typed=typed, errors=errors, proposal_id=proposal_id, days=spread.DAYS,
        spread=spread.concentration(industry), may_decide=may("weights.propose.decide"))


@tuning_pages.post("/console/industries/<industry>/tuning")
def make_proposal(industry: str) -> ResponseReturnValue:
    """Learn from the events now; what comes of it is only a proposal."""
    require_industry("weights.propose.decide", industry)
    try:
        propose(industry, actor=current_person().actor)
        flash(_("A proposal is made; nothing changes until it is accepted."), "success")
    except Conflict as problem:
        flash(problem.detail, "error")
    return redirect(f"/console/industries/{industry}/tuning", 303)


@tuning_pages.post("/console/tuning/<int:proposal_id>")
def decide_proposal(proposal_id: int) -> ResponseReturnValue:
    """Accept or decline, with the reason that is kept with the new version."""
    accept, reason = "accept" in request.form, request.form.get("reason", "")
    try:
        found = decide(proposal_id=proposal_id, accept=accept, reason=reason)
    except InvalidInput as problem:
        industry = request.form.get("industry", "")
        require_industry("weights.propose.decide", industry)
        return _page(industry, reason, problem.errors, proposal_id), 422
    flash(_("The new weights are in force.") if accept else _("The proposal is declined."),
          "success")
    return redirect(f"/console/industries/{found.industry}/tuning", 303)


@tuning_pages.get("/console/industries/<industry>/concentration.xlsx")
def concentration_xlsx(industry: str) -> Response:
    name = str(require_industry("weights.propose.read", industry).name)
    body = to_xlsx([spread.table(spread.concentration(industry), name)])
    return Response(body, mimetype=XLSX, headers={"Content-Disposition":
                    f'attachment; filename="concentration-{industry}-{today():%Y%m%d}.xlsx"'})


@tuning_pages.get("/console/industries/<industry>/call-draft")
def draft(industry: str) -> str:
    """What the next call should ask for, from the gaps of the map."""
    own = require_industry("call.draft", industry)
    return render("matching/call_draft.html", industry=own, draft=call_draft(industry))


@tuning_pages.get("/console/industries/<industry>/call-draft.docx")
def draft_docx(industry: str) -> Response:
    require_industry("call.draft", industry)
    found = call_draft(industry)
    return Response(call_docx(found), mimetype=DOCX, headers={
        "Content-Disposition": "attachment; filename=\"call-draft.docx\"; "
                               f"filename*=UTF-8''{quote(found.title)}.docx"})
