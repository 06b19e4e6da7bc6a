"""The catalogue in the API: solutions, providers, comparison, suggestions, taxonomy, plugins."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate

from marketplace.catalog import queries
from marketplace.catalog.api_schemas import (
    ComparisonAnswer,
    PluginAnswer,
    ProviderAnswer,
    ProviderPage,
    SolutionAnswer,
    SolutionPage,
    SuggestionAnswer,
    TaxonomyAnswer,
    provider_item,
    solution_item,
    whole_provider,
    whole_solution,
)
from marketplace.catalog.comparison import compare
from marketplace.catalog.facets import facets
from marketplace.catalog.index_documents import PROVIDERS, SOLUTIONS
from marketplace.catalog.schemas import MAX_COMPARED, compared_ids, list_schema, to_filters
from marketplace.catalog.search import search, suggest
from marketplace.core.api import PREFIX, PROBLEM, ApiBlueprint, Problem
from marketplace.core.errors import FieldError, InvalidInput, NotFound, Paused
from marketplace.taxonomy.queries import active_industries, paused
from marketplace.taxonomy.registry import taxonomy


class CompareQuery(Schema):
    ids = fields.String(required=True, metadata={
        "description": f"Up to {MAX_COMPARED} solution ids, separated by commas"})


class SuggestQuery(Schema):
    q = fields.String(required=True, validate=validate.Length(1, 60))
    industry = fields.String()


def catalog_api() -> ApiBlueprint:
    """The operations, their parameters generated from the installed plugins."""
    api = ApiBlueprint("catalog_api", __name__, url_prefix=PREFIX, description="Catalogue")
    installed = tuple(taxonomy().industries)

    def answer_list(collection: str, args: dict[str, Any], item: Any) -> dict[str, Any]:
        _refuse_paused_filters(collection, args)
        results = search(current_app.extensions["indexes"], collection,
                         to_filters(collection, args), highlight=False)
        return {"items": [item(card.data) for card in results.cards], "total": results.total,
                "page": results.filters.page, "per_page": results.filters.per_page,
                "relaxed": results.relaxed, "did_you_mean": results.did_you_mean,
                "facets": {g.facet.param: [
                    {"value": o.value, "label": o.label.as_dict(), "count": o.count}
                    for o in g.options] for g in results.groups}}

    @api.get("/solutions")
    @api.arguments(list_schema(SOLUTIONS, installed), location="query")
    @api.response(200, SolutionPage)
    def list_solutions(args: dict[str, Any]) -> dict[str, Any]:
        """Search solutions. Pages hold 1 to 100 items and reach the first 10,000 results."""
        return answer_list(SOLUTIONS, args, solution_item)

    @api.get("/solutions/<int:solution_id>")
    @api.response(200, SolutionAnswer)
    @api.alt_response(404, schema=Problem, content_type=PROBLEM,
                      description="Unknown, withdrawn or never published")
    @api.alt_response(410, schema=Problem, content_type=PROBLEM,
                      description="Its sub-platforms are paused: since when and why")
    def get_solution(solution_id: int) -> dict[str, Any]:
        """One solution with everything its page shows."""
        found = next(iter(queries.public_solutions([solution_id])), None)
        if found is None:
            _refuse_if_paused(solution_id)
            raise NotFound(f"There is no solution {solution_id}.")
        return whole_solution(found)

    @api.get("/providers")
    @api.arguments(list_schema(PROVIDERS, installed), location="query")
    @api.response(200, ProviderPage)
    def list_providers(args: dict[str, Any]) -> dict[str, Any]:
        """Search providers. Pages hold 1 to 100 items and reach the first 10,000 results."""
        return answer_list(PROVIDERS, args, provider_item)

    @api.get("/providers/<int:provider_id>")
    @api.response(200, ProviderAnswer)
    def get_provider(provider_id: int) -> dict[str, Any]:
        """One provider with its visible solutions."""
        found = queries.provider_by(id=provider_id)
        if found is None:
            raise NotFound(f"There is no provider {provider_id}.")
        return whole_provider(found, queries.solution_ids_of(provider_id))

    @api.get("/compare")
    @api.arguments(CompareQuery, location="query")
    @api.response(200, ComparisonAnswer)
    def compare_solutions(args: dict[str, Any]) -> dict[str, Any]:
        """Up to six solutions side by side, rows as on the comparison page."""
        ids, errors = compared_ids([args["ids"]])
        if errors or not ids:
            raise InvalidInput("These ids cannot be compared.", errors=errors)
        made = compare(queries.public_solutions(ids))
        missing = [i for i in ids if i not in made.ids]
        if missing:
            raise NotFound(f"There is no solution {missing[0]}.")
        return {"ids": list(made.ids), "groups": made.groups}

    @api.get("/suggest")
    @api.arguments(SuggestQuery, location="query")
    @api.response(200, SuggestionAnswer(many=True))
    def suggest_terms(args: dict[str, Any]) -> Any:
        """Solutions, scenarios, categories and providers for the beginning of a word."""
        industry = args.get("industry")
        if industry is not None and industry not in active_industries():
            raise InvalidInput("There is no such sub-platform.", errors=(FieldError(
                "industry", industry, f"choose from {', '.join(active_industries())}"),))
        return suggest(current_app.extensions["indexes"], args["q"], industry=industry)

    @api.get("/taxonomy")
    @api.response(200, TaxonomyAnswer)
    def get_taxonomy() -> dict[str, Any]:
        """Core scenarios, product categories, links and the active industries' scenarios."""
        tree = taxonomy()
        return {"edition": tree.edition, "links": tree.links, "groups": tree.core_groups,
                "core_scenarios": tree.core_scenarios.values(),
                "categories": tree.categories.values(), "attributes": [
                    a for a in tree.attributes.values()
                    if a.industry is None or a.industry in active_industries()],
                "industries": [tree.industries[c] for c in active_industries()]}

    @api.get("/plugins")
    @api.response(200, PluginAnswer(many=True))
    def list_plugins() -> list[dict[str, Any]]:
        """The installed industry plugins and whether they are working or paused."""
        off = paused()
        return [{"code": p.industry.code if p.industry else p.name, "version": p.version,
                 "name": p.industry.name.as_dict() if p.industry else None,
                 "state": "broken" if p.error else "paused" if p.industry
                 and p.industry.code in off else "working",
                 "scenarios": len(p.industry.scenarios) if p.industry else 0}
                for p in taxonomy().plugins.plugins.values()]

    return api


def _refuse_paused_filters(collection: str, args: dict[str, Any]) -> None:
    """What the document offers and a paused sub-platform has taken away for now."""
    if not paused():
        return
    schema = list_schema(collection, active_industries())
    orders = {f.param: f.order for f in facets(collection) if f.order and not f.flag}
    errors = [FieldError(name, value, "belongs to a paused sub-platform; leave it out for now")
              for name, value in args.items() if name not in schema.fields
              or (name in orders and not set(value) <= set(orders[name]))]
    if errors:
        raise InvalidInput("A sub-platform is paused.", errors=tuple(errors))


def _refuse_if_paused(solution_id: int) -> None:
    found = queries.solution_by(id=solution_id)
    if found is None or found.published is None or found.withdrawn_at is not None:
        return
    for pause in (paused().get(i.code) for i in found.published.industries):
        if pause:
            raise Paused(f"{pause.industry} is paused since {pause.since:%Y-%m-%d %H:%M} UTC: "
                         f"{pause.reason}")
