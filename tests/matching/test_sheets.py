"""Decision sheets: frozen, unguessable, and the same facts in every form."""

from __future__ import annotations

import io

import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from marketplace.catalog.models import Solution
from marketplace.core.database import db
from marketplace.core.errors import InvalidInput
from marketplace.core.i18n import LocalizedText
from marketplace.core.typeface import FOLDER
from marketplace.matching.matcher import match
from marketplace.matching.models import DecisionSheet, MatchEvent
from marketplace.matching.outcomes import weighted_mean
from marketplace.matching.reading import need_of
from marketplace.matching.sheet_files import pick_rows
from marketplace.matching.sheets import create_sheet, sheet_by
from marketplace.matching.understand import understand
from tests.factories import bring_into_index, make_version
from tests.matching.support import need as made_need
from tests.support import IsolatedClient, need

TEXT = "机加工车间60台机床，发那科和西门子840D都有，想看开动率，10万以内"


@pytest.fixture
def sheet(catalogue: Flask) -> DecisionSheet:
    asked = need_of(understand(TEXT))
    return create_sheet(match(catalogue.extensions["indexes"], asked))


def test_it_keeps_what_was_decided_on(sheet: DecisionSheet) -> None:
    content = sheet.content
    assert content["text"] == TEXT
    assert content["rule_version"] == "cnc_robotics-2026.1"
    assert content["week"]
    assert 1 <= len(content["picks"]) <= 3
    for pick in content["picks"]:
        assert weighted_mean(pick["reasons"]) == pick["score"]
        parts = sum(sum(part["years"]) for part in pick["price"]["parts"])
        if pick["price"]["comparable"]:
            assert parts == pytest.approx(pick["price"]["three_years"])
        assert pick["top_reasons"]
    assert any(w["hard"] for w in content["wishes"])


def test_later_changes_of_a_solution_do_not_touch_it(catalogue: Flask, client: IsolatedClient,
                                                     sheet: DecisionSheet) -> None:
    token, before = sheet.token, dict(sheet.content)
    page = client.get(f"/sheets/{token}").data
    solution = db.session.scalars(select(Solution).where(
        Solution.id == before["picks"][0]["solution"]["id"])).one()
    make_version(solution, publish=True, name={"zh": "改名了", "en": "Renamed"},
                 industries=["cnc_robotics"], go_live_days=300)
    bring_into_index()
    db.session.expire_all()
    assert sheet_by(token).content == before
    again = client.get(f"/sheets/{token}").data.decode()
    assert "改名了" not in again
    assert before["picks"][0]["name"]["zh"] in again
    assert len(again) == len(page.decode())


def test_its_link_cannot_be_guessed(catalogue: Flask, client: IsolatedClient,
                                    sheet: DecisionSheet) -> None:
    other = create_sheet(match(catalogue.extensions["indexes"], need_of(understand(TEXT))))
    assert len(sheet.token) >= 43
    assert sheet.token[:6] != other.token[:6]
    for wrong in (str(sheet.id), sheet.token[:-1], sheet.token.swapcase(), "0" * 43):
        assert client.get(f"/sheets/{wrong}").status_code == 404
    found = client.get(f"/sheets/{sheet.token}")
    assert found.headers["X-Robots-Tag"] == "noindex"
    assert found.headers["Referrer-Policy"] == "no-referrer"


def facts(sheet: DecisionSheet) -> list[str]:
    first = sheet.content["picks"][0]
    return [first["name"]["zh"], first["solution"]["provider"]["name"]["zh"],
            f"{first['price']['first_year']:,.0f}", str(first["solution"]["go_live_days"]),
            first["top_reasons"][0]["text"]["zh"]]


def test_the_workbook_opens_and_holds_the_facts(client: IsolatedClient,
                                                sheet: DecisionSheet) -> None:
    found = client.get(f"/sheets/{sheet.token}.xlsx")
    book = load_workbook(io.BytesIO(found.data))
    text = "\n".join(str(c.value) for row in book.worksheets[0] for c in row if c.value)
    for fact in (*facts(sheet), TEXT, sheet.token):
        assert fact in text
    assert "attachment" in found.headers["Content-Disposition"]


def test_the_document_opens_and_holds_the_facts(client: IsolatedClient,
                                                sheet: DecisionSheet) -> None:
    found = client.get(f"/sheets/{sheet.token}.docx")
    document = Document(io.BytesIO(found.data))
    text = "\n".join(p.text for p in document.paragraphs)
    text += "\n".join(c.text for t in document.tables for row in t.rows for c in row.cells)
    for fact in (*facts(sheet), TEXT, sheet.token):
        assert fact in text
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_picture_is_one_for_the_phone(client: IsolatedClient, sheet: DecisionSheet) -> None:
    need("the font", (FOLDER / "unicode.json").exists(), "run `make assets`")
    found = client.get(f"/sheets/{sheet.token}.png")
    picture = Image.open(io.BytesIO(found.data))
    assert (picture.format, picture.width) == ("PNG", 1080)
    assert picture.height > 900
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20


def test_the_code_is_a_drawing(client: IsolatedClient, sheet: DecisionSheet) -> None:
    found = client.get(f"/sheets/{sheet.token}/qr.svg")
    assert found.mimetype == "image/svg+xml"
    assert found.data.lstrip().startswith((b"<?xml", b"<svg"))


def test_rows_hold_a_value_for_each_pick(sheet: DecisionSheet) -> None:
    number = len(sheet.content["picks"])
    assert all(len(values) == number and all(values) for _label, values in pick_rows(sheet.content))


def test_nothing_recommended_makes_no_sheet(app: Flask) -> None:
    with pytest.raises(InvalidInput):
        create_sheet(match(app.extensions["indexes"], made_need("core_scenario:OP-05")))
    assert db.session.scalars(select(DecisionSheet)).all() == []


def test_what_stands_on_a_sheet_is_counted(sheet: DecisionSheet) -> None:
    rows = db.session.scalars(select(MatchEvent).where(MatchEvent.kind == "sheet").order_by(
        MatchEvent.rank)).all()
    assert [r.solution_id for r in rows] == [p["solution"]["id"] for p in sheet.content["picks"]]


def test_both_languages_are_kept(sheet: DecisionSheet) -> None:
    for pick in sheet.content["picks"]:
        for reason in pick["reasons"]:
            said = LocalizedText.of(reason["text"])
            assert said.zh != said.en
            assert said.en
