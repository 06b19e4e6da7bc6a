"""The bell, the list of messages, and how people want to get them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Membership
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.notifications import queries
from marketplace.notifications.audience import Audience
from marketplace.notifications.models import Notification, Preference
from marketplace.notifications.operations import notify
from tests.factories import make_organisation, make_user, sign_in_as
from tests.support import sql_count


def tell(count: int, role: str = "operator", start: int = 0, path: str = "/solutions") -> None:
    for n in range(start, start + count):
        notify("submission.approved", Audience(role), key=f"{role}-{n}", path=path,
               solution=f"软件{n:02}")


def titles(page: str) -> list[str]:
    return re.findall(r"已上架：(软件\d\d)</a>", page)


def unread_in_head(page: str) -> str:
    found = re.search(r'class="bell".*?badge-unread">([\d+]+)', page, re.S)
    return found[1] if found else ""


@pytest.fixture
def reader(app, client):
    user = make_user(role="operator", industries=["steel"], email="w@example.org")
    sign_in_as(client, user)
    return user


def test_bell_counts_what_is_unread(reader, client):
    assert unread_in_head(client.get("/about").text) == ""
    tell(3)
    assert unread_in_head(client.get("/about").text) == "3"
    client.get(f"/messages/{first().id}/open")
    assert unread_in_head(client.get("/about").text) == "2"
    tell(120, start=3)
    assert unread_in_head(client.get("/about").text) == "99+"


def first() -> Notification:
    return db.session.scalar(select(Notification).order_by(Notification.id))


def test_opening_leads_to_what_it_is_about_and_makes_it_read(reader, client):
    tell(1, path="/solutions?q=MES")
    answer = client.get(f"/messages/{first().id}/open")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/solutions?q=MES")
    db.session.expire_all()
    read_at = first().read_at
    client.get(f"/messages/{first().id}/open")
    db.session.expire_all()
    assert first().read_at == read_at


def test_anothers_message_is_not_found(reader, client, app):
    tell(1)
    other = app.test_client()
    sign_in_as(other, make_user(role="operator"))
    assert other.get(f"/messages/{first().id}/open").status_code == 404
    assert titles(other.get("/messages").text) == []
    other.post("/messages/read")
    db.session.expire_all()
    assert first().read_at is None


def test_list_shows_unread_first_then_read_and_pages_through_all(reader, client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 3)
    monkeypatch.setattr(queries.message_page, "__kwdefaults__",
                        queries.message_page.__kwdefaults__ | {"size": 3})
    tell(7)
    for n in (6, 2):
        client.get(f"/messages/{db.session.scalars(select(Notification.id)).all()[n]}/open")
    seen, path = [], "/messages"
    while path:
        page = client.get(path).text
        seen += titles(page)
        following = re.search(r'rel="next"[^>]*href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"软件{n:02}" for n in (5, 4, 3, 1, 0, 6, 2)]


def test_pages_stay_whole_while_new_messages_come_in(reader, client, monkeypatch):
    monkeypatch.setattr(queries.message_page, "__kwdefaults__",
                        queries.message_page.__kwdefaults__ | {"size": 2})
    tell(4)
    page = client.get("/messages").text
    assert titles(page) == ["软件03", "软件02"]
    following = re.search(r'rel="next"[^>]*href="([^"]+)"', page)[1]
    tell(3, start=4)
    assert titles(client.get(following).text) == ["软件01", "软件00"]


def test_only_unread_can_be_shown(reader, client):
    tell(2)
    client.get(f"/messages/{first().id}/open")
    assert titles(client.get("/messages?show=unread").text) == ["软件01"]
    client.post("/messages/read")
    page = client.get("/messages?show=unread").text
    assert titles(page) == []
    assert "没有未读消息" in page
    assert len(titles(client.get("/messages").text)) == 2


def test_empty_list_says_what_comes_here(reader, client):
    assert "与您有关的进展会显示在这里" in client.get("/messages").text


@pytest.mark.parametrize("after", ["2-1", "x", "1-", "1-x", "0-99999999999999999999", "1-²"])
def test_address_that_names_no_page_is_not_found(reader, client, after):
    assert client.get("/messages", query_string={"after": after}).status_code == 404


def test_message_of_another_role_asks_to_change_role(app, client):
    works = make_organisation()
    user = make_user(role="operator", industries=["steel"])
    with transaction() as session:
        session.add(Membership(user_id=user.id, organisation_id=works.id, role="enterprise",
                               created_at=now()))
    sign_in_as(client, user, role="operator")
    tell(1, role="enterprise", path="/company")
    page = client.get(f"/messages/{first().id}/open")
    assert page.status_code == 200
    assert "企业" in page.text
    hat = db.session.scalar(select(Membership.id).where(Membership.role == "enterprise"))
    assert f'name="membership_id" value="{hat}"' in page.text
    assert "/company" in page.text


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_however_long(reader, client, rows):
    tell(rows)
    client.get("/messages")
    with sql_count(6):
        assert len(titles(client.get("/messages").text)) == rows


# --- Preferences ---------------------------------------------------------------------------------


def test_channels_are_chosen_by_role(reader, client):
    page = client.get("/account/notifications").text
    assert "企业微信群机器人" in page
    assert re.search(r'value="mail" checked', page), "mail is on until somebody chooses"
    answer = client.post("/account/notifications", data={
        "role": "operator", "channels": ["wecom"], "digest": "1"})
    assert answer.status_code == 303
    chosen = db.session.scalar(select(Preference))
    assert (chosen.user_id, chosen.role, chosen.channels, chosen.digest) == (
        reader.id, "operator", ["wecom"], True)
    page = client.get("/account/notifications").text
    assert not re.search(r'value="mail" checked', page)
    assert re.search(r'value="wecom" checked', page)


def test_nothing_but_the_site_can_be_chosen(reader, client):
    client.post("/account/notifications", data={"role": "operator"})
    assert db.session.scalar(select(Preference)).channels == []


def test_strange_channel_is_said_at_its_form(reader, client):
    answer = client.post("/account/notifications", data={"role": "operator", "channels": "pigeon"})
    assert answer.status_code == 422
    assert "pigeon" in answer.text
    assert db.session.scalar(select(Preference)) is None


def test_role_one_does_not_hold_is_not_found(reader, client):
    assert client.post("/account/notifications", data={"role": "auditor"}).status_code == 404


def test_person_without_a_role_chooses_too(app, client):
    sign_in_as(client, make_user())
    assert client.get("/account/notifications").status_code == 200
    assert client.post("/account/notifications", data={
        "role": "member", "channels": "mail"}).status_code == 303


def test_robots_are_not_offered_to_firms(app, client):
    sign_in_as(client, make_user(role="provider"))
    page = client.get("/account/notifications").text
    assert "企业微信群机器人" not in page
    assert "还没有填写" in page
