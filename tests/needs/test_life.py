"""The life of needs and enquiries, with everybody who takes part, whatever the order of acts."""

from __future__ import annotations

import io
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from openpyxl import load_workbook
from sqlalchemy import String, cast, select

from marketplace.accounts.models import User
from marketplace.core import clock
from marketplace.core.access import acting_as
from marketplace.core.audit import AuditEvent
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.errors import Conflict, InvalidInput, MarketplaceError, NotFound
from marketplace.core.working_days import end_of
from marketplace.needs import answering, brokering, enquiring, operations, queries
from marketplace.needs.duties import ask_outcomes, end_enquiries, hand_to_brokers
from marketplace.needs.extending import extend_deadline
from marketplace.needs.models import Enquiry, EnquiryInvitation, SavedNeed
from marketplace.notifications.models import Notification, Task
from tests.factories import person, sign_in_as
from tests.needs.support import SECRETS, World, answer, make_enquiry, make_need, make_world
from tests.support import IsolatedClient

SEALED_PRICE, OPEN_PRICE = 76_541, 65_432
LEGAL = {("draft", "published"), ("published", "paused"), ("paused", "published"),
         ("published", "closed"), ("paused", "closed"), ("published", "published"),
         ("paused", "paused"), ("closed", "closed"), ("draft", "draft")}
ENDED = ("closed", "withdrawn")


