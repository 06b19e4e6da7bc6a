"""What the platform knows of the company somebody acts for, to save them typing it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.core.access import current_person
from marketplace.core.database import db


@dataclass(frozen=True)
class CompanyFacts:
    """Headcount, district, class of GB/T 4754, and self-stated level (0 to 4) by core scenario."""

    people: int | None = None
    district: str | None = None
    gbt4754: str | None = None
    levels: Mapping[str, int] = field(default_factory=dict)


def facts_of(organisation: Organisation) -> CompanyFacts:
    """The facts of one organisation, from its enterprise file. A division says too little of the
    trade to compare cases by; only a class does."""
    class_ = organisation.gbt4754
    stated = (organisation.details or {}).get("scenarios", {})
    return CompanyFacts(
        organisation.staff or None, organisation.district_code,
        class_ if class_ and len(class_) == 4 else None,
        {code: row["level"] for code, row in stated.items() if row.get("level") is not None})


def own_company() -> CompanyFacts:
    """Those of the enterprise the current person acts for; nothing for everybody else."""
    person = current_person()
    if person.role != "enterprise":
        return CompanyFacts()
    found = db.session.scalar(
        select(Organisation).where(Organisation.id == person.organisation_id))
    return facts_of(found) if found is not None else CompanyFacts()
