"""Structured logs with a request id; never a query text, never personal data."""

from __future__ import annotations

import logging
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"


def configure(level: str, style: str) -> None:
    """Send structlog and the standard library's logs to stderr in one format."""
    renderer = (structlog.processors.JSONRenderer(ensure_ascii=False) if style == "json"
                else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]),
        # Looked up at each use: whoever redirects stderr for a while closes what it was then.
        logger_factory=lambda *names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def install(app: Flask) -> None:
    """Give every request an id (kept from a proxy when sane) and one log line."""
    log = structlog.get_logger("request")

    @app.before_request
    def start() -> None:
        given = request.headers.get(HEADER, "")
        sane = 8 <= len(given) <= 64 and given.replace("-", "").isalnum()
        g.request_id = given if sane else uuid.uuid4().hex
        g.started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
            log.debug("answered", method=request.method, path=request.path,
                      status=response.status_code,
                      ms=round((time.perf_counter() - g.started) * 1000, 1))
            structlog.contextvars.clear_contextvars()
        return response
