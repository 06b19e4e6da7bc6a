"""Whatever an import objects to is said in Chinese, and in English on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.spreadsheet_checked import write_checked
from marketplace.catalog.spreadsheet_import import (
    OTHERS_PROVIDER,
    OTHERS_SOLUTION,
    import_catalogue,
)
from marketplace.catalog.spreadsheet_report import ImportReport
from marketplace.core.database import db
from marketplace.core.i18n import speaking
from marketplace.core.messages import gettext
from marketplace.core.open_phrases import OPEN_PHRASES
from marketplace.core.phrases import said
from marketplace.listing.imports import WAITING
from seeds.loader import sample_credit_code
from tests.factories import make_provider, make_solution
from tests.support import environment, marketplace

Rows = Sequence[Mapping[str, Any]]
SOLUTION = {"slug": "s", "provider": "maker", "name_zh": "新方案", "promise_zh": "一句话",
            "description_zh": "说明", "industries": "general", "categories": "MES",
            "deployments": "saas"}
FIRM = {"slug": "maker", "name_zh": "某软件公司", "city_zh": "济南", "summary_zh": "简介",
        "description_zh": "说明", "classes": "product"}
CASE = {"solution": "owner", "title_zh": "案例", "summary_zh": "简介"}
DOCUMENT = {"solution": "owner", "title_zh": "资料", "kind": "manual", "body_zh": "正文"}
BAD_FIRMS = (
    {"credit_code": "123"}, {"credit_code": sample_credit_code("maker")[:-1] + "?"},
    {"credit_code": "I" * 18}, {"founded": 1200}, {"founded": "früh"}, {"staff": -4},
    {"response_hours": 5000}, {"contact.email": "nowhere"}, {"contact.phone": "1" * 60},
    {"classes": "magic"}, {"classes": ","}, {"district": "Atlantis"}, {"summary_zh": "长" * 201},
    {"qualifications": "甲|A|B"}, {"slug": "Not A Slug"}, {"slug": None, "name_zh": "！！"},
    {"name_zh": None}, {"slug": "works"}, {"slug": "other", "credit_code": "OWN"},
    {"staff": 10**15 + 1.5})
BAD_SOLUTIONS = (
    {"categories": "MESS"}, {"categories": "zzz"}, {"categories": None},
    {"categories": "MES;ERP;CRM;PLM;SCADA;WMS;QMS;APS"}, {"categories": ","},
    {"deployments": ","}, {"industries": ","},
    {"scenarios": "OP-99:1>2"}, {"scenarios": "OP-06:3>1"}, {"scenarios": "OP-06"},
    {"scenarios": "OP-06:1>9"}, {"scenarios": "OP-06:7>9"}, {"scenarios": "OP-06:1>2;OP-06:1>3"},
    {"go_live_days": "bald"}, {"go_live_days": 9999}, {"go_live_days": 1.5},
    {"name_zh": "长" * 81}, {"price.licence": -1}, {"price.licence.unit": "flat"},
    {"price.licence": "viel"}, {"price.licence": 1, "price.licence.unit": "pro Kopf"},
    {"price.maintenance": 1, "price.maintenance.from_year": 9}, {"interfaces": "x" * 81},
    {"attr.trial_days": "x"}, {"attr.trial_days": -1}, {"attr.gxp_scope": "gmp"},
    {"provider": "nobody"}, {"provider": None}, {"slug": "Not A Slug"},
    {"slug": None, "name_zh": "！！"}, {"name_zh": "=A1"}, {"name_zh": "#REF!"},
    {"slug": "twice"}, {"slug": "twice"}, {"slug": "gone"}, {"slug": "owned"},
    {"industries": "steel", "attr.heat_dust_suitability": "extreme",
     "attr.process_stage": "steelmaking"},
    {"industries": "cnc_robotics", "attr.machine_protocols": "opc_ua_umati",
     "attr.supported_controllers": "fanuc"},
    {"industries": "biopharma", "attr.gxp_scope": "gmp"})
BAD_CASES = ({"class": "12"}, {"company_size": 0}, {"company_size": 10**6}, {"title_zh": None},
             {"figures": "良率|yield|viel|2"}, {"figures": "良率|yield|1|"},
             {"figures": "a|b|1|2|c|d|e"}, {"solution": None}, {"solution": "nobody"},
             {"solution": "twice"}, {"solution": "s0"})
BAD_DOCUMENTS = ({"kind": "song"}, {"body_zh": None}, {"body_zh": "长" * 20_001})


def _page(book: Workbook, name: str, good: Mapping[str, Any], bad: Rows) -> None:
    page = book.create_sheet(name)
    rows = [{**good, **({"slug": f"{good['slug']}{n}"} if "slug" in good else {}), **change}
            for n, change in enumerate(bad)]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    page.append(keys)
    for row in rows:
        page.append([row.get(key) for key in keys])
    page.cell(2, len(keys) + 2, "left aside")


def _everything_wrong(path: Path) -> ImportReport:
    firms = [{**row, "credit_code": sample_credit_code("owner")} if row.get("credit_code") == "OWN"
             else row for row in BAD_FIRMS]
    book = Workbook()
    book.active.title = "Tabelle"
    _page(book, "providers", FIRM, firms)
    _page(book, "solutions", SOLUTION, BAD_SOLUTIONS)
    for name, good, bad in (("cases", CASE, BAD_CASES), ("documents", DOCUMENT, BAD_DOCUMENTS)):
        _page(book, name, good, bad)
    book.save(path)
    return import_catalogue(path, actor="test")


def _stored() -> None:
    make_provider(slug="maker")
    owner = make_provider(slug="owner")
    owner.organisation.credit_code = sample_credit_code("owner")
    db.session.commit()
    make_solution(slug="owner", provider=owner)
    make_solution(slug="owned", provider=owner)
    withdraw_solution(solution=make_solution(slug="gone", provider=owner), reason="no longer made",
                      actor="test")


def _chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def test_no_remedy_is_left_in_english(app: Flask, tmp_path: Path) -> None:
    _stored()
    report = _everything_wrong(tmp_path / "a.xlsx")
    rows = sum(map(len, (BAD_FIRMS, BAD_SOLUTIONS, BAD_CASES, BAD_DOCUMENTS)))
    assert len(report.problems) >= rows - 4
    assert [p for p in report.problems if not _chinese(p.said)] == []
    assert [note for note in report.notes if not _chinese(said(note))] == []
    assert len(report.notes) == 5
    with speaking("en"):
        assert [p for p in report.problems if not p.said.isascii() and _chinese(p.said.replace(
            p.value, ""))] == []


def test_the_marked_copy_speaks_chinese_and_names_columns_it_lacks(app: Flask,
                                                                   tmp_path: Path) -> None:
    _stored()
    copy = load_workbook(write_checked(_everything_wrong(tmp_path / "a.xlsx")))
    comments = [cell.comment.text for page in copy for row in page for cell in row if cell.comment]
    assert len(comments) > 50
    assert [c for c in comments if not _chinese(c)] == []
    assert any("\n审计追踪：GxP" in c for c in comments)


@pytest.mark.parametrize("sentence", [*OPEN_PHRASES, OTHERS_PROVIDER, OTHERS_SOLUTION, WAITING])
def test_every_sentence_has_its_chinese(app: Flask, sentence: str) -> None:
    filled = sentence.format(*("甲乙丙丁"))
    assert said(filled) != filled
    assert _chinese(gettext(sentence))
    assert all(letter in said(filled) for letter in "甲乙丙丁"[:sentence.count("{}")])


def test_the_command_speaks_chinese_unless_asked(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("slug,provider,name_zh,promise_zh,description_zh,industries,categories,"
                    "deployments\na,nobody,甲,乙,丙,general,MESS,saas\n", "utf-8")
    env = environment(app)
    shown = marketplace(env, "catalog", "import", str(path)).stdout
    assert "产品类别" in shown
    assert "有错的单元格已标在" in shown
    assert "提交" not in shown
    assert "did you mean" not in shown
    english = marketplace(env, "catalog", "import", str(path), "--language", "en").stdout
    assert "did you mean" in " ".join(english.split())
    assert not _chinese(english)
    path.write_text("slug,title\n", "utf-8")
    refused = marketplace(env, "catalog", "import", str(path)).stderr
    assert "里没有产品目录的表" in refused
