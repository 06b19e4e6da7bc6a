"""What an import asks of the database: in batches, never row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.core.database import db

BATCH = 200
"""Records asked for, and written in one transaction unless all are, at a time."""
T = TypeVar("T")


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in batches."""
    for start in range(0, len(items), BATCH):
        yield items[start:start + BATCH]


def stored_providers(slugs: Iterable[str]) -> dict[str, Provider]:
    """Providers by slug."""
    return {p.slug: p for p in db.session.scalars(
        select(Provider).where(Provider.slug.in_(list(slugs))))}


def stored_solutions(slugs: Iterable[str]) -> dict[str, Solution]:
    """Solutions by slug, with everything a row tells of them."""
    version = joinedload(Solution.published)
    rows = db.session.scalars(select(Solution).where(Solution.slug.in_(list(slugs))).options(
        joinedload(Solution.provider), *(version.selectinload(relation) for relation in (
            SolutionVersion.industries, SolutionVersion.categories, SolutionVersion.scenarios,
            SolutionVersion.price_parts, SolutionVersion.cases, SolutionVersion.documents)),
        selectinload(Solution.versions)))
    return {solution.slug: solution for solution in rows.unique()}


def credit_code_owners(codes: Iterable[str]) -> dict[str, str]:
    """Slugs of organisations by credit code."""
    wanted = [code for code in codes if code]
    return {code: slug for code, slug in db.session.execute(
        select(Organisation.credit_code, Organisation.slug)
        .where(Organisation.credit_code.in_(wanted))) if code}


def other_organisations(slugs: Iterable[str]) -> set[str]:
    """Slugs of organisations that are no provider (yet)."""
    return set(db.session.scalars(select(Organisation.slug).where(
        Organisation.slug.in_(list(slugs)),
        Organisation.id.not_in(select(Provider.organisation_id)))))


def solution_names(slugs: Iterable[str]) -> dict[str, str]:
    """Chinese names of stored solutions by slug."""
    return _inchunks(slugs, lambda part: {s: n.zh if n else "" for s, n in db.session.execute(
        select(Solution.slug, SolutionVersion.name)
        .join(SolutionVersion, SolutionVersion.id == Solution.published_version_id, isouter=True)
        .where(Solution.slug.in_(part)))})


def provider_names(slugs: Iterable[str]) -> dict[str, str]:
    """Chinese names of stored organisations by slug."""
    return _inchunks(slugs, lambda part: {s: n.zh for s, n in db.session.execute(
        select(Organisation.slug, Organisation.name).where(Organisation.slug.in_(part)))})


def _inchunks(slugs: Iterable[str],
               ask: Callable[[Sequence[str]], dict[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in chunks(sorted(slugs)):
        found |= ask(part)
    return found
