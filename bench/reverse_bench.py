"""Needs that fit one provider, out of fifty thousand open ones."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from bench.server import percentiles
from marketplace.accounts.models import Organisation, User
from marketplace.app import create_app
from marketplace.catalog.models import Provider
from marketplace.config import load_settings
from marketplace.core.access import Person, acting_as
from marketplace.core.clock import now
from marketplace.core.database import db, transaction
from marketplace.core.i18n import LocalizedText
from marketplace.needs.models import SavedNeed
from marketplace.needs.reverse import fitting_needs, know_organisations
from marketplace.needs.reverse_terms import reindex
from marketplace.taxonomy.registry import taxonomy

NEEDS, ROUNDS, SHOWN, BATCH = 50_000, 4, 20, 5_000


def measure_reverse(needs: int = NEEDS) -> dict[str, float]:
    """Milliseconds from the question to the first page: pruned, scored, with advice."""
    with tempfile.TemporaryDirectory(prefix="marketplace-reverse-") as folder:
        environment = {"MARKETPLACE_DATA_DIR": folder, "MARKETPLACE_LOG_LEVEL": "error"}
        subprocess.run([str(Path(sys.executable).with_name("marketplace")), "setup", "--samples"],
                       env={**os.environ, **environment}, check=True)
        app = create_app(load_settings(environment))
        with app.app_context():
            _fill(needs)
            taken = _ask(app)
            db.session.remove()
            db.engine.dispose()
    return {f"reverse_match_{k}": v for k, v in percentiles(taken).items()}


def _ask(app: Flask) -> list[float]:
    providers = [(p.id, p.organisation_id) for p in db.session.scalars(select(Provider))]
    taken = []
    for number in range(ROUNDS + 1):
        for provider_id, organisation_id in providers:
            db.session.remove()
            with acting_as(Person(user_id=1, role="provider", organisation_id=organisation_id,
                                  verified=True)):
                start = time.perf_counter()
                provider = db.session.get_one(Provider, provider_id)
                found = fitting_needs(app.extensions["indexes"], provider).needs[:SHOWN]
                know_organisations(found)
                for need in found:
                    need.shown, need.advice  # noqa: B018 - what the page shows is computed here
                if number:
                    taken.append(time.perf_counter() - start)
    return taken


def _fill(count: int) -> None:
    """Invented needs of every trade, published to all or to their industry."""
    with transaction() as session:
        enterprise = Organisation(
            slug="bench", kind="enterprise", name=LocalizedText("某厂", "Works"),
            city=LocalizedText(), created_at=now(), sample=True)
        user = User(username="bench", password="-", fs_uniquifier="bench", created_at=now())
        session.add_all((enterprise, user))
        session.flush()
        owner = {"organisation_id": enterprise.id, "owner_id": user.id}
    rng = random.Random(5)
    for _start in range(0, count, BATCH):
        with transaction() as session:
            session.execute(insert(SavedNeed), [
                row | owner for row in _needs(rng, min(BATCH, count - _start))])
    reindex()


def _needs(rng: random.Random, count: int) -> Iterator[dict[str, Any]]:
    industries = list(taxonomy().industries.values())
    for _number in range(count):
        own = rng.choice(industries)
        scenarios = rng.sample(list(own.scenarios.values()), rng.randint(1, 3))
        wishes = [_wish("industry", own.code, 0.95)]
        for scenario in scenarios:
            wishes.append(_wish("scenario", scenario.code, rng.uniform(0.3, 0.95)))
            wishes += [_wish("core_scenario", c, 0.5) for c in scenario.core_scenarios[:1]]
            wishes += [_wish("category", c, 0.6) for c in scenario.categories[:2]]
        wishes.append(_wish("budget", float(rng.choice((30_000, 80_000, 200_000, 500_000))), 0.9))
        wishes.append(_wish("deployment", rng.choice(("saas", "private", "edge")), 0.9))
        text = "。".join(rng.choice([*s.expressions, s.name.zh]) for s in scenarios)
        made = now() - timedelta(days=rng.randrange(60))
        yield {"title": text[:40], "text": text, "public_title": text[:40], "public_text": text,
               "facts": {"wishes": list({(w["kind"], w["value"]): w for w in wishes}.values()),
                         "people": rng.choice((15, 60, 180, 400)), "gbt4754": None,
                         "district": None, "levels": {}, "subsidy_share": 0.0},
               "industry": own.code, "state": "published",
               "audience": rng.choice(("all", "all", "industries")), "industries": [own.code],
               "anonymous": rng.random() < 0.7, "confirmed_at": made, "published_at": made,
               "created_at": made, "updated_at": made, "sample": True}


def _wish(kind: str, value: object, confidence: float) -> dict[str, Any]:
    return {"kind": kind, "value": value, "hard": False, "confidence": round(confidence, 3)}
