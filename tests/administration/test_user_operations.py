"""What is stored of a person can be had, and goes on request; the trail stays whole."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import String, cast, func, select

from marketplace.accounts.models import Membership, OrganisationClaim, SignInSession, User
from marketplace.accounts.operations import change_account
from marketplace.accounts.organisation_claims import claim_organisation
from marketplace.accounts.organisation_members import ask_to_join
from marketplace.administration.erasure import erase_person
from marketplace.administration.user_operations import export_person
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.audit_checking import check
from marketplace.core.clock import now
from marketplace.core.database import Base, db, transaction
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.core.working_days import WorkingYear
from marketplace.desk.models import EnterpriseFile, KeptComparison
from marketplace.notifications.audience import Audience
from marketplace.notifications.delivering import deliver_waiting
from marketplace.notifications.models import Notification, Task
from marketplace.notifications.operations import notify
from tests.factories import make_organisation, make_user, person, sign_in_as


@pytest.fixture
def security(app):
    return make_user(role="security_admin", username="anquan")


@pytest.fixture
def liu(app, client):
    """Somebody with a trail: an account change, a message, a session, something decided."""
    user = make_user(role="operator", username="liujing", name="刘静", phone="+8613900002222",
                     email="liu@example.org", industries=["steel"])
    sign_in_as(client, user)
    with acting_as(person(user)):
        change_account(user=user, name="刘静怡")
    left_behind(user)
    notify("submission.approved", Audience("operator", user_id=user.id), key="k", path="/",
           solution="甲")
    with transaction() as session:
        session.add(WorkingYear(year=2031, holidays=[], make_up_days=[], source="通知",
                                changed_by="liujing", changed_at=user.created_at))
    return user


def left_behind(user: User) -> None:
    """A request to join, a claim, a visit and a kept comparison: what others read of a person."""
    firm, visited = make_organisation(), make_organisation(kind="enterprise")
    boss = make_user(role="enterprise", organisation=firm, administrator=True)
    assert boss.memberships[0].administrator
    with acting_as(person(user)):
        ask_to_join(organisation=firm, note="我是刘静，车间的")
        claim_organisation(organisation=visited, reason="这是我们家的厂子")
    with transaction() as session:
        session.add(EnterpriseFile(
            organisation=visited, number=1, state="proposed", content={}, entered_by="liujing",
            entered_name="刘静", entered_role="operator", created_at=user.created_at))
        session.add(Task(kind="submission.waiting", subject="submission:1", role="operator",
                         facts={}, path="/", opened_at=now(), done_at=now(), done_by="刘静怡"))
        session.add(KeptComparison(user_id=user.id, name="刘静自己看", solution_ids="1,2",
                                   company={}, created_at=now()))


def everything_stored() -> str:
    """All values of all tables in one text."""
    return "\n".join(str(tuple(row)) for table in Base.metadata.sorted_tables
                     for row in db.session.execute(select(table)))


def test_export_holds_what_is_stored_and_no_secret(security, liu):
    with acting_as(person(security)):
        packed = ZipFile(BytesIO(export_person(user=liu)))
    account = json.loads(packed.read("account.json"))[0]
    assert account["name"] == "刘静怡"
    assert not {"password", "tf_totp_secret", "fs_uniquifier"} & set(account)
    assert {"account.json", "membership.json", "notification.json", "audit_event.json",
            "sign_in_session.json", "working_year.json"} <= set(packed.namelist())
    assert "token" not in json.loads(packed.read("sign_in_session.json"))[0]


def test_erasure_leaves_nothing_that_names_the_person_and_a_whole_trail(app, security, liu):
    deliver_waiting()
    assert list(app.extensions["settings"].data_dir.glob("spool/mail/*/*"))
    with acting_as(person(security)):
        pseudonym = erase_person(user=liu, confirmation="liujing")
    db.session.expire_all()
    left = everything_stored()
    for word in ("liujing", "刘静", "13900002222", "liu@example.org"):
        assert word not in left, word
    assert check(db.session) == []
    assert db.session.scalars(select(Task.done_at).where(Task.subject.startswith("membership:"))
                              ).all() != [None]
    assert db.session.scalar(select(OrganisationClaim.state)) == "refused"
    assert not list(app.extensions["settings"].data_dir.glob("spool/*/*/*"))
    user = db.session.get(User, liu.id)
    assert (user.username, user.active) == (pseudonym, False)
    assert user.erased_at
    assert db.session.scalars(select(Membership.state).where(
        Membership.user_id == liu.id)).all() == ["left", "left"]
    for model in (Notification, SignInSession):
        assert db.session.scalar(select(func.count()).select_from(model).where(
            model.user_id == liu.id)) == 0
    assert db.session.get(WorkingYear, 2031).changed_by == pseudonym
    assert db.session.scalar(select(AuditEvent).where(
        AuditEvent.action == "account.change")).actor == pseudonym
    assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(
        cast(AuditEvent.details, String).contains(pseudonym))) > 0


def test_erased_event_that_is_changed_afterwards_is_found(security, liu):
    with acting_as(person(security)):
        erase_person(user=liu, confirmation="liujing")
    with transaction() as session:
        event = session.scalar(select(AuditEvent).where(AuditEvent.action == "account.change"))
        event.details = {"after": {"name": "他人"}}
        changed = event.id
    assert [(f.kind, f.event_id) for f in check(db.session)] == [("changed", changed)]


def test_erasure_wants_the_user_name_and_never_oneself(security, liu):
    with acting_as(person(security)):
        with pytest.raises(InvalidInput):
            erase_person(user=liu, confirmation="liu")
        with pytest.raises(Conflict):
            erase_person(user=security, confirmation="anquan")
        erase_person(user=liu, confirmation="liujing")
        with pytest.raises(Conflict):
            erase_person(user=liu, confirmation="erased-1")
