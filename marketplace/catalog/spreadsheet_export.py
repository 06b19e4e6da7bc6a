"""The catalogue as the sheets that the importer reads: the round trip changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import func, select

from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.queries import whole_solutions
from marketplace.catalog.spreadsheet_cells import Progress, silent
from marketplace.catalog.spreadsheet_columns import PROVIDERS, Sheet, sheets
from marketplace.catalog.spreadsheet_records import Cells, provider_row, solution_rows
from marketplace.catalog.spreadsheet_writing import write_file
from marketplace.core.database import db
from marketplace.core.errors import InvalidInput
from marketplace.taxonomy.queries import districts

BATCH = 500


def _chosen(names: Collection[str]) -> Mapping[str, Sheet]:
    known = sheets({d.code: d.name for d in districts()})
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise InvalidInput(f"No sheet {', '.join(unknown)}; there are {', '.join(known)}.")
    return {name: sheet for name, sheet in known.items() if not names or name in names}


def write_template(path: Path, names: Collection[str] = ()) -> list[Path]:
    """An empty workbook (or CSV files) to fill in; returns the files written."""
    return write_file(path, _chosen(names), ())


def export_catalogue(path: Path, names: Collection[str] = (),
                     progress: Progress = silent) -> list[Path]:
    """Every provider and every published, not withdrawn solution; returns the files written.

    `names` restricts the sheets. Raises `InvalidInput` for an unknown sheet or kind of file.
    """
    known = _chosen(names)
    return write_file(path, known, _rows(known, progress))


def _rows(known: Mapping[str, Sheet], progress: Progress) -> Iterator[tuple[str, Cells]]:
    if PROVIDERS in known:
        for provider in db.session.scalars(select(Provider).order_by(Provider.slug)):
            yield PROVIDERS, provider_row(known[PROVIDERS], provider)
    if set(known) == {PROVIDERS}:
        return
    public = Solution.published_version_id.is_not(None) & Solution.withdrawn_at.is_(None)
    total = db.session.scalar(select(func.count()).select_from(Solution).where(public)) or 0
    last, done = "", 0
    while batch := _batch(last, public):
        for solution in batch:
            if solution.published is not None:
                yield from solution_rows(known, solution, solution.published)
        last, done = batch[-1].slug, done + len(batch)
        db.session.expunge_all()
        progress("export", done, total)


def _batch(after: str, public: object) -> Sequence[Solution]:
    return db.session.scalars(
        whole_solutions().where(public, Solution.slug > after)  # type: ignore[arg-type]
        .order_by(Solution.slug).limit(BATCH)).unique().all()
