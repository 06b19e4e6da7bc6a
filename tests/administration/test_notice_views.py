"""Notices on top of pages, and the site's particulars: shown to whom they are for, at no cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.administration.models import SiteNotice
from marketplace.administration.site import SEEN_WITHIN, forget_site, site
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import BEIJING, now
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from tests.factories import make_user, sign_in_as
from tests.support import sql_count

TEXT = "周六八点到十点停机维护"


@pytest.fixture
def admin(app, client):
    user = make_user(role="system_admin", username="xitong")
    sign_in_as(client, user)
    return user


def put_up(*, roles=(), starts=-1, ends=1, text=TEXT) -> SiteNotice:
    with transaction() as session:
        notice = SiteNotice(kind="warning", text=LocalizedText(text, ""), roles=list(roles),
                            starts_at=now() + timedelta(hours=starts), changed_by="x",
                            ends_at=now() + timedelta(hours=ends), changed_at=now())
        session.add(notice)
    forget_site()
    return notice


def form(**changes) -> dict[str, object]:
    at = now().astimezone(BEIJING)
    return {"text.zh": TEXT, "text.en": "Down on Saturday", "kind": "warning",
            "starts_at": f"{at - timedelta(hours=1):%Y-%m-%dT%H:%M}",
            "ends_at": f"{at + timedelta(hours=1):%Y-%m-%dT%H:%M}", **changes}


def test_notice_stands_on_public_pages_in_both_languages(admin, client, app):
    assert client.post("/admin/notices/save", data=form()).status_code == 303
    visitor = app.test_client()
    assert TEXT in visitor.get("/about").text
    assert "Down on Saturday" in visitor.get("/about?lang=en").text
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "notice.create"))
    assert event.details["after"]["text"]["zh"] == TEXT


@pytest.mark.parametrize(("changes", "field"), [
    ({"text.zh": ""}, "text.zh"), ({"kind": "alarm"}, "kind"), ({"starts_at": "soon"}, "starts_at"),
    ({"ends_at": "2020-01-01T00:00"}, "ends_at"), ({"roles": ["king"]}, "roles"),
])
def test_wrong_field_is_told_and_nothing_is_saved(admin, client, changes, field):
    answer = client.post("/admin/notices/save", data=form(**changes))
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "Down on Saturday" in answer.text
    assert db.session.scalar(select(SiteNotice)) is None


def test_notice_for_a_role_is_not_shown_to_others(app, client):
    put_up(roles=["expert"])
    assert TEXT not in client.get("/about").text
    sign_in_as(client, make_user(role="expert"))
    assert TEXT in client.get("/about").text


def test_notice_to_come_and_one_that_is_over_are_not_shown(app, client):
    put_up(starts=1, ends=2, text="将来的公告")
    put_up(starts=-2, ends=-1, text="过期的公告")
    page = client.get("/about").text
    assert "将来的公告" not in page
    assert "过期的公告" not in page


def test_notice_is_put_away_in_one_browser_until_it_changes(app, client):
    notice = put_up()
    answer = client.post(f"/notices/{notice.id}/dismiss", data={"next": "/about"})
    assert answer.location == "/about"
    assert TEXT not in client.get("/about").text
    assert TEXT in app.test_client().get("/about").text
    with transaction():
        notice.text, notice.changed_at = LocalizedText("改到周日", ""), now() + timedelta(minutes=1)
    forget_site()
    assert "改到周日" in client.get("/about").text


def test_dismissing_leads_nowhere_else(app, client):
    notice = put_up()
    answer = client.post(f"/notices/{notice.id}/dismiss", data={"next": "https://evil.example"})
    assert answer.location == "/"


def test_public_page_pays_no_statement_for_notices(app, client):
    client.get("/about")
    put_up()
    before = site()
    with sql_count(0):
        assert site() is before
    assert SEEN_WITHIN == 5.0


def test_editor_writes_notices_and_removes_them(app, client):
    sign_in_as(client, make_user(role="editor"))
    notice = put_up()
    assert client.get("/admin/notices").status_code == 200
    client.post(f"/admin/notices/{notice.id}/remove")
    assert TEXT not in client.get("/about").text
    assert db.session.scalar(select(AuditEvent.action)) == "notice.remove"


def test_particulars_are_on_every_page_and_on_record(admin, client, app):
    answer = client.post("/admin/settings", data={
        "site_name.zh": "济南数转平台", "contact.zh": "0531-12345", "privacy_contact.zh": "信息科"})
    assert answer.status_code == 303
    page = app.test_client().get("/about").text
    for text in ("济南数转平台", "0531-12345", "信息科"):
        assert text in page
    assert db.session.scalars(select(AuditEvent.subject).order_by(AuditEvent.id)).all() == [
        "setting:site_name", "setting:contact", "setting:privacy_contact"]
    assert client.post("/admin/settings", data={"site_name.zh": "长" * 41}).status_code == 422


def test_settings_say_in_chinese_what_they_mean(admin, client):
    assert "站点监听的端口" in client.get("/admin/settings").text
    assert "Port the site listens on" in client.get("/admin/settings?lang=en").text


def test_settings_of_the_environment_hide_secrets(admin, client, app):
    page = client.get("/admin/settings").text
    assert "MARKETPLACE_DATA_DIR" in page
    assert app.config["SECRET_KEY"] not in page
