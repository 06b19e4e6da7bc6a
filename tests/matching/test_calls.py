"""The draft of the next call: thin cells only, most wanted first, marked as a draft."""

from __future__ import annotations

import io

import pytest
from docx import Document

from marketplace.core.clock import now
from marketplace.core.database import transaction
from marketplace.matching.calls import MOST, call_docx, call_draft
from marketplace.matching.events import count_unmet
from marketplace.matching.gaps import gap_map
from marketplace.needs.models import SavedNeed
from tests.factories import make_organisation, make_solution, make_user, sign_in_as

FULL = [{"code": "OP-06", "from": 0, "to": 4}]


def save_need(state: str = "published", code: str = "OP-05", **changes) -> SavedNeed:
    owner = make_user(role="enterprise", organisation=make_organisation())
    with transaction() as session:
        need = SavedNeed(**{
            "organisation_id": owner.memberships[0].organisation_id, "owner_id": owner.id,
            "title": "排产", "text": "王建国说排产难", "industry": "steel", "state": state,
            "facts": {"wishes": [{"kind": "core_scenario", "value": code, "hard": False,
                                  "confidence": 0.9}]},
            "created_at": now(), "updated_at": now()} | changes)
        session.add(need)
    return need


def test_saved_needs_count_as_demand(app):
    save_need()
    save_need("paused")
    save_need("draft")
    save_need("closed")
    save_need(sample=True)
    save_need(industry="biopharma")
    rows = {row.code: row for row in gap_map("steel")}
    assert rows["OP-05"].saved == 2
    assert rows["OP-06"].saved == 0
    assert rows["OP-05"].demand == 2


def test_the_draft_asks_for_what_is_short_and_wanted(app):
    make_solution(scenarios=FULL)
    make_solution(scenarios=FULL)
    save_need()
    count_unmet("search", ["OP-05"])
    draft = call_draft("steel")
    codes = [item.row.code for item in draft.items]
    assert codes[0] == "OP-05"
    assert "OP-06" not in codes, "two solutions a step are enough"
    assert len(codes) == MOST
    text = "\n".join(draft.lines())
    assert "草稿" in draft.title
    assert "在库需求1条" in text
    assert "搜索无结果1次" in text
    assert "达到1级：" in text
    assert "王建国" not in text


def test_the_document_is_marked_as_a_draft(app):
    draft = call_draft("steel")
    document = Document(io.BytesIO(call_docx(draft)))
    assert document.sections[0].header.paragraphs[0].text == "草稿"
    words = "\n".join(p.text for p in document.paragraphs)
    assert draft.title in words
    assert draft.items[0].heading in words
    assert len(document.tables[0].rows) == len(draft.items) + 1


@pytest.mark.parametrize(("role", "industries", "status"), [
    ("operator", ["steel"], 200), ("operator", ["biopharma"], 404), ("city_admin", [], 200),
    ("auditor", [], 200), ("provider", [], 404)])
def test_operators_open_the_draft(client, role, industries, status):
    sign_in_as(client, make_user(role=role, industries=industries))
    for path in ("/console/industries/steel/call-draft",
                 "/console/industries/steel/call-draft.docx"):
        assert client.get(path).status_code == status
