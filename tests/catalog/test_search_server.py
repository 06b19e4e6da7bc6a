"""The product on a Meilisearch server: the real one at MEILISEARCH_URL, else the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, product

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS, index_settings
from marketplace.catalog.index_rebuilding import ask_for_rebuild
from marketplace.catalog.indexer import COLLECTIONS, Indexes, drain, make_ready, verify
from marketplace.catalog.models import Solution
from marketplace.catalog.operations import withdraw_solution
from marketplace.catalog.search import Filters, search, suggest
from marketplace.core.database import db
from marketplace.core.jobs import Job, do_next
from marketplace.matching.matcher import match
from marketplace.matching.reading import need_of
from marketplace.matching.understand import understand
from marketplace.taxonomy.operations import pause_industry, resume_industry
from search import Between, Exists, Filter, In, Not, SearchPage, SearchQuery, Sort
from tests.search.standin_or_server import search_server

TEXTS = ("", "质量", "缺陷检测系统", "mes", "simens", "“质量检测”", "质量 -检测", "的",
         "predictive maintanance", "热轧带钢表面缺陷靠人看,漏检多", "制", "iso9001")
FILTERS: tuple[tuple[Filter, ...], ...] = (
    (), (In("industry", ("steel", "biopharma")),),
    (Between("three_years", None, 500_000), In("deployment", ("cloud",))),
    (Not(Exists("three_years")),))


@pytest.fixture
def site(catalogue: Flask, another_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The sample catalogue, indexed on the server."""
    with search_server() as url:
        app = another_app(search_url=url)
        with app.app_context():
            assert make_ready(app.extensions["indexes"]) == list(COLLECTIONS)
            assert make_ready(app.extensions["indexes"]) == []
            yield app
            db.session.remove()


@pytest.fixture
def indexes(site: Flask) -> Indexes:
    return site.extensions["indexes"]


def told(page: SearchPage, *, order: bool) -> tuple[object, ...]:
    """What two engines have to agree on; the order among hits only where it is defined."""
    hits = {hit.id: hit for hit in page.hits} if page.total <= len(page.hits) else None
    ranks = [hit.id for hit in page.hits] if order else None
    return page.total, page.relaxed, page.did_you_mean, page.facets, hits, ranks


def test_both_engines_answer_alike(catalogue: Flask, indexes: Indexes) -> None:
    embedded, served = catalogue.extensions["indexes"][SOLUTIONS], indexes[SOLUTIONS]
    sorts = cycle((None, Sort("three_years"), None, Sort("published_at", descending=True), None))
    for text, filters, sort in ((*asked, next(sorts)) for asked in product(TEXTS, FILTERS)):
        query = SearchQuery(text, filters, index_settings(SOLUTIONS).facets[:8], 200, sort,
                            "2026-W01", highlight=("name_zh", "promise_zh", "description"))
        order = sort is not None or not text
        assert told(served.search(query), order=order) == told(
            embedded.search(query), order=order), (text, filters, sort)


def test_visitors_find_and_are_recommended(site: Flask, indexes: Indexes) -> None:
    client = site.test_client()
    for path in ("/", "/solutions?q=质量&industry=steel&price_max=2000000", "/providers?q=智能",
                 "/solutions?sort=price&page=2", "/industries/steel", "/suggest?q=质",
                 "/readyz"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
    assert {"solution", "category"} <= {found.kind for found in suggest(indexes, "质量")}
    read = understand("热轧带钢表面缺陷靠人看,漏检多,想用视觉检测")
    found = match(indexes, need_of(read))
    assert found.recommendations


def test_changes_repairs_rebuilds_and_pauses(indexes: Indexes) -> None:
    served = indexes[SOLUTIONS]
    before = served.stats().documents
    gone = _withdrawn_one()
    while drain(indexes):
        pass
    assert served.stats().documents == before - 1
    assert gone not in dict(served.hashes())

    lost = sorted(dict(served.hashes()))[:3]
    served.wait(served.delete(lost))
    assert sorted(verify(indexes, SOLUTIONS).missing) == lost
    assert not verify(indexes, SOLUTIONS)
    ask_for_rebuild()
    assert do_next()
    assert db.session.scalars(select(Job.state)).all() == ["done"]
    assert not any(verify(indexes, collection, repair=False) for collection in COLLECTIONS)

    total = search(indexes, SOLUTIONS, Filters()).total
    assert _steel(indexes)
    pause_industry(industry="steel", reason="系统检修，明天恢复", actor="test")
    assert _steel(indexes) == 0
    assert 0 < search(indexes, SOLUTIONS, Filters()).total < total == before - 1
    assert search(indexes, PROVIDERS, Filters()).total
    resume_industry(industry="steel", actor="test")
    assert search(indexes, SOLUTIONS, Filters()).total == total


def _withdrawn_one() -> str:
    solution = db.session.scalars(select(Solution).where(
        Solution.published_version_id.is_not(None)).order_by(Solution.id)).first()
    assert solution is not None
    withdraw_solution(solution=solution, reason="这款产品已经停产", actor="test")
    return str(solution.id)


def _steel(indexes: Indexes) -> int:
    groups = search(indexes, SOLUTIONS, Filters()).groups
    option = next(g for g in groups if g.facet.param == "industry").option("steel")
    return option.count if option else 0
