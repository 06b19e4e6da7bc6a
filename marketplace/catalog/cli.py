"""Commands for the catalogue and its search index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from marketplace.catalog.indexer import COLLECTIONS, drain, elected, make_ready, rebuild, verify
from marketplace.catalog.spreadsheet_checked import write_checked
from marketplace.catalog.spreadsheet_export import export_catalogue, write_template
from marketplace.catalog.spreadsheet_import import import_catalogue
from marketplace.catalog.spreadsheet_report import ImportReport
from marketplace.core.command import with_app
from marketplace.core.errors import Conflict, FieldError, InvalidInput
from marketplace.core.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, speaking
from marketplace.core.messages import gettext as _
from marketplace.core.phrases import said
from marketplace.core.terminal import console, progress, table

ACTOR = "command line"
SHOWN = 40
"""Wrong cells printed; the marked copy of the file has all of them."""


@click.group("search")
def search_commands() -> None:
    """The search index: rebuild, verify, stats."""


@search_commands.command("rebuild")
@with_app
def rebuild_indexes() -> None:
    """Build the index anew beside the live one, then switch."""
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir) as leading:
        if not leading:
            raise Conflict("A running site keeps the index; it rebuilds by itself when needed. "
                           "Stop the site to rebuild by hand.")
        for collection in COLLECTIONS:
            stats = rebuild(indexes, collection)
            console.print(f"{collection}: {stats.documents:,} documents, {stats.bytes:,} bytes")


@search_commands.command("verify")
@click.option("--repair/--no-repair", default=True, help="Mend what differs.")
@with_app
def verify_indexes(repair: bool) -> None:
    """Compare the index with the database by id and content hash."""
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir) as leading:
        if repair and not leading:
            raise Conflict("A running site keeps the index. Use --no-repair, or stop the site.")
        rows = []
        for collection in COLLECTIONS:
            found = verify(indexes, collection, repair=repair)
            rows.append((collection, len(found.missing), len(found.stale), len(found.orphaned),
                         "in step" if not found else "repaired" if repair else "differs"))
    table(("Collection", "Missing", "Stale", "Orphaned", "Result"), rows)
    if any(row[-1] == "differs" for row in rows):
        raise SystemExit(1)


@search_commands.command("stats")
@with_app
def stats() -> None:
    """Documents, size and version of each index."""
    indexes = current_app.extensions["indexes"]
    found = [(c, indexes[c].stats()) for c in COLLECTIONS]
    table(("Collection", "Documents", "Bytes", "Version"),
          [(c, f"{s.documents:,}", f"{s.bytes:,}", s.version) for c, s in found])


@click.group()
def catalog() -> None:
    """The catalogue's spreadsheets: template, export, import."""


SHEET = click.option("--sheet", "names", multiple=True,
                     help="Only this sheet (providers, solutions, cases, documents); repeatable.")
FILE = click.Path(path_type=Path, dir_okay=False)


@catalog.command("template")
@click.argument("file", type=FILE, default="catalogue-template.xlsx")
@SHEET
@with_app
def template(file: Path, names: tuple[str, ...]) -> None:
    """Write an empty workbook with code lists and explanations (or .csv files) to FILE."""
    _say_written(write_template(file, names))


@catalog.command("export")
@click.argument("file", type=FILE)
@SHEET
@with_app
def export(file: Path, names: tuple[str, ...]) -> None:
    """Write every provider and published solution to FILE (.xlsx, or .csv, a file a sheet)."""
    with progress() as report:
        written = export_catalogue(file, names, report)
    _say_written(written)


def _say_written(files: list[Path]) -> None:
    for file in files:
        console.print(f"Written: {file} ({file.stat().st_size:,} bytes)", soft_wrap=True,
                      highlight=False, markup=False)


@catalog.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Write only when no cell is wrong.")
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE,
              show_default=True, help="The language of the report and of the marked copy.")
@with_app
def import_file(file: Path, dry_run: bool, all_or_nothing: bool, language: Language) -> None:
    """Import providers and solutions from FILE; exit code 1 when a cell is wrong."""
    with speaking(language), problems_said():
        with progress() as show:
            report = import_catalogue(
                file, actor=ACTOR, dry_run=dry_run, all_or_nothing=all_or_nothing,
                progress=lambda what, done, total: show(said(what), done, total))
        show_report(report)
        if report.written and report.changes:
            bring_into_index()
        if report.problems:
            console.print(_("Every wrong cell is marked in %(file)s",
                            file=str(write_checked(report))),
                          soft_wrap=True, highlight=False, markup=False)
            raise SystemExit(1)


@contextmanager
def problems_said() -> Iterator[None]:
    """What is wrong with a file as a whole, in the current language."""
    try:
        yield
    except InvalidInput as problem:
        raise InvalidInput(said(problem.detail), errors=tuple(
            FieldError(e.field, e.value, said(e.remedy)) for e in problem.errors)) from problem


def show_report(report: ImportReport) -> None:
    """Print what an import did, the first wrong cells and the slugs that were made."""
    if report.problems:
        shown = report.problems[:SHOWN]
        table((_("Sheet"), _("Row"), _("Column"), _("In the cell"), _("What to do")),
              [(p.sheet, p.row, f"{p.column} {p.key}\n{p.label}".strip(), _short(p.value), p.said)
               for p in shown])
        if len(report.problems) > SHOWN:
            console.print(_("… and %(count)s more.", count=f"{len(report.problems) - SHOWN:,}"))
    for sheet, row, slug in report.slugs:
        console.print(_("%(sheet)s row %(row)s: slug %(slug)s", sheet=sheet, row=row, slug=slug),
                      highlight=False, markup=False)
    for note in report.notes:
        console.print(said(note), highlight=False, markup=False)
    table((_("Sheet"), _("New rows"), _("Changed"), _("Unchanged"), _("Wrong")),
          [(name, f"{c.new:,}", f"{c.changed:,}", f"{c.unchanged:,}", f"{c.wrong:,}")
           for name, c in report.sheets.items()])
    if not report.written:
        console.print(_("Nothing was written.") if not report.dry_run else
                      _("Dry run: nothing was written."))


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"


def bring_into_index() -> None:
    """Bring changes into the index here, unless a running site does."""
    settings, indexes = current_app.extensions["settings"], current_app.extensions["indexes"]
    with elected(settings.data_dir) as leading:
        if leading:
            make_ready(indexes)
            while drain(indexes):
                pass
