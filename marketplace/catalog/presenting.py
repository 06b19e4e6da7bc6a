"""What pages say about lists and solutions: sentences, groups, letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from marketplace.catalog.comparison import Comparison, show_attribute
from marketplace.catalog.facets import number_attributes, scenario_tree
from marketplace.catalog.index_documents import SOLUTIONS
from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.catalog.pricing import REFERENCE, ReferenceCompany
from marketplace.catalog.search import FacetGroup, FacetOption, Filters, Results
from marketplace.core.i18n import LocalizedText, current_language
from marketplace.core.messages import gettext as _
from marketplace.core.messages import ngettext
from marketplace.declarations import Attribute, CoreScenario, Scenario
from marketplace.taxonomy.queries import known_scenarios, not_paused
from marketplace.taxonomy.registry import taxonomy


@dataclass(frozen=True)
class Chip:
    """A filter in force, with the address that takes it away."""

    label: str
    value: str
    url: str


def chips(results: Results) -> list[Chip]:
    """The filters in force, in the order of the facets."""
    filters = results.filters
    labels = {g.facet.param: g for g in results.groups}
    made = []
    for param, values in filters.chosen.items():
        group = labels.get(param)
        for value in values:
            option = group.option(value) if group else None
            made.append(Chip(str(group.facet.label) if group else param,
                             "" if group and group.facet.flag else
                             str(option.label) if option else value,
                             filters.without(param, value).query_string()))
    for param, (low, high) in filters.ranges.items():
        attribute = taxonomy().attributes[param.removeprefix("attr.")]
        made.append(Chip(str(attribute.label), _range_text(low, high, str(attribute.unit)),
                         filters.without(param).query_string()))
    if filters.price_max is not None:
        made.append(Chip(_("Three-year price"), _("up to %(amount)s yuan",
                                                  amount=f"{filters.price_max:,.0f}"),
                         filters.without("price_max").query_string()))
    return made


def _range_text(low: float | None, high: float | None, unit: str) -> str:
    ends = [f"{'' if e is None else f'{e:g}'}" for e in (low, high)]
    return f"{'–'.join(ends)} {unit}".strip()


def sentence(collection: str, results: Results) -> str:
    """One sentence that says what is shown: count, words searched, filters."""
    filters, total = results.filters, f"{results.total:,}{'+' if results.capped else ''}"
    what = (ngettext("%(total)s solution", "%(total)s solutions", results.total, total=total)
            if collection == SOLUTIONS else
            ngettext("%(total)s provider", "%(total)s providers", results.total, total=total))
    said = [f"{c.label} {c.value}".strip() for c in chips(results)]
    narrowed = _(", narrowed to %(filters)s", filters=_("; ").join(said)) if said else ""
    if filters.q:
        return _("%(what)s for “%(q)s”%(narrowed)s.", what=what, q=filters.q, narrowed=narrowed)
    return _("%(what)s%(narrowed)s.", what=what, narrowed=narrowed)


@dataclass(frozen=True)
class ScenarioRow:
    """A scenario a solution works in, with the level descriptors it starts from and reaches."""

    scenario: CoreScenario | Scenario
    from_level: int
    to_level: int
    descriptor: LocalizedText | None


def scenario_rows(version: SolutionVersion) -> list[ScenarioRow]:
    """The version's scenarios of active industries, core ones first."""
    tree, rows = taxonomy(), []
    shown = set(known_scenarios([s.code for s in version.scenarios]))
    for row in version.scenarios:
        found = tree.scenario(row.code)
        if row.code in shown and found is not None:
            descriptor = (found.levels[row.to_level - 1].descriptor
                          if isinstance(found, CoreScenario) else None)
            rows.append(ScenarioRow(found, row.from_level, row.to_level, descriptor))
    return sorted(rows, key=lambda r: (not isinstance(r.scenario, CoreScenario), r.scenario.code))


def attribute_groups(version: SolutionVersion) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(label, value)]) of the attributes a version states."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for attribute in taxonomy().attributes_for(
            not_paused(i.code for i in version.industries)):
        shown = show_attribute(attribute, version.attributes.get(attribute.key))
        if shown is not None:
            groups.setdefault(str(attribute.group.label), []).append((str(attribute.label), shown))
    return list(groups.items())


def directory_letters(rows: Sequence[tuple[str, str, str, object]]) -> list[
        tuple[str, list[tuple[str, str, str, object]]]]:
    """Rows by first letter of their pinyin; everything else under #."""

    def letter(row: tuple[str, str, str, object]) -> str:
        first = row[2][:1].upper()
        return first if first.isascii() and first.isalpha() else "#"

    ordered = sorted(rows, key=lambda row: (letter(row) == "#", row[2]))
    return [(name, list(group)) for name, group in groupby(ordered, letter)]


def reference_company(args: Mapping[str, str]) -> ReferenceCompany:
    """The company prices are computed for, from the URL; what is not a sane number is ignored."""

    def amount(name: str, highest: int) -> int:
        text = args.get(name, "")
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
        return value if 1 <= value <= highest else getattr(REFERENCE, name)

    return ReferenceCompany(amount("people", 100_000), amount("lines", 1_000),
                            amount("seats", 100_000))



@dataclass(frozen=True)
class Branch:
    """A group of the scenario tree: its own option and those of its scenarios."""

    group: FacetOption
    options: tuple[FacetOption, ...]

    @property
    def chosen(self) -> bool:
        return self.group.chosen or any(o.chosen for o in self.options)


def scenario_branches(group: FacetGroup, filters: Filters) -> list[Branch]:
    """The scenario facet as a tree: the core's groups, then those of the chosen industries."""
    tree, options = taxonomy(), {o.value: o for o in group.options}
    owners = {i.code for i in tree.industries.values() for g in i.groups
              if any(c in filters.chosen.get("scenario", ())
                     for c in (g.code, *(s.code for s in g.scenarios)))}
    return [Branch(options[code], tuple(options[c] for c in codes if c in options))
            for code, codes in scenario_tree({*filters.industries, *owners}) if code in options]


@dataclass(frozen=True)
class RangeInput:
    """A numeric attribute as a pair of fields; `text` is the range as the URL writes it."""

    attribute: Attribute
    param: str
    text: str


def range_inputs(filters: Filters) -> list[RangeInput]:
    """The numbers a list of solutions can be narrowed by, of the core and chosen industries."""
    written = {name: value for name, value in filters.pairs() if name.startswith("attr.")}
    return [RangeInput(a, f"attr.{a.key}", written.get(f"attr.{a.key}", ""))
            for a in number_attributes(filters.industries)]


@dataclass(frozen=True)
class Column:
    """A compared solution with the orders that moving or removing it gives."""

    solution: Solution
    left: str | None
    right: str | None
    without: str


def columns(comparison: Comparison) -> list[Column]:
    """The comparison's columns; orders are ids separated by commas."""
    ids = list(comparison.ids)

    def swapped(a: int, b: int) -> str | None:
        if not 0 <= a < b < len(ids):
            return None
        order = list(ids)
        order[a], order[b] = order[b], order[a]
        return ",".join(map(str, order))

    return [Column(s, swapped(n - 1, n), swapped(n, n + 1),
                   ",".join(str(i) for i in ids if i != s.id))
            for n, s in enumerate(comparison.solutions)]


def yuan_short(amount: float) -> str:
    """An amount as people say it: 35.2万元 in Chinese, 352,000 yuan in English."""
    if current_language() == "zh" and amount >= 10_000:
        return f"{round(amount / 10_000, 1):g}万元"
    return _("%(amount)s yuan", amount=f"{amount:,.0f}")
