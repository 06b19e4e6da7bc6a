"""Writes of the catalogue: one function a verb, one transaction each, audited, indexed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.models import (
    Case,
    ComparisonCount,
    ComparisonPair,
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
from marketplace.core.counting import add_counts
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
    version.cases = [Case(**{**row, "figures": [_stored(f) for f in row["figures"]]})
                     for row in content["cases"]]
    version.documents = [Document(**row) for row in content["documents"]]
    computed = price(version.price_parts)
    version.first_year, version.three_years = computed.first_year, computed.three_years


def create_provider(*, slug: str, content: Mapping[str, Any], actor: str,
                    listed: bool = False) -> Provider:
    """A new provider and its organisation from loaded content (`ProviderContentSchema`).

    `listed` states that the operator's check (上架) is done, as in an import by an administrator.
    """
    with transaction() as session:
        if session.scalar(select(Organisation.id).where(Organisation.slug == slug)):
            raise Conflict(f"The address {slug!r} is taken by another organisation.")
        provider = Provider(
            slug=slug, created_at=now(), listed_on=today() if listed else None,
            organisation=Organisation(slug=slug, kind="provider", created_at=now()))
        _fill_provider(provider, content)
        session.add(provider)
        reindex_provider(provider)
        record(session, actor=actor, action="provider.create", subject=f"provider:{provider.id}",
               details={"slug": slug})
    return provider


def revise_provider(*, provider: Provider, content: Mapping[str, Any], actor: str) -> None:
    """Replace what a provider says of itself; the audit event names the fields that changed."""
    with transaction() as session:
        changed = _fill_provider(provider, content)
        reindex_provider(provider)
        record(session, actor=actor, action="provider.revise", subject=f"provider:{provider.id}",
               details={"fields": changed})


def _fill_provider(provider: Provider, content: Mapping[str, Any]) -> list[str]:
    changed = []
    for name, value in content.items():
        owner = provider.organisation if hasattr(Organisation, name) else provider
        value = _stored(value)
        if getattr(owner, name) != value:
            setattr(owner, name, value)
            changed.append(name)
    provider.sort_key = sort_key(provider.organisation.name)
    return changed


def _stored(value: Any) -> Any:
    """Loaded content as JSON columns hold it; a text by itself stays a text."""
    if isinstance(value, Mapping):
        return {k: v.as_dict() if isinstance(v, LocalizedText) else v for k, v in value.items()}
    if isinstance(value, list):
        return [v.as_dict() if isinstance(v, LocalizedText) else v for v in value]
    return value


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
    # Spreadsheets carry no uploads: without a word on them, they stay as they are.
    version.files = content.get("files", solution.published.files if solution.published else [])
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
    with transaction():
        if version.state not in ("draft", "in_review"):
            raise Conflict(f"Version {version.number} is {version.state} and cannot be published.")
        _publish([version], actor)


def publish_contents(*, contents: Sequence[tuple[Solution, Mapping[str, Any]]],
                     actor: str) -> None:
    """Give many solutions a new version each and publish it: what `create_solution`,
    `revise_solution` and `publish_version` do one by one, in few statements. A solution that is
    not stored yet needs its provider and slug."""
    with transaction() as session:
        session.add_all(solution for solution, _content in contents)
        stored = [solution.id is not None for solution, _content in contents]
        versions = [_draft(solution, content) for solution, content in contents]
        session.flush()
        for known, version in zip(stored, versions, strict=True):
            solution = version.solution
            record(session, actor=actor, subject=f"solution:{solution.id}",
                   action="solution.revise" if known else "solution.create",
                   details={"version": version.number} if known else {"slug": solution.slug})
        _publish(versions, actor)


def new_solution(*, provider: Provider, slug: str) -> Solution:
    """A solution for `publish_contents`, not stored yet."""
    return Solution(provider=provider, slug=slug, sort_key="", created_at=now())


def _publish(versions: Sequence[SolutionVersion], actor: str) -> None:
    session, replaced = db.session, []
    for version in versions:
        before = version.solution.published
        if before is not None:
            before.state = "archived"
        version.state, version.published_at = "published", now()
        replaced.append(before.number if before else None)
    session.flush()
    for version in versions:
        solution = version.solution
        solution.published = version
        solution.sort_key = sort_key(version.name)
        solution.listed_on = solution.listed_on or today()
        if solution.suspended_by is None:
            solution.withdrawn_at = solution.withdrawn_reason = None
    reindex_solutions([version.solution for version in versions])
    for version, number in zip(versions, replaced, strict=True):
        record(session, actor=actor, action="solution.publish",
               subject=f"solution:{version.solution.id}",
               details={"version": version.number, "before": number})


def withdraw_solution(*, solution: Solution, reason: str, actor: str) -> None:
    """Take a solution off the lists; its page stays and says since when and why."""
    reason = public_reason(reason, "A withdrawal needs a reason that visitors can read.")
    with transaction() as session:
        if solution.withdrawn_at is not None:
            raise Conflict("This solution is already withdrawn.")
        solution.withdrawn_at, solution.withdrawn_reason = now(), reason
        reindex_solutions([solution])
        record(session, actor=actor, action="solution.withdraw", subject=f"solution:{solution.id}",
               details={"reason": reason})


def public_reason(reason: str, missing: str) -> str:
    """A reason that the public page shows, trimmed; raises `InvalidInput` (`missing`) for none."""
    reason = reason.strip()
    if not 4 <= len(reason) <= 400:
        raise InvalidInput(missing, errors=(
            FieldError("reason", reason, "write 4 to 400 characters"),))
    return reason


def reindex_solutions(solutions: Sequence[Solution]) -> None:
    """After something about these solutions changed: their documents and their providers'."""
    session = db.session
    session.flush()
    enqueue(session, SOLUTIONS, [s.id for s in solutions])
    enqueue(session, PROVIDERS, dict.fromkeys(s.provider_id for s in solutions))


def reindex_provider(provider: Provider) -> None:
    """After a provider's own data changed: its document and those of its solutions."""
    session = db.session
    session.flush()
    enqueue(session, PROVIDERS, [provider.id])
    enqueue(session, SOLUTIONS, session.scalars(
        select(Solution.id).where(Solution.provider_id == provider.id)).all())


def count_comparison(*, solution_ids: Iterable[int]) -> None:
    """Count that these solutions were opened side by side today; no person is recorded."""
    ids = sorted(set(solution_ids))
    if len(ids) < 2:
        return
    with transaction():
        add_counts(ComparisonCount, [{"solution_id": i, "day": today()} for i in ids])
        add_counts(ComparisonPair, [{"first_id": a, "second_id": b}
                                    for a, b in combinations(ids, 2)])


def find_solution(slug_or_id: str) -> Solution:
    """For the command line: a solution by slug or id; raises `NotFound`."""
    condition = (Solution.id == int(slug_or_id) if slug_or_id.isdecimal()
                 else Solution.slug == slug_or_id)
    solution = db.session.scalar(select(Solution).where(condition))
    if solution is None:
        known = db.session.scalar(select(func.count()).select_from(Solution))
        raise NotFound(f"No solution {slug_or_id!r} among {known}.")
    return solution
