"""Publish in one process, find in the served ones: how long until it is searchable."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from bench.server import Client
from marketplace.app import create_app
from marketplace.catalog.content_schema import SolutionContentSchema
from marketplace.catalog.models import Provider
from marketplace.catalog.operations import create_solution, publish_version
from marketplace.config import load_settings
from marketplace.core.database import db


def publish_and_find(data: Path, port: int, rounds: int) -> Iterator[float]:
    """Seconds from each commit until a search in the running site finds the new solution."""
    app = create_app(load_settings({"MARKETPLACE_DATA_DIR": str(data),
                                    "MARKETPLACE_LOG_LEVEL": "error"}))
    client = Client(port)
    stamp = time.time_ns()
    with app.app_context():
        provider = db.session.scalars(select(Provider).limit(1)).one()
        for number in range(rounds):
            word = f"bench{stamp}{number}"
            text = {"zh": word, "en": word}
            content = SolutionContentSchema().load({
                "name": text, "promise": text, "description": text, "industries": ["steel"],
                "categories": ["MES"], "deployments": ["saas"]})
            solution = create_solution(provider=provider, slug=word, content=content,
                                       actor="bench", sample=True)
            publish_version(version=solution.versions[0], actor="bench")
            start = time.perf_counter()
            while True:
                found = json.loads(client.get(f"/api/v1/solutions?q={word}&per_page=1")[1])
                if found["total"] and found["items"][0]["slug"] == word:
                    break
                time.sleep(0.005)
            yield time.perf_counter() - start
        db.session.remove()
        db.engine.dispose()
