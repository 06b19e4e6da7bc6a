"""Desks at the scale of the catalogue."""

from __future__ import annotations

import re
import statistics
import time
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from bench.server import HOST
from seeds.accounts import PASSWORD_FILE

CONSOLE = (
    "/console", "/console?state=all", "/console/solutions", "/console/solutions?q=MES",
    "/console/solutions?state=unlisted", "/console/providers", "/console/providers?q=MES",
    "/console/enquiries", "/officer/organisations")
STEEL = tuple(f"/console/industries/steel{page}" for page in (
    "", "/pause", "/page", "/weights", "/words", "/missed", "/tuning"))
DESKS = {
    "demo-enterprise": ("/desk", "/needs", "/messages"),
    "demo-provider": ("/desk", "/workspace", "/workspace/needs"),
    "demo-operator": ("/desk", *CONSOLE, "/console/solutions?industry=steel", *STEEL),
    "demo-city": ("/desk", "/console", "/console/solutions", "/console/providers"),
    "demo-system": ("/desk", "/admin", "/admin/plugins", "/admin/jobs", "/admin/system",
                    "/admin/calendar", "/admin/notices", "/admin/settings", "/admin/spool"),
    "demo-security": ("/desk", "/admin/users", "/officer/organisations", "/invitations"),
    "demo-auditor": ("/desk", "/admin/audit", "/admin/audit?action=listing"),
}
"""Pages of the demo accounts, one a role."""
ROUNDS = 40
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One kept-alive connection with its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=60)
        self._cookies = SimpleCookie()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v.value}" for k, v in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        response = self._connection.getresponse()
        for value in response.headers.get_all("Set-Cookie") or ():
            self._cookies.load(value)
        return response.status, response.read().decode()

    def sign_in(self, username: str, password: str) -> None:
        """Raises `RuntimeError` when the site does not let the account in."""
        token = _TOKEN.search(self.ask("GET", "/sign-in")[1])
        status, _page = self.ask("POST", "/sign-in", {
            "csrf_token": token[1] if token else "", "username": username, "password": password})
        if status not in (302, 303):
            raise RuntimeError(f"{username} was not let in: {status}")


def measure_desks(data: Path, port: int) -> dict[str, float]:
    """p95 over all desk pages in milliseconds, and the slowest page's."""
    password = (data / PASSWORD_FILE).read_text("ascii")
    taken: dict[str, list[float]] = {}
    for username, paths in DESKS.items():
        browser = Browser(port)
        browser.sign_in(username, password)
        for path in paths:
            status, _page = browser.ask("GET", path)
            if status != 200:
                raise RuntimeError(f"{path} answered {status} to {username}")
            times = taken[f"{username} {path}"] = []
            for _round in range(ROUNDS):
                start = time.perf_counter()
                browser.ask("GET", path)
                times.append((time.perf_counter() - start) * 1000)
    slowest = {page: statistics.quantiles(times, n=20)[18] for page, times in taken.items()}
    worst = max(slowest, key=lambda page: slowest[page])
    print(f"slowest desk page: {worst} {slowest[worst]:.1f} ms (p95)")
    return {"desk_page_p95": statistics.quantiles(
        [t for times in taken.values() for t in times], n=20)[18],
        "slowest_desk_page_p95": slowest[worst]}
