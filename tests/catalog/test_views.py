"""Every public page: answers in both languages, protected, without a query per row."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask

from marketplace.catalog.models import Provider, Solution
from marketplace.catalog.operations import count_comparison
from marketplace.core.database import db
from marketplace.core.web import CONTENT_SECURITY_POLICY, HEADERS
from tests.factories import bring_into_index, make_provider, make_solution
from tests.support import IsolatedClient, sql_count

PAGES = ["/", "/about", "/help", "/solutions", "/solutions?view=table", "/solutions?q=MES",
         "/solutions?q=qqzzxxvv", "/solutions?q=schedulng", "/solutions?industry=steel",
         "/solutions?sort=price&price_max=50000", "/solutions?page=8", "/solutions?page=999",
         "/solutions?category=XXX", "/providers", "/providers?q=济南", "/directory", "/scenarios",
         "/scenarios/OP-06", "/scenarios/ST-3.4", "/industries/steel", "/industries/cnc_robotics",
         "/industries/biopharma", "/compare", "/compare?ids=1", "/compare?ids=1,2,3",
         "/compare?ids=1,2&people=10&seats=x", "/compare?ids=1,999", "/compare/tray",
         "/suggest?q=MES", "/sign-in", "/api/docs",
         "/solutions/lizha-bar-mill-mes", "/solutions/lizha-bar-mill-mes?seats=5",
         "/providers/lizha-rolling-data"]
ANSWERS = [*PAGES, "/nowhere", "/solutions/nowhere", "/providers/nowhere", "/scenarios/XX-1",
           "/industries/shoes", "/robots.txt", "/sitemap.xml", "/healthz", "/readyz",
           "/api/v1/solutions", "/api/v1/nothing", "/api/openapi.json", "/static/nothing.js",
           "/solutions/export.csv", "/solutions/export.xlsx", "/compare.xlsx?ids=1,2"]
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/107.0 "
                        "Mobile Safari/537.36 MicroMessenger/8.0.49"}


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_in_both_languages(catalogue: Flask, client: IsolatedClient,
                                        path: str) -> None:
    for language, tag in (("zh", "zh-CN"), ("en", "en")):
        joint = "&" if "?" in path else "?"
        page = client.get(f"{path}{joint}lang={language}")
        assert page.status_code == 200
        assert page.mimetype == "text/html"
        if "<html" in page.text and path != "/api/docs":
            assert f'lang="{tag}"' in page.text
            assert "<title>" in page.text
            assert page.text.count("<h1") == 1
        said = re.sub(r'data-[\w-]+="[^"]*"', "", page.text)  # patterns for our own script
        assert not re.search(r"%\(\w+\)s|\{\{|LocalizedText\(|Undefined", said)
        assert ' style="' not in page.text, "the content security policy drops it"
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/)", page.text)
        assert not re.search(r"\son\w+=\"", page.text)


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(catalogue: Flask, client: IsolatedClient,
                                          path: str) -> None:
    answer = client.get(path)
    assert answer.status_code < 500
    if path.startswith("/static/"):
        return
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["X-Request-ID"]
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("path", ["/solutions", "/providers"])
def test_htmx_gets_the_results_alone(catalogue: Flask, client: IsolatedClient, path: str) -> None:
    part = client.get(path, headers={"HX-Request": "true"})
    assert "<html" not in part.text
    whole = client.get(path, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.text
    assert "HX-Request" in whole.headers["Vary"]


# --- language ------------------------------------------------------------------------------------


def test_language_switch_is_kept(catalogue: Flask, client: IsolatedClient) -> None:
    assert 'lang="zh-CN"' in client.get("/").text
    assert 'lang="en"' in client.get("/about?lang=en").text
    assert 'lang="en"' in client.get("/").text
    assert 'lang="zh-CN"' in client.get("/?lang=zh").text
    assert 'lang="zh-CN"' in client.get("/about").text


def test_language_unknown_is_chinese_and_not_kept(catalogue: Flask,
                                                  client: IsolatedClient) -> None:
    answer = client.get("/?lang=fr")
    assert 'lang="zh-CN"' in answer.text
    assert "Set-Cookie" not in answer.headers or "lang=" not in answer.headers["Set-Cookie"]


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nowhere", "/solutions/nowhere", "/providers/nowhere",
                                  "/scenarios/XX-1", "/industries/shoes",
                                  "/solutions/lizha-bar-mill-mes/documents/99999",
                                  "/solutions/export.pdf"])
def test_unknown_address_is_a_helpful_404(catalogue: Flask, client: IsolatedClient,
                                          path: str) -> None:
    for language in ("zh", "en"):
        page = client.get(f"{path}?lang={language}")
        assert page.status_code == 404
        assert page.mimetype == "text/html"
        assert page.text.count("<h1") == 1
        assert 'href="/' in page.text


def test_wrong_method_is_405(app: Flask, client: IsolatedClient) -> None:
    page = client.post("/about")
    assert page.status_code == 405
    assert page.mimetype == "text/html"


def test_unexpected_failure_is_a_500_page_without_details(app: Flask,
                                                          client: IsolatedClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False
    (app.extensions["settings"].data_dir / "marketplace.sqlite").exists()
    app.view_functions["content.help_page"] = lambda: 1 / 0
    page = client.get("/help")
    assert page.status_code == 500
    assert page.mimetype == "text/html"
    assert "ZeroDivisionError" not in page.text
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_search_without_index_is_503_and_says_so(app: Flask, client: IsolatedClient) -> None:
    app.extensions["indexes"].close()
    folder = app.extensions["settings"].data_dir / "index"
    folder.rename(folder.with_name("away"))
    page = client.get("/solutions")
    assert page.status_code == 503
    assert page.mimetype == "text/html"
    answer = client.get("/api/v1/solutions")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


# --- downloads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/solutions/export.xlsx?q=MES", "/providers/export.csv",
                                  "/compare.xlsx?ids=1,2"])
def test_wechat_is_offered_the_browser_with_the_link(catalogue: Flask, client: IsolatedClient,
                                                     path: str) -> None:
    page = client.get(path, headers=WECHAT)
    assert page.mimetype == "text/html"
    assert page.status_code == 200
    assert f"http://localhost{path.split('?')[0]}" in page.text
    assert client.get(path).mimetype != "text/html"


# --- tray ----------------------------------------------------------------------------------------


def test_tray_collects_up_to_six_and_survives(catalogue: Flask, client: IsolatedClient) -> None:
    for id in (1, 2, 3, 4, 5, 6, 7, 1):
        answer = client.post("/compare/tray", data={"add": str(id), "next": "/solutions?q=MES"})
        assert answer.status_code == 303
        assert answer.headers["Location"] == "/solutions?q=MES"
    cookie = client.get_cookie("compare")
    assert cookie is not None
    assert cookie.decoded_value == "1,2,3,4,5,6"
    assert cookie.http_only
    assert client.get("/compare").headers["Location"] == "/compare?ids=1,2,3,4,5,6"
    client.post("/compare/tray", data={"remove": "2"})
    assert client.get_cookie("compare").decoded_value == "1,3,4,5,6"  # type: ignore[union-attr]
    client.post("/compare/tray", data={"clear": "1"})
    assert client.get("/compare").status_code == 200


def test_tray_keeps_out_the_seventh_and_says_so(catalogue: Flask, client: IsolatedClient) -> None:
    client.set_cookie("compare", "1,2,3,4,5,6")
    part = client.post("/compare/tray", data={"add": "7"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert 'data-ids="1,2,3,4,5,6"' in part.text
    assert "未加入" in part.text


@pytest.mark.parametrize("cookie", ["", "x", "1,1,1", "-1", "1,2,3,4,5,6,7,8", "9" * 400, "🙂"])
def test_tray_of_a_strange_cookie_does_no_harm(catalogue: Flask, client: IsolatedClient,
                                               cookie: str) -> None:
    client.set_cookie("compare", quote(cookie))
    for path in ("/solutions", "/compare/tray", "/"):
        assert client.get(path).status_code == 200


def test_next_that_leads_elsewhere_stays_here(catalogue: Flask, client: IsolatedClient) -> None:
    answer = client.post("/compare/tray", data={"add": "1", "next": "//evil.example"})
    assert answer.headers["Location"] == "/compare"


@pytest.mark.parametrize("path", ["/compare/tray", "/sign-out", "/console/industries/steel/pause",
                                  "/console/industries/steel/resume"])
def test_post_without_token_is_refused(app: Flask, csrf: None, client: IsolatedClient,
                                       path: str) -> None:
    page = client.post(path, data={"add": "1", "reason": "等待检修"})
    assert page.status_code == 400
    assert page.mimetype == "text/html"


def test_post_with_the_pages_token_is_taken(catalogue: Flask, csrf: None,
                                            client: IsolatedClient) -> None:
    page = client.get("/solutions").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    answer = client.post("/compare/tray", data={"add": "1", "csrf_token": token[1]})
    assert answer.status_code == 303


# --- what pages say ------------------------------------------------------------------------------


def test_every_solution_and_provider_page_answers(catalogue: Flask,
                                                  client: IsolatedClient) -> None:
    for slug in db.session.scalars(db.select(Solution.slug).where(
            Solution.published_version_id.is_not(None)).order_by(Solution.id)).all()[::6]:
        page = client.get(f"/solutions/{slug}")
        assert page.status_code == 200, slug
        assert "示例" in page.text, "samples are marked"
    for slug in db.session.scalars(db.select(Provider.slug)).all()[::4]:
        assert client.get(f"/providers/{slug}").status_code == 200, slug


def test_case_without_confirmation_is_the_providers_own_word(app: Flask,
                                                             client: IsolatedClient) -> None:
    case = {"title": {"zh": "案例", "en": "Case"}, "summary": {"zh": "好", "en": "Good"},
            "figures": [{"indicator": {"zh": "良率", "en": "Yield"}, "before": 90, "after": 95,
                         "unit": {"zh": "%", "en": "%"}}]}
    own, confirmed = make_solution(cases=[case]), make_solution(cases=[
        case | {"confirmed_by": {"zh": "某厂", "en": "A works"}}])
    assert "服务商自述" in client.get(f"/solutions/{own.slug}").text
    assert "服务商自述" not in client.get(f"/solutions/{confirmed.slug}").text


def test_price_without_all_parts_is_not_comparable(app: Flask, client: IsolatedClient) -> None:
    solution = make_solution(price_parts=[{"part": "licence", "amount": 5_000}])
    assert "不可比" in client.get(f"/solutions/{solution.slug}").text


def test_names_of_authors_are_escaped(app: Flask, client: IsolatedClient) -> None:
    attack = "<script>alert(1)</script>"
    solution = make_solution(name={"zh": attack, "en": attack}, description={
        "zh": attack, "en": attack}, promise={"zh": attack, "en": attack})
    bring_into_index()
    for path in (f"/solutions/{solution.slug}", "/solutions", "/solutions?q=alert", "/directory",
                 f"/compare?ids={solution.id}", "/suggest?q=alert",
                 f"/providers/{solution.provider.slug}", "/industries/steel"):
        assert attack not in client.get(path).text, path


def test_search_text_is_escaped(catalogue: Flask, client: IsolatedClient) -> None:
    page = client.get('/solutions?q="><script>alert(1)</script>')
    assert "<script>alert" not in page.text


def test_most_compared_is_shown_with_its_days(app: Flask, client: IsolatedClient) -> None:
    a, b = make_solution(), make_solution()
    bring_into_index()
    count_comparison(solution_ids=[a.id, b.id])
    page = client.get("/industries/steel").text
    assert "90" in page
    assert page.count(a.slug) >= 2


# --- statements ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "statements"), [
    ("/", 3), ("/solutions", 1), ("/solutions?view=table", 1), ("/solutions?q=排产", 1),
    ("/providers", 1), ("/directory", 3), ("/scenarios", 2), ("/scenarios/OP-06", 1),
    ("/industries/steel", 12), ("/compare?ids={ids}", 11), ("/compare/tray", 9),
    ("/solutions/{solution}", 10), ("/providers/{provider}", 13), ("/sitemap.xml", 3),
    ("/suggest?q=排产", 1), ("/about", 2), ("/help", 1)])
def test_statements_do_not_grow_with_rows(app: Flask, client: IsolatedClient, rows: int, path: str,
                                          statements: int) -> None:
    provider = make_provider()
    case = {"title": {"zh": "案例", "en": "Case"}, "summary": {"zh": "好", "en": "Good"}}
    made = [make_solution(provider=provider, admitted=True, cases=[case]) for _ in range(rows)]
    if rows > 1:
        made.append(make_solution(admitted=True, cases=[case]))
    bring_into_index()
    beside = make_solution(provider=provider, industries=["biopharma"], publish=False)
    count_comparison(solution_ids=[beside.id, *(s.id for s in made)])
    ids = ",".join(str(s.id) for s in made)
    if path.startswith("/compare?") and rows == 1:
        statements -= 2  # a solution alone is not counted as compared
    client.set_cookie("compare", ids)
    path = path.format(ids=ids, solution=made[0].slug, provider=provider.slug)
    assert client.get(path).status_code == 200
    with sql_count(statements):
        assert client.get(path).status_code == 200
