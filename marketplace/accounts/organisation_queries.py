"""Reads of organisations, their people, papers, checks and claims, each within its reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import joinedload
from stdnum.cn import uscc

from marketplace.accounts.models import (
    Membership,
    Organisation,
    OrganisationClaim,
    OrganisationFile,
)
from marketplace.accounts.organisation_models import OrganisationCheck
from marketplace.core.access import Person, current_person, reach, scoped
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.errors import must_exist

PER_PAGE = 30
STATES = ("waiting", "unchecked", "returned", "verified", "deactivated", "all")
"""What the officers' list can be narrowed to; first what waits for them."""


@scoped(OrganisationFile, "organisation")
def _files_of_organisation(person: Person) -> ColumnElement[bool]:
    return OrganisationFile.organisation_id == person.organisation_id


def _claims(scope: ColumnElement[bool]) -> ColumnElement[bool]:
    return OrganisationClaim.organisation_id.in_(select(Organisation.id).where(scope))


@scoped(OrganisationClaim, "district")
def _claims_of_district(person: Person) -> ColumnElement[bool]:
    return _claims(reach("claim.decide", Organisation))


@scoped(OrganisationClaim, "industries")
def _claims_of_industries(person: Person) -> ColumnElement[bool]:
    return _claims(reach("claim.decide", Organisation))


# --- One's own organisation ----------------------------------------------------------------------


def own_organisation() -> Organisation | None:
    """The organisation of the hat worn, if there is one."""
    return db.session.scalar(select(Organisation).where(reach("organisation.own", Organisation)))


def required_own() -> Organisation:
    """One's own organisation. Raises `NotFound` for somebody who has none."""
    return must_exist(own_organisation())


def people_of(organisation_id: int) -> Sequence[Membership]:
    """Who belongs and who asks to, with their accounts; those who ask first. Of a closed
    organisation who would come back with it."""
    return db.session.scalars(select(Membership).options(joinedload(Membership.user)).where(
        Membership.organisation_id == organisation_id,
        Membership.state.in_(("asked", "active", "closed")))
        .order_by((Membership.state == "asked").desc(), Membership.id)).all()


def own_requests() -> Sequence[Membership]:
    """Where the current person has asked to join, and what came of it."""
    return db.session.scalars(select(Membership).options(
        joinedload(Membership.organisation)).where(
            Membership.user_id == (current_person().user_id or 0),
            Membership.state.in_(("asked", "refused"))).order_by(Membership.id.desc())).all()


def own_claims() -> Sequence[OrganisationClaim]:
    """What the current person has claimed, the newest first."""
    return db.session.scalars(select(OrganisationClaim).options(
        joinedload(OrganisationClaim.organisation)).where(
            OrganisationClaim.user_id == (current_person().user_id or 0))
        .order_by(OrganisationClaim.id.desc())).all()


def own_request(membership_id: int) -> Membership:
    """One's own request to join. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(Membership).options(
        joinedload(Membership.user), joinedload(Membership.organisation)).where(
            Membership.id == membership_id, reach("organisation.found", Membership))))


def own_claim(claim_id: int) -> OrganisationClaim:
    """One's own claim. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(OrganisationClaim).where(
        OrganisationClaim.id == claim_id,
        OrganisationClaim.user_id == (current_person().user_id or 0))))


def member(membership_id: int) -> Membership:
    """A membership of one's own organisation. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(Membership).options(
        joinedload(Membership.user), joinedload(Membership.organisation)).where(
            Membership.id == membership_id, reach("organisation.manage", Membership))))


def own_membership() -> Membership:
    """The hat worn. Raises `NotFound` without one."""
    return must_exist(db.session.get(Membership, current_person().membership_id or 0))


def papers_of(organisation_id: int) -> Sequence[OrganisationFile]:
    """The documents of an organisation, the newest first."""
    return db.session.scalars(select(OrganisationFile).where(
        OrganisationFile.organisation_id == organisation_id)
        .order_by(OrganisationFile.id.desc())).all()


def own_paper(file_id: int) -> OrganisationFile:
    """A document of one's own organisation. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(OrganisationFile).where(
        OrganisationFile.id == file_id, reach("organisation.own", OrganisationFile))))


def last_check(organisation_id: int) -> OrganisationCheck | None:
    """The check that waits or was decided last."""
    return db.session.scalar(select(OrganisationCheck).where(
        OrganisationCheck.organisation_id == organisation_id)
        .order_by(OrganisationCheck.id.desc()).limit(1))


def claims_on(organisation_id: int) -> Sequence[OrganisationClaim]:
    """Claims to an organisation that wait, with who made them."""
    return db.session.scalars(select(OrganisationClaim).options(
        joinedload(OrganisationClaim.user)).where(
            OrganisationClaim.organisation_id == organisation_id,
            OrganisationClaim.state == "waiting").order_by(OrganisationClaim.id)).all()


