"""The mark that a licence has not been checked yet: who sees it, where, and what it costs."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import IsolatedClient, sql_count

MARK = 'class="desk-unchecked"'


@pytest.mark.parametrize(("role", "paths", "words"), [
    ("enterprise", ("/desk", "/messages", "/needs", "/organisation"), "才能发布需求、询单"),
    ("provider", ("/desk", "/workspace", "/workspace/import", "/enquiries"), "才能提交上架"),
])
def test_every_desk_page_says_what_stays_shut(app: Flask, client: IsolatedClient, role: str,
                                              paths: tuple[str, ...], words: str) -> None:
    sign_in_as(client, make_user(role=role, organisation=make_organisation(
        kind=role, verified=False)))
    for path in paths:
        page = client.get(path).text
        assert MARK in page, path
        assert words in page
        assert '<a href="/organisation">去办核验</a>' in page


def test_whoever_has_nothing_to_wait_for_sees_no_mark(app: Flask, client: IsolatedClient) -> None:
    for user in (make_user(role="enterprise", organisation=make_organisation()),
                 make_user(role="operator", organisation=make_organisation(
                     kind="operator", verified=False)), make_user()):
        assert MARK not in sign_in_as(client, user).get("/desk").text


def test_the_mark_asks_the_database_nothing(app: Flask, client: IsolatedClient) -> None:
    for verified in (True, False):
        user = make_user(role="provider", organisation=make_organisation(
            kind="provider", verified=verified))
        sign_in_as(client, user).get("/messages")
        with sql_count(6):
            assert (MARK in client.get("/messages").text) is not verified
