"""Writes of enterprise files: enter one's own, enter on a visit, confirm, correct, decline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import func, select, update

from marketplace.accounts.codes import hashed, new_secret
from marketplace.accounts.models import Membership, Organisation, User
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.i18n import LocalizedText as T
from marketplace.core.working_days import working_day_after
from marketplace.desk.file_declarations import industry_of
from marketplace.desk.file_schema import apply, changed_keys, content_of, load_file
from marketplace.desk.models import EnterpriseFile
from marketplace.needs.visited import keep_visited_need
from marketplace.notifications.audience import Audience
from marketplace.notifications.operations import close_tasks, notify, open_task

LONGEST_NEED = 4000
LINK_LIVES = timedelta(days=30)
DAYS_TO_CONFIRM = 10
"""Working days in which the company is asked to answer a visit's entry."""
OUTCOMES = {"confirmed": T("确认", "confirmed"), "corrected": T("改正", "corrected"),
            "declined": T("谢绝", "declined")}
Outcome = Literal["confirm", "decline"]


def enter_file(*, organisation: Organisation, given: Mapping[str, Any]) -> EnterpriseFile | None:
    """The company's own entry, in force at once; None when nothing has changed."""
    with transaction():
        allow("enterprise_file.own", organisation)
        content = load_file(given)
        changed = changed_keys(content_of(organisation), content)
        if not changed:
            return None
        return _in_force(organisation, content, changed)


def _in_force(organisation: Organisation, content: dict[str, Any], changed: list[str], *,
              proposal: EnterpriseFile | None = None, name: str = "") -> EnterpriseFile:
    before = content_of(organisation)
    version = _version(organisation, "in_force", content, name)
    version.proposal = proposal
    apply(organisation, content)
    record(db.session, actor=version.entered_by, action="enterprise_file.enter",
           subject=f"organisation:{organisation.id}", details={
               "version": version.number, "before": {k: before.get(k) for k in changed},
               "after": {k: content.get(k) for k in changed}})
    return version


def _version(organisation: Organisation, state: str, content: dict[str, Any],
             name: str = "") -> EnterpriseFile:
    person = current_person()
    last = db.session.scalar(select(func.max(EnterpriseFile.number)).where(
        EnterpriseFile.organisation_id == organisation.id))
    version = EnterpriseFile(
        organisation=organisation, number=(last or 0) + 1, state=state, content=content,
        entered_by=_actor(name), entered_name=(name or person.name)[:80],
        entered_role=person.role, created_at=now())
    db.session.add(version)
    db.session.flush()
    return version


def _actor(name: str) -> str:
    """Who acts: the person signed in, or the name somebody gave who holds the link."""
    person = current_person()
    return person.actor if person.signed_in else f"{name[:60]} (link)"


def propose_file(*, organisation: Organisation, given: Mapping[str, Any], note: str,
                 need: str = "") -> tuple[EnterpriseFile, str]:
    """What an operator, officer or consortium member enters during a visit, with a need in the
    company's words. It waits for the company's answer.

    Returns the proposal and the secret of its link, which is kept as a hash and shown once. An
    earlier proposal that was not answered is replaced. Raises `Conflict` when nothing differs,
    unless nothing of the company has been confirmed yet: then it may confirm what is there.
    """
    with transaction() as session:
        allow("enterprise_file.visit", organisation)
        _require_company(organisation)
        content, secret = load_file(given), new_secret()
        changed = changed_keys(content_of(organisation), content)
        _require_own_industry(content, changed)
        need = _need_text(need)
        if not changed and not need and _confirmed(organisation):
            raise Conflict("Nothing differs from the file in force, so there is nothing to "
                           "confirm.")
        session.execute(update(EnterpriseFile).where(
            EnterpriseFile.organisation_id == organisation.id,
            EnterpriseFile.state == "proposed").values(state="replaced", decided_at=now()))
        version = _version(organisation, "proposed", content)
        version.note, version.need, version.link = note.strip()[:400], need, hashed(secret)
        version.link_expires_at = now() + LINK_LIVES
        record(session, actor=version.entered_by, action="enterprise_file.propose",
               subject=f"organisation:{organisation.id}",
               details={"version": version.number, "fields": changed, "note": version.note})
        _ask_company(version)
    return version, secret


def _require_own_industry(content: Mapping[str, Any], changed: list[str]) -> None:
    """The class decides which industry's operators look after a company: nobody hands it away."""
    own, code = current_person().industries, content.get("gbt4754")
    if own and "gbt4754" in changed and industry_of(code) not in (None, *own):
        raise InvalidInput("Please correct this.", errors=(FieldError(
            "gbt4754", code, "belongs to an industry others look after; choose a class of yours, "
            "or leave it to the company"),))


