"""Where a person stands besides the account. Every room says what it keeps; an export asks for it,
an erasure takes the name away.

Columns that hold the user name of whoever did something need no word here: they are found by their
name (`actor`, `…_by`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from blinker import Signal
from sqlalchemy import Column, ColumnElement, String, Table, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.accounts.models import Membership, User
from marketplace.core.audit_erasing import former_names
from marketplace.core.database import Base, db

Rows = Callable[[User], ColumnElement[bool]]
erasing = Signal()
"""`user`, `names`, `pseudonym`: what a room keeps of the person elsewhere loses the names, inside
the caller's transaction."""


@dataclass(frozen=True, slots=True)
class NameColumn:
    """A column that holds the name itself, and in which rows it is this person's: somebody else may
    be called the same. `whole`: whatever stands there in these rows is the person's name."""

    column: InstrumentedAttribute[Any]
    rows: Rows
    whole: bool = False

    def found(self, user: User, names: set[str]) -> ColumnElement[bool]:
        return self.rows(user) if self.whole else self.column.in_(names) & self.rows(user)


_names: list[NameColumn] = []
_alone: list[tuple[type[Base], Rows]] = []


def keeps_names(*columns: NameColumn) -> None:
    _names.extend(columns)


def keeps_alone(model: type[Base], rows: Rows) -> None:
    """Rows that nobody but the person can see; they go with it."""
    _alone.append((model, rows))


def name_columns() -> list[NameColumn]:
    return list(_names)


def seen_by_nobody_else(user: User) -> Iterator[tuple[type[Base], ColumnElement[bool]]]:
    return ((model, rows(user)) for model, rows in _alone)


def columns_with_user_name(table: Table) -> list[Column[Any]]:
    """The columns of a table that hold the user name of whoever did something."""
    return [c for c in table.columns
            if isinstance(c.type, String) and (c.name == "actor" or c.name.endswith("_by"))]


def names_of(user: User) -> set[str]:
    """The name of a person and those it had before, as others read them."""
    known = {user.name, user.shown_name, *former_names(db.session, f"user:{user.id}")}
    return known - {""}


def organisations_of(user: User) -> ColumnElement[bool] | Any:
    """The organisations a person belongs or belonged to."""
    return select(Membership.organisation_id).where(Membership.user_id == user.id)
