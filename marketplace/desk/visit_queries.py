"""Reads for whoever visits enterprises: whom to visit, and what came of one's own visits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation
from marketplace.core.access import current_person, reach
from marketplace.core.database import db
from marketplace.desk.models import EnterpriseFile

VISITED_KINDS = ("enterprise", "chain_leader")


def to_visit(words: str, limit: int = 30) -> Sequence[Organisation]:
    """Enterprises within reach by a part of the name or the whole credit code; without words the
    newest."""
    found = select(Organisation).where(
        reach("enterprise_file.visit", Organisation), Organisation.kind.in_(VISITED_KINDS),
        Organisation.deactivated_at.is_(None))
    if words:
        found = found.where(or_(
            cast(Organisation.name, String).contains(words, autoescape=True),
            Organisation.credit_code == "".join(words.split()).upper()))
    return db.session.scalars(found.order_by(Organisation.id.desc()).limit(limit)).all()


def own_visits(limit: int = 30) -> Sequence[EnterpriseFile]:
    """What the current person entered on visits, the newest first."""
    return db.session.scalars(select(EnterpriseFile).options(
        joinedload(EnterpriseFile.organisation)).where(
            reach("enterprise_file.visit", EnterpriseFile),
            EnterpriseFile.entered_by == current_person().actor,
            EnterpriseFile.state != "in_force")
        .order_by(EnterpriseFile.id.desc()).limit(limit)).all()


def unanswered() -> int:
    """How many entries of the current person wait for the enterprise."""
    return db.session.scalar(select(func.count()).select_from(EnterpriseFile).where(
        reach("enterprise_file.visit", EnterpriseFile), EnterpriseFile.state == "proposed",
        EnterpriseFile.entered_by == current_person().actor)) or 0
