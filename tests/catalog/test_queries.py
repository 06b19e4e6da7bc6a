"""Access: what is not public is in no list, on no page, in no export."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from marketplace.accounts.models import User
from marketplace.catalog import queries
from marketplace.catalog.indexer import COLLECTIONS, verify
from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import withdraw_solution
from marketplace.core.access import visible
from marketplace.taxonomy.operations import pause_industry
from tests.factories import bring_into_index, make_provider, make_solution, make_version
from tests.support import IsolatedClient

SECRET = {"zh": "不可见的秘密方案", "en": "Secret hidden thing"}
LISTS = ("/", "/solutions", "/solutions?view=table", "/solutions?q=秘密", "/providers",
         "/directory", "/scenarios", "/scenarios/OP-06", "/industries/steel",
         "/industries/cnc_robotics", "/sitemap.xml", "/suggest?q=秘密", "/solutions/export.csv",
         "/api/v1/solutions", "/api/v1/solutions?q=secret", "/api/v1/providers",
         "/api/v1/suggest?q=secret")


@pytest.fixture(params=["draft", "withdrawn", "paused", "draft_of_published"])
def hidden(request: pytest.FixtureRequest, app: Flask) -> Solution:
    """Something that could leak: complete, of a listed provider with a public solution beside."""
    provider = make_provider(slug="open-provider")
    make_solution(provider=provider, slug="open-solution", industries=["cnc_robotics"])
    state = request.param
    if state == "draft_of_published":
        solution = make_solution(provider=provider, slug="published-before",
                                 industries=["cnc_robotics"])
        make_version(solution, name=SECRET, promise=SECRET)
    else:
        solution = make_solution(provider=provider, slug="secret-solution", name=SECRET,
                                 promise=SECRET, publish=state != "draft")
    bring_into_index()
    if state == "withdrawn":
        withdraw_solution(solution=solution, reason="不再销售", actor="test")
        bring_into_index()
    if state == "paused":
        pause_industry(industry="steel", reason="等待检修", actor="test")
    return solution


@pytest.mark.parametrize("path", LISTS)
def test_hidden_is_in_no_list(hidden: Solution, client: IsolatedClient, path: str) -> None:
    answer = client.get(path)
    if answer.status_code == 410:
        assert path == "/industries/steel"
    else:
        assert answer.status_code == 200
    for sign in ("不可见的秘密方案", "Secret hidden thing", "secret-solution"):
        assert sign not in answer.get_data(as_text=True).replace("q=secret", ""), path


def test_hidden_is_on_no_provider_page(hidden: Solution, client: IsolatedClient) -> None:
    page = client.get("/providers/open-provider").text
    assert "open-solution" in page
    assert "不可见的秘密方案" not in page
    shown = client.get(f"/api/v1/providers/{hidden.provider_id}").json["solutions"]
    public = hidden.slug == "published-before"
    assert (hidden.id in shown) == public


def test_hidden_is_in_no_comparison_nor_tray(hidden: Solution, client: IsolatedClient) -> None:
    assert "不可见的秘密方案" not in client.get(f"/compare?ids={hidden.id}").text
    client.set_cookie("compare", str(hidden.id))
    assert "不可见的秘密方案" not in client.get("/compare/tray").text
    client.post("/compare/tray", data={"add": str(hidden.id)})
    assert "不可见的秘密方案" not in client.get("/compare/tray").text


def test_hidden_count_is_no_clue(hidden: Solution, client: IsolatedClient) -> None:
    expected = 2 if hidden.slug == "published-before" else 1
    found = client.get("/api/v1/solutions").json
    assert found["total"] == expected
    for options in found["facets"].values():
        assert all(o["count"] <= expected for o in options)
    provider = client.get("/api/v1/providers").json["items"][0]
    assert provider["solutions"] == expected


def test_index_agrees_with_the_database(hidden: Solution, app: Flask) -> None:
    for collection in COLLECTIONS:
        assert not verify(app.extensions["indexes"], collection, repair=False)


def test_solution_page_of_a_draft_is_404_and_of_a_withdrawn_one_410(
        app: Flask, client: IsolatedClient) -> None:
    draft, gone = make_solution(publish=False), make_solution()
    withdraw_solution(solution=gone, reason="厂家停止维护", actor="test")
    assert client.get(f"/solutions/{draft.slug}").status_code == 404
    assert client.get(f"/api/v1/solutions/{draft.id}").status_code == 404
    page = client.get(f"/solutions/{gone.slug}")
    assert page.status_code == 410
    assert "厂家停止维护" in page.text
    assert client.get(f"/api/v1/solutions/{gone.id}").status_code in (404, 410)


def test_provider_not_listed_is_nowhere(app: Flask, client: IsolatedClient) -> None:
    provider = make_provider(listed_on=None, slug="unlisted-provider")
    bring_into_index()
    assert client.get("/providers/unlisted-provider").status_code == 404
    assert client.get(f"/api/v1/providers/{provider.id}").status_code == 404
    for path in ("/providers", "/directory", "/sitemap.xml", "/api/v1/providers"):
        assert "unlisted-provider" not in client.get(path).get_data(as_text=True)


def test_visible_is_a_filter_for_every_public_model(session: scoped_session[Session]) -> None:
    public, _draft = make_solution(), make_solution(publish=False)
    assert session.scalars(select(Solution).where(visible(Solution))).all() == [public]
    assert len(session.scalars(select(Provider).where(visible(Provider))).all()) == 2
    with pytest.raises(LookupError, match="User"):
        visible(User)


def test_public_solutions_keep_the_order_asked_for(app: Flask) -> None:
    a, b = make_solution(), make_solution()
    assert queries.public_solutions([b.id, 999, a.id]) == [b, a]


def test_scenario_counts_are_of_visible_solutions(app: Flask) -> None:
    make_solution()
    make_solution(industries=["biopharma"])
    make_solution(publish=False)
    assert queries.solutions_per_scenario(["OP-06", "OP-01"]) == {"OP-06": 2}
    pause_industry(industry="steel", reason="等待检修", actor="test")
    assert queries.solutions_per_scenario(["OP-06"]) == {"OP-06": 1}
