"""What the matching API accepts and answers."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from marketplace.catalog.api_schemas import SolutionItem
from marketplace.catalog.content_schema import Localized, one_of
from marketplace.matching.matcher import DEFAULT_LIMIT, MAX_LIMIT
from marketplace.matching.need import DEPLOYMENT_CODES

TEXT_LENGTH = (4, 2000)
HARDNESS = ("industry", "budget", "deadline", "deployment", "excluded_category", "scenario",
            "core_scenario")


class MatchFilters(Schema):
    """Wishes and facts stated beside the text; they replace what was read from it."""

    budget = fields.Float(validate=validate.Range(0, 1e10, min_inclusive=False), metadata={
        "description": "First-year payment in yuan, at most"})
    deadline_days = fields.Integer(validate=validate.Range(1, 3650))
    deployment = fields.String(validate=one_of(DEPLOYMENT_CODES))
    people = fields.Integer(validate=validate.Range(1, 1_000_000))
    district = fields.String(validate=validate.Length(1, 16))
    gbt4754 = fields.String(validate=validate.Regexp(r"^\d{4}$", error="write four digits"))
    subsidy_share = fields.Float(validate=validate.Range(0, 1))
    hard = fields.List(fields.String(validate=one_of(HARDNESS)), metadata={
        "description": "Kinds of wishes to treat as hard"})
    soft = fields.List(fields.String(validate=one_of(HARDNESS)))
    diversify = fields.Boolean(metadata={
        "description": "At most two of one provider in the first ten (default true)"})


class MatchRequest(Schema):
    text = fields.String(required=True, validate=validate.Length(
        *TEXT_LENGTH, error="write 4 to 2,000 characters"))
    industry = fields.String(metadata={"description": "Code of an industry, if known"})
    filters = fields.Nested(MatchFilters)
    limit = fields.Integer(load_default=DEFAULT_LIMIT, validate=validate.Range(
        1, MAX_LIMIT, error=f"choose 1 to {MAX_LIMIT}"))


class ReasonSchema(Schema):
    rule = fields.String()
    score = fields.Float()
    weight = fields.Float()
    text = Localized()


class RecommendationSchema(Schema):
    solution = fields.Nested(SolutionItem)
    score = fields.Float(metadata={"description": "Weighted mean of the reasons, 0 to 1"})
    labels = fields.List(fields.String())
    met = fields.Integer()
    judged = fields.Integer()
    reasons = fields.List(fields.Nested(ReasonSchema))
    uncovered = fields.List(fields.String())


class NearMissSchema(RecommendationSchema):
    vetoes = fields.List(Localized())


class UnderstandingSchema(Schema):
    is_need = fields.Boolean()
    reason = Localized(allow_none=True)
    industry = fields.String(allow_none=True)
    core_scenarios = fields.List(fields.String())
    scenarios = fields.List(fields.String())
    categories = fields.List(fields.String())
    excluded_categories = fields.List(fields.String())
    budget = fields.Float(allow_none=True, metadata={"description": "Yuan, at most"})
    deadline_days = fields.Integer(allow_none=True)
    deployment = fields.String(allow_none=True)
    evidence = fields.Dict()


class MatchAnswer(Schema):
    understanding = fields.Nested(UnderstandingSchema)
    picks = fields.List(fields.Nested(RecommendationSchema))
    recommendations = fields.List(fields.Nested(RecommendationSchema))
    near_misses = fields.List(fields.Nested(NearMissSchema))
    bundle = fields.List(fields.Nested(RecommendationSchema))
    considered = fields.Integer()
    fitting = fields.Integer()
    rule_version = fields.String()
    week = fields.String()
