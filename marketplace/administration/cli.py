"""Commands of the administration: check the audit trail, look after the calendar."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from marketplace.core import calendar_years
from marketplace.core.audit_checking import check, head
from marketplace.core.command import with_app
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.terminal import console, progress, table


@click.group("audit")
def audit_commands() -> None:
    """The audit trail."""


@audit_commands.command()
@with_app
def verify() -> None:
    """Check the whole trail; exit code 1 when an event was changed, removed or inserted."""
    with progress() as report:
        findings = check(db.session, lambda done, total: report("events", done, total))
    end = head(db.session)
    for finding in findings:
        console.print(str(finding), markup=False)
    if end is not None:
        console.print(f"{end.events:,} events, the last is {end.last_id}, its hash {end.chain}.",
                      highlight=False, soft_wrap=True)
    console.print("Something is wrong with the trail." if findings else "The trail is whole.")
    if findings:
        sys.exit(1)


@click.group("calendar")
def calendar_commands() -> None:
    """Public holidays and make-up days, which every due date counts with."""


@calendar_commands.command()
@with_app
def show() -> None:
    """List the years that have been entered, and warn of one that is missing."""
    table(("Year", "Holidays", "Make-up days", "Source"), [
        (y.year, "\n".join(calendar_years.ranges(y.holidays)),
         "\n".join(calendar_years.ranges(y.make_up_days)), y.source)
        for y in calendar_years.years()])
    for year in calendar_years.missing_years():
        console.print(f"{year} is not entered: only weekends count as days off.")


@calendar_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_app
def import_year(file: Path) -> None:
    """Put the calendar of a year in force; due dates already set do not move."""
    row = calendar_years.store_from_terminal(calendar_years.read_file(file))
    console.print(f"{row.year}: {len(row.holidays)} holidays, {len(row.make_up_days)} make-up "
                  "days.")


@calendar_commands.command("export")
@click.argument("year", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_app
def export_year(year: int, file: Path) -> None:
    """Write the calendar of a year to a file."""
    found = calendar_years.file_of(year)
    if found is None:
        raise NotFound(f"{year} is not entered.")
    file.write_text(json.dumps(found.as_dict(), ensure_ascii=False, indent=2) + "\n", "utf-8")
    console.print(f"Written to {file}.")
