"""The API about who is asking."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from marketplace.accounts.models import Organisation
from marketplace.core.access import current_person
from marketplace.core.api import PREFIX, TOKEN_NEEDED, ApiBlueprint
from marketplace.core.database import db


class MyOrganisation(Schema):
    """The organisation a person acts for."""

    slug = fields.String()
    kind = fields.String()
    name = fields.Dict(keys=fields.String(), values=fields.String(), metadata={
        "description": "Name in `zh` and `en`"})
    verified = fields.Boolean(metadata={"description": "Its licence has been checked"})


class Me(Schema):
    """Who is asking, as which role, and what the token allows."""

    username = fields.String()
    name = fields.String()
    role = fields.String(metadata={"description": "`member` for a person without a role"})
    administrator = fields.Boolean(metadata={"description": "Administers the organisation"})
    organisation = fields.Nested(MyOrganisation, allow_none=True)
    scopes = fields.List(fields.String(), metadata={"description": "`read`, `write`"})


def accounts_api() -> ApiBlueprint:
    """The operations about accounts."""
    operations = ApiBlueprint("accounts_api", __name__, url_prefix=PREFIX,
                              description="Who is asking")

    @operations.get("/me")
    @operations.doc(security=TOKEN_NEEDED)
    @operations.response(200, Me)
    def get_me() -> dict[str, Any]:
        """Who is asking: the person, role and organisation of the token, and its scopes."""
        person = current_person()
        found = (db.session.get(Organisation, person.organisation_id)
                 if person.organisation_id else None)
        return {"username": person.username, "name": person.name, "role": person.role,
                "administrator": person.administrator,
                "organisation": found and {"slug": found.slug, "kind": found.kind,
                                           "name": found.name.as_dict(),
                                           "verified": found.verified},
                "scopes": sorted(person.scopes or ("read",))}

    return operations
