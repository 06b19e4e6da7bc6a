"""Sign-in under load: how long search takes alone, and while people sign in all the time.

Everything a sign-in does is in it: the form with its token, the password, the session.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from os import environ
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.server import HOST, Client, free_port, marketplace, percentiles
from bench.words import questions

SEARCHES, CLIENTS = 300, 4
AGAIN = 0.5
"""Seconds after which somebody who was asked to come again does."""
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
PASSWORD = "argon and neon 4 light"


def measure_sign_in(data: Path, *, searches: int = SEARCHES,
                    clients: int = CLIENTS) -> dict[str, float]:
    """p50 and p95 of search alone and beside sign-ins (ms), sign-ins done and refused a second.

    `data` is a prepared data folder; an account is added to it.
    """
    _make_account(data)
    port = free_port()
    pages = [f"/solutions?q={quote(w)}" for w in questions(random.Random(11), searches)]
    with marketplace(data, port):
        _search(port, pages[:20])
        alone = percentiles(_search(port, pages))
        stop, done, busy, took = threading.Event(), [0] * clients, [0] * clients, list[float]()
        people = [threading.Thread(target=_sign_in_and_out, args=(port, n, stop, done, busy, took))
                  for n in range(clients)]
        start = time.perf_counter()
        for person in people:
            person.start()
        beside = percentiles(_search(port, pages))
        stop.set()
        for person in people:
            person.join()
        seconds = time.perf_counter() - start
    return {"search_alone_p50": alone["p50"], "search_alone_p95": alone["p95"],
            "search_beside_sign_in_p50": beside["p50"],
            "search_beside_sign_in_p95": beside["p95"],
            "sign_in_p95": percentiles(took)["p95"] if len(took) > 1 else 0.0,
            "sign_ins_per_second": sum(done) / seconds,
            "sign_ins_asked_to_come_again_per_second": sum(busy) / seconds}


def _make_account(data: Path) -> None:
    program = str(Path(sys.executable).with_name("marketplace"))
    subprocess.run([program, "user", "create", "bench", "--username", "bench", "--password",
                    PASSWORD], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**environ, "MARKETPLACE_DATA_DIR": str(data)})


def _search(port: int, pages: list[str]) -> list[float]:
    client, taken = Client(port), []
    for page in pages:
        start = time.perf_counter()
        status, body = client.get(page)
        taken.append(time.perf_counter() - start)
        if status != 200:
            raise RuntimeError(f"{page} answered {status}: {body[:200]!r}")
    return taken


def _sign_in_and_out(port: int, number: int, stop: threading.Event, done: list[int],
                     busy: list[int], took: list[float]) -> None:
    """One person who signs in again and again, each time as a new browser."""
    while not stop.is_set():
        connection = HTTPConnection(HOST, port, timeout=60)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        token = _TOKEN.search(answer.read())
        cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]
        body = urlencode({"username": "bench", "password": PASSWORD,
                          "csrf_token": token[1].decode() if token else ""})
        start = time.perf_counter()
        connection.request("POST", "/sign-in", body, {
            "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 302:
            done[number] += 1
            took.append(time.perf_counter() - start)
        else:
            busy[number] += 1
            time.sleep(AGAIN)
        connection.close()
