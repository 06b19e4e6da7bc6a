"""`marketplace org`: list, show, verify, deactivate, import."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_cli import COLUMNS, org
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.errors import InvalidInput
from seeds.loader import sample_credit_code
from tests.factories import make_organisation, make_user


@pytest.fixture
def run(app: Flask):
    def invoke(*arguments: str) -> Result:
        db.session.remove()
        return CliRunner().invoke(org, list(arguments), obj=lambda: app)

    return invoke


def test_verify_list_show_deactivate(run) -> None:
    organisation = make_organisation(verified=False, slug="works")
    make_user(role="enterprise", organisation=organisation)
    assert "1 of 1 shown" in run("list", "--state", "unchecked").output
    assert "0 of 0 shown" in run("list", "--state", "verified", "--kind", "enterprise").output
    assert run("verify", organisation.credit_code, "--note", "seen").exit_code == 0
    found = db.session.scalars(select(Organisation).where(Organisation.slug == "works")).one()
    assert found.verified_by == "command line"
    shown = run("show", "works").output
    assert "organisation.verify" in shown
    assert run("deactivate", "works", "--reason", "struck off", "--yes").exit_code == 0
    found = db.session.scalars(select(Organisation).where(Organisation.slug == "works")).one()
    assert found.deactivated_at is not None
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.actor, event.role) == ("command line", "city_admin")
    assert type(run("show", "nothing").exception).__name__ == "NotFound"


def rows(file: Path, *given: dict[str, str]) -> str:
    if file.suffix == ".csv":
        lines = [",".join(COLUMNS), *(",".join(r.get(c, "") for c in COLUMNS) for r in given)]
        file.write_text("\n".join(lines), "utf-8-sig")
    else:
        book = Workbook()
        book.active.append(COLUMNS)
        for row in given:
            book.active.append([row.get(c, "") for c in COLUMNS])
        book.save(file)
    return str(file)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_import_once_and_again(run, tmp_path: Path, ending: str) -> None:
    good = {"kind": "enterprise", "name_zh": "导入机械厂", "district": "370102",
            "credit_code": sample_credit_code("imported"), "staff": "40", "revenue_wan": "900"}
    nameless = {"kind": "assessor", "name_zh": "导入评测中心", "district": "outside"}
    bad = good | {"credit_code": "91370100MA3C"}
    file = rows(tmp_path / f"list.{ending}", good, nameless, bad)
    result = run("import", file)
    assert result.exit_code == 1
    assert "2 new, 0 known already, 1 rows wrong" in result.output
    assert "91370100MA3C" in result.output
    found = db.session.scalars(select(Organisation).where(
        Organisation.credit_code == good["credit_code"])).one()
    assert (found.staff, found.revenue, found.verified) == (40, 9_000_000, False)
    assert "0 new, 2 known already" in run("import", file).output


def test_a_foreign_sheet_is_refused(run, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("名称,电话\n甲,1", "utf-8")
    assert isinstance(run("import", str(file)).exception, InvalidInput)
