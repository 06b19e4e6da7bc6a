"""Loads a city pack. Every record is invented and marked as a sample; loading twice changes
nothing; `remove_samples` takes all of it out again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import delete, or_, select, update
from stdnum.cn import uscc

from marketplace.accounts.models import Organisation
from marketplace.catalog.content_schema import SolutionContentSchema
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.labels import forget_districts
from marketplace.catalog.models import Admission, Provider, Solution
from marketplace.catalog.operations import (
    create_solution,
    publish_version,
    reindex_provider,
    sort_key,
)
from marketplace.core.clock import now, today
from marketplace.core.database import db, transaction
from marketplace.core.errors import ConfigurationError
from marketplace.core.i18n import LocalizedText
from marketplace.core.outbox import enqueue
from marketplace.taxonomy.models import District, Programme
from seeds.workspace import load_workspace, remove_workspace

ROOT = Path(__file__).parent
ACTOR = "seeds"
SAMPLE_ROUND = LocalizedText("示例征集（第一批）", "Sample round, first batch")
Progress = Callable[[str, int, int], None]


def _read(folder: Path, pattern: str) -> Iterator[Any]:
    for path in sorted(folder.glob(pattern)):
        yield path.name, json.loads(path.read_text("utf-8"))


def _pack(city: str) -> Path:
    folder = ROOT / city
    if not folder.is_dir():
        known = ", ".join(sorted(p.name for p in ROOT.iterdir() if (p / "districts.json").exists()))
        raise ConfigurationError(f"No city pack {city!r}; there are: {known}.")
    return folder


def load_city(city: str) -> Programme:
    """Districts and programme of a city: facts, not samples. Existing rows are updated."""
    folder = _pack(city)
    with transaction() as session:
        for position, raw in enumerate(json.loads((folder / "districts.json").read_text("utf-8"))):
            session.merge(District(
                code=raw["code"], name=LocalizedText.of(raw["name"]), kind=raw["type"],
                position=position, enabled=raw["enabled"], pilot_focus=raw["pilot_focus"]))
        raw = json.loads((folder / "programme.json").read_text("utf-8"))
        programme = session.scalar(select(Programme).where(Programme.code == raw["code"]))
        if programme is None:
            programme = Programme(code=raw["code"])
            session.add(programme)
        programme.name = LocalizedText.of(raw["name"])
        programme.starts_on = date.fromisoformat(raw["starts_on"])
        programme.ends_on = date.fromisoformat(raw["ends_on"])
        programme.edition, programme.rule_version = raw["edition"], raw["rule_version"]
        programme.level_rule, programme.targets = raw["level_rule"], raw["targets"]
        programme.source = LocalizedText.of(raw["source"])
    forget_districts()
    return programme


def load_samples(city: str, progress: Progress = lambda what, done, total: None) -> dict[str, int]:
    """Providers, solutions and enterprises of the sample catalogue; returns how many were new.

    Raises `ConfigurationError` naming file, record and field when a record is not valid.
    """
    folder, programme = _pack(city), load_city(city)
    providers = [r for _f, rows in _read(folder, "providers/*.json") for r in rows]
    solutions = [(f, r) for f, rows in _read(folder, "solutions/*.json") for r in rows]
    enterprises = [r for _f, rows in _read(folder, "enterprises/*.json") for r in rows]
    new = {"providers": 0, "solutions": 0, "enterprises": 0}
    for n, raw in enumerate(providers, 1):
        new["providers"] += _load_provider(raw, programme, n)
        progress("providers", n, len(providers))
    for n, raw in enumerate(enterprises, 1):
        new["enterprises"] += _load_enterprise(raw)
        progress("enterprises", n, len(enterprises))
    for n, (file, raw) in enumerate(solutions, 1):
        new["solutions"] += _load_solution(file, raw, programme, n)
        progress("solutions", n, len(solutions))
    load_workspace()
    return new


def sample_credit_code(slug: str) -> str:
    """A well-formed but invented unified social credit code (region 000000 does not exist)."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    digest = hashlib.blake2b(slug.encode(), digest_size=9).digest()
    body = "91000000" + "".join(letters[b % len(letters)] for b in digest)
    return body + uscc.calc_check_digit(body)


def _organisation(raw: Mapping[str, Any], kind: str, **more: Any) -> Organisation:
    return Organisation(
        slug=raw["slug"], kind=kind, name=LocalizedText.of(raw["name"]),
        credit_code=sample_credit_code(raw["slug"]), district_code=raw.get("district"),
        city=LocalizedText.of(raw.get("city") or {"zh": "济南", "en": "Jinan"}),
        staff=raw.get("staff"), sample=True, created_at=now(), verified_at=now(),
        verified_by=ACTOR, **more)


