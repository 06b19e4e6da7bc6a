"""What serves a paused sub-platform alone stands on no public page, in no file and no answer.

Every route that is open to everybody is asked while the sub-platform is paused, and once more after
it has resumed: what hid it must be the pause.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule as Url

from marketplace.catalog.models import Solution
from marketplace.core.access import VISITOR, rules_by_endpoint
from marketplace.core.numbers import RowNumber
from marketplace.taxonomy.operations import pause_industry, resume_industry
from tests.factories import both, bring_into_index, make_provider, make_solution
from tests.support import IsolatedClient, read_body

MARK = "zpaused"
GONE = (404, 410)
SHOWN_AFTERWARDS = {
    "catalog.solutions", "catalog.solution", "catalog.export_solutions", "catalog.comparison",
    "catalog.comparison_xlsx", "catalog.provider", "catalog_api.list_solutions",
    "catalog_api.get_solution", "catalog_api.compare_solutions", "content.sitemap",
    "industries.industry"}
"""Where the solution stands while its sub-platform runs, at least."""


@pytest.fixture
def solution(app: Flask) -> Solution:
    """Of steel alone, admitted and listed, by a provider that offers something else as well."""
    provider = make_provider()
    make_solution(provider=provider, industries=["general"])
    return make_solution(provider=provider, industries=["steel"], slug=MARK, admitted=True,
                         name=both(f"{MARK}软件", MARK), promise=both(MARK, MARK))


def addresses(app: Flask, solution: Solution) -> Iterator[tuple[str, str]]:
    """Every page and file that visitors may open, about this solution where it is about one."""
    for url in app.url_map.iter_rules():
        rule = rules_by_endpoint().get(url.endpoint)
        if rule is None or VISITOR not in rule.roles or "GET" not in url.methods \
                or "token" in url.arguments:
            continue
        for path in _built(url, solution):
            yield url.endpoint, path


def _built(url: Url, solution: Solution) -> Iterator[str]:
    slug = solution.provider.slug if "providers/" in url.rule else solution.slug
    for item in next((k.items for k in url._converters.values() if hasattr(k, "items")), ("",)):
        values = {name: item if hasattr(kind, "items") else solution.id
                  if name == "solution_id" else 1 if isinstance(kind, RowNumber) else slug
                  if name == "slug" else "steel" for name, kind in url._converters.items()}
        built = url.build(values)
        assert built is not None
        yield f"{built[1]}?ids={solution.id}" if "compare" in url.rule else str(built[1])


def shown_at(app: Flask, solution: Solution) -> set[str]:
    """The endpoints whose answer names the solution."""
    client: IsolatedClient = app.test_client()
    found = set()
    for endpoint, path in addresses(app, solution):
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code not in GONE and MARK.encode() in read_body(answer.data):
            found.add(endpoint)
    return found


def test_paused_industry_is_nowhere(app: Flask, solution: Solution) -> None:
    pause_industry(industry="steel", reason="等待系统检修", actor="test")
    bring_into_index()
    assert shown_at(app, solution) == set()
    resume_industry(industry="steel", actor="test")
    bring_into_index()
    assert shown_at(app, solution) >= SHOWN_AFTERWARDS