def _need_text(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_NEED:
        raise InvalidInput("Please correct this.", errors=(FieldError(
            "need", text[:20] + "…", f"write at most {LONGEST_NEED} characters"),))
    return text


def _confirmed(organisation: Organisation) -> bool:
    """Whether the company itself has ever put a version in force or has people here."""
    return db.session.scalar(select(EnterpriseFile.id).where(
        EnterpriseFile.organisation_id == organisation.id,
        EnterpriseFile.state == "in_force").limit(1)) is not None or db.session.scalar(
            select(Membership.id).where(Membership.organisation_id == organisation.id,
                                        Membership.state == "active").limit(1)) is not None


def _require_company(organisation: Organisation) -> None:
    if organisation.kind not in ("enterprise", "chain_leader") or organisation.deactivated_at:
        raise Conflict("Enterprise files are kept for enterprises that are active.")


def _ask_company(version: EnterpriseFile) -> None:
    organisation = version.organisation
    audience = Audience("enterprise", organisation_id=organisation.id)
    facts: dict[str, Any] = {
        "organisation": organisation.name, "name": version.entered_name}
    path = f"/desk/file/proposals/{version.id}"
    close_tasks(subject_of(organisation.id))
    open_task("enterprise_file.proposed", audience, subject=subject_of(organisation.id), path=path,
              due_on=working_day_after(DAYS_TO_CONFIRM), **facts)
    notify("enterprise_file.proposed", audience, path=path,
           key=f"enterprise_file.proposed:{version.id}", **facts)


def subject_of(organisation_id: int) -> str:
    """Under which subject the task of answering stands."""
    return f"enterprise_file:{organisation_id}"


def answer_proposal(*, proposal: EnterpriseFile, outcome: Outcome, given: Mapping[str, Any],
                    name: str = "") -> str:
    """The company confirms what was entered on a visit, corrects it by what it changes, or
    declines it. Both versions stay. Returns `confirmed`, `corrected` or `declined`.

    Signed-in people of the company act in their own name; whoever holds the link gives one.
    """
    with transaction() as session:
        name = _answering(proposal, name)
        if proposal.state != "proposed":
            raise Conflict("This entry has been answered already.")
        organisation, state = proposal.organisation, "declined"
        if outcome == "confirm":
            content, need = load_file(given), _need_text(str(given.get("need", "")))
            same = need == proposal.need and not changed_keys(proposal.content, content)
            state = "confirmed" if same else "corrected"
            _take_over(proposal, content, name)
            _take_over_need(proposal, need, name)
        proposal.state, proposal.decided_name = state, name
        proposal.decided_by, proposal.decided_at = _actor(name), now()
        session.flush()
        record(session, actor=_actor(name), action="enterprise_file.decide",
               subject=f"organisation:{organisation.id}",
               details={"version": proposal.number, "outcome": state})
        close_tasks(subject_of(organisation.id))
        _tell_visitor(proposal)
    return state


def _take_over(proposal: EnterpriseFile, content: dict[str, Any], name: str) -> None:
    changed = changed_keys(content_of(proposal.organisation), content)
    _in_force(proposal.organisation, content, changed, proposal=proposal, name=name)


def _take_over_need(proposal: EnterpriseFile, need: str, name: str) -> None:
    if need:
        proposal.need_id = keep_visited_need(
            organisation=proposal.organisation, text=need, entered_by=proposal.entered_by,
            confirmed_by=_actor(name)).id


def _answering(proposal: EnterpriseFile, name: str) -> str:
    person = current_person()
    if person.organisation_id == proposal.organisation_id:
        allow("enterprise_file.own", proposal.organisation)
        return person.name
    allow("enterprise_file.link")
    name = name.strip()
    if not 2 <= len(name) <= 60:
        raise InvalidInput("Say who you are.", errors=(
            FieldError("name", name, "write your name"),))
    return name


def _tell_visitor(proposal: EnterpriseFile) -> None:
    visitor = db.session.scalar(select(User.id).where(User.username == proposal.entered_by))
    if visitor is not None:
        notify("enterprise_file.decided", Audience(proposal.entered_role, user_id=visitor),
               key=f"enterprise_file.decided:{proposal.id}",
               path=f"/officer/visits/{proposal.id}", organisation=proposal.organisation.name,
               outcome=OUTCOMES[proposal.state])
