"""Reads what index documents are made of, in bulk.

An index of a hundred thousand solutions is rebuilt from here, so rows stay rows: they carry the
names of the models' attributes but are no objects of the session. `Solution` and `Provider` are
what they stand in for; `tests/catalog/test_index_loading.py` holds them to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Table, select

from marketplace.catalog.models import (
    Admission,
    Case,
    PricePart,
    Provider,
    Solution,
    SolutionCategory,
    SolutionIndustry,
    SolutionScenario,
    SolutionVersion,
)
from marketplace.catalog.queries import whole_providers
from marketplace.core.database import db

_HANGING: tuple[tuple[str, Any, Any], ...] = (
    ("industries", SolutionIndustry, SolutionIndustry.code),
    ("categories", SolutionCategory, SolutionCategory.position),
    ("scenarios", SolutionScenario, SolutionScenario.code),
    ("price_parts", PricePart, PricePart.id),
    ("cases", Case, Case.id),
)
"""What hangs on a version and is searched or shown on a card, in the models' order."""
_OF_PROVIDERS = _HANGING[:2]


def load_solutions(ids: Sequence[int], providers: dict[int, Provider]) -> Iterator[Solution]:
    """Published solutions with all their document needs. `providers` is kept between batches."""
    solutions, versions = _table(Solution), _table(SolutionVersion)
    rows = db.session.execute(select(solutions).where(solutions.c.id.in_(ids))
                              .order_by(solutions.c.id)).all()
    published = _by(versions, versions.c.id, [row.published_version_id for row in rows])
    hanging = _hanging(_HANGING, list(published))
    admissions = _table(Admission)
    admitted = _grouped(db.session.execute(
        select(admissions.c.solution_id, admissions.c.id).where(admissions.c.solution_id.in_(ids))))
    _add_providers(providers, {row.provider_id for row in rows})
    for row in rows:
        version = SimpleNamespace(
            **published[row.published_version_id]._mapping,
            **{name: found[row.published_version_id] for name, found in hanging.items()})
        yield cast(Solution, SimpleNamespace(
            **row._mapping, published=version, provider=providers[row.provider_id],
            admissions=admitted[row.id]))


def _add_providers(known: dict[int, Provider], wanted: set[int]) -> None:
    missing = wanted - set(known)
    if missing:
        known |= {p.id: p for p in db.session.scalars(
            select(Provider).where(Provider.id.in_(missing)))}


def load_providers(ids: Sequence[int]) -> Iterator[tuple[Provider, list[Solution]]]:
    """Providers with their public solutions; of these only industries and categories."""
    solutions = _table(Solution)
    rows = db.session.execute(
        select(solutions.c.provider_id, solutions.c.published_version_id).where(
            solutions.c.provider_id.in_(ids), solutions.c.withdrawn_at.is_(None),
            solutions.c.published_version_id.is_not(None)).order_by(solutions.c.id)).all()
    hanging = _hanging(_OF_PROVIDERS, [row.published_version_id for row in rows])
    offered: Mapping[int, list[Solution]] = defaultdict(list)
    for row in rows:
        version = SimpleNamespace(**{
            name: found[row.published_version_id] for name, found in hanging.items()})
        offered[row.provider_id].append(cast(Solution, SimpleNamespace(published=version)))
    for provider in db.session.scalars(whole_providers().where(Provider.id.in_(ids))
                                       .order_by(Provider.id)).unique():
        yield provider, offered[provider.id]


def _hanging(kinds: Sequence[tuple[str, Any, Any]],
             versions: Sequence[int]) -> dict[str, Mapping[int, list[Any]]]:
    """The rows that hang on versions, by relationship and version id."""
    found: dict[str, Mapping[int, list[Any]]] = {}
    for name, model, order in kinds:
        table = _table(model)
        first = table.c.version_id
        found[name] = _grouped(db.session.execute(
            select(first, *(c for c in table.c if c is not first))
            .where(first.in_(versions)).order_by(first, order)))
    return found


def _by(table: Table, key: Any, values: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.execute(select(table).where(key.in_(values)))}


def _grouped(rows: Any) -> Mapping[int, list[Any]]:
    """Rows by their first column."""
    found: Mapping[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)
