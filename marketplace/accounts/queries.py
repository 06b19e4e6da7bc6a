"""Reads of organisations and people, and how far each role reaches among them."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from marketplace.accounts.models import Membership, Organisation, User
from marketplace.core.access import Person, scoped


@scoped(Organisation, "organisation")
def _own_organisation(person: Person) -> ColumnElement[bool]:
    return Organisation.id == person.organisation_id


@scoped(Organisation, "district")
def _organisations_of_district(person: Person) -> ColumnElement[bool]:
    return Organisation.district_code == person.district


@scoped(Organisation, "industries")
def _organisations_of_industries(person: Person) -> ColumnElement[bool]:
    """Those of the operator's industries, and those that named none yet."""
    return Organisation.industry.in_(person.industries) | Organisation.industry.is_(None)


@scoped(Membership, "organisation")
def _memberships_of_organisation(person: Person) -> ColumnElement[bool]:
    return Membership.organisation_id == person.organisation_id


@scoped(Membership, "self")
def _own_memberships(person: Person) -> ColumnElement[bool]:
    return Membership.user_id == person.user_id


@scoped(User, "self")
def _own_account(person: Person) -> ColumnElement[bool]:
    return User.id == person.user_id
