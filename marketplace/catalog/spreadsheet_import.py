"""Imports providers and solutions from a workbook or a CSV file, in batches.

The key of a row is its slug. A new row becomes a published record, a changed one a new version, and
a row that says what is stored already writes nothing at all. Wrong rows are reported and left out;
the others are taken over, unless `all_or_nothing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import (
    create_provider,
    new_solution,
    publish_contents,
    revise_provider,
)
from marketplace.catalog.spreadsheet_cells import Progress, silent
from marketplace.catalog.spreadsheet_checking import Wrong
from marketplace.catalog.spreadsheet_columns import PROVIDERS, SOLUTIONS, sheets
from marketplace.catalog.spreadsheet_plan import Plan, Unit, plan_provider, plan_solution
from marketplace.catalog.spreadsheet_provider import ProviderContentSchema
from marketplace.catalog.spreadsheet_reading import Book, Row, Table, read_book
from marketplace.catalog.spreadsheet_report import CellProblem, ImportReport
from marketplace.catalog.spreadsheet_slugs import doubled, made_slugs
from marketplace.catalog.spreadsheet_stored import (
    chunks,
    credit_code_owners,
    other_organisations,
    provider_names,
    solution_names,
    stored_providers,
    stored_solutions,
)
from marketplace.core.database import db, transaction
from marketplace.taxonomy.queries import districts

NO_SLUG = "write a slug; none could be made from the name that is still free"


Contents = Sequence[tuple[Solution, Mapping[str, object]]]
OTHERS_PROVIDER = "is not your company; only your own solutions can be imported here"
OTHERS_SOLUTION = "is the address of another company's solution; choose another"


@dataclass(frozen=True)
class Desk:
    """Who imports into drafts rather than straight onto the public pages: one provider's own
    people. `take` keeps what was read, `objection` says why a solution cannot be changed now."""

    provider: str
    take: Callable[[Contents], None]
    objection: Callable[[Solution], str | None]


def import_catalogue(path: Path, *, actor: str, dry_run: bool = False, all_or_nothing: bool = False,
                     progress: Progress = silent) -> ImportReport:
    """Import a file; raises `InvalidInput` when it is no spreadsheet of the catalogue.

    `dry_run` checks everything and writes nothing. `all_or_nothing` writes in one transaction, and
    only when no cell is wrong; otherwise every batch of records is committed as it is done.
    """
    book = read_book(path, sheets({d.code: d.name for d in districts()}), progress)
    if dry_run or all_or_nothing:
        checked = _Import(book, actor, progress, writing=False).run()
        checked.dry_run = dry_run
        if dry_run or checked.problems:
            return checked
    if not all_or_nothing:
        return _Import(book, actor, progress, writing=True).run()
    try:
        with transaction():
            return _Import(book, actor, progress, writing=True).run(strict=True)
    except _Refused as refused:
        return refused.report


def import_drafts(path: Path, desk: Desk, *, progress: Progress = silent) -> ImportReport:
    """Import a provider's own solutions as drafts; the sheet `providers` is left aside."""
    book = read_book(path, sheets({d.code: d.name for d in districts()}), progress)
    if book.tables.pop(PROVIDERS, None) is not None:
        book.notes.append("The sheet providers was left aside: the company profile has its page.")
    return _Import(book, "", progress, writing=True, desk=desk).run()


