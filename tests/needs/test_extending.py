"""A deadline is put off: who is told what, what stays shut, which due dates follow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, NotFound
from marketplace.core.working_days import working_day_after
from marketplace.needs import answering, queries
from marketplace.needs.duties import end_enquiries, hand_to_brokers
from marketplace.needs.extending import extend_deadline
from marketplace.needs.models import Enquiry
from marketplace.notifications.kinds import KINDS, fill
from marketplace.notifications.models import Notification, Task
from tests.factories import person, sign_in_as
from tests.needs.support import SECRETS, World, answer, make_enquiry, make_world

WHY = "设备检修，多给几天"


def extend(world: World, enquiry: Enquiry, days: int = 7, reason: str = WHY) -> None:
    with acting_as(person(world.boss)):
        extend_deadline(enquiry=enquiry, deadline_on=enquiry.deadline_on + timedelta(days=days),
                        reason=reason)


def told() -> list[Notification]:
    return list(db.session.scalars(select(Notification).where(
        Notification.kind == "enquiry.extended").order_by(Notification.id)))


def test_all_who_may_answer_are_told_the_reason_without_names(app):
    world = make_world()
    enquiry = make_enquiry(world)
    with acting_as(person(world.sellers[0])):
        answering.save_answer(invitation=enquiry.invitations[0], content=answer(), send=True)
    with acting_as(person(world.sellers[1])):
        answering.decline(invitation=enquiry.invitations[1], reason="产能已满")
    extend(world, enquiry)
    assert [m.user_id for m in told()] == [world.sellers[0].id, world.sellers[2].id]
    for message in told():
        kind = KINDS[message.kind]
        said = fill(kind.title, message.facts) + fill(kind.text, message.facts)
        assert WHY in said
        assert enquiry.deadline_on.isoformat() in said
        names = [str(s.provider.organisation.name) for s in world.solutions]
        assert not any(name in said for name in (*names, *SECRETS))
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "enquiry.extend"))
    assert event is not None
    assert event.details["after"] == enquiry.deadline_on.isoformat()
    assert event.details["reason"] == WHY


def test_due_dates_follow(app):
    world = make_world()
    enquiry = make_enquiry(world, days=1)
    with acting_as(person(world.sellers[0])):
        answering.ask_back(invitation=enquiry.invitations[0], text="数据放在哪里？")
    extend(world, enquiry, 20)
    due = {t.kind: t.due_on for t in db.session.scalars(
        select(Task).where(Task.done_at.is_(None)))}
    assert due == {"enquiry.to_answer": working_day_after(2),
                   "enquiry.question": working_day_after(2)}
    assert {i.due_on for i in enquiry.invitations} == {working_day_after(2)}


def test_it_ends_and_opens_at_the_new_deadline_only(app):
    world = make_world()
    enquiry = make_enquiry(world, days=10, sealed=True)
    with acting_as(person(world.sellers[0])):
        answering.save_answer(invitation=enquiry.invitations[0], content=answer(), send=True)
    extend(world, enquiry)
    with clock.moved(timedelta(days=12)):
        assert (end_enquiries(), queries.prices_open(enquiry)) == (0, False)
        assert hand_to_brokers() == 1
    with clock.moved(timedelta(days=18)):
        assert (end_enquiries(), queries.prices_open(enquiry)) == (1, True)


@pytest.mark.parametrize(("days", "reason", "field"), [
    (0, WHY, "deadline_on"), (-1, WHY, "deadline_on"), (300, WHY, "deadline_on"),
    (3, " ", "why"), (3, "长" * 401, "why"), (3, f"{SECRETS[0]}停电", "why")])
def test_what_is_refused_changes_nothing(app, days, reason, field):
    world = make_world(1)
    enquiry = make_enquiry(world)
    before = enquiry.deadline_on
    with pytest.raises(InvalidInput) as caught:
        extend(world, enquiry, days, reason)
    assert [e.field for e in caught.value.errors] == [field]
    db.session.refresh(enquiry)
    assert (enquiry.deadline_on, enquiry.extensions, told()) == (before, [], [])


def test_what_is_over_stays_over(app):
    world = make_world(1)
    enquiry = make_enquiry(world, days=1, sealed=True)
    with clock.moved(timedelta(days=2)), pytest.raises(Conflict):
        extend(world, enquiry)


def test_strangers_put_nothing_off(app):
    world = make_world(1)
    enquiry = make_enquiry(world)
    for user in (world.stranger, world.sellers[0]):
        with acting_as(person(user)), pytest.raises(NotFound):
            queries.enquiry_by(enquiry.id, "enquiry.ask")


def test_page_keeps_what_was_typed_and_shows_the_reason_to_both(app, client):
    world = make_world(1)
    enquiry = make_enquiry(world)
    path, day = f"/needs/enquiries/{enquiry.id}", enquiry.deadline_on + timedelta(days=3)
    sign_in_as(client, world.boss)
    wrong = client.post(f"{path}/extend", data={"deadline_on": today().isoformat(), "why": WHY})
    assert wrong.status_code == 422
    assert "请选现在的截止日之后" in wrong.get_data(as_text=True)
    assert f'value="{WHY}"' in wrong.get_data(as_text=True)
    done = client.post(f"{path}/extend", data={"deadline_on": day.isoformat(), "why": WHY})
    assert done.status_code == 303
    assert WHY in client.get(path).get_data(as_text=True)
    page = sign_in_as(client, world.sellers[0]).get(f"/enquiries/{enquiry.id}")
    assert WHY in page.get_data(as_text=True)
