"""Which roles an organisation of a kind can give, and who may hand out which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marketplace.accounts.models import Organisation
from marketplace.core.access import Person
from marketplace.core.access_table import ROLES
from marketplace.core.database import db
from marketplace.core.errors import FieldError, InvalidInput, NotAllowed
from marketplace.core.i18n import LocalizedText as T
from marketplace.taxonomy.models import District
from marketplace.taxonomy.registry import taxonomy

ROLES_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "enterprise": ("enterprise",), "provider": ("provider", "consortium_member"),
    "chain_leader": ("enterprise", "provider", "organiser"),
    "operator": ("operator", "consortium_member", "organiser", "editor"),
    "expert_body": ("expert",), "assessor": ("assessor",),
    "supervisor": ("project_supervisor", "programme_supervisor"),
    "agency": ("district_officer", "city_admin", "auditor", "organiser", "editor",
               "programme_supervisor", "expert", "system_admin", "security_admin", "audit_admin"),
}
BOUND_TO_INDUSTRIES = ("operator", "consortium_member")
OF_THE_FIELD = ("enterprise", "provider")
"""What operators and district officers, who visit firms, may hand out."""


def grantable(person: Person, organisation: Organisation) -> tuple[str, ...]:
    """The roles this person may hand out in an organisation, in the order of the access table."""
    possible = ROLES_OF_KIND[organisation.kind]
    if person.role == "security_admin":
        return tuple(r for r in ROLES if r in possible)
    own = (person.role,) if (person.administrator
                             and person.organisation_id == organisation.id) else ()
    field = OF_THE_FIELD if person.role in ("operator", "district_officer") else ()
    return tuple(r for r in ROLES if r in possible and r in (*own, *field))


def check_grant(person: Person, organisation: Organisation, role: str) -> None:
    """Raises `InvalidInput` for a role that does not suit, `NotAllowed` for one out of hand."""
    possible = ROLES_OF_KIND[organisation.kind]
    if role not in possible:
        raise InvalidInput(
            "This role does not suit the organisation.",
            errors=(FieldError("role", role, T(
                "请从以下角色中选择：" + "、".join(ROLES[r].zh for r in possible),
                "choose from " + ", ".join(f"{r} ({ROLES[r].en})" for r in possible))),))
    if role not in grantable(person, organisation):
        raise NotAllowed("Your present role may not hand out this role.")


def check_binding(role: str, industries: Sequence[str], district: str | None) -> None:
    """An operator runs industries, a consortium member visits enterprises of some, a district
    officer looks after a district; others neither.

    Raises `InvalidInput` at `industries` or `district`.
    """
    known = taxonomy().industries
    if role in BOUND_TO_INDUSTRIES and (not industries or set(industries) - set(known)):
        raise _unbound("industries", ", ".join(industries), (
            "choose at least one industry, of those that run here"))
    if role == "district_officer" and (
            district is None or db.session.get(District, district) is None):
        raise _unbound("district", district, "choose a district")


def _unbound(field: str, value: str | None, remedy: str) -> InvalidInput:
    return InvalidInput("The role needs to know for what.",
                        errors=(FieldError(field, value, remedy),))
