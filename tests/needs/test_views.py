"""Pages of needs and enquiries: what they show, what they refuse, how many statements they cost."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from docx import Document
from openpyxl import load_workbook

from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.database import db
from marketplace.core.errors import InvalidInput
from marketplace.core.working_days import working_day_after
from marketplace.matching.models import MatchEvent
from marketplace.needs import answering
from marketplace.needs.duties import hand_to_brokers
from marketplace.needs.enquiring import REPLY_DAYS
from marketplace.needs.models import Enquiry, ParkedNeed, SavedNeed
from marketplace.needs.operations import publish_need
from marketplace.needs.queries import answer_time
from tests.factories import bring_into_index, make_user, person, sign_in_as
from tests.needs.support import (
    PHONE,
    PUBLIC,
    SECRETS,
    TEXT,
    World,
    answer,
    make_enquiry,
    make_need,
    make_world,
)
from tests.support import IsolatedClient, sql_count

FORM = {"text": "排产靠老师傅，交期总是拖，想两个月内用上排产系统", "checked": "1",
        "wish": ["industry:steel", "core_scenario:OP-06"], "hard": "core_scenario:OP-06",
        "people": "60"}


@pytest.fixture
def world(app) -> World:
    return make_world()


def send(world: World, enquiry: Enquiry, which: int, price: float = 50_000) -> None:
    with acting_as(person(world.sellers[which])):
        answering.save_answer(invitation=enquiry.invitations[which], content=answer(price),
                              send=True)


# --- From the wizard -----------------------------------------------------------------------------


def test_a_visitor_signs_in_without_losing_a_word(client: IsolatedClient, world: World) -> None:
    parked = client.post("/needs/save", data=FORM)
    assert parked.status_code == 303
    assert parked.headers["Location"] == "/sign-in?next=/needs/continue"
    cookie = parked.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert db.session.query(ParkedNeed).one().token not in cookie
    sign_in_as(client, world.boss)
    page = client.get("/needs/continue").get_data(as_text=True)
    assert FORM["text"] in page
    saved = client.post("/needs/continue", data={"title": "排产"})
    db.session.rollback()
    need = db.session.query(SavedNeed).one()
    assert saved.headers["Location"] == f"/needs/{need.id}"
    assert (need.title, need.text, need.state) == ("排产", FORM["text"], "draft")
    assert [w["value"] for w in need.facts["wishes"] if w["hard"]] == ["OP-06"]
    assert db.session.query(ParkedNeed).count() == 0


def test_words_of_others_are_not_found_with_a_guessed_cookie(client: IsolatedClient,
                                                             world: World) -> None:
    client.post("/needs/save", data=FORM)
    client.set_cookie("parked_need", "guess", path="/needs")
    assert FORM["text"] not in client.get("/needs/continue").get_data(as_text=True)


def test_words_are_kept_for_a_day(client: IsolatedClient, world: World) -> None:
    client.post("/needs/save", data=FORM)
    with clock.moved(timedelta(hours=25)):
        sign_in_as(client, world.boss)
        assert FORM["text"] not in client.get("/needs/continue").get_data(as_text=True)
        assert client.post("/needs/continue").headers["Location"] == "/match"


def test_a_provider_cannot_save_but_keeps_the_words(client: IsolatedClient, world: World) -> None:
    sign_in_as(client, world.sellers[0])
    assert client.post("/needs/save", data=FORM).headers["Location"] == "/needs/continue"
    assert FORM["text"] in client.get("/needs/continue").get_data(as_text=True)
    assert client.post("/needs/continue").headers["Location"] == "/needs/continue"
    assert db.session.query(SavedNeed).count() == 0


def test_a_saved_need_goes_through_the_wizard_again(client: IsolatedClient, world: World) -> None:
    saved = make_need(world, publish=False)
    sign_in_as(client, world.colleague)
    page = client.post("/match/check", data={**FORM, "need_id": saved.id}).get_data(as_text=True)
    assert f'name="need_id" value="{saved.id}"' in page
    client.post("/needs/save", data={**FORM, "need_id": saved.id})
    db.session.rollback()
    assert db.session.get_one(SavedNeed, saved.id).text == FORM["text"]
    sign_in_as(client, world.stranger)
    assert client.post("/needs/save", data={**FORM, "need_id": saved.id}).status_code == 404


def test_what_is_said_of_the_budget_is_sealed_like_the_price(client: IsolatedClient,
                                                             world: World) -> None:
    enquiry = make_enquiry(world, sealed=True, days=5)
    send(world, enquiry, 0, price=61_234)
    sign_in_as(client, world.boss)
    page = client.get(f"/needs/enquiries/{enquiry.id}/answers").get_data(as_text=True)
    assert "计划" in page or "OP-06" in page or "有案例" in page
    assert "预算20万元" not in page
    assert "61234" not in page
    book = client.get(f"/needs/enquiries/{enquiry.id}/answers.xlsx").data
    cells = str(list(load_workbook(io.BytesIO(book)).worksheets[0].values))
    assert "有案例" in cells
    assert "61234" not in cells
    with clock.moved(timedelta(days=7)):
        sign_in_as(client, world.boss)
        page = client.get(f"/needs/enquiries/{enquiry.id}/answers").get_data(as_text=True)
    assert "首年61234元" in page
    assert "预算20万元" in page


def test_nobody_is_asked_where_no_answer_can_come_any_more(client: IsolatedClient,
                                                           world: World) -> None:
    enquiry = make_enquiry(world, solutions=world.solutions[:2], max_answers=1)
    send(world, enquiry, 0)
    sign_in_as(client, world.boss)
    path = f"/needs/enquiries/{enquiry.id}"
    assert f"{path}/invite" not in client.get(path).get_data(as_text=True)
    client.post(f"{path}/invite", data={"solution": world.solutions[2].id})
    db.session.rollback()
    assert len(db.session.get_one(Enquiry, enquiry.id).invitations) == 2


# --- The need's page -----------------------------------------------------------------------------


def test_shortlist_notes_record_and_sheet(client: IsolatedClient, world: World) -> None:
    bring_into_index()
    saved = make_need(world, shortlist=False)
    sign_in_as(client, world.colleague)
    assert "recommendations" in client.get(f"/needs/{saved.id}").get_data(as_text=True)
    solution = world.solutions[0]
    found = client.get(f"/needs/{saved.id}/recommendations").get_data(as_text=True)
    assert str(solution.published.name) in found
    assert "shortlist-need" in client.get(f"/solutions/{solution.slug}").get_data(as_text=True)
    for item in world.solutions[:2]:
        client.post("/needs/shortlist", data={"need_id": saved.id, "solution_id": item.id})
    db.session.rollback()
    first, second = db.session.get_one(SavedNeed, saved.id).candidates
    assert first.rank is not None
    assert first.scores
    client.post(f"/needs/candidates/{second.id}", data={"note": "看过", "why_not": "太贵"})
    client.post(f"/needs/{saved.id}/records")
    page = client.get(f"/needs/{saved.id}/records/1").get_data(as_text=True)
    assert "太贵" in page
    sheet = client.get(f"/needs/{saved.id}/records/1.xlsx")
    cells = [c for row in load_workbook(io.BytesIO(sheet.data)).worksheets[0].values for c in row]
    assert "太贵" in cells
    document = Document(io.BytesIO(client.get(f"/needs/{saved.id}/records/1.docx").data))
    assert any("太贵" in c.text for row in document.tables[0].rows for c in row.cells)
    made = client.post(f"/needs/{saved.id}/records/1/sheet").headers["Location"]
    public = client.application.test_client().get(made).get_data(as_text=True)
    assert PUBLIC in public
    assert "太贵" not in public
    assert [secret for secret in SECRETS if secret in public] == []
    sign_in_as(client, world.stranger)
    for path in ("", "/records/1", "/records/1.xlsx", "/recommendations", "/publish", "/close"):
        assert client.get(f"/needs/{saved.id}{path}").status_code == 404


def test_what_a_saved_need_is_shown_is_learned_from_once_a_day(client: IsolatedClient,
                                                               world: World) -> None:
    bring_into_index()
    saved = make_need(world, shortlist=False)
    sign_in_as(client, world.boss)
    path = f"/needs/{saved.id}/recommendations"
    page = client.get(path).get_data(as_text=True)
    client.post("/needs/shortlist", data={"need_id": saved.id, "stay": "1",
                                          "solution_id": world.solutions[0].id})
    client.get(path)
    db.session.rollback()
    shown = db.session.query(MatchEvent).filter_by(kind="shown").all()
    assert sorted(e.solution_id for e in shown) == sorted(world.solution_ids)
    assert f"/match/open/{shown[0].id}" in page
    put = db.session.query(MatchEvent).filter_by(kind="shortlisted").one()
    assert put.list_key == shown[0].list_key
    with clock.moved(timedelta(days=1)):
        sign_in_as(client, world.boss)
        client.get(path)
    db.session.rollback()
    assert db.session.query(MatchEvent).filter_by(kind="shown").count() == 2 * len(shown)


def test_the_sheet_of_a_draft_is_masked_too(client: IsolatedClient, world: World) -> None:
    bring_into_index()
    saved = make_need(world, publish=False)
    sign_in_as(client, world.boss)
    client.post(f"/needs/{saved.id}/records")
    made = client.post(f"/needs/{saved.id}/records/1/sheet").headers["Location"]
    stranger = client.application.test_client()
    for path in (made, f"{made}.xlsx", f"{made}.docx", f"{made}.png"):
        answer = stranger.get(path)
        assert [secret for secret in SECRETS if secret.encode() in answer.data] == []
        answer.close()
    public = stranger.get(made).get_data(as_text=True)
    assert "排产靠老师傅" in public
    assert "历下区" not in public
    db.session.rollback()
    content = db.session.get_one(SavedNeed, saved.id).freezes[0].sheet.content
    assert content["need"]["district"] is None
    assert "历下区" not in str(content)


def test_the_wording_is_proposed_masked_and_refused_with_a_leak(client: IsolatedClient,
                                                                world: World) -> None:
    saved = make_need(world, publish=False)
    sign_in_as(client, world.boss)
    page = client.get(f"/needs/{saved.id}/publish").get_data(as_text=True)
    proposed = page.split('id="public_text"')[1].split("</textarea>")[0]
    assert not any(secret in proposed for secret in SECRETS)
    form = {"public_title": "排产", "public_text": TEXT, "anonymous": "yes", "audience": "all"}
    refused = client.post(f"/needs/{saved.id}/publish", data=form)
    assert refused.status_code == 422
    assert 'id="public_text-error"' in refused.get_data(as_text=True)
    done = client.post(f"/needs/{saved.id}/publish", data={**form, "public_text": PUBLIC})
    assert done.status_code == 303
    db.session.rollback()
    assert db.session.get_one(SavedNeed, saved.id).state == "published"


def test_a_remark_in_a_name_does_not_save_the_name(client: IsolatedClient, world: World) -> None:
    saved = make_need(world, publish=False)
    make_user(role="enterprise", organisation=world.enterprise, name="秦旷（示例）")
    with acting_as(person(world.boss)), pytest.raises(InvalidInput) as problem:
        publish_need(saved=saved, public_title="排产", public_text="请找秦旷，要排产")
    assert problem.value.errors[0].value == "秦旷"


def test_an_unchecked_enterprise_drafts_only(client: IsolatedClient, world: World) -> None:
    from marketplace.core.database import transaction

    saved = make_need(world, publish=False)
    with transaction():
        world.enterprise.verified_at = None
    sign_in_as(client, world.boss)
    assert client.get(f"/needs/{saved.id}").status_code == 200
    answered = client.post(f"/needs/{saved.id}/publish", data={
        "public_title": "排产", "public_text": PUBLIC})
    assert answered.status_code == 403


def test_closing_asks_for_a_reason(client: IsolatedClient, world: World) -> None:
    saved = make_need(world)
    sign_in_as(client, world.boss)
    assert client.post(f"/needs/{saved.id}/close", data={"kind": "none"}).status_code == 422
    client.post(f"/needs/{saved.id}/close", data={
        "kind": "chosen", "solution_id": world.solutions[0].id, "value": "180000"})
    page = client.get(f"/needs/{saved.id}").get_data(as_text=True)
    assert str(world.solutions[0].published.name) in page
    db.session.rollback()
    assert db.session.get_one(SavedNeed, saved.id).outcome["value"] == 180_000


# --- Enquiries -----------------------------------------------------------------------------------


def test_both_sides_of_an_enquiry(client: IsolatedClient, world: World) -> None:
    saved = make_need(world)
    sign_in_as(client, world.boss)
    assert "solution" in client.get(f"/needs/{saved.id}/ask").get_data(as_text=True)
    assert client.post(f"/needs/{saved.id}/ask", data={"solution": world.solution_ids}
                       ).status_code == 422
    deadline = (clock.today() + timedelta(days=8)).isoformat()
    path = client.post(f"/needs/{saved.id}/ask", data={
        "solution": world.solution_ids, "deadline_on": deadline, "max_answers": "5",
        "sealed": "1"}).headers["Location"]
    db.session.rollback()
    enquiry = db.session.query(Enquiry).one()
    seller = sign_in_as(client.application.test_client(), world.sellers[0])
    at = f"/enquiries/{enquiry.id}"
    page = seller.get(at).get_data(as_text=True)
    assert PUBLIC in page
    assert not any(secret in page for secret in SECRETS)
    wrong = seller.post(f"{at}/answer", data={"send": "1", "price.licence": "abc"})
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.get_data(as_text=True)
    incomplete = seller.post(f"{at}/answer", data={"send": "1", "price.licence": "5"})
    assert incomplete.status_code == 422
    assert "days-error" in incomplete.get_data(as_text=True)
    filled = {"send": "1", "days": "40", "price.licence": "61234", "notes": "含税",
              **{f"says.{w['key']}": "meets" for w in enquiry.content["wishes"]}}
    assert seller.post(f"{at}/answer", data=filled).status_code == 303
    assert seller.post(f"{at}/question", data={"question": "数据放哪里？"}).status_code == 303
    answered = client.get(path).get_data(as_text=True)
    assert "数据放哪里？" in answered
    sealed = client.get(f"{path}/answers").get_data(as_text=True)
    assert "61,234" not in sealed
    invitation = enquiry.invitations[0]
    client.post(f"{path}/contact", data={"invitation": invitation.id})
    assert PHONE in seller.get(at).get_data(as_text=True)
    other = sign_in_as(client.application.test_client(), world.sellers[1])
    assert PHONE not in other.get(at).get_data(as_text=True)
    with clock.moved(timedelta(days=9)):
        sign_in_as(client, world.boss)
        assert "61,234" in client.get(f"{path}/answers").get_data(as_text=True)


def test_a_question_must_not_name_the_asker(client: IsolatedClient, world: World) -> None:
    enquiry = make_enquiry(world)
    sign_in_as(client, world.sellers[0])
    name = str(world.solutions[0].provider.organisation.name)
    refused = client.post(f"/enquiries/{enquiry.id}/question", data={"question": f"我们是{name}"})
    assert refused.status_code == 422


def test_best_values_rest_on_one_basis(client: IsolatedClient, world: World) -> None:
    enquiry = make_enquiry(world)
    send(world, enquiry, 0, 50_000)
    with acting_as(person(world.sellers[1])):
        answering.save_answer(invitation=enquiry.invitations[1], send=True, content=answer(
            20_000) | {"price_parts": answer(20_000)["price_parts"][:1]})
    sign_in_as(client, world.boss)
    at = f"/needs/enquiries/{enquiry.id}/answers"
    page = client.get(at).get_data(as_text=True)
    assert "★" not in page
    cells = [str(c) for row in load_workbook(io.BytesIO(client.get(f"{at}.xlsx").data))
             .worksheets[0].values for c in row]
    assert "50,000" in "".join(cells)
    assert "★" not in "".join(c for c in cells if "50,000" in c)


def test_the_operator_finds_others_and_the_enterprise_confirms(client: IsolatedClient,
                                                               world: World) -> None:
    bring_into_index()
    enquiry = make_enquiry(world, solutions=world.solutions[:1], days=20)
    with clock.moved(timedelta(days=5)):
        assert hand_to_brokers() == 1
        assert hand_to_brokers() == 0
        sign_in_as(client, world.operator)
        assert f"/console/enquiries/{enquiry.id}" in client.get(
            "/console/enquiries").get_data(as_text=True)
        page = client.get(f"/console/enquiries/{enquiry.id}").get_data(as_text=True)
        assert str(world.solutions[1].published.name) in page
        assert not any(secret in page for secret in SECRETS)
        client.post(f"/console/enquiries/{enquiry.id}/propose",
                    data={"solution": world.solutions[1].id})
        seller = sign_in_as(client.application.test_client(), world.sellers[1])
        assert seller.get(f"/enquiries/{enquiry.id}").status_code == 404
        db.session.rollback()
        proposed = next(i for i in enquiry.invitations if i.state == "proposed")
        sign_in_as(client, world.boss)
        client.post(f"/needs/enquiries/{enquiry.id}/proposals",
                    data={"invitation": proposed.id, "say": "ask"})
        assert seller.get(f"/enquiries/{enquiry.id}").status_code == 200


def test_median_time_is_shown_from_three_answers_on(client: IsolatedClient, world: World) -> None:
    seller = make_user(role="provider", organisation=world.solutions[0].provider.organisation)
    provider = world.solutions[0].provider
    for hours in (2, 30, 10):
        enquiry = make_enquiry(world, solutions=world.solutions[:1])
        assert answer_time(provider.id) is None
        with clock.moved(timedelta(hours=hours)), acting_as(person(seller)):
            answering.save_answer(invitation=enquiry.invitations[0], content=answer(), send=True)
    hours, count = answer_time(provider.id) or (0, 0)
    assert (round(hours), count) == (10, 3)
    page = client.get(f"/providers/{provider.slug}?lang=en").get_data(as_text=True)
    assert "10 hours (from 3 answers" in page


# --- Cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_and_comparison_cost_the_same_for_one_and_three(
        client: IsolatedClient, world: World, rows: int) -> None:
    bring_into_index()
    saved = make_need(world)
    for _n in range(rows - 1):
        make_need(world)
    enquiry = make_enquiry(world, saved, solutions=world.solutions[:rows])
    for _n in range(rows - 1):
        make_enquiry(world, saved, solutions=world.solutions[:1])
    for which in range(rows):
        send(world, enquiry, which)
    sign_in_as(client, world.boss)
    for path, statements in ((f"/needs/enquiries/{enquiry.id}/answers", 8), ("/needs", 10),
                             (f"/needs/enquiries/{enquiry.id}", 9), (f"/needs/{saved.id}", 12)):
        client.get(path)
        with sql_count(statements):
            assert client.get(path).status_code == 200
    sign_in_as(client, world.sellers[0])
    client.get("/enquiries")
    with sql_count(6):
        client.get("/enquiries")
    with clock.moved(timedelta(days=5)):
        for _n in range(rows):
            make_enquiry(world, make_need(world, shortlist=False), days=9,
                         solutions=world.solutions[:1])
        with clock.moved(working_day_after(REPLY_DAYS + 1) - clock.today()):
            hand_to_brokers()
            sign_in_as(client, world.operator)
            client.get("/console/enquiries")
            with sql_count(7):
                client.get("/console/enquiries")
