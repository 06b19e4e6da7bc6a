"""Side by side: rows grouped and generated from the declarations, plugin attributes included."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.catalog.labels import (
    BOOLEAN,
    COST_CLASSES,
    DEPLOYMENTS,
    PRICE_PARTS,
    PROVIDER_CLASSES,
    UNITS,
    district_name,
)
from marketplace.catalog.models import Solution, SolutionVersion
from marketplace.catalog.pricing import PARTS, REFERENCE, Price, ReferenceCompany, price
from marketplace.core.i18n import LocalizedText
from marketplace.core.messages import gettext as _
from marketplace.declarations import Attribute, Better
from marketplace.taxonomy.queries import known_scenarios, not_paused
from marketplace.taxonomy.registry import taxonomy

T = LocalizedText


@dataclass(frozen=True)
class Cell:
    """One value. `text` is what is shown, None when missing; `number` lets rows be ranked;
    `levels` (from, to) is drawn as a four-step picture."""

    text: str | None = None
    number: float | None = None
    levels: tuple[int, int] | None = None
    best: bool = False

    @property
    def missing(self) -> bool:
        return self.text is None


@dataclass(frozen=True)
class Row:
    """A compared property. `basis` says on what a marked best value rests."""

    key: str
    label: str
    cells: tuple[Cell, ...]
    basis: str = ""

    @property
    def differs(self) -> bool:
        return len({(c.text, c.levels) for c in self.cells}) > 1


@dataclass(frozen=True)
class Group:
    key: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Comparison:
    """Columns in the visitor's order and the grouped rows below them."""

    solutions: tuple[Solution, ...]
    groups: tuple[Group, ...]
    company: ReferenceCompany

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(s.id for s in self.solutions)


def compare(solutions: Sequence[Solution],
            company: ReferenceCompany = REFERENCE) -> Comparison:
    """Build the comparison; rows in which no solution says anything are left out."""
    columns = [(s, s.published) for s in solutions]
    versions = [v for _s, v in columns if v is not None]
    if len(versions) != len(columns):
        raise ValueError("only published solutions can be compared")
    groups = [
        Group("basics", _("Basics"), tuple(_basics(solutions, versions))),
        Group("price", _("Price"), tuple(_prices(versions, company))),
        Group("scenarios", _("Scenarios and levels"), tuple(_scenarios(versions))),
        *_attribute_groups(versions),
        Group("evidence", _("Evidence"), tuple(_evidence(solutions, versions))),
    ]
    filled = (Group(g.key, g.label, tuple(r for r in g.rows if not all(c.missing for c in r.cells)))
              for g in groups)
    return Comparison(tuple(solutions), tuple(g for g in filled if g.rows), company)


def _texts(key: str, label: str, values: Sequence[str | None]) -> Row:
    return Row(key, label, tuple(Cell(v or None) for v in values))


def _join(values: Sequence[object]) -> str:
    return ("、" if str(T("zh", "en")) == "zh" else ", ").join(str(v) for v in values)


def _numbers(key: str, label: str, values: Sequence[float | None], better: Better | None,
             show: Callable[[float], str], basis: str) -> Row:
    """A numeric row; the best value is marked only when every column has one and they differ."""
    known = [v for v in values if v is not None]
    best = None
    if better and len(known) == len(values) > 1 and len(set(known)) > 1:
        best = min(known) if better == "lower" else max(known)
    cells = tuple(Cell() if v is None else Cell(show(v), v, best=v == best) for v in values)
    return Row(key, label, cells, basis if best is not None else "")


def _basics(solutions: Sequence[Solution], versions: Sequence[SolutionVersion]) -> Iterator[Row]:
    tree = taxonomy()
    organisations = [s.provider.organisation for s in solutions]
    yield _texts("promise", _("In one line"), [str(v.promise) for v in versions])
    yield _texts("provider", _("Provider"), [str(o.name) for o in organisations])
    yield _texts("district", _("Provider's location"),
                 [str(district_name(o.district_code)) for o in organisations])
    yield _texts("provider_class", _("Provider class"),
                 [_join([PROVIDER_CLASSES[c] for c in s.provider.classes]) for s in solutions])
    yield _texts("industry", _("Industry"), [
        _join([tree.industry_name(c) for c in not_paused(i.code for i in v.industries)])
        for v in versions])
    yield _texts("category", _("Product category"), [
        _join([tree.category_name(c.code) for c in v.categories]) for v in versions])
    yield _texts("deployment", _("Deployment"), [
        _join([DEPLOYMENTS[d] for d in v.deployments]) for v in versions])
    yield _numbers("go_live_days", _("Contract to go-live"), [v.go_live_days for v in versions],
                   "lower", lambda d: _("%(days)s days", days=f"{d:g}"),
                   _("shortest, as stated by each provider"))
    yield _texts("smallest_package", _("Smallest package"),
                 [str(v.smallest_package) for v in versions])
    yield _texts("interfaces", _("Interfaces"), [_join(v.interfaces) for v in versions])
    yield _texts("data_export", _("Data export"), [str(v.data_export) for v in versions])


