"""Reads of the catalogue, always through the access filter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from marketplace.accounts.models import Organisation
from marketplace.catalog.models import (
    Admission,
    ComparisonCount,
    Provider,
    Solution,
    SolutionFile,
    SolutionIndustry,
    SolutionScenario,
    SolutionVersion,
)
from marketplace.core.access import Person, scoped, sees, visible
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.files import PICTURES
from marketplace.core.i18n import LocalizedText
from marketplace.taxonomy.queries import serves_active_industry
from marketplace.taxonomy.registry import GENERAL

COMPARED_DAYS = 90
"""Days over which "most compared" counts."""


@sees(Solution)
def _public_solutions(person: Person) -> ColumnElement[bool]:
    """Published, not withdrawn, of an industry that is not paused."""
    return (Solution.published_version_id.is_not(None)) & Solution.withdrawn_at.is_(None) & (
        serves_active_industry(SolutionIndustry.code,
                               SolutionIndustry.version_id == Solution.published_version_id))


@sees(Provider)
def _public_providers(person: Person) -> ColumnElement[bool]:
    """Listed providers. A provider outlives a paused sub-platform: it may serve others."""
    return Provider.listed_on.is_not(None)


@scoped(Provider, "organisation")
def _own_provider(person: Person) -> ColumnElement[bool]:
    return Provider.organisation_id == person.organisation_id


@scoped(Provider, "district")
def _providers_of_district(person: Person) -> ColumnElement[bool]:
    return Provider.organisation.has(Organisation.district_code == person.district)


@scoped(Provider, "industries")
def _providers_of_industries(person: Person) -> ColumnElement[bool]:
    """Those whose solutions or own entry name one of the industries, or that named none yet."""
    serving = Provider.solutions.any(Solution.versions.any(SolutionVersion.industries.any(
        SolutionIndustry.code.in_([*person.industries, GENERAL]))))
    stated = Provider.organisation.has(Organisation.industry.in_(person.industries))
    undecided = ~Provider.solutions.any() & Provider.organisation.has(
        Organisation.industry.is_(None))
    return serving | stated | undecided


@scoped(Solution, "organisation")
def _own_solutions(person: Person) -> ColumnElement[bool]:
    """By the provider's key, so that the database need not look at everybody's solutions."""
    return Solution.provider_id.in_(
        select(Provider.id).where(Provider.organisation_id == person.organisation_id))


@scoped(Solution, "industries")
def _solutions_of_industries(person: Person) -> ColumnElement[bool]:
    """Any version serves one of the person's industries, or all industries."""
    return Solution.versions.any(SolutionVersion.industries.any(
        SolutionIndustry.code.in_([*person.industries, GENERAL])))


def _whole_version() -> list[object]:
    version = joinedload(Solution.published, innerjoin=False)
    return [version.selectinload(relation) for relation in (
        SolutionVersion.industries, SolutionVersion.categories, SolutionVersion.scenarios,
        SolutionVersion.price_parts, SolutionVersion.cases, SolutionVersion.documents)]


def whole_solutions() -> Select[Solution]:
    """Solutions with everything a page, comparison, export or index document shows."""
    return select(Solution).options(
        *_whole_version(),  # type: ignore[arg-type]
        joinedload(Solution.provider).joinedload(Provider.admissions),
        selectinload(Solution.admissions).joinedload(Admission.programme))


def solution_by(*, slug: str | None = None, id: int | None = None) -> Solution | None:
    """One solution whatever its state; the caller decides what may be shown of it."""
    condition = Solution.slug == slug if slug is not None else Solution.id == id
    return db.session.scalars(whole_solutions().where(condition)).unique().first()


def is_public(solution: Solution) -> bool:
    """Whether this solution is visible to everybody at this moment."""
    return db.session.scalar(
        select(Solution.id).where(Solution.id == solution.id, visible(Solution))) is not None


def public_solutions(ids: Sequence[int]) -> list[Solution]:
    """Visible solutions in the order of `ids`; hidden and unknown ids are left out."""
    if not ids:
        return []
    found = db.session.scalars(
        whole_solutions().where(Solution.id.in_(ids), visible(Solution))).unique()
    by_id = {s.id: s for s in found}
    return [by_id[i] for i in ids if i in by_id]


