"""The wizard's state: goes from step to step in one form, and nothing of the text into a URL."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from marketplace.core.limits import limiter
from marketplace.matching.form import WizardState, read_form
from marketplace.matching.need import Wish
from marketplace.matching.presenting import chips
from marketplace.matching.reading import parse_wish, wish_token
from tests.support import IsolatedClient

TEXT = "热处理炉温曲线不全，客户审核要每炉记录，30万以内，数据不能出厂"


@pytest.fixture(autouse=True)
def _fresh_limits(app: Flask) -> None:
    limiter.reset()


def form(state: WizardState, **more: str) -> MultiDict[str, str]:
    """What the check page sends back: the text, every chip, which are hard."""
    sent: MultiDict[str, str] = MultiDict({"text": state.need.text, "checked": "1", **more})
    for wish in state.need.wishes:
        sent.add("wish", wish_token(wish))
        if wish.hard:
            sent.add("hard", wish.key)
    return sent


def test_a_round_trip_changes_nothing(app: Flask) -> None:
    first = read_form(MultiDict({"text": TEXT, "people": "60", "subsidy": "30%"}))
    again = read_form(form(first, people="60", subsidy="30"))
    assert again.need == first.need
    assert again.checked
    assert not first.checked
    assert {w.key for w in first.need.wishes if w.hard} >= {"budget", "deployment"}


def test_turned_and_taken_off_chips_stay_so(app: Flask) -> None:
    sent = form(read_form(MultiDict({"text": TEXT})))
    sent.setlist("hard", ["industry"])
    sent.setlist("wish", [t for t in sent.getlist("wish") if not t.startswith("category")])
    found = read_form(sent)
    assert [w.key for w in found.need.wishes if w.hard] == ["industry"]
    assert not found.need.of("category")


def test_what_is_added_counts_fully_and_replaces_its_kind(app: Flask) -> None:
    sent = form(read_form(MultiDict({"text": TEXT})), budget_wan="8.5", deadline_days="45")
    sent.add("add", "category:QMS")
    found = read_form(sent).need
    assert found.of("deadline") == (Wish("deadline", 45.0),)
    assert [w.value for w in found.of("category")].count("QMS") == 1
    assert [w.value for w in found.of("budget")] == [85_000.0]


@pytest.mark.parametrize(("field", "value"), [
    ("people", "many"), ("people", "-3"), ("people", "²"), ("subsidy", "140"),
    ("subsidy", "half")])
def test_what_cannot_be_read_is_reported(app: Flask, field: str, value: str) -> None:
    found = read_form(MultiDict({"text": TEXT, field: value}))
    assert [e.field for e in found.errors] == [field]


@pytest.mark.parametrize("value", ["-3", "nan", "inf", "1e99", "viel"])
def test_amounts_that_cannot_be_are_reported(app: Flask, value: str) -> None:
    found = read_form(MultiDict({"text": TEXT, "checked": "1", "budget_wan": value}))
    assert [e.field for e in found.errors] == ["budget_wan"]
    assert not found.need.of("budget")


@pytest.mark.parametrize("token", [
    "", ":", "budget:", "budget:nan", "budget:-1", "budget:inf", "industry:bakery",
    "scenario:XX-9", "deployment:moon", "category:<script>", "price:5"])
def test_wishes_nobody_knows_are_left_out(app: Flask, token: str) -> None:
    assert parse_wish(token) is None
    assert read_form(MultiDict({"text": "", "checked": "1", "wish": token})).empty


def test_pain_points_may_be_tapped_without_a_word(app: Flask) -> None:
    sent: MultiDict[str, str] = MultiDict({"text": "", "industry": "steel"})
    sent.add("wish", "scenario:ST-4.3")
    assert [wish_token(w) for w in read_form(sent).need.wishes] == ["industry:steel",
                                                                    "scenario:ST-4.3"]


def test_a_text_too_long_is_cut_and_said(app: Flask) -> None:
    found = read_form(MultiDict({"text": "排产" * 1_500}))
    assert len(found.need.text) == 2_000
    assert [e.field for e in found.errors] == ["text"]


def test_every_chip_travels(app: Flask) -> None:
    state = read_form(MultiDict({"text": TEXT}))
    assert {c.token for c in chips(state)} == {wish_token(w) for w in state.need.wishes}
    assert all(parse_wish(c.token) for c in chips(state))
    assert all(word in TEXT for c in chips(state) for word in c.words)


def test_nothing_of_the_text_goes_into_an_address(catalogue: Flask,
                                                  client: IsolatedClient) -> None:
    sent = form(read_form(MultiDict({"text": TEXT})))
    for path in ("/match/check", "/match/results", "/match/why", "/match/sheet"):
        found = client.post(path, data=sent)
        assert found.status_code in (200, 303), path
        where = found.headers.get("Location", "")
        links = re.findall(r'(?:href|action|src|hx-get)="([^"]*)"', found.get_data(as_text=True))
        assert not any("炉温" in link or "%E7%82%89" in link for link in [where, *links])
