"""Words that found nothing are counted; whoever typed them leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.core.clock import moved
from marketplace.core.database import db
from marketplace.matching.missed import missed_terms
from marketplace.matching.models import MissedTerm
from marketplace.matching.understand import understand
from tests.factories import make_user, sign_in_as
from tests.support import IsolatedClient

TERM = "zzqx9"


def search(client: IsolatedClient, text: str, more: str = "", *, days: int = 0) -> None:
    with moved(timedelta(days=days)):
        assert client.get(f"/solutions?q={text}{more}").status_code == 200
    db.session.rollback()


def stored() -> list[MissedTerm]:
    return list(db.session.scalars(select(MissedTerm).order_by(MissedTerm.day)))


def test_words_are_kept_once_they_were_asked_for_on_two_days(client: IsolatedClient) -> None:
    search(client, TERM, days=-2)
    search(client, TERM, days=-2)
    assert [(r.times, r.term, r.industry) for r in stored()] == [(2, None, "")]
    assert missed_terms("steel") == []
    search(client, TERM.upper())
    found = missed_terms("steel")
    assert [(m.term, m.times, m.industry) for m in found] == [(TERM, 3, "")]


def test_words_are_counted_by_industry(client: IsolatedClient) -> None:
    for days in (-1, 0):
        search(client, TERM, "&industry=steel", days=days)
    assert [(m.industry, m.times) for m in missed_terms("steel")] == [("steel", 2)]
    assert missed_terms("biopharma") == []


def test_a_word_too_short_for_a_sentence_counts_whatever_it_is_taken_for(
        client: IsolatedClient) -> None:
    assert understand("魔芋烘焙").is_need
    search(client, "魔芋烘焙")
    assert len(stored()) == 1


def test_what_is_old_is_not_shown(client: IsolatedClient) -> None:
    for days in (-100, -99):
        search(client, TERM, days=days)
    assert len(stored()) == 2
    assert missed_terms("steel") == []


@pytest.mark.parametrize("text", [
    "13812345678", "zhang@zzqx9.cn", "z" * 41, "",
    "我们是一家轧钢厂，能耗太高，想找一套能源管理系统，预算三十万"])
def test_what_may_name_somebody_or_is_a_need_is_not_kept(client: IsolatedClient,
                                                          text: str) -> None:
    search(client, text)
    assert stored() == []


def test_a_search_that_filters_emptied_says_nothing_of_its_words(client: IsolatedClient) -> None:
    search(client, TERM, "&price_max=1")
    search(client, TERM, "&category=MES")
    assert stored() == []


def test_the_operator_can_add_it_as_a_synonym(app: Flask, client: IsolatedClient) -> None:
    for days in (-1, 0):
        search(client, TERM, days=days)
    sign_in_as(client, make_user(role="operator", industries=["steel"]))
    page = client.get("/console/industries/steel/missed").text
    assert f"/console/industries/steel/words?words={TERM}" in page
    assert f'value="{TERM}' in client.get(f"/console/industries/steel/words?words={TERM}").text
