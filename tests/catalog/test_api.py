"""The API: every operation as its document says, errors as problem documents."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.catalog.models import Solution
from marketplace.core.database import db
from tests.factories import bring_into_index, make_solution
from tests.support import IsolatedClient, sql_count

V1 = "/api/v1"
GOOD = {
    "/api/v1/solutions": ["", "q=MES", "industry=steel&category=MES", "scenario=OP-06",
                          "deployment=saas&price_max=500000", "admitted=true", "sort=price",
                          "attr.process_stage=hot_rolling", "attr.trial_days=..30",
                          "page=2&per_page=50", "q=qqzzxxvv"],
    "/api/v1/solutions/{solution_id}": ["1", "2", "77", "150"],
    "/api/v1/providers": ["", "q=济南", "industry=biopharma", "provider_class=product",
                          "per_page=1"],
    "/api/v1/providers/{provider_id}": ["1", "40"],
    "/api/v1/compare": ["ids=1,2", "ids=150,3,77,9,20,21", "ids=5"],
    "/api/v1/suggest": ["q=MES", "q=质量&industry=steel", "q=qqzzxxvv"],
    "/api/v1/taxonomy": [""],
    "/api/v1/plugins": [""],
}


class Document(dict[str, Any]):
    def __repr__(self) -> str:
        return "the OpenAPI document"


@pytest.fixture
def document(client: IsolatedClient) -> Document:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    return Document(answer.json)


def schema_of(document: Document, path: str, status: str) -> dict[str, Any]:
    """The JSON schema of an answer; DEFAULT_ERROR and references resolved by the validator."""
    responses = document["paths"][path]["get"]["responses"]
    answer = responses.get(status) or responses["default"]
    while "$ref" in answer:
        node: Any = document
        for key in answer["$ref"].removeprefix("#/").split("/"):
            node = node[key]
        answer = node
    kind = next(iter(answer["content"].values()))["schema"]
    return {**kind, "components": document["components"]}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    return answer.json


def test_document_is_openapi_3_1_and_names_every_operation(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(GOOD) <= set(document["paths"])
    for path, item in document["paths"].items():
        assert set(item) <= {"get", "post", "put", "delete", "parameters"}, path
        for operation in item.values():
            if isinstance(operation, dict):
                assert operation.get("summary"), path
                assert "default" in operation["responses"], path


def test_document_page_loads_without_the_internet(client: IsolatedClient) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "https://" not in page.text
    assert "//cdn" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(("path", "query"), [(p, q) for p, qs in GOOD.items() for q in qs])
def test_answer_is_what_the_document_says(catalogue: Flask, client: IsolatedClient,
                                          document: Document, path: str, query: str) -> None:
    address = path.replace("{solution_id}", query).replace("{provider_id}", query)
    answer = client.get(address if "{" in path else f"{address}?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/json"
    errors = list(jsonschema_rs.validator_for(
        schema_of(document, path, "200")).iter_errors(answer.json))
    assert errors == []


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(list(GOOD)), number=st.integers(-5, 400), pairs=st.lists(st.tuples(
    st.sampled_from(["q", "ids", "page", "per_page", "industry", "sort", "price_max", "x"]),
    st.text(st.characters(codec="utf-8"), max_size=8)), max_size=3))
def test_any_call_answers_as_the_document_says(
        catalogue: Flask, client: IsolatedClient, document: Document, path: str, number: int,
        pairs: list[tuple[str, str]]) -> None:
    address = path.replace("{solution_id}", str(number)).replace("{provider_id}", str(number))
    answer = client.get(address, query_string=pairs)
    assert answer.status_code in (200, 404, 422)
    if answer.status_code != 200 and number < 0 and "{" in path:
        return
    jsonschema_rs.validator_for(schema_of(document, path, str(answer.status_code))).validate(
        answer.json)


@pytest.mark.parametrize(("address", "field"), [
    ("/solutions?colour=red", "colour"), ("/solutions?attr.unknown=1", "attr.unknown"),
    ("/solutions?page=0", "page"), ("/solutions?page=x", "page"), ("/solutions?per_page=101",
                                                                   "per_page"),
    ("/solutions?per_page=0", "per_page"), ("/solutions?page=101&per_page=100", "page"),
    ("/solutions?industry=shoes", "industry"), ("/solutions?category=XXX", "category"),
    ("/solutions?category=MES&category=XXX", "category"), ("/solutions?sort=luck", "sort"),
    ("/solutions?price_max=cheap", "price_max"), ("/solutions?price_max=nan", "price_max"),
    ("/solutions?admitted=maybe", "admitted"), ("/solutions?attr.trial_days=many",
                                                "attr.trial_days"),
    ("/solutions?attr.process_stage=boiling", "attr.process_stage"),
    (f"/solutions?q={'x' * 1001}", "q"), ("/providers?price_max=5", "price_max"),
    ("/compare", "ids"), ("/compare?ids=1,x", "ids"), ("/compare?ids=1,2,3,4,5,6,7", "ids"),
    ("/compare?ids=1&colour=red", "colour"), ("/suggest", "q"), ("/suggest?q=", "q"),
    (f"/suggest?q={'x' * 61}", "q"), ("/taxonomy?x=1", "x"), ("/plugins?x=1", "x"),
    ("/solutions/1?x=1", "x"), ("/providers/1?x=1", "x"),
    ("/suggest?q=MES&industry=shoes", "industry"),
])
def test_wrong_parameter_is_refused_by_name(catalogue: Flask, client: IsolatedClient, address: str,
                                            field: str) -> None:
    body = problem(client.get(V1 + address), 422)
    assert field in [e["field"] for e in body["errors"]]
    assert all(e["remedy"] for e in body["errors"])


@pytest.mark.parametrize(("address", "status"), [
    ("/solutions/999999", 404), ("/providers/999999", 404), ("/compare?ids=1,999999", 404),
    ("/nothing", 404), ("/solutions/x", 404)])
def test_unknown_is_a_problem_document(catalogue: Flask, client: IsolatedClient, address: str,
                                       status: int) -> None:
    problem(client.get(V1 + address), status)


def test_wrong_method_is_a_problem_document(app: Flask, client: IsolatedClient) -> None:
    problem(client.post(f"{V1}/solutions"), 405)


def test_item_has_what_the_plan_says(catalogue: Flask, client: IsolatedClient) -> None:
    page = client.get(f"{V1}/solutions?per_page=3").json
    assert set(page) >= {"items", "total", "facets"}
    assert (page["total"], len(page["items"])) == (150, 3)
    for item in page["items"]:
        assert set(item) >= {"id", "slug", "name", "provider", "categories", "industries",
                             "scenarios", "listed", "admitted", "sample"}
        assert item["sample"] is True
        assert all(isinstance(c, str) for c in (*item["categories"], *item["industries"]))
        assert all(0 <= s["from"] < s["to"] <= 4 for s in item["scenarios"])


def test_pages_follow_each_other(catalogue: Flask, client: IsolatedClient) -> None:
    seen = [i["id"] for page in (1, 2, 3, 4) for i in client.get(
        f"{V1}/solutions?page={page}&per_page=40").json["items"]]
    assert len(seen) == len(set(seen)) == 150
    assert client.get(f"{V1}/solutions?page=99&per_page=100").json["items"] == []


@pytest.mark.parametrize("query", ["industry=steel", "deployment=saas&deployment=edge",
                                   "admitted=yes", "link=production", "attr.trial_days=..30"])
def test_filter_does_what_it_says(catalogue: Flask, client: IsolatedClient, query: str) -> None:
    link = client.get(f"{V1}/taxonomy").json["links"][1]["code"]
    found = client.get(f"{V1}/solutions?per_page=100&{query.replace('production', link)}").json
    assert 0 < found["total"] < 150
    versions = {s.id: s.published for s in db.session.query(Solution)}
    for item in found["items"]:
        version = versions[item["id"]]
        assert {
            "industry": "steel" in item["industries"],
            "deployment": bool({"saas", "edge"} & set(item["deployments"])),
            "admitted": item["admitted"], "link": True,
            "attr.trial_days": version.attributes.get("trial_days", 99) <= 30,
        }[query.partition("=")[0]], item["slug"]


def test_facets_have_labels_in_both_languages(catalogue: Flask, client: IsolatedClient) -> None:
    facets = client.get(f"{V1}/solutions?industry=steel").json["facets"]
    assert {"industry", "scenario", "link", "category", "deployment", "price", "go_live",
            "admitted", "provider_class", "district", "attr.process_stage"} <= set(facets)
    for name, options in facets.items():
        for option in options:
            assert option["label"]["zh"], (name, option)
            assert option["label"]["en"], (name, option)


def test_whole_solution_has_every_part(catalogue: Flask, client: IsolatedClient) -> None:
    found = client.get(f"{V1}/solutions?q=lizha-bar-mill-mes&per_page=1").json["items"]
    id = next(i["id"] for i in found) if found else 1
    whole = client.get(f"{V1}/solutions/{id}").json
    assert whole["description"]["zh"]
    assert whole["price_parts"]
    assert whole["attributes"]
    assert whole["version"] == 1
    assert whole["provider"]["slug"]


def test_compare_gives_the_rows_of_the_page(catalogue: Flask, client: IsolatedClient) -> None:
    compared = client.get(f"{V1}/compare?ids=3,1,2").json
    assert compared["ids"] == [3, 1, 2]
    for group in compared["groups"]:
        assert group["label"]
        assert all(len(row["cells"]) == 3 for row in group["rows"])


def test_api_speaks_the_language_asked_for(catalogue: Flask, client: IsolatedClient) -> None:
    compared = client.get(f"{V1}/compare?ids=1,2").json
    assert compared["groups"][0]["label"] == "基本情况" or compared["groups"][0]["label"].isascii()


@pytest.mark.parametrize("address", ["/solutions?q=MES", "/solutions/1", "/providers",
                                     "/providers/1", "/taxonomy", "/plugins", "/compare?ids=1,2",
                                     "/suggest?q=MES"])
def test_reads_carry_an_etag_and_answer_304(catalogue: Flask, client: IsolatedClient,
                                            address: str) -> None:
    first = client.get(V1 + address)
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get(V1 + address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(V1 + address, headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_etag_changes_with_the_content(app: Flask, client: IsolatedClient) -> None:
    before = client.get(f"{V1}/solutions").headers["ETag"]
    make_solution()
    bring_into_index()
    after = client.get(f"{V1}/solutions", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before


@pytest.mark.parametrize("address", ["/solutions?lang=xx", "/solutions?lang=en"])
def test_language_parameter_is_allowed_or_refused_never_500(catalogue: Flask,
                                                            client: IsolatedClient,
                                                            address: str) -> None:
    assert client.get(V1 + address).status_code in (200, 422)


@pytest.mark.parametrize("solutions", [1, 3])
@pytest.mark.parametrize(("address", "statements"), [
    ("/solutions", 1), ("/providers", 1), ("/compare?ids={ids}", 9), ("/solutions/{id}", 9),
    ("/providers/{provider}", 4), ("/suggest?q=排产", 1), ("/taxonomy", 1), ("/plugins", 1)])
def test_statements_do_not_grow_with_rows(app: Flask, client: IsolatedClient, solutions: int,
                                          address: str, statements: int) -> None:
    made = [make_solution(admitted=True) for _ in range(solutions)]
    bring_into_index()
    address = V1 + address.format(ids=",".join(str(s.id) for s in made), id=made[0].id,
                                  provider=made[0].provider_id)
    client.get(address)
    with sql_count(statements):
        assert client.get(address).status_code == 200


def test_json_nested_without_end_is_refused_as_a_problem(client: IsolatedClient) -> None:
    answer = client.post("/api/v1/match", data="[" * 100_000, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
