"""Telling people and giving them tasks: who, how often, until when."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.core.access import MEMBER, acting_as
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from marketplace.core.i18n import LocalizedText, speaking
from marketplace.notifications import operations, queries
from marketplace.notifications.audience import Audience
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Delivery, Notification, Task
from marketplace.notifications.operations import close_tasks, notify, open_task
from tests.factories import make_organisation, make_user, person

APPROVED = "submission.approved"


def told() -> list[int]:
    return sorted(db.session.scalars(select(Notification.user_id)))


def tell(*audiences: Audience, key: str = "k") -> int:
    return notify(APPROVED, audiences, key=key, path="/", solution="甲")


def desk(user) -> list[str]:
    with acting_as(person(user)):
        return [t.subject for t in queries.open_tasks()]


def give(audience: Audience, subject: str = "submission:1", **more) -> Task:
    return open_task("submission.waiting", audience, subject=subject, path="/", **more)


# --- Messages ------------------------------------------------------------------------------------


def test_same_event_is_told_once(app):
    user = make_user(role="operator", industries=["steel"])
    assert tell(Audience("operator")) == 1
    assert tell(Audience("operator")) == 0
    assert tell(Audience("operator"), key="another") == 1
    assert told() == [user.id, user.id]


def test_somebody_meant_twice_is_told_once(app):
    make_user(role="operator", industries=["steel", "biopharma"])
    assert tell(Audience("operator", industry="steel"),
                Audience("operator", industry="biopharma")) == 1


def test_audience_is_whom_it_names(app):
    works, other = make_organisation(), make_organisation()
    people = {
        "works": make_user(role="enterprise", organisation=works),
        "other": make_user(role="enterprise", organisation=other),
        "steel": make_user(role="operator", industries=["steel"]),
        "pharma": make_user(role="operator", industries=["biopharma"]),
        "lixia": make_user(role="district_officer", district="370102"),
        "shizhong": make_user(role="district_officer", district="370103"),
    }
    for n, (audience, names) in enumerate((
            (Audience("enterprise"), ("works", "other")),
            (Audience("enterprise", organisation_id=works.id), ("works",)),
            (Audience("operator", industry="steel"), ("steel",)),
            (Audience("district_officer", district="370103"), ("shizhong",)),
            (Audience("enterprise", user_id=people["other"].id), ("other",)),
            (Audience("operator", user_id=people["other"].id), ()))):
        tell(audience, key=str(n))
        reached = db.session.scalars(select(Notification.user_id).where(
            Notification.key == str(n))).all()
        assert sorted(reached) == sorted(people[name].id for name in names), audience


def test_who_cannot_sign_in_or_left_is_not_told(app):
    gone = make_user(role="provider", active=False)
    left = make_user(role="provider")
    with transaction() as session:
        session.merge(left).memberships[0].state = "left"
    closed = make_organisation(kind="provider")
    make_user(role="provider", organisation=closed)
    with transaction() as session:
        session.merge(closed).deactivated_at = left.created_at
    tell(Audience("provider"))
    assert gone.id not in told()
    assert told() == []


def test_person_without_a_role_can_be_told(app):
    user = make_user()
    assert tell(Audience(MEMBER, user_id=user.id)) == 1
    assert told() == [user.id]


def test_unknown_message_is_refused(app):
    with pytest.raises(LookupError):
        notify("no.such", Audience("operator"), key="k", path="/")


def test_mail_goes_by_itself_where_there_is_an_address(app):
    make_user(role="operator", email="wang@example.org")
    make_user(role="operator")
    tell(Audience("operator"))
    assert [d.channel for d in db.session.scalars(select(Delivery))] == ["mail"]


def test_chosen_channels_are_used(app):
    user = make_user(role="operator", email="wang@example.org", phone="13800000001")
    with acting_as(person(user)):
        operations.choose_channels(role="operator", channels=["sms", "wecom"], digest=False)
    tell(Audience("operator"))
    assert sorted(d.channel for d in db.session.scalars(select(Delivery))) == ["sms", "wecom"]


def test_who_wants_a_summary_gets_no_single_ones(app):
    user = make_user(role="operator", email="wang@example.org")
    with acting_as(person(user)):
        operations.choose_channels(role="operator", channels=["mail"], digest=True)
    assert tell(Audience("operator")) == 1
    assert db.session.scalars(select(Delivery)).all() == []


def test_channels_are_chosen_for_own_roles_among_those_offered(app):
    with acting_as(person(make_user(role="provider"))):
        with pytest.raises(NotFound):
            operations.choose_channels(role="operator", channels=["mail"], digest=False)
        with pytest.raises(InvalidInput) as problem:
            operations.choose_channels(role="provider", channels=["wecom"], digest=False)
    assert problem.value.errors[0].value == "wecom"


def test_nobody_opens_or_reads_anothers_message(app):
    mine, other = (make_user(role="operator") for _ in range(2))
    tell(Audience("operator"))
    message = db.session.scalar(select(Notification).where(Notification.user_id == other.id))
    with acting_as(person(mine)):
        with pytest.raises(NotFound):
            operations.open_message(notification_id=message.id)
        operations.mark_read(notification_id=message.id)
        operations.mark_read()
        assert queries.waiting()[1] == 0
        assert [m.user_id for m in queries.notifications()] == [mine.id]
        assert [m.user_id for m in queries.message_page().messages] == [mine.id]
    with acting_as(person(other)):
        assert queries.waiting()[1] == 1


# --- Tasks ---------------------------------------------------------------------------------------


def test_task_stands_on_the_right_desks_only(app):
    works, other = make_organisation(), make_organisation()
    own = make_user(role="enterprise", organisation=works)
    foreign = make_user(role="enterprise", organisation=other)
    steel = make_user(role="operator", industries=["steel"])
    pharma = make_user(role="operator", industries=["biopharma"])
    officer = make_user(role="district_officer", district="370103")
    give(Audience("enterprise", organisation_id=works.id), "a:1")
    give(Audience("operator", industry="steel"), "a:2")
    give(Audience("district_officer", district="370102"), "a:3")
    give(Audience("enterprise", user_id=foreign.id), "a:4")
    assert [desk(u) for u in (own, foreign, steel, pharma, officer)] == [
        ["a:1"], ["a:4"], ["a:2"], [], []]


def test_task_leaves_when_its_subject_is_done(app):
    user = make_user(role="operator", industries=["steel"])
    give(Audience("operator"), "submission:1")
    give(Audience("operator"), "submission:11")
    close_tasks("submission:1", kind="organisation.to_verify")
    assert desk(user) == ["submission:1", "submission:11"]
    with acting_as(person(user)):
        close_tasks("submission:1")
        assert [t.done_by for t in queries.done_lately()] == [user.username]
    assert desk(user) == ["submission:11"]


def test_open_task_is_renewed_not_doubled(app):
    first = give(Audience("operator", industry="steel"), due_on=date(2030, 1, 7), solution="甲")
    again = give(Audience("operator", industry="steel"), due_on=date(2030, 1, 9), solution="乙")
    assert again.id == first.id
    assert (again.due_on, again.facts) == (date(2030, 1, 9), {"solution": "乙"})


def test_task_of_one_audience_leaves_that_of_another_alone(app):
    works, other = make_organisation(kind="provider"), make_organisation(kind="provider")
    users = [make_user(role="provider", organisation=o) for o in (works, other)]
    for organisation in (works, other):
        give(Audience("provider", organisation_id=organisation.id), "enquiry:1")
    assert [desk(u) for u in users] == [["enquiry:1"], ["enquiry:1"]]


def test_done_task_can_be_opened_anew(app):
    user = make_user(role="operator")
    give(Audience("operator"))
    close_tasks("submission:1")
    give(Audience("operator"))
    assert desk(user) == ["submission:1"]
    with acting_as(person(user)):
        assert len(queries.done_lately()) == 1


def test_most_urgent_task_comes_first(app):
    user = make_user(role="operator")
    for subject, day in (("c:1", None), ("c:2", date(2030, 1, 9)), ("c:3", date(2020, 1, 9))):
        give(Audience("operator"), subject, due_on=day)
    assert desk(user) == ["c:3", "c:2", "c:1"]


def test_unknown_task_is_refused(app):
    with pytest.raises(LookupError):
        open_task("no.such", Audience("operator"), subject="a:1", path="/")


# --- Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_every_message_is_written_in_both_languages_with_the_same_facts(name):
    kind = KINDS[name]
    for text in (kind.title, kind.text):
        if text:
            assert text.zh, name
            assert text.en, name
    facts = {k: LocalizedText(f"<{k}>", f"<{k}>") for k in (
        w.partition("}")[0] for t in (kind.title.zh, kind.text.zh, kind.title.en, kind.text.en)
        for w in t.split("{")[1:])}
    said = {}
    for language in ("zh", "en"):
        with speaking(language):
            said[language] = fill(kind.title, facts) + fill(kind.text, facts)
    for fact in facts:
        assert f"<{fact}>" in said["zh"], (name, fact)
        assert f"<{fact}>" in said["en"], (name, fact)


def test_facts_are_said_in_the_readers_language_and_missing_ones_as_a_dash():
    title = KINDS[APPROVED].title
    with speaking("en"):
        assert fill(title, {"solution": {"zh": "排产", "en": "Scheduler"}}) == "Listed: Scheduler"
        assert fill(title, {}) == "Listed: –"
    assert fill(title, {"solution": {"zh": "排产", "en": "Scheduler"}}) == "已上架：排产"


# --- Sending again -------------------------------------------------------------------------------


def test_only_a_failed_delivery_is_sent_again_and_only_by_the_administrator(app):
    user, admin = make_user(role="operator", email="a@example.org"), make_user(role="system_admin")
    tell(Audience("operator"))
    delivery = db.session.scalar(select(Delivery))
    with acting_as(person(admin)), pytest.raises(Conflict):
        operations.send_again(delivery=delivery)
    with transaction():
        delivery.state, delivery.attempts = "failed", 5
    with acting_as(person(user)), pytest.raises(NotAllowed):
        operations.send_again(delivery=delivery)
    with acting_as(person(admin)):
        operations.send_again(delivery=delivery)
    assert (delivery.state, delivery.attempts) == ("waiting", 0)
