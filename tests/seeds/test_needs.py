"""Sample needs: every state, no leak, loaded once, removed whole."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.needs.anonymity import known_of
from marketplace.needs.masking import leaks
from marketplace.needs.models import (
    ANSWER_STATES,
    ENQUIRY_STATES,
    INVITATION_STATES,
    NEED_STATES,
    SavedNeed,
)
from marketplace.needs.queries import prices_open
from seeds.accounts import remove_accounts
from seeds.loader import ROOT, remove_samples
from seeds.needs import load_needs, remove_needs
from tests.factories import make_solution, make_user, sign_in_as
from tests.needs.support import make_need, make_world
from tests.support import IsolatedClient


@pytest.fixture
def needs(catalogue: Flask, session: scoped_session[Session]) -> list[SavedNeed]:
    assert load_needs("jinan") == 40
    return list(session.scalars(select(SavedNeed).order_by(SavedNeed.id)))


def test_texts_are_told_one_by_one() -> None:
    raw = json.loads((ROOT / "jinan" / "needs.json").read_text("utf-8"))
    assert len({r["text"] for r in raw}) == len({r["title"] for r in raw}) == 40
    assert min(len(r["text"]) for r in raw) >= 20


def test_every_state_is_there_and_loading_twice_changes_nothing(needs: list[SavedNeed]) -> None:
    assert {n.state for n in needs} == set(NEED_STATES)
    assert all(n.sample and n.organisation.sample for n in needs)
    assert set(Counter(n.organisation.industry for n in needs)) == {
        "steel", "cnc_robotics", "biopharma"}
    enquiries = [e for n in needs for e in n.enquiries]
    assert {e.state for e in enquiries} == set(ENQUIRY_STATES)
    states = {i.state for e in enquiries for i in e.invitations}
    assert states == set(INVITATION_STATES)
    assert {i.answer.state for e in enquiries for i in e.invitations if i.answer} == set(
        ANSWER_STATES)
    assert {(e.sealed, prices_open(e)) for e in enquiries} == {
        (False, True), (True, False), (True, True)}
    assert any(i.contact_released_at and i.contact["email"]
               for e in enquiries for i in e.invitations)
    assert any(e.broker_at for e in enquiries)
    assert {n.outcome["kind"] for n in needs if n.state == "closed"} == {
        "chosen", "elsewhere", "none"}
    assert all(n.outcome["solution_id"] for n in needs
               if n.state == "closed" and n.outcome["kind"] == "chosen")
    assert sum(bool(n.candidates) for n in needs) >= 35
    assert load_needs("jinan") == 0


def test_no_published_sample_tells_who_it_is(needs: list[SavedNeed]) -> None:
    shown = [n for n in needs if n.anonymous and n.confirmed_at]
    assert len(shown) > 25
    assert any("［已隐去］" in n.public_text for n in shown)
    for need in shown:
        known = known_of(need)
        assert leaks(need.public_text, known) + leaks(need.public_title, known) == []
        for enquiry in need.enquiries:
            assert leaks(enquiry.content["text"], known) == []


def test_the_pages_show_them(needs: list[SavedNeed], client: IsolatedClient) -> None:
    boss = make_user(role="enterprise", organisation=needs[0].organisation)
    sign_in_as(client, boss)
    for need in (n for n in needs if n.organisation_id == needs[0].organisation_id):
        assert client.get(f"/needs/{need.id}").status_code == 200
        for enquiry in need.enquiries:
            for path in ("", "/answers", "/answers.xlsx"):
                assert client.get(f"/needs/enquiries/{enquiry.id}{path}").status_code == 200


def test_removal_is_complete(needs: list[SavedNeed], session: scoped_session[Session]) -> None:
    world = make_world()
    real = make_need(world)
    assert remove_needs() >= 40
    remove_accounts(current_app.extensions["settings"])
    remove_samples()
    assert session.scalars(select(SavedNeed.id)).all() == [real.id]
    assert make_solution()
