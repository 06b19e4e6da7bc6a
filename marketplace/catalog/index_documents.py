"""What the search index knows about solutions and providers, generated from the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from marketplace.catalog.models import Provider, Solution, SolutionVersion
from marketplace.catalog.pricing import go_live_band, price_band
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import CoreScenario
from marketplace.taxonomy.registry import Taxonomy, taxonomy
from marketplace.taxonomy.words import NONE, AddedWords
from search import IndexDocument, IndexSettings, TextField

SOLUTIONS, PROVIDERS = "solutions", "providers"
YES, NO = "yes", "no"
SOLUTION_FACETS = ("industry", "scenario", "link", "category", "deployment", "price", "go_live",
                   "admitted", "listed", "sample", "district", "provider_class", "provider")
PROVIDER_FACETS = ("industry", "category", "district", "provider_class", "admitted", "listed",
                   "sample")
TEXT_FIELDS = (
    TextField("name_zh", 10, exact=True), TextField("name_en", 10, exact=True),
    TextField("promise_zh", 5), TextField("promise_en", 5), TextField("terms", 4),
    TextField("provider", 3),
    TextField("description", 2), TextField("details", 1),
)


@lru_cache(maxsize=8)
def index_settings(collection: str, added: AddedWords = NONE) -> IndexSettings:
    """The settings of the `solutions` or `providers` index, plugin attributes and the words that
    operators `added` included. Whoever only reads an index needs no added words: an index keeps
    the settings it was built with."""
    tree = taxonomy()
    common: dict[str, Any] = {
        "name": collection, "text": TEXT_FIELDS,
        "dictionary": (*tree.all_dictionary(), *added.dictionary),
        "synonyms": (*tree.all_synonyms(), *added.synonyms)}
    if collection == PROVIDERS:
        return IndexSettings(facets=PROVIDER_FACETS, numbers=("listed_at",), **common)
    keyed = [a for a in tree.attributes.values() if a.type != "text"]
    return IndexSettings(
        facets=SOLUTION_FACETS + tuple(f"attr.{a.key}" for a in keyed if not a.is_number),
        numbers=("three_years", "first_year", "go_live_days", "published_at",
                 *(f"attr.{a.key}" for a in keyed if a.is_number)), **common)


def _yes(value: object) -> list[str]:
    return [YES if value else NO]


def _both(texts: Iterable[LocalizedText]) -> str:
    return " \n".join(f"{t.zh} {t.en}" if t.zh != t.en else t.zh for t in texts if t)


def scenario_facet_values(tree: Taxonomy, codes: Iterable[str]) -> list[str]:
    """The codes and the codes of their groups, so that a whole branch can be chosen."""
    values: dict[str, None] = {}
    for code in codes:
        found = tree.scenario(code)
        if found:
            values[found.group] = values[code] = None
    return list(values)


def links_of(tree: Taxonomy, version: SolutionVersion) -> list[str]:
    """The plan's links a solution works in: those of its core scenarios and categories."""
    links: dict[str, None] = {}
    for row in version.scenarios:
        found = tree.scenario(row.code)
        if isinstance(found, CoreScenario):
            links[found.link] = None
    if not links:
        links = {tree.categories[c.code].link: None for c in version.categories
                 if c.code in tree.categories}
    return list(links)


def _attribute_facets(tree: Taxonomy, values: dict[str, Any]) -> tuple[dict[str, list[str]],
                                                                       dict[str, float]]:
    facets: dict[str, list[str]] = {}
    numbers: dict[str, float] = {}
    for key, value in values.items():
        attribute = tree.attributes.get(key)
        if attribute is None or value is None or attribute.type == "text":
            continue
        if attribute.is_number:
            numbers[f"attr.{key}"] = float(value)
        elif attribute.type == "boolean":
            facets[f"attr.{key}"] = _yes(value)
        else:
            facets[f"attr.{key}"] = value if isinstance(value, list) else [value]
    return facets, numbers


def _attribute_words(tree: Taxonomy, values: dict[str, Any]) -> list[LocalizedText]:
    """What a solution states by choice, as words: so that 发那科 finds what connects to it."""
    return [attribute.labels[code] for key, value in values.items()
            if (attribute := tree.attributes.get(key)) is not None and attribute.choices
            for code in (value if isinstance(value, list) else [value])
            if code in attribute.labels]


