"""Reads of what is kept at the desk: one's own, and what colleagues share."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.core.access import Person, reach, scoped
from marketplace.core.database import db
from marketplace.core.errors import must_exist
from marketplace.desk.models import KeptComparison, KeptSheet

SHOWN = 100


@scoped(KeptComparison, "self")
def _own_comparisons(person: Person) -> ColumnElement[bool]:
    return KeptComparison.user_id == person.user_id


@scoped(KeptComparison, "organisation")
def _comparisons(person: Person) -> ColumnElement[bool]:
    """One's own, and those that colleagues of the same organisation share."""
    return or_(KeptComparison.user_id == person.user_id, and_(
        KeptComparison.organisation_id == person.organisation_id, KeptComparison.shared))


@scoped(KeptSheet, "self")
def _own_sheets(person: Person) -> ColumnElement[bool]:
    return KeptSheet.user_id == person.user_id


@scoped(KeptSheet, "organisation")
def _sheets(person: Person) -> ColumnElement[bool]:
    """One's own, and those that colleagues of the same organisation share."""
    return or_(KeptSheet.user_id == person.user_id, and_(
        KeptSheet.organisation_id == person.organisation_id, KeptSheet.shared))


def comparisons() -> Sequence[KeptComparison]:
    """Kept comparisons the current person sees, the newest first."""
    return db.session.scalars(select(KeptComparison).options(joinedload(KeptComparison.user)).where(
        reach("kept.read", KeptComparison)).order_by(KeptComparison.id.desc()).limit(SHOWN)).all()


def sheets() -> Sequence[KeptSheet]:
    """Kept decision sheets the current person sees, the newest first."""
    return db.session.scalars(select(KeptSheet).options(
        joinedload(KeptSheet.user), joinedload(KeptSheet.sheet)).where(
            reach("kept.read", KeptSheet)).order_by(KeptSheet.id.desc()).limit(SHOWN)).all()


def counts() -> tuple[int, int]:
    """How many comparisons and sheets the current person sees, in one statement."""
    both = [select(func.count()).select_from(model).where(reach("kept.read", model))
            .scalar_subquery() for model in (KeptComparison, KeptSheet)]
    row = db.session.execute(select(*both)).one()
    return row[0], row[1]


def own_comparison(kept_id: int) -> KeptComparison:
    """A comparison the current person kept. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(KeptComparison).where(
        KeptComparison.id == kept_id, reach("kept.own", KeptComparison))))


def own_sheet(kept_id: int) -> KeptSheet:
    """A sheet the current person kept. Raises `NotFound` for another's."""
    return must_exist(db.session.scalar(select(KeptSheet).where(
        KeptSheet.id == kept_id, reach("kept.own", KeptSheet))))


