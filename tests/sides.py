"""Two parties in one city, each with a row of every table that belongs to somebody.

What a test of access asks is always the same: does one side reach or read what is the other's?
Rows are made from the columns of their table, so a table added tomorrow is asked about as well.
Every text of a side begins with its mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Numeric, String
from sqlalchemy.orm import Mapper

from marketplace.accounts.models import Membership, Organisation
from marketplace.catalog.models import Provider
from marketplace.core.access_table import ROLES
from marketplace.core.clock import now, today
from marketplace.core.database import Base, JSONType, transaction
from marketplace.core.i18n import LocalizedText, LocalizedTextType
from marketplace.listing.imports import IMPORT
from tests.factories import both, make_organisation, make_solution, make_submission, make_user

OF_A_KIND = {("enquiry_invitation", "state"): "invited", ("enterprise_file", "state"): "proposed",
             ("membership", "state"): "active", ("job", "kind"): IMPORT}
"""Where a row is somebody's business in one state, or of one kind, only."""
OWNERS = ("organisation_id", "user_id", "membership_id", "district_code", "industry")
FIXED = {"role": "enterprise", "path": "/desk", "media_type": "image/png", "week": "2026-W48",
         "max_answers": 5}


def owned_models() -> dict[str, Mapper[Any]]:
    """The models with one number as key, by the name of their table."""
    return {m.local_table.name: m for m in Base.registry.mappers
            if [c.name for c in m.primary_key] == ["id"]}


class Side:
    """Somebody with all roles in one organisation, and what belongs to them."""

    def __init__(self, mark: str, *, district: str, industry: str,
                 organisation: Organisation | None = None) -> None:
        self.mark, self.district, self.industry = mark, district, industry
        self.organisation = organisation or make_organisation(
            kind="chain_leader", slug=mark, name=LocalizedText(mark, mark),
            district_code=district, industry=industry)
        self.user = make_user(username=mark, name=mark, role="enterprise", administrator=True,
                              organisation=self.organisation)
        self._rows: dict[str, Any] = {
            "organisation": self.organisation, "account": self.user,
            "membership": self.user.memberships[0]}
        if organisation is None:
            provider: Provider = self.row("provider")
            solution = make_solution(provider=provider, publish=False, slug=f"{mark}-s",
                                     industries=[industry], name=both(mark, mark))
            self._rows |= {"solution": solution, "solution_version": solution.versions[-1],
                           "submission": make_submission(solution)}

    def wear_every_role(self) -> Side:
        """The person gets a membership in each role."""
        with transaction() as session:
            for role in ROLES:
                if role != "enterprise":
                    session.add(Membership(
                        user=self.user, organisation=self.organisation, role=role,
                        administrator=True, created_at=now(), industries=[self.industry],
                        district_code=self.district))
        return self

    def row(self, table: str) -> Any:
        """The side's row of a table, made at first need with all it depends on."""
        if table not in self._rows:
            mapper = owned_models()[table]
            values = {mapper.get_property_by_column(c).key: self._value(mapper, c)
                      for c in mapper.local_table.columns
                      if not c.primary_key and self._wanted(c)}
            with transaction() as session:
                self._rows[table] = mapper.class_(**values)
                session.add(self._rows[table])
        return self._rows[table]

    def rows(self, tables: Iterable[str]) -> None:
        for table in tables:
            self.row(table)

    def _wanted(self, column: Column[Any]) -> bool:
        return (column.name in OWNERS or (column.table.name, column.name) in OF_A_KIND
                or (not column.nullable and column.default is None))

    def _value(self, mapper: Mapper[Any], column: Column[Any]) -> Any:
        name = column.name
        known = {"organisation_id": self.organisation.id, "user_id": self.user.id,
                 "membership_id": self._rows["membership"].id, "industry": self.industry,
                 "district_code": self.district} | FIXED
        if (column.table.name, name) in OF_A_KIND:
            return OF_A_KIND[column.table.name, name]
        if name in known:
            return known[name]
        for key in column.foreign_keys:
            return self.row(key.column.table.name).id
        if name == "actor" or name.endswith("_by"):
            return self.user.username
        return _filler(mapper, column, self.mark)


def _filler(mapper: Mapper[Any], column: Column[Any], mark: str) -> Any:
    """Something the column takes."""
    for check in column.table.constraints:
        found = re.match(rf"{column.name} in \('(\w+)'", str(getattr(check, "sqltext", "")))
        if found:
            return found[1]
    kind = column.type
    if isinstance(kind, LocalizedTextType):
        return LocalizedText(mark, mark)
    if isinstance(kind, type(JSONType)):
        said = str(mapper.class_.__annotations__.get(column.name, ""))
        return [] if "list" in said else {}
    if isinstance(kind, String):
        return f"{mark}-{column.table.name}-{column.name}"[:kind.length or 80]
    if isinstance(kind, Date):
        return today() + timedelta(days=9)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Numeric):
        return 1
    ends = column.name in ("expires_at", "ends_at")
    return now() + timedelta(days=9 if ends else 0)

