"""Writes of the catalogue: one function a verb, one transaction each, audited, indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.models import (
    Case,
    ComparisonCount,
    Document,
    PricePart,
    Provider,
    Solution,
    SolutionCategory,
    SolutionIndustry,
    SolutionScenario,
    SolutionVersion,
)
from marketplace.catalog.pricing import DEFAULT_COST_CLASS, price
from marketplace.core.audit import record
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import Conflict, FieldError, InvalidInput, NotFound
from marketplace.core.i18n import LocalizedText
from marketplace.core.outbox import enqueue

PLAIN_FIELDS = ("name", "promise", "description", "deployments", "go_live_days",
                "smallest_package", "interfaces", "data_export", "attributes")


def sort_key(name: LocalizedText) -> str:
    """The pinyin of a name, lower-case, for the directory and for ordering."""
    return "".join(lazy_pinyin(name.zh or name.en)).lower()[:120]


def fill_version(version: SolutionVersion, content: Mapping[str, Any]) -> None:
    """Put loaded content (`SolutionContentSchema`) into a version and compute its prices."""
    for name in PLAIN_FIELDS:
        setattr(version, name, content[name])
    version.industries = [SolutionIndustry(code=c) for c in dict.fromkeys(content["industries"])]
    version.categories = [SolutionCategory(code=c, position=n)
                          for n, c in enumerate(dict.fromkeys(content["categories"]))]
    version.scenarios = [SolutionScenario(**row) for row in content["scenarios"]]
    version.price_parts = [
        PricePart(**{"cost_class": DEFAULT_COST_CLASS[row["part"]], **row})
        for row in content["price_parts"]]
    version.cases = [Case(**{**row, "figures": [_figure(f) for f in row["figures"]]})
                     for row in content["cases"]]
    version.documents = [Document(**row) for row in content["documents"]]
    computed = price(version.price_parts)
    version.first_year, version.three_years = computed.first_year, computed.three_years


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.as_dict() if isinstance(v, LocalizedText) else v for k, v in row.items()}


def create_solution(*, provider: Provider, slug: str, content: Mapping[str, Any], actor: str,
                    sample: bool = False) -> Solution:
    """A new solution with its first version as a draft."""
    with transaction() as session:
        if session.scalar(select(Solution.id).where(Solution.slug == slug)):
            raise Conflict(f"The address {slug!r} is taken by another solution.")
        solution = Solution(provider=provider, slug=slug, sort_key=sort_key(content["name"]),
                            sample=sample, created_at=now())
        session.add(solution)
        _draft(solution, content)
        session.flush()
        record(session, actor=actor, action="solution.create", subject=f"solution:{solution.id}",
               details={"slug": slug})
    return solution


def _draft(solution: Solution, content: Mapping[str, Any]) -> SolutionVersion:
    number = 1 + max((v.number for v in solution.versions), default=0)
    version = SolutionVersion(number=number, state="draft", created_at=now())
    fill_version(version, content)
    solution.versions.append(version)
    return version


def revise_solution(*, solution: Solution, content: Mapping[str, Any],
                    actor: str) -> SolutionVersion:
    """A new draft version; the published one stays as it is."""
    with transaction() as session:
        version = _draft(solution, content)
        session.flush()
        record(session, actor=actor, action="solution.revise", subject=f"solution:{solution.id}",
               details={"version": version.number})
    return version


def publish_version(*, version: SolutionVersion, actor: str) -> None:
    """Put a version on the public pages; the one before becomes history, listing is stated."""
    with transaction() as session:
        solution = version.solution
        if version.state not in ("draft", "in_review"):
            raise Conflict(f"Version {version.number} is {version.state} and cannot be published.")
        before = solution.published
        if before is not None:
            before.state = "archived"
        version.state, version.published_at = "published", now()
        session.flush()
        solution.published = version
        solution.sort_key = sort_key(version.name)
        solution.listed_on = solution.listed_on or today()
        solution.withdrawn_at = solution.withdrawn_reason = None
        _reindex(solution)
        record(session, actor=actor, action="solution.publish", subject=f"solution:{solution.id}",
               details={"version": version.number, "before": before.number if before else None})


def withdraw_solution(*, solution: Solution, reason: str, actor: str) -> None:
    """Take a solution off the lists; its page stays and says since when and why."""
    reason = reason.strip()
    if not 4 <= len(reason) <= 400:
        raise InvalidInput("A withdrawal needs a reason that visitors can read.", errors=(
            FieldError("reason", reason, "write 4 to 400 characters"),))
    with transaction() as session:
        if solution.withdrawn_at is not None:
            raise Conflict("This solution is already withdrawn.")
        solution.withdrawn_at, solution.withdrawn_reason = now(), reason
        _reindex(solution)
        record(session, actor=actor, action="solution.withdraw", subject=f"solution:{solution.id}",
               details={"reason": reason})


def _reindex(solution: Solution) -> None:
    session = db.session
    session.flush()
    enqueue(session, SOLUTIONS, [solution.id])
    enqueue(session, PROVIDERS, [solution.provider_id])


def reindex_provider(provider: Provider) -> None:
    """After a provider's own data changed: its document and those of its solutions."""
    session = db.session
    session.flush()
    enqueue(session, PROVIDERS, [provider.id])
    enqueue(session, SOLUTIONS, session.scalars(
        select(Solution.id).where(Solution.provider_id == provider.id)).all())


def count_comparison(*, solution_ids: Iterable[int]) -> None:
    """Count that these solutions were opened side by side today; no person is recorded."""
    rows = [{"solution_id": i, "day": today(), "times": 1} for i in sorted(set(solution_ids))]
    if len(rows) < 2:
        return
    with transaction() as session:
        insert = (postgresql_insert if session.get_bind().dialect.name == "postgresql"
                  else sqlite_insert)
        statement = insert(ComparisonCount).values(rows)
        session.execute(statement.on_conflict_do_update(
            index_elements=["solution_id", "day"],
            set_={"times": ComparisonCount.times + statement.excluded.times}))


def find_solution(slug_or_id: str) -> Solution:
    """For the command line: a solution by slug or id; raises `NotFound`."""
    condition = (Solution.id == int(slug_or_id) if slug_or_id.isdecimal()
                 else Solution.slug == slug_or_id)
    solution = db.session.scalar(select(Solution).where(condition))
    if solution is None:
        known = db.session.scalar(select(func.count()).select_from(Solution))
        raise NotFound(f"No solution {slug_or_id!r} among {known}.")
    return solution
