"""Kept comparisons and decision sheets: mine, shared, deleted."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.desk.models import KeptComparison, KeptSheet
from marketplace.matching.models import DecisionSheet
from tests.factories import make_organisation, make_solution, make_user, sign_in_as
from tests.support import IsolatedClient, sql_count


def fresh():
    db.session.rollback()
    db.session.expire_all()
    return db.session


def browser(app: Flask, organisation, name: str) -> IsolatedClient:
    return sign_in_as(app.test_client(), make_user(
        role="enterprise", organisation=organisation, name=name))


def keep(client: IsolatedClient, ids: str, **changes: str) -> int:
    return client.post("/desk/comparisons", data={
        "name": "排产第二轮", "note": "看价格", "ids": ids, "people": "86", "lines": "2",
        "seats": "20", "shared": "0"} | changes).status_code


def test_a_comparison_is_kept_opened_shared_and_deleted(app: Flask) -> None:
    ids = ",".join(str(make_solution().id) for _n in range(2))
    works, rival = make_organisation(), make_organisation()
    mine, colleague = browser(app, works, "甲"), browser(app, works, "乙")
    stranger = browser(app, rival, "丙")
    assert f"/desk/comparisons/new?ids={ids}" in mine.get(f"/compare?ids={ids}").text
    assert "/desk/comparisons/new" not in app.test_client().get(f"/compare?ids={ids}").text
    assert "people" in mine.get(f"/desk/comparisons/new?ids={ids}&people=86").text
    assert keep(mine, ids, name="x") == 422
    assert keep(mine, ids) == 303
    page = mine.get("/desk/comparisons").text
    assert f"/compare?ids={ids}&amp;people=86" in page
    assert "排产第二轮" not in colleague.get("/desk/comparisons").text
    assert keep(mine, ids, name="大家看看", shared="1") == 303
    assert "大家看看" in colleague.get("/desk/comparisons").text
    assert "大家看看" not in stranger.get("/desk/comparisons").text
    shared = fresh().scalar(select(KeptComparison.id).where(KeptComparison.shared))
    for client in (colleague, stranger):
        assert client.post(f"/desk/comparisons/{shared}/forget").status_code == 404
    assert mine.post(f"/desk/comparisons/{shared}/forget").status_code == 303
    assert "大家看看" not in colleague.get("/desk/comparisons").text


def make_sheet(token: str) -> DecisionSheet:
    with transaction() as session:
        sheet = DecisionSheet(token=token, created_at=now(), content={
            "text": "排产乱", "picks": [{"name": {"zh": "排产软件", "en": "Scheduler"}}]})
        session.add(sheet)
    return sheet


def test_a_sheet_is_kept_at_the_desk(app: Flask) -> None:
    make_sheet("a-token")
    works = make_organisation()
    mine, colleague = browser(app, works, "甲"), browser(app, works, "乙")
    assert mine.post("/desk/sheets", data={"token": "wrong"}).status_code == 404
    assert mine.post("/desk/sheets", data={"token": "a-token"}).status_code == 303
    assert "/sheets/a-token" in mine.get("/desk/sheets").text
    assert "/sheets/a-token" not in colleague.get("/desk/sheets").text
    mine.post("/desk/sheets", data={"token": "a-token", "shared": "1"})
    assert "/sheets/a-token" in colleague.get("/desk/sheets").text
    kept = fresh().scalars(select(KeptSheet)).one()
    assert colleague.post(f"/desk/sheets/{kept.id}/forget").status_code == 404
    assert mine.post(f"/desk/sheets/{kept.id}/forget").status_code == 303
    assert fresh().scalar(select(KeptSheet)) is None


def test_lists_take_as_many_statements_for_three_as_for_one(app: Flask) -> None:
    ids = str(make_solution().id)
    mine = browser(app, make_organisation(), "甲")
    keep(mine, ids)
    mine.post("/desk/sheets", data={"token": make_sheet("one").token})
    for path in ("/desk/comparisons", "/desk/sheets"):
        mine.get(path)
        with sql_count(6):
            mine.get(path)
    for n in range(2):
        keep(mine, ids, name=f"第{n}个")
        mine.post("/desk/sheets", data={"token": make_sheet(f"more-{n}").token})
    for path in ("/desk/comparisons", "/desk/sheets"):
        with sql_count(6):
            mine.get(path)


def test_the_desk_counts_what_is_kept(app: Flask) -> None:
    mine = browser(app, make_organisation(), "甲")
    keep(mine, str(make_solution().id))
    page = mine.get("/desk").text
    assert "/desk/comparisons" in page
    assert "/desk/file" in page
