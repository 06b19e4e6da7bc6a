"""Checking licences: ask, pass, return. Until it is passed an organisation may not publish."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts import organisation_events as events
from marketplace.accounts.models import Organisation
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.accounts.organisation_schemas import ReasonSchema
from marketplace.accounts.schemas import load
from marketplace.core.access import allow, current_person
from marketplace.core.audit import record
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict
from marketplace.core.working_days import working_day_after

DAYS_TO_CHECK = 5
"""Working days within which the papers are to be checked."""


def waiting_check(organisation: Organisation) -> OrganisationCheck | None:
    """The check that an officer has to make, if one is asked for."""
    return db.session.scalar(select(OrganisationCheck).where(
        OrganisationCheck.organisation_id == organisation.id,
        OrganisationCheck.state == "waiting"))


def ask_for_check(*, organisation: Organisation) -> OrganisationCheck:
    """Ask for the papers to be checked, in the caller's transaction and after its checks of
    permission; one that waits already keeps its place in the queue."""
    found = waiting_check(organisation)
    if found is None:
        found = OrganisationCheck(
            organisation=organisation, state="waiting", asked_by=current_person().actor,
            asked_at=now(), due_on=working_day_after(DAYS_TO_CHECK))
        db.session.add(found)
        db.session.flush()
        record(db.session, actor=current_person().actor, action="organisation.ask_check",
               subject=f"organisation:{organisation.id}",
               details={"due_on": found.due_on.isoformat()})
    events.check_asked.send(check=found)
    return found


def verify_organisation(*, organisation: Organisation, note: str = "") -> None:
    """The licence fits what is stated: from now on it may publish, enquire and answer."""
    with transaction() as session:
        allow("organisation.verify", organisation)
        if organisation.verified or organisation.deactivated_at is not None:
            raise Conflict("This organisation has been checked already, or is deactivated. Load "
                           "the page anew.")
        organisation.verified_at, organisation.verified_by = now(), current_person().actor
        check = waiting_check(organisation) or _unasked(organisation)
        _decide(check, "passed", note.strip()[:400])
        record(session, actor=current_person().actor, action="organisation.verify",
               subject=f"organisation:{organisation.id}", details={
                   "credit_code": organisation.credit_code, "note": check.reason})
        events.check_decided.send(check=check)


def return_organisation(*, organisation: Organisation, reason: str) -> None:
    """The papers do not fit; the organisation reads why and can put it right."""
    with transaction() as session:
        allow("organisation.verify", organisation)
        given = load(ReasonSchema(), {"reason": reason})
        check = waiting_check(organisation)
        if check is None:
            raise Conflict("Nothing waits for a check here; somebody else has decided meanwhile.")
        _decide(check, "returned", given["reason"])
        record(session, actor=current_person().actor, action="organisation.return",
               subject=f"organisation:{organisation.id}", details=given)
        events.check_decided.send(check=check)


def end_checks(organisation: Organisation) -> None:
    """Nobody needs to check it any more; in the caller's transaction."""
    check = waiting_check(organisation)
    if check is not None:
        _decide(check, "ended", "")
    events.check_ended.send(organisation=organisation)


def _unasked(organisation: Organisation) -> OrganisationCheck:
    """An officer may check an organisation that has not asked, such as an imported one."""
    check = OrganisationCheck(organisation=organisation, asked_by=current_person().actor,
                              asked_at=now(), due_on=working_day_after(0))
    db.session.add(check)
    return check


def _decide(check: OrganisationCheck, state: str, reason: str) -> None:
    check.state, check.reason = state, reason
    check.decided_by, check.decided_role = current_person().actor, current_person().role
    check.decided_at = now()
    db.session.flush()
