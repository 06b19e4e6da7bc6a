"""The desk navigation shows where one is."""

from __future__ import annotations

import pytest

from marketplace.core.menu import entry_of
from tests.factories import make_user, sign_in_as


@pytest.mark.parametrize(("role", "path", "entry"), [
    ("consortium_member", "/visits/new", "/visits"), ("consortium_member", "/visits", "/visits"),
    ("operator", "/console/industries/steel/weights", "/console"),
    ("operator", "/console/solutions/7", "/console/solutions"),
    ("enterprise", "/desk/file", "/desk/file"), ("enterprise", "/needs-of-others", ""),
    ("", "/account/tokens", "/account")])
def test_a_page_stands_under_the_nearest_entry(role: str, path: str, entry: str) -> None:
    assert entry_of(role, path) == entry


def test_one_entry_is_marked(client) -> None:
    sign_in_as(client, make_user(role="consortium_member", industries=["steel"]))
    page = client.get("/visits/new").text
    assert page.count('aria-current="true"') == 1
    assert '<a href="/visits" aria-current="true">' in page
