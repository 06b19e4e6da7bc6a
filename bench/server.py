"""A server started for a measurement, and clients that put as little load as possible beside it."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str], port: int, environment: Mapping[str, str],
           path: str) -> Iterator[None]:
    """Run `command` until the block ends; waits until `path` answers."""
    with subprocess.Popen(command, env={**os.environ, **environment},
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, path, process)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            if Client(port).get(path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"{process.args!r} did not answer {path}")


@contextmanager
def marketplace(data: Path, port: int) -> Iterator[None]:
    """The product with two workers on `data`."""
    environment = {"MARKETPLACE_DATA_DIR": str(data), "PORT": str(port),
                   "MARKETPLACE_WORKERS": "2", "MARKETPLACE_LOG_LEVEL": "error",
                   "MARKETPLACE_MATCH_RATE": "1000000 per minute"}
    command = [str(Path(sys.executable).with_name("marketplace")), "serve"]
    with served(command, port, environment, "/readyz"):
        yield


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=60)

    def get(self, path: str) -> tuple[int, bytes]:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: bytes | None = None,
            headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        self._connection.request(method, path, body, dict(headers or {}))
        response = self._connection.getresponse()
        return response.status, response.read()


def percentiles(taken: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 of seconds, in milliseconds."""
    cuts = statistics.quantiles(taken, n=100)
    return {"p50": cuts[49] * 1000, "p95": cuts[94] * 1000, "p99": cuts[98] * 1000}


def timed(port: int, requests: Sequence[tuple[str, str, bytes | None]], *,
          warm: int = 20) -> dict[str, float]:
    """Latency of these (method, path, body) one after the other by one client."""
    client, taken, size = Client(port), [], 0
    headers = {"Content-Type": "application/json"}
    for number, (method, path, body) in enumerate([*requests[:warm], *requests]):
        start = time.perf_counter()
        status, content = client.ask(method, path, body, headers if body else None)
        if number >= warm:
            taken.append(time.perf_counter() - start)
            size = max(size, len(content))
        if status != 200:
            raise RuntimeError(f"{method} {path} answered {status}: {content[:200]!r}")
    return percentiles(taken) | {"bytes": float(size)}


def throughput(port: int, paths: Sequence[str], *, clients: int = 8,
               seconds: float = 8.0) -> float:
    """Requests a second that so many clients get together."""
    done = [0] * clients
    stop = time.perf_counter() + seconds

    def work(number: int) -> None:
        client, at = Client(port), number * 7
        while time.perf_counter() < stop:
            client.get(paths[at % len(paths)])
            at += 1
            done[number] += 1

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
