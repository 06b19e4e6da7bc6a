"""A synthetic catalogue for benchmarks: as large as asked for, the same at every run.

Its texts are composed of the taxonomy's own trade words and expressions, so that searches in it
resemble real ones. Every record is a sample: `marketplace seed --remove` takes all out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select, update

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import (
    Admission,
    PricePart,
    Provider,
    Solution,
    SolutionCategory,
    SolutionIndustry,
    SolutionScenario,
    SolutionVersion,
)
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.taxonomy.models import District
from marketplace.taxonomy.queries import current_programme
from seeds.loader import SAMPLE_ROUND, Progress, sample_credit_code
from seeds.scale_content import Made, Maker

BATCH = 2_000
"""Solutions written in one transaction."""
SOLUTIONS_PER_PROVIDER = 50
PREFIX = "scale-"


def load_scale(count: int, progress: Progress = lambda what, done, total: None) -> dict[str, int]:
    """Bring the synthetic catalogue to `count` solutions; returns how many records were new.

    Written straight into the tables and published: no audit events and no outbox rows, so the
    caller rebuilds the index afterwards. A run that was interrupted is taken up where it stopped.
    """
    there = db.session.scalar(select(func.count()).select_from(Solution).where(
        Solution.slug.startswith(PREFIX, autoescape=True))) or 0
    districts = [*db.session.scalars(select(District.code).where(District.enabled)), None]
    maker = Maker(districts)
    providers, added = _providers(maker, max(1, count // SOLUTIONS_PER_PROVIDER))
    progress("solutions", there, count)
    numbers = iter(range(there + 1, count + 1))
    while batch := [maker.solution(n) for n in islice(numbers, BATCH)]:
        _write_solutions(batch, providers)
        progress("solutions", batch[-1].number, count)
    return {"providers": added, "solutions": max(0, count - there)}


def _providers(maker: Maker, count: int) -> tuple[Sequence[int], int]:
    """Ids of the synthetic providers, and how many of them are new."""
    with transaction() as session:
        known: dict[str, int] = dict(session.execute(select(Provider.slug, Provider.id).where(
            Provider.slug.startswith(f"{PREFIX}provider-", autoescape=True))).all())
        made = [p for p in map(maker.provider, range(1, count + 1)) if p["slug"] not in known]
        organisations = _insert(_table(Organisation), [{
            "slug": p["slug"], "kind": "provider", "sample": True, "created_at": now(),
            "credit_code": sample_credit_code(p["slug"]), "details": {}, **p["organisation"]}
            for p in made])
        new = _insert(_table(Provider), [{
            "slug": p["slug"], "organisation_id": organisation, "listed_on": today(),
            "created_at": now(), **p["provider"]}
            for p, organisation in zip(made, organisations, strict=True)])
    return [*known.values(), *new], len(new)


def _insert(table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows; returns their ids in the same order."""
    if not rows:
        return ()
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return db.session.scalars(statement, rows).all()


def _write_solutions(batch: Sequence[Made], providers: Sequence[int]) -> None:
    with transaction() as session:
        programme = current_programme()
        solutions = _insert(_table(Solution), [{
            "provider_id": providers[made.number % len(providers)],
            "slug": f"{PREFIX}{made.number}", "sort_key": made.sort_key, "sample": True,
            "listed_on": today(), "created_at": now()} for made in batch])
        moment = now()
        versions = _insert(_table(SolutionVersion), [{
            "solution_id": solution, "number": 1, "state": "published", "created_at": moment,
            "published_at": moment - timedelta(minutes=made.number % 500_000), **made.version}
            for solution, made in zip(solutions, batch, strict=True)])
        pairs = list(zip(versions, batch, strict=True))
        for model, rows in _hanging(pairs):
            session.execute(insert(model), list(rows))
        if programme is not None:
            admitted = [{
                "programme_id": programme.id, "solution_id": solution, "provider_id": None,
                "round_title": SAMPLE_ROUND, "number": f"SCALE-{made.number}", "sample": True,
                "decided_on": today()} for solution, made in zip(solutions, batch, strict=True)
                if made.number % 5 < 3]
            session.execute(insert(_table(Admission)), admitted)
        session.execute(
            update(Solution).where(Solution.id.in_(solutions)).values(
                published_version_id=select(SolutionVersion.id).where(
                    SolutionVersion.solution_id == Solution.id).scalar_subquery()),
            execution_options={"synchronize_session": False})


def _table(model: Any) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _hanging(pairs: Sequence[tuple[int, Made]]) -> Iterator[tuple[Table,
                                                                  Iterator[Mapping[str, Any]]]]:
    """The rows that hang on versions, by table."""
    parts: tuple[tuple[Any, Callable[[Made], Sequence[Mapping[str, Any]]]], ...] = (
        (SolutionIndustry, lambda made: made.industries),
        (SolutionCategory, lambda made: made.categories),
        (SolutionScenario, lambda made: made.scenarios),
        (PricePart, lambda made: made.price_parts))
    for model, rows in parts:
        yield _table(model), ({"version_id": version, **row} for version, made in pairs
                              for row in rows(made))