def claim_on_own(claim_id: int) -> OrganisationClaim:
    """A claim to the organisation one runs. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(OrganisationClaim).options(
        joinedload(OrganisationClaim.organisation)).where(
            OrganisationClaim.id == claim_id,
            OrganisationClaim.organisation_id == current_person().organisation_id)))


# --- Finding an organisation to join or claim ----------------------------------------------------


def runs() -> ColumnElement[bool]:
    """Organisations that somebody runs here."""
    return exists().where(Membership.organisation_id == Organisation.id,
                          Membership.state == "active")


def find_to_join(words: str, limit: int = 20) -> list[tuple[Organisation, bool]]:
    """Organisations by a part of the name (2 characters or more) or the whole credit code, and
    whether somebody runs them. Nothing but what the licence shows is given away by this."""
    words = words.strip()
    if len(words) < 2:
        return []
    code = uscc.compact(words).upper()
    kinds = Organisation.kind.in_(("enterprise", "provider", "chain_leader"))
    name = cast(Organisation.name, String).contains(words, autoescape=True)
    rows = db.session.execute(select(Organisation, runs()).where(
        kinds, Organisation.deactivated_at.is_(None),
        or_(name, Organisation.credit_code == code)).order_by(Organisation.id).limit(limit))
    return [(row[0], bool(row[1])) for row in rows]


def to_join(organisation_id: int) -> Organisation:
    """An organisation one may ask to join or claim. Raises `NotFound` for closed ones."""
    found = db.session.get(Organisation, organisation_id)
    return must_exist(found if found is not None and found.deactivated_at is None else None)


# --- The officers' list --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the officers' list: the organisation, its last check, its people and claims."""

    organisation: Organisation
    check: OrganisationCheck | None
    people: int
    claims: int


_last = (select(OrganisationCheck.organisation_id, func.max(OrganisationCheck.id).label("id"))
         .group_by(OrganisationCheck.organisation_id).subquery())
_people = (select(func.count()).select_from(Membership).where(
    Membership.organisation_id == Organisation.id, Membership.state == "active")
    .correlate(Organisation).scalar_subquery())
_claimed = (select(func.count()).select_from(OrganisationClaim).where(
    OrganisationClaim.organisation_id == Organisation.id, OrganisationClaim.state == "waiting")
    .correlate(Organisation).scalar_subquery())


def _in_state(state: str) -> ColumnElement[bool]:
    open_ = Organisation.deactivated_at.is_(None)
    unchecked = and_(open_, Organisation.verified_at.is_(None))
    return {
        "waiting": and_(open_, or_(OrganisationCheck.state == "waiting", _claimed > 0)),
        "unchecked": unchecked,
        "returned": and_(unchecked, OrganisationCheck.state == "returned"),
        "verified": and_(open_, Organisation.verified_at.is_not(None)),
        "deactivated": Organisation.deactivated_at.is_not(None),
    }.get(state, Organisation.id > 0)


def _reviewed(filters: Mapping[str, str]) -> Select[Any]:
    wanted = [reach("organisation.review", Organisation), _in_state(filters.get("state", "all"))]
    for column, name in ((Organisation.kind, "kind"), (Organisation.district_code, "district"),
                         (Organisation.industry, "industry")):
        if filters.get(name):
            wanted.append(column == filters[name])
    words = filters.get("q", "").strip()
    if words:
        wanted.append(or_(cast(Organisation.name, String).contains(words, autoescape=True),
                          Organisation.credit_code == words.upper()))
    return (select(Organisation, OrganisationCheck, _people, _claimed)
            .outerjoin(_last, _last.c.organisation_id == Organisation.id)
            .outerjoin(OrganisationCheck, OrganisationCheck.id == _last.c.id).where(*wanted))


def reviewed(filters: Mapping[str, str], page: int = 1,
             per_page: int = PER_PAGE) -> tuple[list[Listed], int]:
    """One page of the organisations in reach, those waiting longest first, and how many in all."""
    found = _reviewed(filters)
    total = db.session.scalar(
        select(func.count()).select_from(found.with_only_columns(Organisation.id).subquery()))
    waits = OrganisationCheck.state == "waiting"
    rows = db.session.execute(found.order_by(
        func.coalesce(waits, False).desc(), OrganisationCheck.asked_at.is_(None),
        OrganisationCheck.asked_at, Organisation.id)
        .limit(per_page).offset((page - 1) * per_page))
    return [Listed(*row) for row in rows], total or 0


def waiting_counts() -> tuple[int, int]:
    """How many checks and how many claims wait within reach, in one statement."""
    in_reach = select(Organisation.id).where(
        reach("organisation.review", Organisation), Organisation.deactivated_at.is_(None))
    checks = select(func.count()).select_from(OrganisationCheck).where(
        OrganisationCheck.state == "waiting", OrganisationCheck.organisation_id.in_(in_reach))
    claims = select(func.count()).select_from(OrganisationClaim).where(
        OrganisationClaim.state == "waiting", OrganisationClaim.organisation_id.in_(in_reach))
    row = db.session.execute(select(checks.scalar_subquery(), claims.scalar_subquery())).one()
    return row[0], row[1]


def in_review(organisation_id: int) -> Organisation:
    """An organisation within an officer's reach. Raises `NotFound` for another."""
    return must_exist(db.session.scalar(select(Organisation).where(
        Organisation.id == organisation_id, reach("organisation.review", Organisation))))


def paper_in_review(organisation_id: int, file_id: int) -> OrganisationFile:
    """A document of an organisation within reach. Raises `NotFound` for another."""
    in_review(organisation_id)
    return must_exist(db.session.scalar(select(OrganisationFile).where(
        OrganisationFile.id == file_id, OrganisationFile.organisation_id == organisation_id)))


def claim_in_reach(claim_id: int) -> OrganisationClaim:
    """A claim the current person may look at to decide. Raises `NotFound` for another."""
    return must_exist(db.session.scalar(select(OrganisationClaim).options(
        joinedload(OrganisationClaim.organisation), joinedload(OrganisationClaim.user)).where(
            OrganisationClaim.id == claim_id, reach("claim.decide", OrganisationClaim))))


def history_of(organisation_id: int, limit: int = 50) -> Sequence[AuditEvent]:
    """What happened to an organisation, from the audit trail, the newest first."""
    return db.session.scalars(select(AuditEvent).where(
        AuditEvent.subject == f"organisation:{organisation_id}")
        .order_by(AuditEvent.id.desc()).limit(limit)).all()