def yuan(amount: float) -> str:
    return _("%(amount)s yuan", amount=f"{amount:,.0f}")


def _prices(versions: Sequence[SolutionVersion], company: ReferenceCompany) -> Iterator[Row]:
    prices = [price(v.price_parts, company) for v in versions]
    basis = _("lowest for %(people)s people, %(lines)s lines, %(seats)s seats",
              people=company.people, lines=company.lines, seats=company.seats)
    for key, label, values in (
            ("first_year", _("First-year payment"), [p.first_year for p in prices]),
            ("three_years", _("Three-year total"), [p.three_years for p in prices])):
        row = _numbers(key, label, values, "lower", yuan, basis)
        yield Row(row.key, row.label, tuple(
            Cell(_not_comparable(p)) if c.missing else c for c, p in zip(row.cells, prices,
                                                                         strict=True)), row.basis)
    for part in PARTS:
        stated = [next((p for p in v.price_parts if p.part == part), None) for v in versions]
        yield _texts(part, str(PRICE_PARTS[part]), [
            None if p is None else _("included or not needed") if not p.amount else
            f"{yuan(p.amount)} · {UNITS[p.unit]} · {COST_CLASSES[p.cost_class]}" for p in stated])


def _not_comparable(computed: Price) -> str:
    missing = _join([PRICE_PARTS[part] for part in computed.missing])
    return _("Price not comparable: %(parts)s not stated", parts=missing)


def _scenarios(versions: Sequence[SolutionVersion]) -> Iterator[Row]:
    tree = taxonomy()
    codes = dict.fromkeys(s.code for v in versions for s in v.scenarios)
    for code in sorted(known_scenarios(list(codes)), key=lambda c: (not c.startswith("OP-"), c)):
        cells = []
        for version in versions:
            row = next((s for s in version.scenarios if s.code == code), None)
            cells.append(Cell() if row is None else Cell(
                _("level %(low)s to %(high)s", low=row.from_level, high=row.to_level),
                levels=(row.from_level, row.to_level)))
        yield Row(f"scenario.{code}", f"{code} {tree.scenario_name(code)}", tuple(cells))


def show_attribute(attribute: Attribute, value: Any) -> str | None:
    """An attribute's value as people read it, in the current language; None when missing."""
    if value is None or value == []:
        return None
    if attribute.type == "boolean":
        return str(BOOLEAN["yes" if value else "no"])
    if attribute.type in ("choice", "choices"):
        codes = value if isinstance(value, list) else [value]
        return _join([attribute.labels.get(c, c) for c in codes])
    if attribute.is_number:
        return f"{value:,g} {attribute.unit}".strip()
    return str(value)


def _attribute_groups(versions: Sequence[SolutionVersion]) -> Iterator[Group]:
    industries = not_paused({i.code for v in versions for i in v.industries})
    groups: dict[str, tuple[str, list[Row]]] = {}
    for attribute in taxonomy().attributes_for(industries):
        if not attribute.compared:
            continue
        values = [v.attributes.get(attribute.key) for v in versions]
        label = str(attribute.label)
        row = (_numbers(attribute.key, label, values, attribute.better,
                        lambda v, a=attribute: show_attribute(a, v) or "",  # type: ignore[misc]
                        _("as stated by each provider")) if attribute.is_number
               else _texts(attribute.key, label, [show_attribute(attribute, v) for v in values]))
        groups.setdefault(attribute.group.code, (str(attribute.group.label), []))[1].append(row)
    for code, (label, rows) in groups.items():
        yield Group(f"attributes.{code}", label, tuple(rows))


def _evidence(solutions: Sequence[Solution], versions: Sequence[SolutionVersion]) -> Iterator[Row]:
    yield _texts("listed", _("Listed (operator's check)"),
                 [s.listed_on.isoformat() if s.listed_on else None for s in solutions])
    yield _texts("admitted", _("Admitted (decision of a round)"), [
        _join([f"{a.number} · {a.decided_on}" for a in s.admissions]) for s in solutions])
    yield _texts("cases", _("Cases"), [
        _("%(all)s, of which %(confirmed)s with confirmed figures", all=len(v.cases),
          confirmed=sum(c.confirmed_by is not None for c in v.cases)) if v.cases else None
        for v in versions])
    yield _texts("documents", _("Documents"), [
        _join([d.title for d in v.documents]) for v in versions])
