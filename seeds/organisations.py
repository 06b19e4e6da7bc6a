"""Sample organisations in every state an officer meets: checked, waiting, claimed, disputed, and a
file entered on a visit. Invented like all samples; loading twice changes nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from marketplace.accounts import organisation_claims as claims
from marketplace.accounts.guard import active_memberships, person_of
from marketplace.accounts.models import (
    Membership,
    Organisation,
    OrganisationClaim,
    OrganisationFile,
    User,
)
from marketplace.accounts.organisation_checks import ask_for_check
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.core.access import acting_as
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.desk.file_operations import propose_file
from marketplace.desk.file_schema import content_of
from marketplace.desk.models import EnterpriseFile, KeptComparison, KeptSheet
from marketplace.notifications.models import Task
from seeds.loader import ACTOR

WAITING, CLAIMED, DISPUTED, VISITED = (
    "fenglu-cold-rolling", "yinglanfang-tcm", "baihua-special-robot", "kuangquan-rebar")
"""Slugs of the sample enterprises that stand for each state."""
CLAIMANT, OTHER_SIDE, OFFICER = "demo-both", "demo-enterprise3", "demo-officer"
FOUND_ON_VISIT = {"it_staff": 1, "cloud": "open", "system-OP-05": "Excel 排产", "level-OP-05": "1",
                  "system-OP-13": "财务软件", "level-OP-13": "2", "export_markets": "无"}


def load_organisations() -> int:
    """Bring the samples into their states, where the demo accounts are; returns how many checks,
    claims and visits were new."""
    with transaction() as session:
        places = {o.slug: o for o in session.scalars(select(Organisation).where(
            Organisation.sample, Organisation.slug.in_((WAITING, CLAIMED, DISPUTED, VISITED))))}
        people = {u.username: u for u in session.scalars(select(User).where(
            User.sample, User.username.in_((CLAIMANT, OTHER_SIDE, OFFICER))))}
        if len(places) < 4 or len(people) < 3:
            return 0
        _verify_others()
        return (_wait(places[WAITING]) + _claim(places[CLAIMED], people)
                + _dispute(places[DISPUTED], people) + _visit(places[VISITED], people))


def _verify_others() -> None:
    """What samples loaded by an earlier version lack."""
    db.session.execute(update(Organisation).where(
        Organisation.sample, Organisation.verified_at.is_(None),
        Organisation.slug.not_in((WAITING, CLAIMED))).values(
            verified_at=now(), verified_by=ACTOR), execution_options={
                "synchronize_session": False})


def _wait(organisation: Organisation) -> int:
    if _has(OrganisationCheck, organisation):
        return 0
    organisation.verified_at = organisation.verified_by = None
    check = ask_for_check(organisation=organisation)
    check.asked_at = now() - timedelta(days=2)
    return 1


def _has(model: type[OrganisationCheck] | type[OrganisationClaim] | type[EnterpriseFile],
         organisation: Organisation) -> bool:
    return db.session.scalar(select(model.id).where(
        model.organisation_id == organisation.id).limit(1)) is not None


def _claim(organisation: Organisation, people: dict[str, User]) -> int:
    if _has(OrganisationClaim, organisation):
        return 0
    organisation.verified_at = organisation.verified_by = None
    return _say_it_is_ours(organisation, people[CLAIMANT], "我是该厂的生产副厂长，示例认领。")


def _say_it_is_ours(organisation: Organisation, user: User, reason: str) -> int:
    with acting_as(person_of(user, active_memberships(user.id)[0])):
        claims.claim_organisation(organisation=organisation, reason=reason)
    return 1


def _dispute(organisation: Organisation, people: dict[str, User]) -> int:
    runs = db.session.scalar(select(Membership).where(
        Membership.user_id == people[OTHER_SIDE].id,
        Membership.organisation_id == organisation.id, Membership.state == "active"))
    if runs is None or _has(OrganisationClaim, organisation):
        return 0
    _say_it_is_ours(organisation, people[CLAIMANT], "厂子今年转给了我们，示例争议。")
    claim = db.session.scalars(select(OrganisationClaim).where(
        OrganisationClaim.organisation_id == organisation.id)).one()
    with acting_as(person_of(people[OTHER_SIDE], runs)):
        claims.answer_claim(claim=claim, reason="转让合同还没有签，示例答复。")
    return 1


def _visit(organisation: Organisation, people: dict[str, User]) -> int:
    if _has(EnterpriseFile, organisation):
        return 0
    officer = people[OFFICER]
    with acting_as(person_of(officer, active_memberships(officer.id)[0])):
        propose_file(organisation=organisation, note="示例走访：在车间和调度核对过。",
                     given=content_of(organisation) | FOUND_ON_VISIT)
    return 1


def remove_organisation_states() -> int:
    """Take out what hangs on sample organisations and people, before those go themselves."""
    with transaction() as session:
        places = select(Organisation.id).where(Organisation.sample)
        people = select(User.id).where(User.sample)
        at_once = {"synchronize_session": False}
        ids = session.scalars(places).all()
        claimed = session.scalars(select(OrganisationClaim.id).where(or_(
            OrganisationClaim.organisation_id.in_(places),
            OrganisationClaim.user_id.in_(people)))).all()
        subjects = [f"{kind}:{i}" for kind in ("organisation", "enterprise_file") for i in ids]
        subjects += [f"claim:{i}" for i in claimed]
        for start in range(0, len(subjects), 500):
            session.execute(delete(Task).where(Task.subject.in_(subjects[start:start + 500])),
                            execution_options=at_once)
        session.execute(update(EnterpriseFile).where(
            EnterpriseFile.organisation_id.in_(places)).values(proposal_id=None),
            execution_options=at_once)
        for model in (OrganisationCheck, OrganisationFile, EnterpriseFile):
            session.execute(delete(model).where(model.organisation_id.in_(places)),
                            execution_options=at_once)
        for kept in (OrganisationClaim, KeptComparison, KeptSheet):
            session.execute(delete(kept).where(or_(
                kept.organisation_id.in_(places), kept.user_id.in_(people))),
                execution_options=at_once)
        session.expire_all()
    return len(claimed)
