"""The API's frame: one OpenAPI document, problem documents, strict parameters, ETags."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, jsonify, request
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException

from marketplace.core.access import current_person
from marketplace.core.error_pages import NO_DATABASE, RETRY_AFTER, bare_page, error_page
from marketplace.core.errors import FieldError, MarketplaceError, Unavailable
from marketplace.core.requests import without_nul
from marketplace.core.validation import field_errors
from marketplace.core.web import LANGUAGE_COOKIE

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
TOKEN_NEEDED: list[dict[str, list[str]]] = [{"token": []}]
"""For the document of an operation that asks who it is: `@api.doc(security=TOKEN_NEEDED)`."""


class StrictParser(FlaskParser):
    """Refuses query parameters the operation does not declare."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; one nested deeper than Python follows is no JSON of ours."""
        try:
            return without_nul(super().load_json(req, schema))
        except RecursionError:
            raise BadRequest("The JSON is nested too deeply.") from None

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The parameters without `lang`, which every address of the site understands."""
        kept = MultiDict((k, v) for k, v in req.args.items(multi=True) if k != LANGUAGE_COOKIE)
        return MultiDictProxy(kept, schema)


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A group of operations under `/api/v1`."""

    ARGUMENTS_PARSER = StrictParser()


class FieldProblem(Schema):
    field = fields.String(metadata={"description": "Name of the parameter or field"})
    value = fields.Raw(allow_none=True, metadata={"description": "What was sent"})
    remedy = fields.String(metadata={"description": "What to do about it"})


class Problem(Schema):
    """An RFC 9457 problem document."""

    type = fields.String(dump_default="about:blank")
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.List(fields.Nested(FieldProblem))


def problem(status: int, title: str, detail: str,
            errors: tuple[FieldError, ...] = ()) -> Response:
    """An RFC 9457 answer; `errors` name field, value and remedy."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status,
                            "detail": detail}
    if errors:
        body["errors"] = [e.as_dict() for e in errors]
    response = jsonify(body)
    response.status_code, response.mimetype = status, PROBLEM
    return response


class MarketplaceApi(Api):  # type: ignore[misc]
    """Answers errors under `/api/` as problem documents and leaves pages their own."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Any:
        status = error.code or 500
        if not request.path.startswith("/api/"):
            return error if status < 400 else error_page(status, error.name,
                                                         error.description or "")
        data = getattr(error, "data", None) or {}
        if data.get("messages"):
            errors = _field_errors(data["messages"])
            return problem(422, "Invalid input", "; ".join(
                f"{e.field}: {e.remedy}" for e in errors), errors)
        if status == 304:
            return error
        return problem(status, error.name, error.description or "")

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                response["content"] = {PROBLEM: {"schema": Problem}}
            self.spec.components.response(status.name, response, lazy=True)
        self.spec.components.response("DEFAULT_ERROR", {
            "description": "A problem document", "content": {PROBLEM: {"schema": Problem}}},
            lazy=True)


def _field_errors(messages: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """webargs' messages by location as errors at fields, with what was sent."""
    sent: dict[str, Any] = {k: v if len(v) > 1 else v[0] for k, v in request.args.lists()}
    body = request.get_json(silent=True)
    inner = next(iter(messages.values())) if set(messages) <= {"query", "json"} else messages
    return field_errors(inner, sent | (body if isinstance(body, dict) else {}))


def init_frame(app: Flask, version: str) -> MarketplaceApi:
    """Set up the OpenAPI document at `/api/openapi.json` and its page at `/api/docs`."""
    app.config.update(
        API_TITLE="Marketplace API", API_VERSION=version, OPENAPI_VERSION="3.1.1",
        OPENAPI_URL_PREFIX="/api", OPENAPI_JSON_PATH="openapi.json",
        OPENAPI_SWAGGER_UI_PATH="/docs", OPENAPI_SWAGGER_UI_URL="/static/")
    api = MarketplaceApi(app)
    api.spec.components.security_scheme("token", {
        "type": "http", "scheme": "bearer", "description":
        "An API token, made on the page /account. It acts in one role of its owner, reads, and "
        "writes where it has the scope `write`."})

    @app.errorhandler(MarketplaceError)
    def refused(error: MarketplaceError) -> Response:
        if request.path.startswith("/api/"):
            return problem(error.status, error.title, error.detail, error.errors)
        return error_page(error.status, error.title, error.detail, error.errors)

    def unavailable(error: Exception) -> Response:
        app.logger.error("the database does not answer", exc_info=error)
        if not request.path.startswith("/api/"):
            return bare_page(Unavailable.status)
        response = problem(Unavailable.status, Unavailable.title,
                           "The database does not answer. Please try again in a minute.")
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response

    for kind in NO_DATABASE:
        app.register_error_handler(kind, unavailable)

    @app.errorhandler(500)
    def broken(error: Exception) -> Response:
        if request.path.startswith("/api/"):
            return problem(500, "Internal Server Error", "This is a fault of ours; it is logged.")
        return error_page(500, "Internal Server Error", "")

    @app.before_request
    def refuse_parameters() -> Response | None:
        """Operations without query parameters take none; the others check their own."""
        view = app.view_functions.get(request.endpoint or "")
        if view is None or not request.args or not request.path.startswith(PREFIX):
            return None
        declared = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
        if any(parameter.get("in") == "query" for parameter in declared):
            return None
        errors = tuple(FieldError(name, value, "remove it, there is no such parameter")
                       for name, value in request.args.items())
        return problem(422, "Invalid input", "This operation has no parameters.", errors)

    @app.after_request
    def tag(response: Response) -> Response:
        if (request.path.startswith(PREFIX) and request.method in ("GET", "HEAD")
                and response.status_code == 200):
            response.add_etag()
            response.headers["Cache-Control"] = (
                "private, no-cache" if current_person().signed_in else "no-cache")
            response.make_conditional(request)
        return response

    return api