def whole_providers() -> Select[Provider]:
    """Providers with organisation and admissions."""
    return select(Provider).options(
        selectinload(Provider.admissions).joinedload(Admission.programme))


@dataclass(frozen=True)
class ShownFile:
    """An upload as a version shows it."""

    file: SolutionFile
    kind: str
    title: LocalizedText

    @property
    def picture(self) -> bool:
        return self.file.media_type in PICTURES


def shown_files(version: SolutionVersion) -> list[ShownFile]:
    """The uploads a version shows, in its order; no statement where it names none."""
    named = version.files or []
    if not named:
        return []
    known = {f.id: f for f in db.session.scalars(
        select(SolutionFile).where(SolutionFile.id.in_([row["file"] for row in named])))}
    return [ShownFile(known[row["file"]], row["kind"], LocalizedText.of(row["title"]))
            for row in named if row["file"] in known]


def provider_by(*, slug: str | None = None, id: int | None = None) -> Provider | None:
    condition = Provider.slug == slug if slug is not None else Provider.id == id
    return db.session.scalars(
        whole_providers().where(condition, visible(Provider))).unique().first()


def suspended_provider(slug: str) -> Provider | None:
    """A provider whose listing an operator has suspended; its page says since when and why."""
    return db.session.scalars(select(Provider).where(
        Provider.slug == slug, Provider.suspended_at.is_not(None))).first()


def solution_ids_of(provider_id: int) -> Sequence[int]:
    """Visible solutions of a provider, by name."""
    return db.session.scalars(select(Solution.id).where(
        Solution.provider_id == provider_id, visible(Solution)).order_by(Solution.sort_key)).all()


def solutions_per_provider(provider_ids: Iterable[int]) -> dict[int, int]:
    """How many visible solutions each of these providers has."""
    rows = db.session.execute(
        select(Solution.provider_id, func.count()).where(
            Solution.provider_id.in_(list(provider_ids)), visible(Solution))
        .group_by(Solution.provider_id))
    return {row[0]: row[1] for row in rows}


def most_compared(industry: str, limit: int = 6) -> list[tuple[int, int]]:
    """(solution id, comparisons) of an industry over the last `COMPARED_DAYS` days."""
    since = today() - timedelta(days=COMPARED_DAYS)
    times, serves = func.sum(ComparisonCount.times), aliased(SolutionIndustry)
    rows = db.session.execute(
        select(ComparisonCount.solution_id, times).join(Solution).join(
            serves, serves.version_id == Solution.published_version_id)
        .where(ComparisonCount.day > since, serves.code == industry, visible(Solution))
        .group_by(ComparisonCount.solution_id).order_by(times.desc(), ComparisonCount.solution_id)
        .limit(limit)).all()
    return [(row[0], int(row[1])) for row in rows]


def solutions_per_scenario(codes: Iterable[str]) -> dict[str, int]:
    """How many visible solutions lift a company in each scenario."""
    rows = db.session.execute(
        select(SolutionScenario.code, func.count()).join(
            Solution, Solution.published_version_id == SolutionScenario.version_id)
        .where(SolutionScenario.code.in_(list(codes)), visible(Solution))
        .group_by(SolutionScenario.code))
    return {row[0]: row[1] for row in rows}


def directory() -> list[tuple[str, str, str, object]]:
    """(kind, slug, sort key, name) of every visible solution and provider, by pinyin."""
    solutions = db.session.execute(
        select(Solution.slug, Solution.sort_key, SolutionVersion.name).join(
            SolutionVersion, SolutionVersion.id == Solution.published_version_id)
        .where(visible(Solution))).all()
    providers = db.session.execute(
        select(Provider.slug, Provider.sort_key, Organisation.name).join(Organisation)
        .where(visible(Provider))).all()
    rows = [("solution", *row) for row in solutions] + [("provider", *row) for row in providers]
    return sorted(rows, key=lambda row: row[2])
