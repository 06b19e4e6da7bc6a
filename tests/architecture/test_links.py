"""No link of a page leads nowhere: what a role is shown, it may open."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.core.access_table import ROLES
from marketplace.core.database import db
from seeds.accounts import load_accounts
from seeds.needs import load_needs
from seeds.organisations import load_organisations
from tests.factories import bring_into_index, sign_in_as
from tests.support import IsolatedClient

pytestmark = pytest.mark.doors
NO_PAGE = re.compile(r"/static/|/sign-out|\.(xlsx|csv|docx|png|json|pdf)\b|[?&]lang=")


class Links(HTMLParser):
    """The addresses of this site a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = (dict(attrs).get("href") or "").partition("#")[0] if tag == "a" else ""
        if address.startswith("/") and not NO_PAGE.search(address):
            self.found.append(address)


def family(address: str) -> str:
    """Pages of one kind: the same view with the same parameters, whatever their values."""
    path, _, query = address.partition("?")
    path = re.sub(r"\d+", "N", re.sub(r"^(/(?:solutions|providers)/)[^/]+", r"\1S", path))
    return "&".join([path, *sorted(re.findall(r"(\w+)=", query))])


def walk(client: IsolatedClient, start: str, public: set[str]) -> tuple[list[str], set[str]]:
    """Links that answer with an error, each with the page it stands on; and the kinds of pages
    that opened. Kinds in `public` open for everybody and are left out."""
    waiting, known, dead, opened = [(start, "the start")], {family(start)} | public, [], set()
    while waiting:
        address, origin = waiting.pop(0)
        answer = client.get(address)
        if answer.status_code >= 400:
            dead.append(f"{address} on {origin}: {answer.status_code}")
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        opened.add(family(address))
        for link in Links(answer.text).found:
            if family(link) not in known:
                known.add(family(link))
                waiting.append((link, address))
    return dead, opened


def test_nobody_is_shown_a_link_that_leads_nowhere(catalogue: Flask,
                                                   client: IsolatedClient) -> None:
    load_accounts(catalogue.extensions["settings"])
    load_organisations()
    load_needs("jinan")
    bring_into_index()
    dead, public = walk(client, "/", set())
    assert dead == []
    people = db.session.scalars(select(User).where(User.sample).order_by(User.id)).all()
    assert len(people) >= len(ROLES)
    for person in people:
        sign_in_as(client, person)
        found, _opened = walk(client, "/desk", public)
        dead += [f"{person.username}: {link}" for link in found]
    assert dead == []
