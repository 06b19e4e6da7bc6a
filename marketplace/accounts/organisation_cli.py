"""`marketplace org`: organisations from the command line, with a city administrator's reach."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from openpyxl import load_workbook

from marketplace.accounts import organisation_queries as queries
from marketplace.accounts.models import ORGANISATION_KINDS, Organisation
from marketplace.accounts.organisation_checks import verify_organisation
from marketplace.accounts.organisation_closing import (
    deactivate_organisation,
    reactivate_organisation,
)
from marketplace.accounts.organisation_operations import find_organisation, import_organisation
from marketplace.core.access import Person, acting_as
from marketplace.core.command import with_app
from marketplace.core.errors import InvalidInput
from marketplace.core.terminal import console, table

P = ParamSpec("P")
R = TypeVar("R")
COMMAND_LINE = Person(username="command line", role="city_admin", verified=True)
COLUMNS = ("kind", "name_zh", "name_en", "credit_code", "district", "industry", "founded", "staff",
           "revenue_wan", "contact_name", "contact_phone")
"""Head row of an import: these names in any order; kind, name_zh and district are needed."""


def _as_city(function: Callable[P, R]) -> Callable[P, R]:
    @with_app
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting_as(COMMAND_LINE):
            return function(*args, **kwargs)

    return run


@click.group()
def org() -> None:
    """Organisations: list, show, verify, deactivate, import."""


@org.command("list")
@click.option("--state", type=click.Choice(queries.STATES), default="all", show_default=True)
@click.option("--kind", type=click.Choice(ORGANISATION_KINDS))
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@_as_city
def list_organisations(state: str, kind: str | None, limit: int) -> None:
    """Organisations, those waiting longest for a check first."""
    rows, total = queries.reviewed({"state": state, "kind": kind or ""}, 1, limit)
    table(("Slug", "Name", "Kind", "Credit code", "District", "State", "People", "Claims"),
          [(r.organisation.slug, str(r.organisation.name), r.organisation.kind,
            r.organisation.credit_code or "", r.organisation.district_code or "", _state(
                r.organisation, r.check.state if r.check else ""), r.people, r.claims)
           for r in rows])
    console.print(f"{len(rows):,} of {total:,} shown.")


def _state(organisation: Organisation, check: str) -> str:
    if organisation.deactivated_at is not None:
        return "deactivated"
    return "verified" if organisation.verified else check or "unchecked"


@org.command()
@click.argument("organisation")
@_as_city
def show(organisation: str) -> None:
    """One organisation by slug, credit code or id: what it says, people, history."""
    found = find_organisation(organisation)
    check = queries.last_check(found.id)
    facts: list[tuple[str, Any]] = [
        ("Slug", found.slug), ("Name", f"{found.name.zh} / {found.name.en}"),
        ("Kind", found.kind), ("Credit code", found.credit_code or ""),
        ("District", found.district_code or ""), ("Industry", found.industry or ""),
        ("Staff", found.staff or ""), ("State", _state(found, check.state if check else "")),
        ("Verified", f"{found.verified_at or ''} {found.verified_by or ''}".strip())]
    table(("Field", "Value"), facts)
    table(("User name", "Role", "State", "Administrator"),
          [(m.user.username, m.role, m.state, "yes" if m.administrator else "")
           for m in queries.people_of(found.id)])
    table(("When", "Who", "What"),
          [(f"{e.at:%Y-%m-%d %H:%M}", e.actor, e.action) for e in queries.history_of(found.id)])


@org.command()
@click.argument("organisation")
@click.option("--note", default="", help="What was compared, for the record.")
@_as_city
def verify(organisation: str, note: str) -> None:
    """Say that the licence of ORGANISATION has been checked."""
    found = find_organisation(organisation)
    verify_organisation(organisation=found, note=note)
    console.print(f"{found.slug} is verified.", markup=False)


@org.command()
@click.argument("organisation")
@click.option("--reason", required=True, help="Stands in the history.")
@click.confirmation_option(prompt="All its members lose their access. Go on?")
@_as_city
def deactivate(organisation: str, reason: str) -> None:
    """Close ORGANISATION; its history stays."""
    found = find_organisation(organisation)
    deactivate_organisation(organisation=found, reason=reason)
    console.print(f"{found.slug} is deactivated.", markup=False)


@org.command()
@click.argument("organisation")
@click.option("--reason", required=True, help="Stands in the history; its administrators read it.")
@_as_city
def reactivate(organisation: str, reason: str) -> None:
    """Open a deactivated ORGANISATION again, with the people it had."""
    found = find_organisation(organisation)
    reactivate_organisation(organisation=found, reason=reason)
    console.print(f"{found.slug} is open again.", markup=False)


@org.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_as_city
def import_file(file: Path) -> None:
    """Organisations from FILE (.xlsx or .csv), unverified, to be claimed by their people.

    Rows whose credit code (or name in its district) is known are left alone; exit code 1 when a
    row is wrong.
    """
    new = known = 0
    wrong: list[tuple[int, str, Any, str]] = []
    for number, row in _rows(file):
        try:
            made = import_organisation(given=row)
        except InvalidInput as problem:
            wrong += [(number, e.field, e.value, str(e.remedy)) for e in problem.errors]
            continue
        new, known = new + (made is not None), known + (made is None)
    if wrong:
        table(("Row", "Column", "Value", "Remedy"), wrong)
    console.print(f"{new:,} new, {known:,} known already, "
                  f"{len({w[0] for w in wrong}):,} rows wrong.")
    if wrong:
        raise SystemExit(1)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row as (number in the file, values by column name)."""
    lines = _xlsx(file) if file.suffix.lower() == ".xlsx" else _csv(file)
    head = [str(cell or "").strip() for cell in next(lines, [])]
    unknown = [h for h in head if h and h not in COLUMNS]
    if unknown or "name_zh" not in head:
        raise InvalidInput(f"The head row of {file.name} does not fit. Known columns: "
                           f"{', '.join(COLUMNS)}; unknown: {', '.join(unknown) or 'none'}.")
    for number, cells in enumerate(lines, 2):
        values = {h: "" if c is None else str(c).strip()
                  for h, c in zip(head, cells, strict=False) if h}
        if any(values.values()):
            yield number, values


def _xlsx(file: Path) -> Iterator[list[Any]]:
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield list(row)
    finally:
        book.close()


def _csv(file: Path) -> Iterator[list[Any]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.reader(lines)
