"""The audit trail's pages: filters, pages that stay whole, what changed, export on record."""

from __future__ import annotations

import ast
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from marketplace.administration.audit_queries import PAGE, lines
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent, record
from marketplace.core.audit_actions import ACTIONS
from marketplace.core.audit_details import DETAILS
from marketplace.core.database import db, transaction
from tests.factories import make_user, person, sign_in_as
from tests.support import ROOT, sql_count


@pytest.fixture
def auditor(app, client):
    user = make_user(role="audit_admin", username="shenji")
    sign_in_as(client, user)
    return user


def write(count: int = 1, actor: str = "zhang", action: str = "solution.publish",
          subject: str = "solution:7", **details) -> None:
    with transaction() as session:
        for _n in range(count):
            record(session, actor=actor, action=action, subject=subject, details=details)


def test_filters_find_by_person_action_subject_and_day(auditor, client):
    write(actor="zhang", subject="solution:7")
    write(actor="li", action="user.role_add", subject="user:3")
    page = client.get("/admin/audit?who=li").text
    assert "<code>user.role_add<" in page
    assert "solution:7" not in page
    assert "solution:7" in client.get("/admin/audit?action=solution.").text
    assert "<code>user.role_add<" not in client.get("/admin/audit?subject=solution:").text
    write(actor="wu", subject="solution:71")
    assert "solution:71" not in client.get("/admin/audit?subject=solution:7").text
    assert "没有" in client.get("/admin/audit?from=2030-01-01").text or "No event" in client.get(
        "/admin/audit?from=2030-01-01").text


def test_wrong_day_is_told_at_the_filter(auditor, client):
    answer = client.get("/admin/audit?from=yesterday&who=li")
    assert answer.status_code == 422
    assert 'value="li"' in answer.text


def test_role_put_on_is_shown_and_found(auditor, client):
    with acting_as(person(make_user(role="operator", industries=["steel"], username="ops"))):
        write(actor="ops", action="industry.pause", subject="industry:steel")
    write(actor="zhang")
    page = client.get("/admin/audit?role=operator").text
    assert "<code>industry.pause<" in page
    assert "<code>solution.publish<" not in page


def test_pages_follow_each_other_without_gap(auditor, client):
    write(PAGE + 3)
    first = client.get("/admin/audit").text
    assert f"before={4}" in first
    write()  # what comes in meanwhile shifts nothing
    second = client.get("/admin/audit?before=4").text
    assert [f"/admin/audit/{n}\"" in second for n in (1, 2, 3)] == [True] * 3
    assert "/admin/audit/4\"" not in second


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_whatever_the_rows(auditor, client, count):
    write(count)
    client.get("/admin/audit")
    with sql_count(6):
        assert client.get("/admin/audit").status_code == 200


def test_details_show_what_changed_and_leave_out_what_stayed():
    found = lines({"before": {"name": "甲", "phone": "1"}, "after": {"name": "乙", "phone": "1"},
                   "reason": "更名"})
    assert [(x.name, x.before, x.after) for x in found] == [
        ("名称", "甲", "乙"), ("原因", None, "更名")]
    assert [(x.name, x.before, x.after) for x in lines({"before": 1, "after": 2})] == [
        ("—", "1", "2")]
    assert lines({"before": None, "after": {"a": [1, 2]}})[0].after == "1, 2"


def test_event_page_shows_before_and_after(auditor, client):
    write(before={"价格": "100"}, after={"价格": "<b>200</b>"})
    page = client.get("/admin/audit/1").text
    assert "<del>100</del>" in page
    assert "&lt;b&gt;200&lt;/b&gt;" in page
    assert client.get("/admin/audit/99").status_code == 404


def test_export_holds_what_is_found_and_stands_in_the_trail(auditor, client):
    write(actor="=cmd()", reason="甲")
    write(actor="li")
    answer = client.get("/admin/audit/export.xlsx?who=li")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[2] for row in rows[2:]] == ["li"]
    assert "'=cmd()" in client.get("/admin/audit/export.csv").data.decode("utf-8-sig")
    events = db.session.scalars(select(AuditEvent).where(
        AuditEvent.action == "audit.export").order_by(AuditEvent.id)).all()
    assert events[0].details == {"filters": {"who": "li"}, "events": 1, "format": "xlsx"}
    assert events[0].actor == "shenji"


def test_others_have_no_such_page(app, client):
    write()
    sign_in_as(client, make_user(role="system_admin"))
    assert client.get("/admin/audit").status_code == 404
    assert client.get("/admin/audit/1").status_code == 404


def test_every_action_that_is_written_has_a_name():
    code = "\n".join(file.read_text("utf-8") for file in (ROOT / "marketplace").rglob("*.py"))
    written = re.findall(r'action=f?"([a-z_.]+)[{"](?:.*?else "([a-z_.]+)")?', code)
    for action in {a for pair in written for a in pair if a}:
        assert action in ACTIONS or (
            action.endswith(".") and any(known.startswith(action) for known in ACTIONS)), action


def test_every_detail_that_is_written_has_a_name():
    written = set()
    for file in (ROOT / "marketplace").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "record":
                written |= {key.value for part in call.keywords if part.arg == "details"
                            for found in ast.walk(part.value) if isinstance(found, ast.Dict)
                            for key in found.keys if isinstance(key, ast.Constant)}
    assert len(written) > 60
    assert written - set(DETAILS) == set()
    assert [line.name for line in lines({"reason": "a", "landing": {"zh": "b"}})] == [
        "原因", "页首文字 · zh"]


def test_actions_are_read_by_name(auditor, client):
    write(action="user.role_add", subject="user:3")
    assert "授予角色" in client.get("/admin/audit?lang=zh&who=zhang").text