class _Refused(Exception):
    """A row went wrong inside the one transaction: take everything back."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


class _Import:
    """One pass over a book."""

    def __init__(self, book: Book, actor: str, progress: Progress, *, writing: bool,
                 desk: Desk | None = None) -> None:
        self.desk = desk
        self.book, self.actor, self.progress, self.writing = book, actor, progress, writing
        self.report = ImportReport(book.path, written=writing, notes=list(book.notes))
        self.providers: set[str] = set()
        self.bad_providers: set[str] = set()
        self.credit_codes: dict[str, str] = {}
        self.slugs: dict[tuple[str, int], str] = {}

    def run(self, *, strict: bool = False) -> ImportReport:
        for table in self.book.tables.values():
            self.report.counts(table.sheet.name)
        if PROVIDERS in self.book.tables:
            self._providers(self.book.tables[PROVIDERS])
        self._solutions()
        order = {name: n for n, name in enumerate(self.book.tables)}
        self.report.problems.sort(key=lambda p: (order[p.sheet], p.row))
        if strict and self.report.problems:
            self.report.written = False
            raise _Refused(self.report)
        return self.report

    # --- rows and their slugs -------------------------------------------------------------------

    def _slugged(self, table: Table) -> Iterator[tuple[str, Row]]:
        """The rows with their slugs; those without, and those that share one, are reported."""
        name = table.sheet.name
        if name == PROVIDERS:
            made = made_slugs(table, "credit_code", provider_names)
        else:
            made = made_slugs(table, "provider", solution_names)
        twice = doubled(table)
        for row in table.rows:
            slug = row.cells.get("slug") or made.get(row.number) or ""
            if slug in twice:
                rows = ", ".join(map(str, twice[slug]))
                self._refuse(table, row, {"slug": f"stands in rows {rows}; keep one of them"})
            elif not slug and row.cells.get("name_zh"):
                self._refuse(table, row, {"slug": NO_SLUG})
            else:
                self.slugs[name, row.number] = slug if row.number in made else ""
                yield slug, row

    def _refuse(self, table: Table, row: Row, wrong: Wrong) -> None:
        self.report.counts(table.sheet.name).wrong += 1
        self._report(table, row, wrong)

    def _report(self, table: Table, row: Row, wrong: Wrong) -> None:
        for key, remedy in wrong.items():
            self.report.problems.append(CellProblem.at(table, row, key, remedy))

    def _settle(self, plans: Sequence[Plan]) -> None:
        """Put what became of the rows into the report."""
        for plan in plans:
            for (sheet, number), state in plan.states.items():
                counts = self.report.counts(sheet)
                setattr(counts, state, getattr(counts, state) + 1)
                made = self.slugs.get((sheet, number))
                if made and state != "wrong":
                    self.report.slugs.append((sheet, number, made))
            for sheet, row, wrong in plan.wrong:
                self._report(self.book.tables[sheet], row, wrong)

    # --- providers ------------------------------------------------------------------------------

    def _providers(self, table: Table) -> None:
        rows, done = list(self._slugged(table)), 0
        schema = ProviderContentSchema()
        for chunk in chunks(rows):
            with _batch(self.writing):
                stored = stored_providers([slug for slug, _row in chunk])
                owners = credit_code_owners(row.cells.get("credit_code", "") for _s, row in chunk)
                others = other_organisations([slug for slug, _row in chunk])
                plans = []
                for slug, row in chunk:
                    plan = plan_provider(table, row, slug, stored.get(slug), schema)
                    self._check_identity(plan, table, row, slug in others, owners)
                    if plan.content is not None and self.writing:
                        self._write_provider(plan, stored.get(slug))
                    plans.append(plan)
            for plan in plans:
                (self.bad_providers if plan.wrong else self.providers).add(plan.slug)
            self._settle(plans)
            done += len(chunk)
            self.progress(self._doing(PROVIDERS), done, len(rows))

    def _check_identity(self, plan: Plan, table: Table, row: Row, other: bool,
                        owners: Mapping[str, str]) -> None:
        """A slug and a credit code belong to one organisation."""
        if plan.content is None:
            return
        code = plan.content.get("credit_code")
        wrong: Wrong = {}
        owner = self.credit_codes.get(code) or owners.get(code) if code else None
        if owner and owner != plan.slug:
            wrong["credit_code"] = f"belongs to {owner} already; check both"
        if other:
            wrong["slug"] = "is the slug of an organisation that is no provider; choose another"
        if wrong:
            plan.content = None
            plan.refuse(table.sheet.name, row, wrong)
        elif code:
            self.credit_codes[code] = plan.slug

    def _write_provider(self, plan: Plan, provider: Provider | None) -> None:
        assert plan.content is not None
        if provider is None:
            create_provider(slug=plan.slug, content=plan.content, actor=self.actor, listed=True)
        else:
            revise_provider(provider=provider, content=plan.content, actor=self.actor)

    # --- solutions ------------------------------------------------------------------------------

    def _units(self) -> list[Unit]:
        """The file's rows by solution, in the order of their first row."""
        units: dict[str, Unit] = {}
        tables = self.book.tables
        nameless = 0
        for slug, row in self._slugged(tables[SOLUTIONS]) if SOLUTIONS in tables else ():
            nameless += not slug
            units[slug or f"\0{nameless}"] = Unit(slug, row)
        refused = {row.cells.get("slug") for row in tables[SOLUTIONS].rows
                   if row.cells.get("slug") not in units} if SOLUTIONS in tables else set()
        for name, table in tables.items():
            if table.sheet.key != "solution":
                continue
            for row in table.rows:
                slug = row.cells.get("solution", "")
                if not slug or "solution" in row.wrong or slug in refused:
                    self._refuse(table, row, {"solution": row.wrong.get("solution") or (
                        "its solution stands in several rows; keep one" if slug else
                        "write the slug of the solution")})
                else:
                    units.setdefault(slug, Unit(slug)).parts.setdefault(name, []).append(row)
        return list(units.values())

    def _solutions(self) -> None:
        units, done = self._units(), 0
        for chunk in chunks(units):
            with _batch(self.writing):
                plans = self._solution_plans(chunk)
            self._settle(plans)
            done += len(chunk)
            self.progress(self._doing(SOLUTIONS), done, len(units))

    def _doing(self, what: str) -> str:
        return what if self.writing else f"checking {what}"

    def _solution_plans(self, chunk: Sequence[Unit]) -> list[Plan]:
        stored = stored_solutions([unit.slug for unit in chunk])
        named = {u.row.cells.get("provider", "") for u in chunk if u.row}
        named |= {self.desk.provider} if self.desk else set()
        providers = stored_providers(named)
        plans, contents = [], []
        for unit in chunk:
            solution = stored.get(unit.slug)
            if self.desk and unit.row and not unit.row.cells.get("provider"):
                own = {**unit.row.cells, "provider": self.desk.provider}
                unit.row = replace(unit.row, cells=own)
            wrong = self._provider_problem(unit, solution, providers)
            foreign = self._foreign(unit, solution)
            plan = foreign or plan_solution(self.book.tables, unit, solution, wrong)
            plans.append(plan)
            if plan.content is not None and self.writing:
                if solution is None and unit.row:
                    provider = providers[unit.row.cells["provider"]]
                    solution = new_solution(provider=provider, slug=unit.slug)
                assert solution is not None
                contents.append((solution, plan.content))
        if contents and self.desk:
            self.desk.take(contents)
        elif contents:
            publish_contents(contents=contents, actor=self.actor)
        return plans

    def _foreign(self, unit: Unit, solution: Solution | None) -> Plan | None:
        """At a provider's own desk: a plan that only says why these rows are not theirs now."""
        if self.desk is None:
            return None
        key, why = "slug", None
        if solution is not None and solution.provider.slug != self.desk.provider:
            why = OTHERS_SOLUTION
        elif unit.row and unit.row.cells.get("provider", self.desk.provider) != self.desk.provider:
            key, why = "provider", OTHERS_PROVIDER
        elif solution is not None:
            why = self.desk.objection(solution)
        if why is None:
            return None
        plan = Plan(unit.slug)
        if unit.row:
            plan.refuse(SOLUTIONS, unit.row, {key: why})
        for name, rows in unit.parts.items():
            for row in rows:
                plan.refuse(name, row, {"solution": why})
        return plan

    def _provider_problem(self, unit: Unit, solution: Solution | None,
                          providers: Mapping[str, Provider]) -> str | None:
        slug = unit.row.cells.get("provider") if unit.row else None
        if not slug or not unit.row or "provider" in unit.row.wrong:
            return None
        if solution is not None and solution.provider.slug != slug:
            return (f"the solution belongs to {solution.provider.slug}; "
                    "an import does not move it to another provider")
        if slug in providers or slug in self.providers:
            return None
        if slug in self.bad_providers:
            return "the row of this provider is not right yet; mend that one first"
        return "is no slug of a provider; add the provider first, or on the sheet providers"


@contextmanager
def _batch(writing: bool) -> Iterator[None]:
    """A transaction when writing, else a read that leaves nothing behind."""
    if writing:
        with transaction() as session:
            yield
            session.flush()
    else:
        yield
        db.session.rollback()
    db.session.expunge_all()
