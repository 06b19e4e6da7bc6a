"""The synthetic catalogue: whole, the same at every run, and gone without a trace."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from marketplace.accounts.models import Organisation
from marketplace.catalog.content_schema import load_attributes
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.indexer import documents, rebuild
from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.catalog.operations import sort_key
from marketplace.catalog.pricing import price
from marketplace.catalog.spreadsheet_export import export_catalogue
from marketplace.catalog.spreadsheet_import import import_catalogue
from marketplace.core.audit import AuditEvent
from marketplace.core.database import db
from marketplace.core.outbox import OutboxMessage
from search import SearchQuery
from seeds.loader import remove_samples
from seeds.scale import load_scale
from seeds.scale_content import DESCRIPTION, Maker
from tests.factories import make_solution


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_records_are_whole_samples_without_outbox_and_audit(app: Flask) -> None:
    told: list[tuple[str, int, int]] = []
    assert load_scale(120, lambda *step: told.append(step)) == {"providers": 2, "solutions": 120}
    assert told[-1] == ("solutions", 120, 120)
    assert (_count(OutboxMessage), _count(AuditEvent)) == (0, 0)
    for solution in db.session.scalars(select(Solution)):
        version = solution.published
        assert version is not None
        assert (version.solution_id, version.state, version.number) == (
            solution.id, "published", 1)
        assert solution.sample
        assert solution.provider.organisation.sample
        assert solution.listed_on is not None
        assert version.industries
        assert version.categories
        assert version.scenarios
        assert version.deployments
        assert len(version.description.zh) >= DESCRIPTION
        assert price(version.price_parts).three_years == version.three_years
        load_attributes(version.attributes, [i.code for i in version.industries])
        assert solution.sort_key[:2] == sort_key(version.name)[:2]


def test_a_second_run_adds_only_what_is_missing(app: Flask) -> None:
    load_scale(30)
    assert load_scale(50) == {"providers": 0, "solutions": 20}
    assert load_scale(50) == {"providers": 0, "solutions": 0}
    assert _count(Solution) == 50


def test_records_are_the_same_at_every_run() -> None:
    first, second = Maker(["370102", None]), Maker(["370102", None])
    second.solution(3)
    assert first.solution(7) == second.solution(7)
    assert first.provider(2) == second.provider(2)
    assert len({first.solution(n).version["name"].zh for n in range(200)}) == 200


def test_the_index_is_rebuilt_from_it(app: Flask) -> None:
    load_scale(60)
    indexes = app.extensions["indexes"]
    assert rebuild(indexes, SOLUTIONS).documents == 60
    assert rebuild(indexes, PROVIDERS).documents == 1
    page = indexes[SOLUTIONS].search(SearchQuery(text="系统", match="any"))
    assert page.total > 0


def test_removing_samples_leaves_the_rest(app: Flask) -> None:
    kept = make_solution(slug="kept")
    load_scale(60)
    assert remove_samples() == {"solutions": 60, "providers": 1, "organisations": 1}
    assert [s.slug for s in db.session.scalars(select(Solution))] == ["kept"]
    assert (_count(Provider), _count(Organisation), _count(SolutionVersion)) == (1, 1, 1)
    assert kept.published is not None
    assert [d.id for d in documents(SOLUTIONS)] == [str(kept.id)]


def test_it_passes_the_importer(app: Flask, tmp_path: object) -> None:
    load_scale(80)
    (path,) = export_catalogue(tmp_path / "a.xlsx")  # type: ignore[operator]
    remove_samples()
    report = import_catalogue(path, actor="test")
    assert report.problems == []
    assert report.sheets["solutions"].new == 80