def _load_provider(raw: Mapping[str, Any], programme: Programme, number: int) -> bool:
    with transaction() as session:
        if session.scalar(select(Provider.id).where(Provider.slug == raw["slug"])):
            return False
        organisation = _organisation(raw, "provider", founded=raw["founded"])
        provider = Provider(
            organisation=organisation, slug=raw["slug"],
            sort_key=sort_key(organisation.name),
            **{k: LocalizedText.of(raw[k]) for k in ("summary", "description", "team")},
            **{k: raw[k] for k in ("classes", "service_districts", "response_hours",
                                   "qualifications", "contact")},
            listed_on=today(), created_at=now())
        if number % 3:
            provider.admissions.append(_admission(programme, "F", number))
        session.add(provider)
        reindex_provider(provider)
    return True


def _admission(programme: Programme, letter: str, number: int) -> Admission:
    decided = programme.starts_on + timedelta(days=180)
    return Admission(programme=programme, round_title=SAMPLE_ROUND, sample=True,
                     number=f"SAMPLE-{decided.year}-{letter}{number:03d}", decided_on=decided)


def _load_enterprise(raw: Mapping[str, Any]) -> bool:
    with transaction() as session:
        if session.scalar(select(Organisation.id).where(Organisation.slug == raw["slug"])):
            return False
        session.add(_organisation(
            raw, "enterprise", industry=raw["industry"], gbt4754=raw["class"],
            revenue=raw["revenue_wan"] * 10_000,
            details={k: raw[k] for k in ("above_scale", "production_mode", "systems", "profile")}))
    return True


def _load_solution(file: str, raw: Mapping[str, Any], programme: Programme, number: int) -> bool:
    with transaction() as session:
        if session.scalar(select(Solution.id).where(Solution.slug == raw["slug"])):
            return False
        provider = session.scalar(select(Provider).where(Provider.slug == raw["provider"]))
        if provider is None:
            raise ConfigurationError(f"{file}: {raw['slug']} names unknown provider "
                                     f"{raw['provider']!r}")
        content = {k: v for k, v in raw.items() if k not in ("slug", "provider")}
        try:
            loaded = SolutionContentSchema().load(content)
        except ValidationError as problem:
            raise ConfigurationError(f"{file}: {raw['slug']}: {problem.messages}") from None
        solution = create_solution(provider=provider, slug=raw["slug"], content=loaded,
                                   actor=ACTOR, sample=True)
        if number % 5 < 3:
            solution.admissions.append(_admission(programme, "S", number))
        publish_version(version=solution.versions[0], actor=ACTOR)
    return True


def remove_samples() -> dict[str, int]:
    """Take out every sample record, whatever pack it came from; returns how many.

    Set by set, not record by record: a synthetic catalogue may have a million of them.
    """
    with transaction() as session:
        solutions = select(Solution.id).where(Solution.sample)
        providers = select(Provider.id).join(Organisation).where(Organisation.sample)
        kept = session.scalars(select(Provider.slug).join(Solution).where(
            Provider.id.in_(providers), Solution.sample.is_(False)).distinct()).all()
        if kept:
            raise ConfigurationError(f"Solutions that are no samples belong to the sample "
                                     f"providers {', '.join(kept)}; move them first.")
        remove_workspace(session)
        solution_ids = session.scalars(solutions).all()
        provider_ids = session.scalars(providers).all()
        at_once = {"synchronize_session": False}
        session.execute(delete(Admission).where(or_(
            Admission.solution_id.in_(solutions), Admission.provider_id.in_(providers))),
            execution_options=at_once)
        session.execute(update(Solution).where(Solution.sample).values(published_version_id=None),
                        execution_options=at_once)
        # Versions and what hangs on them go by ON DELETE CASCADE.
        session.execute(delete(Solution).where(Solution.sample), execution_options=at_once)
        session.execute(delete(Provider).where(Provider.id.in_(providers)),
                        execution_options=at_once)
        removed = session.execute(delete(Organisation).where(Organisation.sample),
                                  execution_options=at_once)
        session.expire_all()
        enqueue(session, SOLUTIONS, solution_ids)
        enqueue(session, PROVIDERS, provider_ids)
    return {"solutions": len(solution_ids), "providers": len(provider_ids),
            "organisations": removed.rowcount}  # type: ignore[attr-defined]


def is_empty() -> bool:
    """Whether no provider exists yet: then `make run` loads the samples."""
    return db.session.scalar(select(Provider.id).limit(1)) is None
