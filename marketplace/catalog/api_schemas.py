"""What the catalogue's API answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from marketplace.catalog.content_schema import (
    CaseSchema,
    DocumentSchema,
    Localized,
    PricePartSchema,
    ScenarioSchema,
)
from marketplace.catalog.models import Provider, Solution
from marketplace.taxonomy.queries import known_scenarios, not_paused
from marketplace.taxonomy.registry import taxonomy


class ProviderBrief(Schema):
    id = fields.Integer()
    slug = fields.String()
    name = Localized()


class Lift(Schema):
    code = fields.String()
    from_level = fields.Integer(data_key="from")
    to_level = fields.Integer(data_key="to")


class SolutionItem(Schema):
    id = fields.Integer()
    slug = fields.String()
    name = Localized()
    promise = Localized()
    provider = fields.Nested(ProviderBrief)
    categories = fields.List(fields.String())
    industries = fields.List(fields.String())
    scenarios = fields.List(fields.Nested(Lift))
    deployments = fields.List(fields.String())
    first_year = fields.Float(allow_none=True, metadata={
        "description": "Yuan for the reference company (60 people, 2 lines, 20 seats); null when "
                       "the price is not comparable"})
    three_years = fields.Float(allow_none=True)
    go_live_days = fields.Integer(allow_none=True)
    listed = fields.Boolean()
    admitted = fields.Boolean()
    sample = fields.Boolean()


class FacetCount(Schema):
    value = fields.String()
    label = Localized()
    count = fields.Integer()


class Page(Schema):
    total = fields.Integer(metadata={"description": "Exact up to 1,000,000"})
    page = fields.Integer()
    per_page = fields.Integer()
    relaxed = fields.Boolean(metadata={
        "description": "Not all words were found together; any of them counted"})
    did_you_mean = fields.String(allow_none=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetCount)))


class SolutionPage(Page):
    items = fields.List(fields.Nested(SolutionItem))


class AdmissionSchema(Schema):
    number = fields.String()
    decided_on = fields.Date()
    round_title = Localized()
    sample = fields.Boolean()


class SolutionAnswer(SolutionItem):
    version = fields.Integer()
    published_at = fields.DateTime()
    description = Localized()
    scenarios = fields.List(fields.Nested(ScenarioSchema))
    price_parts = fields.List(fields.Nested(PricePartSchema))
    smallest_package = Localized()
    interfaces = fields.List(fields.String())
    data_export = Localized()
    attributes = fields.Dict()
    cases = fields.List(fields.Nested(CaseSchema))
    documents = fields.List(fields.Nested(DocumentSchema(only=("title", "kind"))))
    admissions = fields.List(fields.Nested(AdmissionSchema))


class ProviderItem(Schema):
    id = fields.Integer()
    slug = fields.String()
    name = Localized()
    summary = Localized()
    city = Localized()
    district = fields.String(allow_none=True)
    classes = fields.List(fields.String())
    industries = fields.List(fields.String())
    categories = fields.List(fields.String())
    solutions = fields.Integer()
    listed = fields.Boolean()
    admitted = fields.Boolean()
    sample = fields.Boolean()
    response_hours = fields.Integer(allow_none=True)


class ProviderPage(Page):
    items = fields.List(fields.Nested(ProviderItem))


class ProviderAnswer(Schema):
    id = fields.Integer()
    slug = fields.String()
    name = Localized()
    summary = Localized()
    description = Localized()
    city = Localized()
    district = fields.String(allow_none=True)
    classes = fields.List(fields.String())
    service_districts = fields.List(fields.String())
    response_hours = fields.Integer(allow_none=True)
    founded = fields.Integer(allow_none=True)
    staff = fields.Integer(allow_none=True)
    listed = fields.Boolean()
    admitted = fields.Boolean()
    sample = fields.Boolean()
    admissions = fields.List(fields.Nested(AdmissionSchema))
    solutions = fields.List(fields.Integer(), metadata={"description": "Ids"})


class CellSchema(Schema):
    text = fields.String(allow_none=True)
    number = fields.Float(allow_none=True)
    levels = fields.List(fields.Integer(), allow_none=True)
    best = fields.Boolean()


class RowSchema(Schema):
    key = fields.String()
    label = fields.String()
    differs = fields.Boolean()
    basis = fields.String()
    cells = fields.List(fields.Nested(CellSchema))


class GroupSchema(Schema):
    key = fields.String()
    label = fields.String()
    rows = fields.List(fields.Nested(RowSchema))


class ComparisonAnswer(Schema):
    ids = fields.List(fields.Integer())
    groups = fields.List(fields.Nested(GroupSchema))


class SuggestionAnswer(Schema):
    kind = fields.String(metadata={"description": "solution, scenario, category or provider"})
    code = fields.String()
    label = fields.String()
    path = fields.String()


class Named(Schema):
    code = fields.String()
    name = Localized(attribute="label")


class LevelSchema(Schema):
    level = fields.Integer()
    descriptor = Localized()


class CoreScenarioSchema(Schema):
    code = fields.String()
    name = Localized()
    group = fields.String()
    binding = fields.Boolean()
    link = fields.String()
    summary = Localized()
    pain_points = fields.List(Localized())
    categories = fields.List(fields.String())
    levels = fields.List(fields.Nested(LevelSchema))


class IndustryScenarioSchema(Schema):
    code = fields.String()
    name = Localized()
    core_scenarios = fields.List(fields.String())
    categories = fields.List(fields.String())
    pain_points = fields.List(Localized())


class ScenarioGroupSchema(Schema):
    code = fields.String()
    name = Localized()
    scenarios = fields.List(fields.Nested(IndustryScenarioSchema))


class IndustrySchema(Schema):
    code = fields.String()
    name = Localized()
    summary = Localized()
    gbt4754 = fields.List(fields.Nested(Named))
    groups = fields.List(fields.Nested(ScenarioGroupSchema))


class CategorySchema(Schema):
    code = fields.String()
    name = Localized()
    link = fields.String()


class AttributeSchema(Schema):
    key = fields.String()
    label = Localized()
    type = fields.String()
    industry = fields.String(allow_none=True)
    unit = Localized()
    choices = fields.List(fields.Nested(Named))


class TaxonomyAnswer(Schema):
    edition = fields.String()
    links = fields.List(fields.Nested(Named))
    groups = fields.List(fields.Nested(Named))
    core_scenarios = fields.List(fields.Nested(CoreScenarioSchema))
    categories = fields.List(fields.Nested(CategorySchema))
    attributes = fields.List(fields.Nested(AttributeSchema))
    industries = fields.List(fields.Nested(IndustrySchema))


class PluginAnswer(Schema):
    code = fields.String()
    name = Localized(allow_none=True)
    version = fields.String()
    state = fields.String(metadata={"description": "working, paused or broken"})
    scenarios = fields.Integer()


def solution_item(card: Mapping[str, Any]) -> dict[str, Any]:
    """A list item from the card the index keeps."""
    return {**card, "scenarios": [
        {"code": code, "from_level": low, "to_level": high} for code, low, high in
        card["scenarios"]]}


def provider_item(card: Mapping[str, Any]) -> dict[str, Any]:
    return dict(card)


def whole_solution(solution: Solution) -> dict[str, Any]:
    """Everything a solution's page shows."""
    version, organisation = solution.published, solution.provider.organisation
    if version is None:
        raise ValueError(f"solution {solution.id} has no published version")
    shown = {name: getattr(version, name) for name in (
        "name", "promise", "description", "deployments", "first_year", "three_years",
        "go_live_days", "published_at", "scenarios", "price_parts", "smallest_package",
        "interfaces", "data_export", "attributes", "cases", "documents")}
    industries = not_paused(sorted(i.code for i in version.industries))
    declared = {a.key for a in taxonomy().attributes_for(industries)}
    known = set(known_scenarios([s.code for s in version.scenarios]))
    return shown | {
        "attributes": {k: v for k, v in version.attributes.items() if k in declared},
        "scenarios": [s for s in version.scenarios if s.code in known],
        "id": solution.id, "slug": solution.slug, "version": version.number,
        "provider": {"id": solution.provider.id, "slug": solution.provider.slug,
                     "name": organisation.name},
        "categories": [c.code for c in version.categories],
        "industries": industries,
        "listed": solution.listed_on is not None, "admitted": bool(solution.admissions),
        "sample": solution.sample, "admissions": solution.admissions}


def whole_provider(provider: Provider, solution_ids: Sequence[int]) -> dict[str, Any]:
    """Everything a provider's page shows; `solutions` are ids."""
    organisation = provider.organisation
    shown = {name: getattr(provider, name) for name in (
        "id", "slug", "summary", "description", "classes", "service_districts", "response_hours",
        "admissions")}
    return shown | {
        "name": organisation.name, "city": organisation.city, "founded": organisation.founded,
        "district": organisation.district_code, "staff": organisation.staff,
        "listed": provider.listed_on is not None, "admitted": bool(provider.admissions),
        "sample": organisation.sample, "solutions": list(solution_ids)}
