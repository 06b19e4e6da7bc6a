"""Imports providers and solutions from a workbook or a CSV file, in batches.

The key of a row is its slug. A new row becomes a published record, a changed one a new version, and
a row that says what is stored already writes nothing at all. Wrong rows are reported and left out;
the others are taken over, unless `all_or_nothing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution, SolutionVersion
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
from marketplace.core.database import db, transaction
from marketplace.taxonomy.queries import districts

BATCH = 200
"""Records written in one transaction, unless all are."""
NO_SLUG = "write a slug; none could be made from the name that is still free"
T = TypeVar("T")


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


class _Refused(Exception):
    """A row went wrong inside the one transaction: take everything back."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


class _Import:
    """One pass over a book."""

    def __init__(self, book: Book, actor: str, progress: Progress, *, writing: bool) -> None:
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
            made = made_slugs(table, "credit_code", _provider_names)
        else:
            made = made_slugs(table, "provider", _solution_names)
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
            self.report.problems.append(CellProblem.at(
                table.title, row.number, table.columns.get(key, 0), key, row.cells.get(key, ""),
                remedy))

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
        for chunk in _chunks(rows):
            with _batch(self.writing):
                stored = _stored_providers([slug for slug, _row in chunk])
                owners = _credit_code_owners(row.cells.get("credit_code", "") for _s, row in chunk)
                others = _other_organisations([slug for slug, _row in chunk])
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
        for chunk in _chunks(units):
            with _batch(self.writing):
                plans = self._solution_plans(chunk)
            self._settle(plans)
            done += len(chunk)
            self.progress(self._doing(SOLUTIONS), done, len(units))

    def _doing(self, what: str) -> str:
        return what if self.writing else f"checking {what}"

    def _solution_plans(self, chunk: Sequence[Unit]) -> list[Plan]:
        stored = _stored_solutions([unit.slug for unit in chunk])
        named = {u.row.cells.get("provider", "") for u in chunk if u.row}
        providers = _stored_providers(named)
        plans, contents = [], []
        for unit in chunk:
            solution = stored.get(unit.slug)
            wrong = self._provider_problem(unit, solution, providers)
            plan = plan_solution(self.book.tables, unit, solution, wrong)
            plans.append(plan)
            if plan.content is not None and self.writing:
                if solution is None and unit.row:
                    provider = providers[unit.row.cells["provider"]]
                    solution = new_solution(provider=provider, slug=unit.slug)
                assert solution is not None
                contents.append((solution, plan.content))
        if contents:
            publish_contents(contents=contents, actor=self.actor)
        return plans

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


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]


def _stored_providers(slugs: Iterable[str]) -> dict[str, Provider]:
    return {p.slug: p for p in db.session.scalars(
        select(Provider).where(Provider.slug.in_(list(slugs))))}


def _stored_solutions(slugs: Iterable[str]) -> dict[str, Solution]:
    version = joinedload(Solution.published)
    rows = db.session.scalars(select(Solution).where(Solution.slug.in_(list(slugs))).options(
        joinedload(Solution.provider), *(version.selectinload(relation) for relation in (
            SolutionVersion.industries, SolutionVersion.categories, SolutionVersion.scenarios,
            SolutionVersion.price_parts, SolutionVersion.cases, SolutionVersion.documents)),
        selectinload(Solution.versions)))
    return {solution.slug: solution for solution in rows.unique()}


def _credit_code_owners(codes: Iterable[str]) -> dict[str, str]:
    wanted = [code for code in codes if code]
    return {code: slug for code, slug in db.session.execute(
        select(Organisation.credit_code, Organisation.slug)
        .where(Organisation.credit_code.in_(wanted))) if code}


def _other_organisations(slugs: Iterable[str]) -> set[str]:
    """Slugs of organisations that are no provider (yet)."""
    return set(db.session.scalars(select(Organisation.slug).where(
        Organisation.slug.in_(list(slugs)),
        Organisation.id.not_in(select(Provider.organisation_id)))))


def _solution_names(slugs: Iterable[str]) -> dict[str, str]:
    """Chinese names of stored solutions by slug."""
    return _in_chunks(slugs, lambda part: {s: n.zh if n else "" for s, n in db.session.execute(
        select(Solution.slug, SolutionVersion.name)
        .join(SolutionVersion, SolutionVersion.id == Solution.published_version_id, isouter=True)
        .where(Solution.slug.in_(part)))})


def _provider_names(slugs: Iterable[str]) -> dict[str, str]:
    """Chinese names of stored organisations by slug."""
    return _in_chunks(slugs, lambda part: {s: n.zh for s, n in db.session.execute(
        select(Organisation.slug, Organisation.name).where(Organisation.slug.in_(part)))})


def _in_chunks(slugs: Iterable[str],
               ask: Callable[[Sequence[str]], dict[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _chunks(sorted(slugs)):
        found |= ask(part)
    return found
