"""What a list can be narrowed by, declared once: URL, form, API, facet counts and sentence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

from marketplace.catalog.index_documents import PROVIDERS
from marketplace.catalog.labels import (
    BOOLEAN,
    DEPLOYMENTS,
    PROVIDER_CLASSES,
    district_name,
    go_live_label,
    price_label,
)
from marketplace.catalog.pricing import GO_LIVE_BANDS, PRICE_BANDS
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute
from marketplace.taxonomy.queries import active_industries
from marketplace.taxonomy.registry import GENERAL, Taxonomy, taxonomy

Labeller = Callable[[str], LocalizedText]


@dataclass(frozen=True)
class Facet:
    """A way to narrow. `param` is the name in URL, form and API, `field` the one in the index.

    `order` lists the values in their natural order (else by count). `flag` has the one value yes.
    `industry` is set for a plugin's attribute: its values show once that industry is chosen.
    """

    param: str
    label: LocalizedText
    value_label: Labeller
    order: tuple[str, ...] = ()
    flag: bool = False
    industry: str | None = None
    minor: bool = False

    @property
    def field(self) -> str:
        return self.param


def _bands(bands: Iterable[tuple[int, int | None]]) -> tuple[str, ...]:
    return tuple(f"{low}-{high or ''}" for low, high in bands)


def _scenario_label(tree: Taxonomy) -> Labeller:
    groups = {g.code: g.label for g in tree.core_groups}
    groups |= {g.code: g.name for i in tree.industries.values() for g in i.groups}
    return lambda code: groups.get(code) or tree.scenario_name(code)


def scenario_tree(industries: Collection[str]) -> list[tuple[str, list[str]]]:
    """(group code, scenario codes): the core's groups, then those of the given industries."""
    tree = taxonomy()
    rows = [(g.code, [s.code for s in tree.core_scenarios.values() if s.group == g.code])
            for g in tree.core_groups]
    for code, industry in tree.industries.items():
        if code in industries:
            rows += [(g.code, [s.code for s in g.scenarios]) for g in industry.groups]
    return rows


def _attribute_facet(attribute: Attribute) -> Facet:
    labels = BOOLEAN if attribute.type == "boolean" else attribute.labels
    return Facet(f"attr.{attribute.key}", attribute.label,
                 lambda value: labels.get(value) or LocalizedText(value, value),
                 order=tuple(labels), industry=attribute.industry, minor=True)


def facets(collection: str) -> tuple[Facet, ...]:
    """The facets of a collection for the industries that are active now."""
    return facets_for(collection, active_industries())


@cache
def facets_for(collection: str, active: tuple[str, ...]) -> tuple[Facet, ...]:
    """The facets of a collection when the industries `active` are on."""
    tree = taxonomy()
    links = {c.code: c.label for c in tree.links}
    industry = Facet("industry", LocalizedText("细分行业", "Industry"), tree.industry_name,
                     order=(*active, GENERAL))
    category = Facet("category", LocalizedText("产品类别", "Product category"), tree.category_name)
    district = Facet("district", LocalizedText("服务商所在地", "Provider's location"),
                     district_name)
    classes = Facet("provider_class", LocalizedText("服务商类别", "Provider class"),
                    PROVIDER_CLASSES.__getitem__, order=tuple(PROVIDER_CLASSES))
    admitted = Facet("admitted", LocalizedText("仅看已入库", "Admitted only"),
                     BOOLEAN.__getitem__, flag=True)
    if collection == PROVIDERS:
        return (industry, category, classes, district, admitted)
    plugin = [a for a in tree.attributes.values() if a.facet and not a.is_number
              and (a.industry is None or a.industry in active)]
    scenario_codes = tuple(c for group, codes in scenario_tree(active) for c in (group, *codes))
    return (
        industry,
        Facet("scenario", LocalizedText("应用场景", "Application scenario"), _scenario_label(tree),
              order=scenario_codes),
        Facet("link", LocalizedText("业务环节", "Business link"), links.__getitem__,
              order=tuple(links)),
        category,
        Facet("deployment", LocalizedText("部署方式", "Deployment"), DEPLOYMENTS.__getitem__,
              order=tuple(DEPLOYMENTS)),
        Facet("price", LocalizedText("三年总价", "Three-year price"), price_label,
              order=_bands(PRICE_BANDS)),
        Facet("go_live", LocalizedText("上线周期", "Time to go-live"), go_live_label,
              order=_bands(GO_LIVE_BANDS)),
        admitted, classes, district,
        *(_attribute_facet(a) for a in plugin),
    )


def number_attributes(active: tuple[str, ...]) -> list[Attribute]:
    """Numeric attributes that can be filtered by a range, of the core and these industries."""
    return [a for a in taxonomy().attributes.values()
            if a.is_number and (a.industry is None or a.industry in active)]
