"""The bulk reader of the index gives the same documents as the models themselves."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from marketplace.catalog.index_documents import (
    PROVIDERS,
    SOLUTIONS,
    provider_document,
    solution_document,
)
from marketplace.catalog.indexer import documents
from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.queries import whole_solutions
from marketplace.core.database import db
from search import IndexDocument
from tests.support import sql_count


def _whole() -> list[Solution]:
    return list(db.session.scalars(whole_solutions().where(
        Solution.published_version_id.is_not(None), Solution.withdrawn_at.is_(None))
        .order_by(Solution.id)).unique())


def _same(found: list[IndexDocument], wanted: list[IndexDocument]) -> None:
    assert [d.id for d in found] == [d.id for d in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert (one, one.content_hash) == (other, other.content_hash)


def test_solutions_read_in_bulk_are_the_models(catalogue: Flask) -> None:
    _same(list(documents(SOLUTIONS)), list(map(solution_document, _whole())))


def test_providers_read_in_bulk_are_the_models(catalogue: Flask) -> None:
    gone = db.session.scalars(select(Solution)).first()
    assert gone is not None
    withdraw_solution(solution=gone, reason="no longer made", actor="test")
    offered = _whole()
    wanted = [provider_document(p, [s for s in offered if s.provider_id == p.id])
              for p in db.session.scalars(select(Provider).order_by(Provider.id))]
    _same(list(documents(PROVIDERS)), wanted)
    assert str(gone.id) not in {d.id for d in documents(SOLUTIONS)}


def test_a_batch_costs_ten_statements(catalogue: Flask) -> None:
    with sql_count(10):
        assert len(list(documents(SOLUTIONS, range(1, 4)))) == 3
    with sql_count(10):
        assert len(list(documents(SOLUTIONS))) == 150
    with sql_count(6):
        assert len(list(documents(PROVIDERS))) == 40
