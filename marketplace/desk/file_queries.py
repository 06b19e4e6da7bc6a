"""Reads of enterprise files and their versions, each within its reach."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.codes import hashed
from marketplace.accounts.models import Organisation
from marketplace.core.access import Person, reach, scoped
from marketplace.core.clock import now
from marketplace.core.database import db
from marketplace.core.errors import NotFound, must_exist
from marketplace.desk.models import EnterpriseFile


@scoped(EnterpriseFile, "organisation")
def _files_of_organisation(person: Person) -> ColumnElement[bool]:
    return EnterpriseFile.organisation_id == person.organisation_id


def _visited(person: Person) -> ColumnElement[bool]:
    """Entries of companies within reach, and one's own, wherever the company has gone since."""
    return or_(EnterpriseFile.entered_by == person.username, EnterpriseFile.organisation_id.in_(
        select(Organisation.id).where(reach("enterprise_file.visit", Organisation))))


scoped(EnterpriseFile, "district")(_visited)
scoped(EnterpriseFile, "industries")(_visited)


def own_enterprise() -> Organisation:
    """The enterprise the current person acts for. Raises `NotFound` for others."""
    return must_exist(db.session.scalar(select(Organisation).where(
        reach("enterprise_file.own", Organisation))))


def to_visit(organisation_id: int) -> Organisation:
    """A company for which the current person may enter a file. Raises `NotFound`."""
    return must_exist(db.session.scalar(select(Organisation).where(
        Organisation.id == organisation_id, reach("enterprise_file.visit", Organisation))))


def versions(organisation_id: int, limit: int = 100) -> Sequence[EnterpriseFile]:
    """Every version of a company's file, the newest first."""
    return db.session.scalars(select(EnterpriseFile).where(
        EnterpriseFile.organisation_id == organisation_id)
        .order_by(EnterpriseFile.number.desc()).limit(limit)).all()


def waiting_proposal(organisation_id: int) -> EnterpriseFile | None:
    """What was entered on a visit and has not been answered."""
    return db.session.scalar(select(EnterpriseFile).where(
        EnterpriseFile.organisation_id == organisation_id, EnterpriseFile.state == "proposed"))


def own_version(version_id: int) -> EnterpriseFile:
    """A version of one's own company's file. Raises `NotFound` for another's."""
    return _version(version_id, reach("enterprise_file.own", EnterpriseFile))


def visited_version(version_id: int) -> EnterpriseFile:
    """A version within an officer's or operator's reach. Raises `NotFound` for another."""
    return _version(version_id, reach("enterprise_file.visit", EnterpriseFile))


def _version(version_id: int, within: ColumnElement[bool]) -> EnterpriseFile:
    return must_exist(db.session.scalar(select(EnterpriseFile).options(
        joinedload(EnterpriseFile.organisation)).where(
            EnterpriseFile.id == version_id, within)))


def answer_to(proposal: EnterpriseFile) -> EnterpriseFile | None:
    """What the company put in force when it answered a proposal."""
    return db.session.scalar(select(EnterpriseFile).where(
        EnterpriseFile.proposal_id == proposal.id))


def proposal_by(secret: str) -> EnterpriseFile:
    """The proposal a link leads to. Raises `NotFound` for links that are over or never were."""
    found = db.session.scalar(select(EnterpriseFile).options(
        joinedload(EnterpriseFile.organisation)).where(EnterpriseFile.link == hashed(secret)))
    if found is None or found.state == "replaced" or (
            found.link_expires_at is not None and found.link_expires_at < now()):
        raise NotFound("This link has expired or was replaced. Ask whoever visited you for a new "
                       "one.")
    return found