class Life(RuleBasedStateMachine):
    """One need, its enquiries, three providers of whom one is never asked."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world: World = make_world(3)
        self.foreign = self.world.sellers[2]
        self.need_id = make_need(self.world, publish=False).id
        self.states = "draft"
        self.ended: dict[int, str] = {}
        self.released: set[int] = set()
        self.deadlines: dict[int, date] = {}
        self.clients: dict[int, IsolatedClient] = {}
        self.pages: dict[tuple[int, str], str] = {}

    def teardown(self) -> None:
        self.stack.close()

    # --- Who does what ---------------------------------------------------------------------------

    def saved(self) -> SavedNeed:
        db.session.expire_all()
        return db.session.get_one(SavedNeed, self.need_id)

    def enquiries(self) -> list[Enquiry]:
        return list(self.saved().enquiries)

    def act(self, user: User, action: Any) -> bool:
        """Do it as this user; True when it was let through."""
        with acting_as(person(user)):
            try:
                action()
            except (Conflict, InvalidInput):
                db.session.rollback()
                return False
            return True

    def get(self, user: User, path: str) -> str:
        """The page as this user sees it, spreadsheets as their cells."""
        if (user.id, path) not in self.pages:
            self.pages[user.id, path] = self.load(user, path)
        return self.pages[user.id, path]

    def load(self, user: User, path: str) -> str:
        client = self.clients.get(user.id)
        if client is None:
            fresh = self.app.test_client()
            assert isinstance(fresh, IsolatedClient)
            client = self.clients[user.id] = sign_in_as(fresh, user)
        answered = client.get(path)
        assert "/sign-in" not in answered.headers.get("Location", ""), path
        if path.endswith(".xlsx") and answered.status_code == 200:
            sheet = load_workbook(io.BytesIO(answered.data)).worksheets[0]
            return "\n".join(str(c) for row in sheet.iter_rows(values_only=True) for c in row)
        return str(answered.status_code) + answered.get_data(as_text=True)

    # --- The enterprise --------------------------------------------------------------------------

    @initialize(sealed=st.booleans(), most=st.integers(1, 2))
    def begin(self, sealed: bool, most: int) -> None:
        saved = self.saved()
        assert not self.act(self.world.boss, lambda: operations.publish_need(
            saved=saved, public_title="排产", public_text=f"{SECRETS[1]}要排产"))
        assert self.saved().state == "draft"
        self.publish()
        self.ask(sealed, 8, most)

    def publish(self) -> None:
        saved = self.saved()
        self.act(self.world.boss, lambda: operations.publish_need(
            saved=saved, public_title="锻压企业找排产系统", public_text="排产靠老师傅，交期总拖。",
            audience="all"))

    @rule(turn=st.sampled_from((operations.pause_need, operations.resume_need, None)))
    def pause_resume_or_publish_anew(self, turn: Any) -> None:
        saved = self.saved()
        if turn is None:
            self.publish()
        else:
            self.act(self.world.colleague, lambda: turn(saved=saved))

    @rule(kind=st.sampled_from(operations.OUTCOMES))
    @precondition(lambda self: len(self.ended) > 0)
    def close(self, kind: str) -> None:
        saved = self.saved()
        self.act(self.world.boss, lambda: operations.close_need(
            saved=saved, kind=kind, reason="价格太高", solution_id=self.world.solutions[0].id))

    @rule(sealed=st.booleans(), days=st.integers(1, 12), most=st.integers(1, 2))
    @precondition(lambda self: self.states == "published" and len(self.enquiries()) < 2)
    def ask(self, sealed: bool, days: int, most: int) -> None:
        make_enquiry(self.world, self.saved(), days=days, sealed=sealed, max_answers=most,
                     solutions=self.world.solutions[:2])

    @rule(which=st.integers(0, 5))
    def release_contact(self, which: int) -> None:
        for enquiry in self.enquiries()[-1:]:
            invitation = enquiry.invitations[which % len(enquiry.invitations)]
            if self.act(self.world.boss, lambda i=invitation: enquiring.release_contact(
                    invitation=i)):
                self.released.add(invitation.provider_id)

    @rule(which=st.integers(0, 1))
    def ask_and_reply(self, which: int) -> None:
        self.question(which)
        self.reply()

    def reply(self) -> None:
        for enquiry in self.enquiries():
            for question in enquiry.questions:
                if not question.reply:
                    self.act(self.world.boss, lambda q=question: enquiring.reply(
                        question=q, text="三班倒，数据放本地。"))

    @rule(days=st.integers(-3, 6), telling=st.booleans(), latest=st.booleans())
    def extend(self, days: int, telling: bool, latest: bool) -> None:
        for enquiry in self.enquiries()[-1 if latest else 0:][:1]:
            before, over = enquiry.deadline_on, queries.is_over(enquiry)
            to, why = before + timedelta(days=days), SECRETS[1] if telling else "多给几天"
            done = self.act(self.world.boss, lambda e=enquiry, to=to, why=why: extend_deadline(
                enquiry=e, deadline_on=to, reason=why))
            assert done == (not over and days > 0 and not telling)
            assert self.enquiries()[-1 if latest else 0].deadline_on == (to if done else before)

    @rule(withdraw=st.booleans())
    @precondition(lambda self: len(self.enquiries()) > 1)
    def end(self, withdraw: bool) -> None:
        for enquiry in self.enquiries()[:1]:
            self.act(self.world.boss, lambda e=enquiry: enquiring.withdraw_enquiry(
                enquiry=e, reason="改主意了") if withdraw else enquiring.close_enquiry(enquiry=e))

    # --- Providers -------------------------------------------------------------------------------

    def invitations(self, which: int) -> list[EnquiryInvitation]:
        provider = self.world.solutions[which].provider_id
        return [i for e in self.enquiries() for i in e.invitations if i.provider_id == provider]

    @rule(which=st.integers(0, 1), send=st.sampled_from((True, True, False)),
          latest=st.booleans())
    def answer(self, which: int, send: bool, latest: bool) -> None:
        for invitation in self.invitations(which)[-1 if latest else 0:][:1]:
            price = SEALED_PRICE if invitation.enquiry.sealed else OPEN_PRICE
            can = (invitation.enquiry.state == "open"
                   and today() <= invitation.enquiry.deadline_on)
            done = self.act(self.world.sellers[which], lambda i=invitation, p=price:
                            answering.save_answer(invitation=i, content=answer(p), send=send))
            assert can or not done

    @rule(which=st.integers(0, 1))
    def decline(self, which: int) -> None:
        for invitation in self.invitations(which)[-1:]:
            self.act(self.world.sellers[which], lambda i=invitation: answering.decline(
                invitation=i, reason="产能已满"))

    def question(self, which: int) -> None:
        for invitation in self.invitations(which)[-1:]:
            if len(invitation.enquiry.questions) < 2:
                self.act(self.world.sellers[which], lambda i=invitation: answering.ask_back(
                    invitation=i, text="数据放在哪里？"))

    # --- The operator and the clock --------------------------------------------------------------

    @rule(leave=st.booleans())
    def broker(self, leave: bool) -> None:
        for enquiry in self.enquiries():
            if enquiry.broker_at is not None:
                self.act(self.world.operator, lambda e=enquiry: brokering.leave(
                    enquiry=e, reason="没有别家") if leave else brokering.propose(
                        enquiry=e, solution_ids=[self.world.solutions[2].id]))

    @rule()
    def dismiss_proposals(self) -> None:
        for enquiry in self.enquiries():
            for invitation in enquiry.invitations:
                if invitation.state == "proposed":
                    self.act(self.world.boss, lambda i=invitation: enquiring.dismiss_proposal(
                        invitation=i))

    @rule(hours=st.sampled_from((60, 100, 200)))
    def time_passes(self, hours: int) -> None:
        self.stack.enter_context(clock.moved(timedelta(hours=hours)))
        self.clients.clear()  # browsers are signed out after a while
        done = [duty() for duty in (end_enquiries, hand_to_brokers, ask_outcomes)]
        again = [duty() for duty in (end_enquiries, hand_to_brokers, ask_outcomes)]
        assert again == [0, 0, 0], done

    # --- What must hold at every moment ----------------------------------------------------------

    @invariant()
    def deadlines_only_move_on_and_tasks_follow(self) -> None:
        for enquiry in self.enquiries():
            assert enquiry.deadline_on >= self.deadlines.get(enquiry.id, enquiry.deadline_on)
            self.deadlines[enquiry.id] = enquiry.deadline_on
            subjects = {f"invitation:{i.id}": i.due_on for i in enquiry.invitations}
            for task in db.session.scalars(select(Task).where(
                    Task.subject.in_(subjects), Task.done_at.is_(None))):
                assert task.facts["day"] == enquiry.deadline_on.isoformat()
                assert task.due_on == subjects[task.subject] <= enquiry.deadline_on

    @invariant()
    def only_legal_transitions(self) -> None:
        saved = self.saved()
        assert (self.states, saved.state) in LEGAL
        self.states = saved.state
        for enquiry in saved.enquiries:
            before = self.ended.get(enquiry.id)
            assert before is None or enquiry.state == before
            if enquiry.state in ENDED:
                self.ended[enquiry.id] = enquiry.state
                assert all(i.state not in ("invited", "proposed") for i in enquiry.invitations)
            sent = [i for i in enquiry.invitations if i.answer and i.answer.state == "sent"]
            assert len(sent) <= enquiry.max_answers
            assert [i for i in enquiry.invitations if i.state == "answered"] == sent

    @invariant()
    def strangers_find_nothing(self) -> None:
        for user in (self.world.stranger, self.foreign, self.world.other_operator):
            for enquiry in self.enquiries():
                for load in (lambda e=enquiry: queries.enquiry_by(e.id, "enquiry.read"),
                             lambda e=enquiry: queries.invitation_by(e.id, "enquiry.asked"),
                             lambda e=enquiry: queries.enquiry_by(e.id, "enquiry.broker"),
                             lambda e=enquiry: enquiring.close_enquiry(enquiry=e)):
                    with acting_as(person(user)), pytest.raises(MarketplaceError) as problem:
                        load()
                    assert problem.value.status in (403, 404)
            with acting_as(person(user)), pytest.raises(NotFound):
                queries.need_by(self.need_id)

    def paths(self) -> list[str]:
        """Every page, file and program address that could show a need, an enquiry or a count."""
        need, found = f"/needs/{self.need_id}", ["/desk", "/messages", "/needs", "/enquiries",
                                                 "/console/enquiries", "/api/v1/needs"]
        found += [need, f"{need}/close", f"/api/v1{need}", "/solutions?q=锻压"]
        for enquiry in self.enquiries():
            at = f"/needs/enquiries/{enquiry.id}"
            found += [at, f"{at}/answers", f"{at}/answers.xlsx", f"/enquiries/{enquiry.id}",
                      f"/console/enquiries/{enquiry.id}", f"/api/v1/enquiries/{enquiry.id}"]
        return found

    @rule()
    def somebody_looks_around(self) -> None:
        self.pages.clear()
        self.sealed_prices_are_nowhere()
        self.nobody_learns_who_it_is()
        self.providers_see_no_other_provider()

    def sealed_prices_are_nowhere(self) -> None:
        """Before the deadline nobody but the provider itself finds its sealed price."""
        assert all(queries.prices_open(e) == (not e.sealed or clock.now() >= end_of(e.deadline_on))
                   for e in self.enquiries())
        if any(clock.now() >= end_of(e.deadline_on) for e in self.enquiries() if e.sealed):
            return
        signs = (str(SEALED_PRICE), f"{SEALED_PRICE:,}", "7.65")
        for user in (self.world.boss, self.world.colleague, self.foreign, self.world.operator):
            for path in self.paths():
                page = self.get(user, path)
                assert not any(sign in page for sign in signs), (user.username, path)
        for model, column in ((Notification, Notification.facts), (Task, Task.facts),
                              (AuditEvent, AuditEvent.details)):
            assert not db.session.scalars(select(model).where(
                cast(column, String).contains(str(SEALED_PRICE)))).all()

    def nobody_learns_who_it_is(self) -> None:
        """Of an anonymous need only providers that were given the contact data learn a name."""
        seen_by = [self.foreign, self.world.operator, self.world.stranger]
        seen_by += [s for s, solution in zip(self.world.sellers[:2], self.world.solutions,
                                             strict=False)
                    if solution.provider_id not in self.released]
        for user in seen_by:
            for path in self.paths():
                page = self.get(user, path)
                for secret in (*SECRETS, f"organisation/{self.world.enterprise.id}",
                               self.world.enterprise.slug):
                    assert secret not in page, (user.username, path, secret)
        others = [u.id for u in seen_by]
        for message in db.session.scalars(select(Notification).where(
                Notification.user_id.in_(others))):
            assert not any(secret in str(message.facts) for secret in SECRETS)

    def providers_see_no_other_provider(self) -> None:
        names = [str(s.provider.organisation.name) for s in self.world.solutions]
        for which in (0, 1):
            for invitation in self.invitations(which):
                page = self.get(self.world.sellers[which], f"/enquiries/{invitation.enquiry_id}")
                assert not any(name in page for n, name in enumerate(names) if n != which)


def test_life_of_need_and_enquiry(app: Flask) -> None:
    Life.app = app
    run_state_machine_as_test(Life, settings=settings(
        max_examples=8, stateful_step_count=20, deadline=None, derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck)))
