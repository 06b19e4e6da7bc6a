"""The demo provider's desk shows every state a solution can be in."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import select

from marketplace.catalog.models import Provider
from marketplace.core.access import Person, acting_as
from marketplace.core.database import db
from marketplace.listing.queries import own_solutions
from seeds.workspace import DEMO_PROVIDER, load_workspace


def test_every_state_is_there_once(catalogue: Flask) -> None:
    provider = db.session.scalar(select(Provider).where(Provider.slug == DEMO_PROVIDER))
    assert provider is not None
    with acting_as(Person(role="provider", organisation_id=provider.organisation_id)):
        rows, total = own_solutions()
    states = Counter((row.standing.state, row.standing.public) for row in rows)
    assert total == sum(states.values())
    assert states["draft", False] == states["returned", False] == 1
    assert states["in_review", False] == states["in_review", True] == 1
    assert all(row.solution.sample for row in rows)
    assert load_workspace() == 0