def card(solution: Solution) -> dict[str, Any]:
    """What a result card shows; kept in the index, so a list needs no further query."""
    version, provider = _published(solution), solution.provider
    return {
        "id": solution.id, "slug": solution.slug, "name": version.name.as_dict(),
        "promise": version.promise.as_dict(),
        "provider": {"id": provider.id, "slug": provider.slug,
                     "name": provider.organisation.name.as_dict()},
        "categories": [c.code for c in version.categories],
        "industries": sorted(i.code for i in version.industries),
        "scenarios": [[s.code, s.from_level, s.to_level] for s in version.scenarios],
        "deployments": version.deployments, "first_year": version.first_year,
        "three_years": version.three_years, "go_live_days": version.go_live_days,
        "listed": solution.listed_on is not None, "admitted": bool(solution.admissions),
        "sample": solution.sample, "match": _match_facts(version, provider),
    }


def _match_facts(version: SolutionVersion, provider: Provider) -> dict[str, Any]:
    """What matching weighs beyond the card; kept beside it so that a match needs no query."""
    return {
        "attributes": version.attributes, "version": version.number,
        "parts": [[p.part, p.unit, p.amount, p.from_year] for p in version.price_parts],
        "cases": [[c.gbt4754, c.confirmed_by is not None] for c in version.cases],
        "districts": provider.service_districts, "response_hours": provider.response_hours,
        "classes": provider.classes,
    }


def _published(solution: Solution) -> SolutionVersion:
    if solution.published is None:
        raise ValueError(f"solution {solution.id} has no published version")
    return solution.published


def solution_document(solution: Solution) -> IndexDocument:
    """The index document of a published solution."""
    tree, version, provider = taxonomy(), _published(solution), solution.provider
    organisation = provider.organisation
    codes = [s.code for s in version.scenarios]
    categories = [c.code for c in version.categories]
    facets, numbers = _attribute_facets(tree, version.attributes)
    facets |= {
        "industry": sorted(i.code for i in version.industries),
        "scenario": scenario_facet_values(tree, codes), "link": links_of(tree, version),
        "category": categories, "deployment": version.deployments,
        "admitted": _yes(solution.admissions), "listed": _yes(solution.listed_on),
        "sample": _yes(solution.sample), "provider_class": provider.classes,
        "district": [organisation.district_code or "outside"], "provider": [provider.slug],
    }
    for name, band in (("price", price_band(version.three_years)),
                       ("go_live", go_live_band(version.go_live_days))):
        if band:
            facets[name] = [band]
    numbers |= {name: float(value) for name, value in (
        ("three_years", version.three_years), ("first_year", version.first_year),
        ("go_live_days", version.go_live_days),
        ("published_at", version.published_at.timestamp() if version.published_at else None))
        if value is not None}
    terms = [*(tree.category_name(c) for c in categories), *(tree.scenario_name(c) for c in codes)]
    details = [version.smallest_package, version.data_export,
               *(t for c in version.cases for t in (c.title, c.summary)),
               *_attribute_words(tree, version.attributes)]
    return IndexDocument(
        id=str(solution.id),
        text={"name_zh": version.name.zh, "name_en": version.name.en,
              "promise_zh": version.promise.zh, "promise_en": version.promise.en,
              "terms": f"{_both(terms)} {' '.join(categories)}",
              "provider": _both([organisation.name]), "description": _both([version.description]),
              "details": f"{_both(details)} {' '.join(version.interfaces)}"},
        facets=facets, numbers=numbers, stored=card(solution))


def provider_document(provider: Provider, solutions: Sequence[Solution]) -> IndexDocument:
    """The index document of a provider; industries and categories come from its solutions."""
    tree, organisation = taxonomy(), provider.organisation
    versions = [s.published for s in solutions if s.published]
    industries = sorted({i.code for v in versions for i in v.industries})
    categories = sorted({c.code for v in versions for c in v.categories})
    stored = {
        "id": provider.id, "slug": provider.slug, "name": organisation.name.as_dict(),
        "summary": provider.summary.as_dict(), "city": organisation.city.as_dict(),
        "district": organisation.district_code, "classes": provider.classes,
        "industries": industries, "categories": categories, "solutions": len(versions),
        "listed": provider.listed_on is not None, "admitted": bool(provider.admissions),
        "sample": organisation.sample, "response_hours": provider.response_hours,
    }
    return IndexDocument(
        id=str(provider.id),
        text={"name_zh": organisation.name.zh, "name_en": organisation.name.en,
              "promise_zh": provider.summary.zh, "promise_en": provider.summary.en,
              "terms": _both(tree.category_name(c) for c in categories),
              "provider": "", "description": _both([provider.description]),
              "details": _both([provider.team, *(LocalizedText.of(q)
                                                 for q in provider.qualifications)])},
        facets={"industry": industries, "category": categories,
                "district": [organisation.district_code or "outside"],
                "provider_class": provider.classes, "admitted": _yes(provider.admissions),
                "listed": _yes(provider.listed_on), "sample": _yes(organisation.sample)},
        numbers={"listed_at": float(provider.listed_on.toordinal())} if provider.listed_on else {},
        stored=stored)
