"""The workspace in the API: a provider's programs read and write its drafts."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from marketplace.catalog.content_schema import one_of
from marketplace.catalog.labels import FILE_KINDS
from marketplace.catalog.pricing import PARTS
from marketplace.core.api import PREFIX, PROBLEM, TOKEN_NEEDED, ApiBlueprint, Problem
from marketplace.listing import operations, queries
from marketplace.listing.completeness import completeness
from marketplace.listing.models import SolutionDraft
from marketplace.listing.standing import written

MOST_SHOWN = 500
"""Solutions of one answer."""


class Plain(fields.Field[Any]):
    """An attribute's value: a text, number, yes or no, or a list of texts."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        listed = isinstance(value, list) and all(isinstance(v, str) for v in value)
        if not listed and not isinstance(value, str | int | float | bool):
            raise ValidationError("write a text, a number, true or false, or a list of texts")
        return value


def text(**more: Any) -> fields.Field[Any]:
    """A bilingual text, as far as it is written."""
    return fields.Dict(keys=fields.String(validate=one_of(("zh", "en"))),
                       values=fields.String(allow_none=True), allow_none=True, **more)


def number() -> fields.Field[Any]:
    return fields.Float(allow_none=True)


class DraftScenario(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[A-Z0-9.-]{1,16}\Z"))
    low = fields.Integer(required=True, data_key="from", attribute="from")
    high = fields.Integer(required=True, data_key="to", attribute="to")


class DraftPrice(Schema):
    part = fields.String(required=True, validate=one_of(PARTS))
    amount = number()
    unit = fields.String()
    from_year = fields.Integer()
    cost_class = fields.String()


class DraftFigure(Schema):
    indicator, unit = text(), text()
    before, after = number(), number()


class DraftCase(Schema):
    title, summary, base_period, confirmed_by = text(), text(), text(), text()
    gbt4754 = fields.String(data_key="class", attribute="class", allow_none=True)
    company_size = fields.Integer(allow_none=True)
    figures = fields.List(fields.Nested(DraftFigure))


class DraftDocument(Schema):
    title, body = text(), text()
    kind = fields.String()


class DraftFile(Schema):
    file = fields.Integer(required=True)
    kind = fields.String(required=True, validate=one_of(FILE_KINDS))
    title = text()


class DraftContent(Schema):
    """A solution's content, complete or not; whether it may be submitted is asked separately."""

    name, promise, description = text(), text(), text()
    smallest_package, data_export = text(), text()
    industries, categories = fields.List(fields.String()), fields.List(fields.String())
    deployments, interfaces = fields.List(fields.String()), fields.List(fields.String())
    go_live_days = fields.Integer(allow_none=True)
    scenarios = fields.List(fields.Nested(DraftScenario))
    price_parts = fields.List(fields.Nested(DraftPrice))
    attributes = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"\w{1,60}\Z")), values=Plain())
    cases = fields.List(fields.Nested(DraftCase))
    documents = fields.List(fields.Nested(DraftDocument))
    files = fields.List(fields.Nested(DraftFile))


class DraftBody(Schema):
    revision = fields.Integer(required=True, metadata={
        "description": "The revision you read; 0 where there was no draft yet"})
    content = fields.Nested(DraftContent, required=True)


class OpenPoint(Schema):
    field = fields.String()
    remedy = fields.String()


class DraftAnswer(Schema):
    solution_id = fields.Integer()
    revision = fields.Integer(metadata={"description": "0 where there is no draft yet"})
    content = fields.Dict(keys=fields.String(), metadata={
        "description": "As the body of PUT; what was typed wrongly in the browser stays as typed"})
    missing = fields.List(fields.Nested(OpenPoint))
    wrong = fields.List(fields.Nested(OpenPoint))


class OwnSolutionAnswer(Schema):
    id = fields.Integer(attribute="solution.id")
    slug = fields.String(attribute="solution.slug")
    name = fields.Function(lambda row: row.name.as_dict(), metadata={"type": "object"})
    state = fields.String(attribute="standing.state", validate=validate.OneOf(
        ["draft", "in_review", "returned", "listed", "suspended", "withdrawn"]))
    next_actor = fields.String(attribute="standing.actor")
    due_on = fields.Date(attribute="standing.due_on", allow_none=True)
    public = fields.Boolean(attribute="standing.public")


def _answer(solution_id: int, draft: SolutionDraft | None, content: Any) -> dict[str, Any]:
    complete = completeness(content)
    return {"solution_id": solution_id, "revision": draft.revision if draft else 0,
            "content": content, "missing": complete.missing, "wrong": complete.wrong}


def workspace_api() -> ApiBlueprint:
    """The operations of the workspace."""
    api = ApiBlueprint("workspace_api", __name__, url_prefix=PREFIX, description="Workspace")
    refused = {"schema": Problem, "content_type": PROBLEM}

    @api.get("/workspace/solutions")
    @api.doc(security=TOKEN_NEEDED)
    @api.response(200, OwnSolutionAnswer(many=True))
    def list_own_solutions() -> Any:
        """The organisation's solutions, the last touched first, with their states."""
        return queries.own_solutions(per_page=MOST_SHOWN)[0]

    @api.get("/workspace/solutions/<int:solution_id>/draft")
    @api.doc(security=TOKEN_NEEDED)
    @api.response(200, DraftAnswer)
    @api.alt_response(404, description="None of the organisation's", **refused)
    def get_draft(solution_id: int) -> dict[str, Any]:
        """A solution's draft; where there is none, its public or last submitted version."""
        solution, draft = queries.own_solution(solution_id), queries.draft_of(solution_id)
        return _answer(solution_id, draft,
                       written(solution, draft, queries.last_submission(solution_id)))

    @api.put("/workspace/solutions/<int:solution_id>/draft")
    @api.doc(security=TOKEN_NEEDED)
    @api.arguments(DraftBody)
    @api.response(200, DraftAnswer)
    @api.alt_response(404, description="None of the organisation's", **refused)
    @api.alt_response(409, description="Changed since that revision, or being checked", **refused)
    def put_draft(body: dict[str, Any], solution_id: int) -> dict[str, Any]:
        """Replace a draft. Submitting stays with people, in the browser."""
        solution = queries.own_solution(solution_id)
        draft = operations.replace_draft(solution=solution, content=body["content"],
                                         revision=body["revision"])
        return _answer(solution_id, draft, draft.content)

    return api
